// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/clock.h"

#include <doctest/doctest.h>

#include "collectors/linux_host/host_fixture.h"
#include "evidence/tables/host_log.h"

using namespace ehdscan;

TEST_CASE("time sources: servers, pools, reference clocks and authentication") {
  const auto sources = parse_time_sources("server a iburst nts\n# server x\npool b\nrefclock PHC /dev/ptp0\nserver\ndriftfile /x\n");
  REQUIRE(sources.size() == 3);
  CHECK(sources[0].authenticated);
  CHECK(sources[1].kind == "pool");
  CHECK(sources[1].line == 3);
  CHECK(!sources[1].authenticated);
  CHECK(sources[2].address == "PHC /dev/ptp0");
}

TEST_CASE("clock: chrony with sources in a folder; an image has no running clock") {
  HostFixture host({{"/usr/sbin/chronyd", ""},
                    {"/etc/chrony/chrony.conf", "sourcedir /etc/chrony/sources.d\nserver a\n"},
                    {"/etc/chrony/sources.d/b.sources", "server b\n"}});
  host.run(clock_section);
  const RecordedRow* state = host.sink.find(tables::time_state, "host_id", "test");
  REQUIRE(state != nullptr);
  CHECK((*state)["daemon"] == "chrony");
  CHECK((*state)["source_count"] == "2");
  CHECK((*state)["synchronised"] == "NULL");
  CHECK((*state)["running"] == "NULL");
  CHECK(host.sink.rows_of(tables::time_source).size() == 2);
  CHECK(host.sink.mistakes.empty());
}

TEST_CASE("clock: no daemon at all has no sources; timesyncd's compiled-in pool is not known") {
  HostFixture none;
  none.run(clock_section);
  CHECK((*none.sink.find(tables::time_state, "host_id", "test"))["daemon"] == "none");
  CHECK((*none.sink.find(tables::time_state, "host_id", "test"))["source_count"] == "0");
  HostFixture timesyncd({{"/usr/lib/systemd/systemd-timesyncd", ""}});
  timesyncd.run(clock_section);
  CHECK((*timesyncd.sink.find(tables::time_state, "host_id", "test"))["source_count"] == "NULL");
}
