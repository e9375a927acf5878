// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "model/table_spec.h"

namespace ehdscan {

/// Every evidence table, in the order of the reference (by area). The only list. Generated documentation, DDL and
/// column checks come from here.
std::span<const TableSpec* const> all_tables();

/// Those of them that collectors write: all but the derived ones, which are computed at assessment and never stored.
std::span<const TableSpec* const> collected_tables();

/// Errors are the caller's: nullptr if there is no such table.
const TableSpec* find_table(std::string_view name);

}  // namespace ehdscan
