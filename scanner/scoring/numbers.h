// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/readiness.h"

namespace ehdscan {

struct Numbers {
  std::vector<DomainResult> domains;  ///< in the profile's order; those without an applicable control have total 0
  Score score;
};

/// Floor, ceiling, coverage, assessed and assurance (scoring model, section 4): integers, divisions drop the remainder.
/// `controls` is parallel to the profile's.
Numbers numbers_of(const Profile& profile, std::span<const ControlResult> controls);

struct Grading {
  std::string grade;  ///< "A+", "A" … "F", or "none"
  std::vector<Cap> caps;
};

/// The letter on the floor, and every cap that applies, the worst first (section 5).
Grading grade_of(const Profile& profile, std::span<const ControlResult> controls, const Score& score,
                 bool integrity_flag);

}  // namespace ehdscan
