// SPDX-License-Identifier: Apache-2.0
#include "evidence/sqlite.h"

#include <fmt/format.h>

namespace ehdscan::sqlite {
namespace {

ErrorKind kind_of(int code) {
  switch (code & 0xFF) {
    case SQLITE_CANTOPEN:
      return ErrorKind::not_found;
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_READONLY:
      return ErrorKind::denied;
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
    case SQLITE_SCHEMA:
    case SQLITE_ERROR:
    case SQLITE_MISMATCH:
      return ErrorKind::invalid_input;
    case SQLITE_INTERRUPT:
    case SQLITE_TOOBIG:
    case SQLITE_NOMEM:
      return ErrorKind::limit;
    default:
      return ErrorKind::io;
  }
}

}  // namespace

Error error_of(sqlite3* connection, std::string_view what) {
  const int code = connection == nullptr ? SQLITE_NOMEM : sqlite3_extended_errcode(connection);
  const char* text = connection == nullptr ? "out of memory" : sqlite3_errmsg(connection);
  return {.kind = kind_of(code), .message = fmt::format("{}: {}", what, text)};
}

Result<Connection> open(const std::string& name_or_uri, int flags, const char* vfs) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(name_or_uri.c_str(), &raw, flags, vfs);
  Connection connection(raw);
  if (code != SQLITE_OK) return std::unexpected(error_of(raw, "cannot open the database"));
  sqlite3_extended_result_codes(raw, 1);
  return connection;
}

Result<void> run(sqlite3* connection, const std::string& sql) {
  if (sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return std::unexpected(error_of(connection, "database"));
  }
  return {};
}

Result<Statement> Statement::prepare(sqlite3* connection, std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v2(connection, sql.data(), static_cast<int>(sql.size()), &raw, nullptr) != SQLITE_OK) {
    return std::unexpected(error_of(connection, "database"));
  }
  return Statement(raw);
}

Result<bool> Statement::step() {
  switch (sqlite3_step(handle_.get())) {
    case SQLITE_ROW:
      return true;
    case SQLITE_DONE:
      return false;
    default:
      return std::unexpected(error_of(sqlite3_db_handle(handle_.get()), "database"));
  }
}

std::string_view Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(handle_.get(), column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

}  // namespace ehdscan::sqlite
