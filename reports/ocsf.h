// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/error.h"
#include "model/readiness.h"

namespace ehdscan {

/// OCSF Compliance Finding events (category 2, class 2003) as a JSON array, one event a line: one per failing, warning
/// and not assessed finding, and one per control that passes. `time` is the as-of instant in milliseconds. A resource
/// that could not be assessed has compliance status 0 (Unknown).
Result<std::string> write_ocsf_report(const Readiness& readiness);

}  // namespace ehdscan
