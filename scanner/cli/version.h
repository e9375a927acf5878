// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace ehdscan {

inline constexpr std::string_view kToolVersion = EHDSCAN_VERSION;

}  // namespace ehdscan
