// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sqlite3.h>

#include <string>

namespace ehdscan {

/// The file that a database made by `sql` would be.
inline std::string sqlite_bytes(const std::string& sql) {
  sqlite3* connection = nullptr;
  std::string bytes;
  if (sqlite3_open(":memory:", &connection) == SQLITE_OK &&
      sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) {
    sqlite3_int64 size = 0;
    unsigned char* data = sqlite3_serialize(connection, "main", &size, 0);
    bytes.assign(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
    sqlite3_free(data);
  }
  sqlite3_close(connection);
  return bytes;
}

}  // namespace ehdscan
