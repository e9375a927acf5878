// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/processes.h"

#include <doctest/doctest.h>

#include "collectors/linux_host/host_fixture.h"

using namespace ehdscan;

TEST_CASE("processes: one that vanishes between listing and reading is left out, the others stay") {
  const HostFixture host({{"/proc/1/comm", "init\n"},
                          {"/proc/1/cgroup", "0::/init.scope\n"},
                          {"/proc/77/status", "gone before its name was read"},
                          {"/proc/80/comm", "sshd\n"},
                          {"/proc/80/cgroup", "0::/system.slice/ssh.service\n"},
                          {"/proc/self-made/comm", "no process\n"}});
  const auto processes = host_processes(HostFiles::open(host.folder.path).value());
  REQUIRE(processes);
  REQUIRE(processes->size() == 2);
  CHECK((*processes)[0].name == "init");
  CHECK((*processes)[1].unit == "ssh.service");
  CHECK((*processes)[1].program.empty());  // its link was gone
}
