// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "model/readiness.h"

namespace ehdscan {

/// The table per EHDS point (scoring model, section 6): what its gating controls, or for report-only rows its supporting
/// controls, say. `controls` is parallel to the profile's.
std::vector<ArticleResult> articles_of(const Profile& profile, std::span<const ControlResult> controls);

/// Gap found if a gating row is not met, else not demonstrated if one is not, else no gap found. Without any gating row
/// nothing was demonstrated.
ReadinessVerdict verdict_of(std::span<const ArticleResult> articles);

}  // namespace ehdscan
