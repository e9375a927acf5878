// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "model/table_spec.h"

namespace ehdscan {

/// Whether a table carries CHECK constraints. Hardened connections refuse the functions in them, and derived tables
/// hold only what was checked already.
enum class Constraints : std::uint8_t { written, left_out };

/// A column as it stands in the database: common columns first, then the table's own, each enumeration followed by its
/// `<column>_raw` companion.
struct StoredColumn {
  std::string name;
  ColumnType type = ColumnType::text;
  bool nullable = true;
  const ColumnSpec* spec = nullptr;  ///< nullptr for common and _raw columns
};
std::vector<StoredColumn> stored_columns(const TableSpec& table);

/// CREATE TABLE of one evidence table; types, NULL-ness and closed lists as constraints.
std::string create_table_sql(const TableSpec& table, Constraints constraints = Constraints::written);

/// A query that finds one row that breaks a closed list, a boolean or the spelling of a time; empty if the table has no
/// such column. Needed because SQLite forgets CHECK constraints when it opens a file read-only, so that quick_check
/// finds the other faults only.
std::string violations_sql(const TableSpec& table);

/// CREATE TABLE of `meta`, `source` and `collection`, by name.
struct BookkeepingTable {
  std::string_view name;
  std::string_view sql;
};
std::span<const BookkeepingTable> bookkeeping_tables();

/// True for "2026-11-23T08:00:00Z" and "2026-11-23": the only spellings of times in evidence.
bool is_stored_instant(std::string_view text);
bool is_stored_day(std::string_view text);

}  // namespace ehdscan
