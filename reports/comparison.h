// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "compare/comparison.h"

namespace ehdscan {

/// schemas/compare.schema.json: keys in a fixed order, one record a line.
std::string write_comparison_json(const Comparison& comparison);

/// One control a line, one site a column; a site that sent nothing that counts has its column too.
std::string write_comparison_csv(const Comparison& comparison);

/// What a person wants first: whether the reports can be compared, where sites differ, what changed. Texts of the
/// reports are escaped.
std::string write_comparison_summary(const Comparison& comparison);

}  // namespace ehdscan
