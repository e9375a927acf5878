// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "base/error.h"
#include "evidence/evidence.h"
#include "model/assessment.h"
#include "model/check.h"
#include "model/thresholds.h"

namespace ehdscan {

struct AssessOptions {
  Instant as_of;
  /// Called now and then with what is being done; may be empty.
  std::function<void(std::string_view what)> progress;
};

/// Runs the checks over the evidence and counts per group. A pure function of evidence, checks, thresholds and as-of.
///
/// A check that cannot run (SQL error, step limit, heap limit) does not fail the assessment: its outcome carries the
/// error and counts as not assessed. Errors: io (reading the evidence), internal.
Result<Assessment> assess(const Evidence& evidence, std::span<const Check> checks, std::span<const CheckGroup> groups,
                          const Thresholds& thresholds, const AssessOptions& options);

}  // namespace ehdscan
