// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace ehdscan {

/// How a column is stored and what may be written to it.
///
/// Every column is STRICT TEXT or INTEGER in SQLite. NULL means "not known" and nothing else (docs/design of evidence).
enum class ColumnType {
  text,         ///< UTF-8 text
  integer,      ///< signed 64 bit; the unit stands in ColumnSpec::unit and in the name (`_days`, `_bytes`)
  boolean,      ///< 0 or 1
  instant,      ///< TEXT "2026-11-23T08:00:00Z", always UTC; sorts as text
  day,          ///< TEXT "2026-11-23", a calendar day of a document
  enumeration,  ///< TEXT of a closed list; an unlisted value is stored as NULL with the text in `<column>_raw`
  text_list,    ///< TEXT, a JSON array of strings, in the order of the source (`["a","b"]`), empty list `[]`
};

enum class Nullable { no, yes };

/// One column. `null_when` says when NULL appears, for nullable columns ("the platform does not report it").
struct ColumnSpec {
  std::string_view name;
  ColumnType type = ColumnType::text;
  Nullable nullable = Nullable::yes;
  bool key = false;  ///< part of the natural identity of the row, together with `platform`
  std::string_view meaning{};
  std::string_view unit{};  ///< "days", "bytes", "seconds", "bits", "ports" …; empty for texts
  std::string_view null_when{};
  std::span<const std::string_view> values{};  ///< the closed list of an enumeration
  std::string_view references{};               ///< "security_group.group_id": natural foreign key inside one platform
};

/// One table of evidence. Besides its own columns every table has the common columns of kCommonColumns, in front.
struct TableSpec {
  std::string_view name;
  std::string_view area;     ///< heading in the reference: "network", "identity", "host" …
  std::string_view summary;  ///< "One row per …"
  std::span<const ColumnSpec> columns;
  /// Names of the tables that a derived table is computed from at assessment; empty if collectors write the table.
  std::span<const std::string_view> derived_from{};

  [[nodiscard]] constexpr bool is_derived() const { return !derived_from.empty(); }
  /// Declarations, register and documents say what should be: what is observed and what is intended are both held
  /// against them.
  [[nodiscard]] constexpr bool is_yardstick() const {
    return area == "declared" || area == "permit" || area == "governance";
  }
};

/// Columns that every evidence table starts with, written by the engine of the row writer, not by collectors.
///
/// `platform` is the platform instance (`keystone:https://…`, `host:login01`, `aws:1234`): with the key columns it
/// identifies a resource across targets, so an export and a live read of one cloud do not count twice.
/// `source_id` joins to the table `source` (file or URL, digest, when seen, grade, ours or third party, observed or
/// intended); `source_line` is the line in that file, NULL where a line has no meaning.
inline constexpr std::string_view kPlatformColumn = "platform";
inline constexpr std::string_view kSourceIdColumn = "source_id";
inline constexpr std::string_view kSourceLineColumn = "source_line";
inline constexpr std::size_t kCommonColumnCount = 3;

/// Position of a column among the table's own columns, or npos.
inline constexpr std::size_t kNoColumn = static_cast<std::size_t>(-1);
consteval std::size_t column_index(const TableSpec& table, std::string_view name) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].name == name) return i;
  }
  return kNoColumn;
}

// Short forms that keep table specifications readable. `key_*` columns are never NULL.
namespace column {

constexpr ColumnSpec key(std::string_view name, std::string_view meaning, std::string_view references = {}) {
  return {.name = name,
          .type = ColumnType::text,
          .nullable = Nullable::no,
          .key = true,
          .meaning = meaning,
          .references = references};
}
constexpr ColumnSpec key_integer(std::string_view name, std::string_view meaning) {
  return {.name = name, .type = ColumnType::integer, .nullable = Nullable::no, .key = true, .meaning = meaning};
}
constexpr ColumnSpec text(std::string_view name, std::string_view meaning, std::string_view null_when = {}) {
  return {.name = name, .meaning = meaning, .null_when = null_when};
}
constexpr ColumnSpec ref(std::string_view name, std::string_view references, std::string_view meaning,
                         std::string_view null_when = {}) {
  return {.name = name, .meaning = meaning, .null_when = null_when, .references = references};
}
constexpr ColumnSpec integer(std::string_view name, std::string_view unit, std::string_view meaning,
                             std::string_view null_when = {}) {
  return {.name = name, .type = ColumnType::integer, .meaning = meaning, .unit = unit, .null_when = null_when};
}
constexpr ColumnSpec boolean(std::string_view name, std::string_view meaning, std::string_view null_when = {}) {
  return {.name = name, .type = ColumnType::boolean, .meaning = meaning, .null_when = null_when};
}
constexpr ColumnSpec instant(std::string_view name, std::string_view meaning, std::string_view null_when = {}) {
  return {.name = name, .type = ColumnType::instant, .meaning = meaning, .null_when = null_when};
}
constexpr ColumnSpec day(std::string_view name, std::string_view meaning, std::string_view null_when = {}) {
  return {.name = name, .type = ColumnType::day, .meaning = meaning, .null_when = null_when};
}
constexpr ColumnSpec list(std::string_view name, std::string_view meaning, std::string_view null_when = {}) {
  return {.name = name, .type = ColumnType::text_list, .meaning = meaning, .null_when = null_when};
}
constexpr ColumnSpec one_of(std::string_view name, std::span<const std::string_view> values, std::string_view meaning,
                            std::string_view null_when = {}) {
  return {.name = name, .type = ColumnType::enumeration, .meaning = meaning, .null_when = null_when, .values = values};
}
/// The same column, never NULL, not part of the key.
constexpr ColumnSpec required(ColumnSpec column) {
  column.nullable = Nullable::no;
  column.null_when = {};
  return column;
}
/// The same column, part of the key and never NULL.
constexpr ColumnSpec as_key(ColumnSpec column) {
  column.nullable = Nullable::no;
  column.key = true;
  column.null_when = {};
  return column;
}

}  // namespace column
}  // namespace ehdscan
