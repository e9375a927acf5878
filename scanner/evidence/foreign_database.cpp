// SPDX-License-Identifier: Apache-2.0
#include "evidence/foreign_database.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "evidence/sqlite.h"

namespace ehdscan {
namespace {

constexpr int kStepsPerCall = 100'000;
constexpr int kMaxCalls = 1'000;

/// Bytes 18 and 19 of the header say that a write-ahead log is used; a database in memory has none.
constexpr std::size_t kWriteVersion = 18;
constexpr std::size_t kReadVersion = 19;
constexpr std::size_t kHeaderBytes = 100;

int count_call(void* calls) { return ++*static_cast<int*>(calls) > kMaxCalls ? 1 : 0; }

Cell cell_of(const sqlite::Statement& row, int column) {
  Cell cell;
  switch (sqlite3_column_type(row.handle(), column)) {
    case SQLITE_NULL:
    case SQLITE_BLOB:
      break;
    case SQLITE_INTEGER:
      cell.kind = Cell::Kind::integer;
      cell.integer = row.integer(column);
      break;
    default:
      cell.kind = Cell::Kind::text;
      cell.text = to_valid_utf8(row.text(column));
  }
  return cell;
}

}  // namespace

Result<std::vector<std::vector<Cell>>> query_foreign_database(std::string bytes, const std::string& sql,
                                                              std::size_t max_rows) {
  if (bytes.size() < kHeaderBytes || !bytes.starts_with("SQLite format 3")) {
    return fail(ErrorKind::invalid_input, "not a SQLite database");
  }
  for (const std::size_t version : {kWriteVersion, kReadVersion}) {
    if (bytes[version] == 2) bytes[version] = 1;
  }
  Result<sqlite::Connection> connection = sqlite::open(":memory:", SQLITE_OPEN_READWRITE);
  if (!connection) return std::unexpected(connection.error());
  sqlite3* handle = connection->get();
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  int calls = 0;
  sqlite3_progress_handler(handle, kStepsPerCall, count_call, &calls);
  const auto size = static_cast<sqlite3_int64>(bytes.size());
  if (sqlite3_deserialize(handle, "main", reinterpret_cast<unsigned char*>(bytes.data()), size, size,
                          SQLITE_DESERIALIZE_READONLY) != SQLITE_OK) {
    return std::unexpected(sqlite::error_of(handle, "cannot open the database"));
  }
  Result<sqlite::Statement> statement = sqlite::Statement::prepare(handle, sql);
  if (!statement) return std::unexpected(statement.error());
  std::vector<std::vector<Cell>> rows;
  for (;;) {
    const Result<bool> more = statement->step();
    if (!more) return std::unexpected(more.error());
    if (!*more) return rows;
    if (rows.size() >= max_rows) return fail(ErrorKind::limit, fmt::format("more than {} rows", max_rows));
    std::vector<Cell>& row = rows.emplace_back();
    for (int column = 0; column < statement->columns(); ++column) row.push_back(cell_of(*statement, column));
  }
}

}  // namespace ehdscan
