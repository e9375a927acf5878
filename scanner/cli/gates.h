// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/baseline.h"
#include "cli/readiness_run.h"
#include "model/readiness.h"

namespace ehdscan {

/// Gates that did not hold, in words; empty if all did.
///
/// `--fail-on SEVERITY`: a failing finding of a check of that severity or higher. A finding counts unless every control
/// that its check decides is accepted risk. Plans and manifests count here, and only here. `--fail-on gap`: the verdict
/// is "gap found".
///
/// With a baseline `--fail-on SEVERITY` (then `low` if it is not given) counts what is new, worse or no longer assessable.
std::vector<std::string> failed_gates(const Readiness& readiness, const OutcomeOptions& options,
                                      const Baseline* baseline = nullptr);

/// Why there is nothing that could have failed: no evidence, or no check that had any. Empty if there is something.
std::string nothing_judged(const Readiness& readiness);

/// What kept the evidence from being complete, in words; empty if nothing did.
std::vector<std::string> incompleteness(const Readiness& readiness);

}  // namespace ehdscan
