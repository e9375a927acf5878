// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/error.h"
#include "model/readiness.h"

namespace ehdscan {

/// Workflow commands of GitHub Actions. Of each kind only ten are shown a step, so the most severe ten failures and ten
/// warnings are written, and a last line with the number of the others.
Result<std::string> write_github_report(const Readiness& readiness);

}  // namespace ehdscan
