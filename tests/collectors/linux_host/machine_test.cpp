// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/machine.h"

#include <doctest/doctest.h>

#include "collectors/linux_host/host_fixture.h"
#include "evidence/tables/host.h"

using namespace ehdscan;

TEST_CASE("os-release: quotes and escapes are resolved as a shell would") {
  const auto release = parse_os_release("# comment\nID=debian\nPRETTY_NAME=\"Debian \\\"12\\\" \\$x\"\nNAME='it''s'\nbroken\n=x\n");
  CHECK(release.at("ID") == "debian");
  CHECK(release.at("PRETTY_NAME") == "Debian \"12\" $x");
  CHECK(release.at("NAME") == "it");
  CHECK(!release.contains("broken"));
}

TEST_CASE("kernel releases: runs of digits compare as numbers") {
  CHECK(newer_kernel("6.1.0-10-amd64", "6.1.0-9-amd64"));
  CHECK(!newer_kernel("6.1.0-9-amd64", "6.1.0-10-amd64"));
  CHECK(newer_kernel("6.10.3", "6.9.12"));
  CHECK(!newer_kernel("6.1.0", "6.1.0"));
}

TEST_CASE("machine: an image tells its product and newest kernel, and nothing of a running one") {
  HostFixture host({{"/etc/os-release", "ID=Debian\nVERSION_ID=\"12\"\nSUPPORT_END=2028-06-30\n"},
                    {"/boot/vmlinuz-6.1.0-9-amd64", ""},
                    {"/boot/vmlinuz-6.1.0-42-amd64", ""},
                    {"/lib/modules/6.1.0-99-amd64/build", ""}});
  host.run(machine_section);
  const RecordedRow* row = host.sink.find(tables::host, "host_id", "test");
  REQUIRE(row != nullptr);
  CHECK((*row)["os_id"] == "debian");
  CHECK((*row)["os_version_id"] == "12");
  CHECK((*row)["os_support_end"] == "2028-06-30");
  CHECK((*row)["newest_kernel_release"] == "6.1.0-42-amd64");
  CHECK((*row)["kernel_release"] == "NULL");
  CHECK((*row)["virtualisation"] == "NULL");
  CHECK((*row)["booted_at"] == "NULL");
  CHECK(host.sink.mistakes.empty());
}

TEST_CASE("machine: without os-release the product is not known") {
  HostFixture host;
  host.run(machine_section);
  const RecordedRow* row = host.sink.find(tables::host, "host_id", "test");
  REQUIRE(row != nullptr);
  CHECK((*row)["os_id"] == "NULL");
}
