// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/check.h"
#include "scoring/profile.h"

namespace ehdscan {

/// What an id stands for, in words: a check, a control, an article point, a requirement, a rule of platform semantics, a
/// threshold or an evidence table. Empty if there is no such id.
std::optional<std::string> explain(std::string_view id, const LoadedProfile& profile, std::span<const Check> checks);

/// Every id that explain() knows, for "did you mean".
std::vector<std::string> explainable_ids(const LoadedProfile& profile, std::span<const Check> checks);

/// "365 days", "[a, b] (name)".
std::string value_text(const ThresholdValue& value);

}  // namespace ehdscan
