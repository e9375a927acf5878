// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/kernel.h"

#include <doctest/doctest.h>

#include "collectors/linux_host/host_fixture.h"
#include "evidence/tables/host.h"

using namespace ehdscan;

TEST_CASE("kernel: an image tells configured settings, blocked modules and core dump limits") {
  HostFixture host({{"/etc/sysctl.d/50.conf", "kernel.kptr_restrict = 2\n"},
                    {"/etc/sysctl.conf", "net.ipv4.ip_forward=1\n"},
                    {"/etc/modprobe.d/b.conf", "blacklist usb-storage\ninstall cramfs /bin/false\n# blacklist udf\n"},
                    {"/etc/security/limits.conf", "* soft core 0\n* hard core 0 # none\n"}});
  host.run(kernel_section);
  const RecordedRow* kptr = host.sink.find(tables::sysctl, "name", "kernel.kptr_restrict");
  REQUIRE(kptr != nullptr);
  CHECK((*kptr)["configured_value"] == "2");
  CHECK((*kptr)["value"] == "NULL");
  CHECK(kptr->location == "/etc/sysctl.d/50.conf");
  CHECK((*host.sink.find(tables::sysctl, "name", "net.ipv4.ip_forward"))["configured_value"] == "1");
  CHECK((*host.sink.find(tables::kernel_module, "name", "usb_storage"))["blocked"] == "1");
  CHECK((*host.sink.find(tables::kernel_module, "name", "cramfs"))["blocked"] == "1");
  CHECK((*host.sink.find(tables::kernel_module, "name", "udf"))["blocked"] == "0");
  CHECK((*host.sink.find(tables::kernel_module, "name", "udf"))["loaded"] == "NULL");
  CHECK((*host.sink.find(tables::core_dump_setting, "host_id", "test"))["hard_limit_zero"] == "1");
  CHECK(host.sink.mistakes.empty());
}

TEST_CASE("confinement: an image tells SELinux's configured mode and nothing that is in force") {
  HostFixture host({{"/etc/selinux/config", "# c\nSELINUX=Enforcing\nSELINUXTYPE=targeted\n"}});
  host.run(confinement_section);
  const RecordedRow* row = host.sink.find(tables::mandatory_access_control, "host_id", "test");
  REQUIRE(row != nullptr);
  CHECK((*row)["configured_mode"] == "enforcing");
  CHECK((*row)["mode"] == "NULL");
  CHECK(host.sink.state_of(tables::mandatory_access_control).starts_with("partial"));
}

TEST_CASE("security agents: installed products with the date of their signatures") {
  HostFixture host({{"/usr/sbin/clamd", ""}, {"/var/lib/clamav/daily.cvd", "x"}, {"/usr/bin/aide", ""}});
  host.run(security_agents_section);
  REQUIRE(host.sink.rows_of(tables::security_agent).size() == 2);
  const RecordedRow* clamav = host.sink.find(tables::security_agent, "product", "clamav");
  CHECK((*clamav)["kind"] == "malware_scanner");
  CHECK((*clamav)["running"] == "NULL");
  CHECK((*clamav)["signatures_at"] != "NULL");
  CHECK((*host.sink.find(tables::security_agent, "product", "aide"))["signatures_at"] == "NULL");
}
