// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "model/readiness.h"

namespace ehdscan {

/// A readiness as a middling node would get it, with `findings` findings spread over its checks. No randomness: the
/// same number gives the same value everywhere.
Readiness sample_readiness(std::size_t findings);

/// The same with `text` in every field that can come from outside: evidence, check packs, profiles, manifests.
Readiness hostile_readiness(const std::string& text);

}  // namespace ehdscan
