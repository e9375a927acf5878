// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/readiness_run.h"
#include "model/readiness.h"

namespace ehdscan {

/// Gates that did not hold, in words; empty if all did.
///
/// `--fail-on SEVERITY`: a failing finding of a check of that severity or higher. A finding counts unless every control
/// that its check decides is accepted risk. Plans and manifests count here, and only here. `--fail-on gap`: the verdict
/// is "gap found".
std::vector<std::string> failed_gates(const Readiness& readiness, const OutcomeOptions& options);

/// What kept the evidence from being complete, in words; empty if nothing did.
std::vector<std::string> incompleteness(const Readiness& readiness);

}  // namespace ehdscan
