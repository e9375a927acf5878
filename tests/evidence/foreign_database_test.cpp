// SPDX-License-Identifier: Apache-2.0
#include "evidence/foreign_database.h"

#include <doctest/doctest.h>

#include "support/sqlite_bytes.h"

using namespace ehdscan;

TEST_CASE("foreign database: rows come as they are, blobs as not known") {
  const auto rows = query_foreign_database(
      sqlite_bytes("create table t(a,b);insert into t values('x',1),(null,x'00'),('y\xff',2.5)"), "select a,b from t");
  REQUIRE(rows);
  REQUIRE(rows->size() == 3);
  CHECK((*rows)[0][0].text == "x");
  CHECK((*rows)[0][1].integer == 1);
  CHECK((*rows)[1][0].kind == Cell::Kind::null);
  CHECK((*rows)[1][1].kind == Cell::Kind::null);
  CHECK((*rows)[2][0].text == "y\xEF\xBF\xBD");
}

TEST_CASE("foreign database: a file with a write-ahead log is read as it was last folded") {
  std::string bytes = sqlite_bytes("create table t(a);insert into t values(7)");
  bytes[18] = bytes[19] = 2;
  const auto rows = query_foreign_database(bytes, "select a from t");
  REQUIRE(rows);
  CHECK((*rows)[0][0].integer == 7);
}

TEST_CASE("foreign database: hostile bytes end in an error") {
  CHECK(query_foreign_database("", "select 1").error().kind == ErrorKind::invalid_input);
  CHECK(query_foreign_database(std::string(5000, 'x'), "select 1").error().message == "not a SQLite database");
  std::string bytes = sqlite_bytes("create table t(a);insert into t values(7)");
  CHECK(query_foreign_database(bytes, "select a from other").error().kind == ErrorKind::invalid_input);
  CHECK(query_foreign_database(bytes, "insert into t values(8)").error().kind == ErrorKind::denied);
  CHECK(query_foreign_database(bytes.substr(0, 4096), "select a from t").error().kind == ErrorKind::invalid_input);
  const std::string endless = sqlite_bytes(
      "create view t(a) as with recursive n(i) as (select 1 union all select i+1 from n) select max(i) from n");
  CHECK(query_foreign_database(endless, "select a from t").error().kind == ErrorKind::limit);
  const std::string many =
      sqlite_bytes("create view t(a) as with recursive n(i) as (select 1 union all select i+1 from n) select i from n");
  CHECK(query_foreign_database(many, "select a from t", 10).error().message == "more than 10 rows");
}
