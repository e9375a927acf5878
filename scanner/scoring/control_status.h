// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/check.h"
#include "model/readiness.h"

namespace ehdscan {

/// Status, credit and coverage of a control.
struct Standing {
  ControlStatus status = ControlStatus::not_assessed;
  Ppm credit = 0;
  Ppm coverage = 0;

  friend bool operator==(const Standing&, const Standing&) = default;
};

/// From distinct resources to control (scoring model, section 1, steps 1 to 4). Without any applicable resource the
/// result is not applicable: the caller knows whether the listing was complete.
Standing standing_of(Severity severity, const VerdictCounts& resources);

/// Credit and coverage of a control that is accepted risk: nothing earned, but known.
constexpr Standing accepted_risk() { return {ControlStatus::accepted_risk, 0, kPpm}; }

}  // namespace ehdscan
