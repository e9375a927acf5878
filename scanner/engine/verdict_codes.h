// SPDX-License-Identifier: Apache-2.0
// The verdicts of short-form checks as numbers that SQL computes: 0 the check does not look at the row, 1 pass, 2 warn,
// 4 fail; everything else is "not assessed". The expressions never give NULL.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "engine/run_state.h"

namespace ehdscan {

/// Three bits per check and row; the codes of up to twenty checks travel in one integer column.
constexpr int kBitsPerCode = 3;
constexpr std::size_t kCodesPerColumn = 20;

/// What a code means; nullopt if the check does not look at the row.
std::optional<Verdict> verdict_of(std::int64_t code);

/// The SQL that gives one check's code for a row.
std::string short_form_expression(const Check& check);

/// Result columns, each behind a comma, that hold every check's code. Checks with the same `where` should stand next to
/// each other: it is evaluated once for all of them that share a column.
std::string packed_columns(std::span<CheckRun* const> runs);

}  // namespace ehdscan
