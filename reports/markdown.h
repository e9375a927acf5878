// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/error.h"
#include "model/readiness.h"

namespace ehdscan {

/// Summary for a step of GitHub Actions or a comment, always under 900 kB: a larger one is dropped as a whole.
Result<std::string> write_markdown_report(const Readiness& readiness);

}  // namespace ehdscan
