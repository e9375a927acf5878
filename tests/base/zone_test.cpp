// SPDX-License-Identifier: Apache-2.0
#include "base/zone.h"

#include <doctest/doctest.h>

using namespace ehdscan;

TEST_CASE("zone: days are those of the place, also when the clock changes") {
  const auto helsinki = Zone::find("Europe/Helsinki");
  REQUIRE(helsinki);
  CHECK(to_string(helsinki->start_of_day({2026, 11, 23})) == "2026-11-22T22:00:00Z");
  CHECK(to_string(helsinki->end_of_day({2026, 11, 23})) == "2026-11-23T21:59:59Z");
  CHECK(helsinki->end_of_day({2026, 3, 29}).seconds_since_epoch - helsinki->start_of_day({2026, 3, 29}).seconds_since_epoch == 23 * 3600 - 1);
  CHECK(helsinki->end_of_day({2026, 10, 25}).seconds_since_epoch - helsinki->start_of_day({2026, 10, 25}).seconds_since_epoch == 25 * 3600 - 1);
  CHECK(helsinki->day_of(*parse_instant("2026-11-23T22:30:00Z")) == Day{2026, 11, 24});
  const auto beirut = Zone::find("Asia/Beirut");  // midnight of 31 March 2024 does not exist there
  REQUIRE(beirut);
  CHECK(to_string(beirut->start_of_day({2024, 3, 31})) == "2024-03-30T22:00:00Z");
}

TEST_CASE("zone: a name that is none is refused") {
  for (const char* name : {"", "Europe/Atlantis", "../../etc/passwd", "/etc/localtime"}) CHECK_MESSAGE(!Zone::find(name), name);
  CHECK(Zone::find("UTC"));
}
