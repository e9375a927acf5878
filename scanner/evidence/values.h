// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evidence/evidence.h"

namespace ehdscan {

/// The distinct known values of a text column, sorted bytewise. `table` and `column` must exist.
std::vector<std::string> distinct_texts(const Evidence& evidence, std::string_view table, std::string_view column);

}  // namespace ehdscan
