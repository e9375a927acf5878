// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace ehdscan {

/// Whether labels (`key=value`) meet a Kubernetes label selector written as `key=value` and `key Operator (a,b)` with
/// the operators In, NotIn, Exists and DoesNotExist: all parts must hold, and an empty selector selects everything.
/// NotIn also holds where the key is absent. Nothing if a part is not understood and no other part decides.
std::optional<bool> label_selector_matches(const std::vector<std::string>& selector,
                                           const std::vector<std::string>& labels);

}  // namespace ehdscan
