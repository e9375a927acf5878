// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ehdscan {

struct DocumentTemplate {
  std::string file;  ///< `breach-plan.yaml`
  std::string text;
};

/// A commented file for each kind of governance document, made from the tables that it brings records of. As they are
/// they read without mistakes and show nothing: statements and records are comments, and the approval is of long ago.
std::vector<DocumentTemplate> document_templates();

}  // namespace ehdscan
