// SPDX-License-Identifier: Apache-2.0
#include "evidence/ddl.h"

#include <fmt/format.h>

#include <array>

namespace ehdscan {
namespace {

constexpr std::array kBookkeeping{
    BookkeepingTable{"meta",
                     "CREATE TABLE meta(key TEXT NOT NULL PRIMARY KEY,value TEXT NOT NULL)STRICT,WITHOUT ROWID"},
    BookkeepingTable{
        "source",
        "CREATE TABLE source(source_id INTEGER PRIMARY KEY,target TEXT NOT NULL,collector TEXT NOT NULL,location TEXT "
        "NOT "
        "NULL,sha256 TEXT NOT NULL,observed_at TEXT NOT NULL,grade TEXT NOT NULL CHECK(grade IN('E0','E1','E2','E3')),"
        "nature TEXT NOT NULL CHECK(nature IN('observed','intended')),freshness TEXT NOT NULL CHECK(freshness "
        "IN('live','export','permit_register','document')),third_party INTEGER NOT NULL CHECK(third_party "
        "IN(0,1)))STRICT"},
    BookkeepingTable{"collection",
                     "CREATE TABLE collection(target TEXT NOT NULL,collector TEXT NOT NULL,table_name TEXT NOT "
                     "NULL,state TEXT NOT NULL "
                     "CHECK(state IN('complete','partial','failed','denied','not_attempted')),reason TEXT NOT "
                     "NULL,row_count INTEGER NOT "
                     "NULL CHECK(row_count>=0),PRIMARY KEY(target,table_name))STRICT,WITHOUT ROWID"},
};

/// What every known value of the column fulfils; empty if anything goes.
std::string condition_of(const StoredColumn& column) {
  switch (column.type) {
    case ColumnType::boolean:
      return fmt::format("{} IN(0,1)", column.name);
    case ColumnType::instant:
      return fmt::format("{} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'",
                         column.name);
    case ColumnType::day:
      return fmt::format("{} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'", column.name);
    case ColumnType::enumeration: {
      std::string list;
      for (const std::string_view value : column.spec->values) {
        if (!list.empty()) list += ',';
        list += fmt::format("'{}'", value);
      }
      return fmt::format("{} IN({})", column.name, list);
    }
    case ColumnType::text_list:
      return fmt::format("json_type({})='array'", column.name);
    case ColumnType::text:
    case ColumnType::integer:
      return {};
  }
  return {};
}

/// The opposite of the condition, in words that SQLite answers fastest: for a list of more than two it would build an
/// index, and look into it for each row.
std::string violation_of(const StoredColumn& column) {
  const std::string condition = condition_of(column);
  if (condition.empty()) return {};
  switch (column.type) {
    case ColumnType::boolean:
      return fmt::format("{0}<0 OR {0}>1", column.name);
    case ColumnType::enumeration: {
      std::string cases;
      for (const std::string_view value : column.spec->values) cases += fmt::format(" WHEN '{}' THEN 0", value);
      return fmt::format("CASE {0}{1} ELSE {0} IS NOT NULL END", column.name, cases);
    }
    case ColumnType::text_list:
      // json_type() errs on what is not JSON, which refuses the file just as well. Most lists are NULL: not even asked.
      return fmt::format("{} IS NOT NULL AND NOT({})", column.name, condition);
    default:
      return fmt::format("NOT({})", condition);
  }
}

bool matches(std::string_view text, std::string_view pattern) {
  if (text.size() != pattern.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (pattern[i] == '0' ? (text[i] < '0' || text[i] > '9') : text[i] != pattern[i]) return false;
  }
  return true;
}

}  // namespace

std::vector<StoredColumn> stored_columns(const TableSpec& table) {
  std::vector<StoredColumn> columns{
      {std::string(kPlatformColumn), ColumnType::text, false, nullptr},
      {std::string(kSourceIdColumn), ColumnType::integer, false, nullptr},
      {std::string(kSourceLineColumn), ColumnType::integer, true, nullptr},
  };
  for (const ColumnSpec& spec : table.columns) {
    columns.push_back({std::string(spec.name), spec.type, spec.nullable == Nullable::yes, &spec});
    if (spec.type == ColumnType::enumeration) {
      columns.push_back({fmt::format("{}_raw", spec.name), ColumnType::text, true, nullptr});
    }
  }
  return columns;
}

std::string create_table_sql(const TableSpec& table, Constraints constraints) {
  std::string sql = fmt::format("CREATE TABLE {}(", table.name);
  bool first = true;
  for (const StoredColumn& column : stored_columns(table)) {
    const bool integer = column.type == ColumnType::integer || column.type == ColumnType::boolean;
    const std::string condition = constraints == Constraints::written ? condition_of(column) : std::string();
    sql +=
        fmt::format("{}{} {}{}{}", first ? "" : ",", column.name, integer ? "INTEGER" : "TEXT",
                    column.nullable ? "" : " NOT NULL", condition.empty() ? "" : fmt::format(" CHECK({})", condition));
    first = false;
  }
  return sql + ")STRICT";
}

std::string violations_sql(const TableSpec& table) {
  std::string wrong;
  for (const StoredColumn& column : stored_columns(table)) {
    const std::string condition = violation_of(column);
    if (!condition.empty()) wrong += (wrong.empty() ? "" : " OR ") + condition;
  }
  return wrong.empty() ? "" : fmt::format("SELECT rowid FROM {} WHERE {} LIMIT 1", table.name, wrong);
}

std::span<const BookkeepingTable> bookkeeping_tables() { return kBookkeeping; }

bool is_stored_instant(std::string_view text) { return matches(text, "0000-00-00T00:00:00Z"); }
bool is_stored_day(std::string_view text) { return matches(text, "0000-00-00"); }

}  // namespace ehdscan
