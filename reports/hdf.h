// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/error.h"
#include "model/readiness.h"

namespace ehdscan {

/// Heimdall Data Format, exec-json (the version 1 that SAF CLI and Heimdall read). One control a control of the
/// profile. Readers call a control passed as soon as one of its results passed, so a control that we do not call passed
/// carries no passed result: what did pass stands in a message. Waived controls keep their failures (`waiver_data` says
/// why, but does not ask readers to leave them out).
Result<std::string> write_hdf_report(const Readiness& readiness);

}  // namespace ehdscan
