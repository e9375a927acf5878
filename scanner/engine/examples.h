// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/check.h"
#include "model/thresholds.h"

namespace ehdscan {

/// How the examples of one check came out.
struct ExampleReport {
  std::size_t examples = 0;     ///< executed
  std::size_t mutations = 0;    ///< NULL and completeness mutations executed
  std::vector<Error> failures;  ///< at the example's place: what was expected, what came
};

/// Runs every example, and the mutation test over every passing one: each column the check reads set to NULL in turn,
/// each needed collection set to partial; the verdict must stop being pass (columns under `null_safe` excepted).
ExampleReport run_examples(const Check& check, const Thresholds& thresholds);

}  // namespace ehdscan
