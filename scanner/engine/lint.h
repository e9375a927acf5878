// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "base/error.h"
#include "model/check.h"
#include "model/thresholds.h"

namespace ehdscan {

/// What is wrong with a check although it could be read: SQL that does not compile against the tables, tables used but
/// not in `needs`, functions that are not allowed, aggregates that drop NULL on nullable columns, unknown thresholds,
/// placeholders of subject and message that no column fills, missing texts, examples that do not cover pass, fail and
/// not_assessed.
std::vector<Error> lint_check(const Check& check, const Thresholds& thresholds);

}  // namespace ehdscan
