// SPDX-License-Identifier: Apache-2.0
#include "evidence/scratch_vfs.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "evidence/sqlite.h"
#include "support/temporary_folder.h"

using namespace ehdscan;

namespace {

sqlite::Connection opened(const std::string& file) {
  Result<sqlite::Connection> connection =
      sqlite::open(file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, sqlite::scratch_vfs());
  REQUIRE(connection);
  // A page cache this small sends sorts and temporary tables to their files.
  REQUIRE(sqlite::run(connection->get(), "PRAGMA temp_store=FILE;PRAGMA cache_size=10;PRAGMA temp.cache_size=10;"));
  return std::move(*connection);
}

constexpr const char* kNumbers =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<200000) SELECT i,hex(i*7919%200003) AS t "
    "FROM n";

}  // namespace

TEST_CASE("scratch_vfs: sorts and temporary tables that overflow their cache give what they should") {
  const TemporaryFolder folder;
  const sqlite::Connection connection = opened((folder.path / "named.db").string());
  REQUIRE(sqlite::run(connection.get(), fmt::format("CREATE TEMP TABLE a AS {};CREATE INDEX temp.by_t ON a(t);"
                                                    "DELETE FROM a WHERE i%3=0;UPDATE a SET t=t||'x' WHERE i%5=0;",
                                                    kNumbers)));
  auto check = sqlite::Statement::prepare(connection.get(), "PRAGMA temp.integrity_check");
  REQUIRE(check);
  REQUIRE(*check->step());
  CHECK(check->text(0) == "ok");
  auto sorted =
      sqlite::Statement::prepare(connection.get(), fmt::format("SELECT t,i FROM ({}) ORDER BY t||'.',i", kNumbers));
  REQUIRE(sorted);
  std::string before;
  int rows = 0;
  bool in_order = true;
  while (*sorted->step()) {
    std::string text(sorted->text(0));
    in_order = in_order && before <= text;
    before = std::move(text);
    ++rows;
  }
  CHECK(in_order);
  CHECK(rows == 200'000);
  // Named files are real ones.
  REQUIRE(sqlite::run(connection.get(), "CREATE TABLE b(x);INSERT INTO b VALUES(1)"));
  CHECK(std::filesystem::file_size(folder.path / "named.db") > 0);
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path), {}) == 1);
}

TEST_CASE("scratch_vfs: temporary files count against the heap limit") {
  const TemporaryFolder folder;
  const sqlite::Connection connection = opened((folder.path / "named.db").string());
  const std::int64_t before = sqlite3_hard_heap_limit64(sqlite3_memory_used() + (4 << 20));
  const Result<void> made = sqlite::run(connection.get(), fmt::format("CREATE TEMP TABLE a AS {}", kNumbers));
  sqlite3_hard_heap_limit64(before);
  REQUIRE_FALSE(made);
  CHECK(sqlite::run(connection.get(), "CREATE TEMP TABLE b AS SELECT 1"));
}
