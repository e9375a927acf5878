// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "model/readiness.h"

namespace ehdscan {

/// One decimal, cut off, never rounded up: floor, coverage, assessed and assurance (scoring model, section 4). 999999
/// is "99.9".
std::string percent_cut(Ppm value);

/// One decimal, rounded up; with full coverage the ceiling is printed as the floor.
std::string percent_ceiling(const Score& score);

}  // namespace ehdscan
