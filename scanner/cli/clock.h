// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "base/time.h"

namespace ehdscan {

/// The clock of the machine: read here and handed down, so that everything below is a function of its inputs.
inline Instant wall_clock() {
  return {std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count()};
}

}  // namespace ehdscan
