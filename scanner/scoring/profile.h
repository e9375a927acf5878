// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "model/profile.h"
#include "model/thresholds.h"

namespace ehdscan {

/// The profile that the program carries.
inline constexpr std::string_view kBaselineProfile = "ehds-hric-readiness-baseline";

/// A profile with the numbers its checks read.
struct LoadedProfile {
  Profile profile;
  Thresholds thresholds;
};

/// Loads a profile, or an overlay with everything it extends. `name` is an id of an embedded one, or a path.
///
/// An overlay changes named values and rows of dated lists, and excludes controls with reason, approver and expiry; gates
/// cannot be excluded. Errors: not_found, invalid_input with place and "did you mean", also for references between the
/// files of a profile that lead nowhere.
Result<LoadedProfile> load_profile(std::string_view name);

/// Ids of the profiles and overlays that the program carries, sorted.
std::vector<std::string> embedded_profiles();

}  // namespace ehdscan
