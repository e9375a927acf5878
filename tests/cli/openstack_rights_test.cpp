// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "collectors/openstack/plan.h"
#include "support/program.h"

using namespace ehdscan;

TEST_CASE("openstack rights: every list is printed with its call and its least role") {
  const ProgramRun run = run_program({"openstack", "rights"}, {}, {});
  CHECK(run.code == 0);
  CHECK(os_rights().size() > 30);
  for (const OsRight& right : os_rights()) {
    CHECK_FALSE(os_service(right.service).empty());
    CHECK(run.out.contains(right.call));
    CHECK(run.out.contains(right.least));
  }
}
