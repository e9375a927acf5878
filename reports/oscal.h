// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/error.h"
#include "model/readiness.h"

namespace ehdscan {

/// OSCAL Assessment Results 1.1.3 (JSON). One finding per control that applies: satisfied only if the control passes;
/// one that could not be assessed is not satisfied, for the reason `other`. Failing controls are risks, accepted ones
/// with the status `deviation-approved` and the waiver's deadline. UUIDs are of version 5, so the same assessment gives
/// the same bytes.
Result<std::string> write_oscal_report(const Readiness& readiness);

}  // namespace ehdscan
