// SPDX-License-Identifier: Apache-2.0
// Thin owners of SQLite handles, for evidence/ and engine/ only.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/unique_handle.h"

namespace ehdscan::sqlite {

using Connection = std::unique_ptr<sqlite3, Calls<sqlite3_close>>;

/// The connection's last error as one of ours: full disks and broken files keep their kind.
Error error_of(sqlite3* connection, std::string_view what);

/// Opens; `flags` are SQLITE_OPEN_*, `vfs` a registered VFS or nullptr for the system's. Errors: not_found, denied, io.
Result<Connection> open(const std::string& name_or_uri, int flags, const char* vfs = nullptr);

/// Runs statements without results. Errors: as error_of.
Result<void> run(sqlite3* connection, const std::string& sql);

/// A prepared statement. Columns count from 0, parameters from 1, as in SQLite.
class Statement {
 public:
  static Result<Statement> prepare(sqlite3* connection, std::string_view sql);

  void bind(int index, std::int64_t value) { sqlite3_bind_int64(handle_.get(), index, value); }
  void bind(int index, std::string_view value) {
    sqlite3_bind_text(handle_.get(), index, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT);
  }
  /// Of text that outlives the next step: spares its copy.
  void bind_lasting(int index, std::string_view value) {
    sqlite3_bind_text(handle_.get(), index, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
  }
  void bind_null(int index) { sqlite3_bind_null(handle_.get(), index); }

  /// True while there is a row. Errors: as error_of.
  Result<bool> step();
  void reset() { sqlite3_reset(handle_.get()); }

  [[nodiscard]] int columns() const { return sqlite3_column_count(handle_.get()); }
  [[nodiscard]] std::string_view name(int column) const { return sqlite3_column_name(handle_.get(), column); }
  [[nodiscard]] bool is_null(int column) const { return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL; }
  [[nodiscard]] std::int64_t integer(int column) const { return sqlite3_column_int64(handle_.get(), column); }
  /// Valid until the next step.
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] sqlite3_stmt* handle() const { return handle_.get(); }

 private:
  explicit Statement(sqlite3_stmt* handle) : handle_(handle) {}
  std::unique_ptr<sqlite3_stmt, Calls<sqlite3_finalize>> handle_;
};

}  // namespace ehdscan::sqlite
