// SPDX-License-Identifier: Apache-2.0
#include "base/time.h"

#include <doctest/doctest.h>

using namespace ehdscan;

TEST_CASE("time: text that is not an instant is refused") {
  for (const char* text :
       {"", "2026-11-23", "2026-02-29T00:00:00Z", "2026-11-23T24:00:00Z", "2026-11-23T08:00:00",
        "2026-11-23T08:00:00.Z", "2026-11-23T08:00:00+2:00", "2026-11-23T08:00:00Zx", "-026-11-23T08:00:00Z"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_instant(text));
  }
}

TEST_CASE("time: instants are read with offset and fraction and printed in UTC") {
  CHECK(to_string(*parse_instant("2026-11-23T08:00:00Z")) == "2026-11-23T08:00:00Z");
  CHECK(to_string(*parse_instant("2026-11-23T00:30:00.987+02:00")) == "2026-11-22T22:30:00Z");
  CHECK(to_string(*parse_instant("1969-12-31T23:59:59Z")) == "1969-12-31T23:59:59Z");
  CHECK(parse_instant("1970-01-01T00:00:00Z")->seconds_since_epoch == 0);
}

TEST_CASE("time: months later falls back to the last day of a shorter month") {
  CHECK(to_string(add_months({2026, 8, 31}, 6)) == "2027-02-28");
  CHECK(to_string(add_months({2027, 8, 31}, 6)) == "2028-02-29");
  CHECK(to_string(add_months({2026, 3, 31}, -1)) == "2026-02-28");
  CHECK(to_string(add_months({2026, 5, 15}, 6)) == "2026-11-15");
}

TEST_CASE("time: a day ends with its last second") {
  CHECK(to_string(end_of_day({2026, 11, 15})) == "2026-11-15T23:59:59Z");
  CHECK(to_string(add_days({2026, 12, 31}, 1)) == "2027-01-01");
  CHECK_FALSE(parse_day("2026-13-01"));
  CHECK_FALSE(parse_day("2026-11-23 "));
}
