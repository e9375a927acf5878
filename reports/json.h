// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/error.h"
#include "model/readiness.h"

namespace ehdscan {

/// The canonical report (schemas/readiness-report.schema.json): keys in a fixed order, lists sorted, one record a line,
/// so that two reports can be compared line by line. Ill-formed UTF-8 becomes U+FFFD.
Result<std::string> write_json_report(const Readiness& readiness);

}  // namespace ehdscan
