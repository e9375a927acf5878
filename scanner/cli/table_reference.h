// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "model/table_spec.h"

namespace ehdscan {

/// One line per table, grouped by area.
std::string list_tables();

/// A table with its columns: type, whether it may be unknown and when, meaning.
std::string describe_table(const TableSpec& table);

/// The reference page of all tables.
std::string table_reference_markdown();

}  // namespace ehdscan
