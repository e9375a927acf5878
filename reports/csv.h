// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "base/error.h"
#include "model/readiness.h"

namespace ehdscan {

/// One finding a line (RFC 4180), accepted ones included. A cell that a spreadsheet would run as a formula is preceded
/// by an apostrophe.
Result<std::string> write_csv_report(const Readiness& readiness);

/// One line, guarded the same way.
void append_csv_line(std::string& out, std::span<const std::string> cells);

}  // namespace ehdscan
