// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "cli/command_tree.h"

namespace ehdscan {

struct GeneratedPage {
  std::string path;  ///< below docs/generated/
  std::string text;
};

/// Every page that is made from code and data: commands, manual page, tables, checks, profile.
/// Errors: those of loading the embedded content (our own mistake).
Result<std::vector<GeneratedPage>> generated_pages(const CommandNode& program);

}  // namespace ehdscan
