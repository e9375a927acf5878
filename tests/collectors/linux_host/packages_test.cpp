// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/packages.h"

#include <doctest/doctest.h>

#include <cstdlib>

#include "collectors/linux_host/host_fixture.h"
#include "evidence/tables/host_software.h"

using namespace ehdscan;

TEST_CASE("Debian versions: epoch, upstream version, revision, and ~ before everything") {
  const auto less = [](const char* a, const char* b) {
    CHECK_MESSAGE(compare_debian_versions(a, b) < 0, a, " < ", b);
    CHECK_MESSAGE(compare_debian_versions(b, a) > 0, b, " > ", a);
  };
  less("1.0~rc1", "1.0");
  less("1.0", "1.0-1");
  less("1.0-1", "1.0-1+b1");
  less("1.9", "1.10");
  less("9.9", "1:0.1");
  less("1.0a", "1.0b");
  less("1.0a", "1.0+");
  less("2.0~~", "2.0~~a");
  less("2.0~~a", "2.0~");
  less("1.2-3", "1.2.1-1");
  CHECK(compare_debian_versions("1.0", "1.00") == 0);
  CHECK(compare_debian_versions("0:1.0", "1.0") == 0);
  CHECK(compare_debian_versions("1.0-0", "1.0") == 0);
}

TEST_CASE("Debian versions: dpkg is of the same opinion") {
  if (std::system("dpkg --version >/dev/null 2>&1") != 0) return;
  const char* versions[] = {"1.0", "1.0~rc1", "1.0-1", "1:0.9", "1.0+b1", "1.10", "1.9.9", "2~a", "2~~", "0"};
  for (const char* a : versions) {
    for (const char* b : versions) {
      const std::string command = std::string("dpkg --compare-versions '") + a + "' lt '" + b + "'";
      const bool dpkg_says = std::system(command.c_str()) == 0;
      CHECK_MESSAGE((compare_debian_versions(a, b) < 0) == dpkg_says, a, " lt ", b);
    }
  }
}

namespace {

constexpr std::string_view kStatus =
    "Package: openssl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 3.0.1-1\nDescription: tool\n with more\n Version: 9\n\n"
    "Package: vim\nStatus: hold ok installed\nArchitecture: amd64\nVersion: 9.0-1\n\n"
    "Package: gone\nStatus: deinstall ok config-files\nArchitecture: amd64\nVersion: 1\n\n"
    "Package: half\nStatus: install ok half-configured\nArchitecture: amd64\nVersion: 1\n\n";

}  // namespace

TEST_CASE("packages: what is pending, for security or not, held or broken") {
  HostFixture host({{"/var/lib/dpkg/status", kStatus},
                    {"/var/lib/apt/lists/m_dists_x-security_InRelease", "Label: Debian-Security\nSuite: x-security\n"},
                    {"/var/lib/apt/lists/m_dists_x-security_main_binary-amd64_Packages",
                     "Package: openssl\nArchitecture: amd64\nVersion: 3.0.1-1+deb12u1\n\n"},
                    {"/var/lib/apt/lists/m_dists_x_InRelease", "Label: Debian\nSuite: stable\n"},
                    {"/var/lib/apt/lists/m_dists_x_main_binary-amd64_Packages",
                     "Package: vim\nArchitecture: amd64\nVersion: 9.1-1\n\nPackage: vim\nArchitecture: arm64\nVersion: 99\n\n"}});
  host.run(packages_section);
  const RecordedRow* openssl = host.sink.find(tables::package_state, "name", "openssl:amd64");
  REQUIRE(openssl != nullptr);
  CHECK((*openssl)["security_update_pending"] == "1");
  CHECK((*openssl)["candidate_version"] == "3.0.1-1+deb12u1");
  const RecordedRow* vim = host.sink.find(tables::package_state, "name", "vim:amd64");
  REQUIRE(vim != nullptr);
  CHECK((*vim)["update_pending"] == "1");
  CHECK((*vim)["security_update_pending"] == "0");
  CHECK((*vim)["held"] == "1");
  CHECK((*vim)["candidate_version"] == "9.1-1");
  CHECK((*host.sink.find(tables::package_state, "name", "half:amd64"))["broken"] == "1");
  CHECK(host.sink.find(tables::package_state, "name", "gone:amd64") == nullptr);
  CHECK(host.sink.state_of(tables::package_state) == "complete");
  CHECK((*host.sink.find(tables::package_source, "manager", "apt"))["installed_packages"] == "3");
  CHECK(host.sink.mistakes.empty());
}

TEST_CASE("packages: without lists nobody knows what is pending") {
  HostFixture host({{"/var/lib/dpkg/status", kStatus}});
  host.run(packages_section);
  CHECK(host.sink.state_of(tables::package_state).starts_with("partial: there are no package lists"));
  CHECK((*host.sink.find(tables::package_state, "name", "vim:amd64"))["update_pending"] == "NULL");
  CHECK((*host.sink.find(tables::package_source, "manager", "apt"))["security_lists_at"] == "NULL");
}

TEST_CASE("packages: a list in a form we do not read makes it partial; another package manager fails") {
  HostFixture host({{"/var/lib/dpkg/status", kStatus}, {"/var/lib/apt/lists/m_main_binary-amd64_Packages.xz", "xz"}});
  host.run(packages_section);
  CHECK(host.sink.state_of(tables::package_state).starts_with("partial: a package list cannot be read"));
  HostFixture rpm;
  rpm.run(packages_section);
  CHECK(rpm.sink.state_of(tables::package_state).starts_with("failed"));
}

TEST_CASE("packages: unattended upgrades need the tool and a period") {
  const auto automatic = [](std::initializer_list<std::pair<std::string_view, std::string_view>> files) {
    HostFixture host(files);
    host.add("/var/lib/dpkg/status", kStatus);
    host.run(packages_section);
    return (*host.sink.find(tables::package_source, "manager", "apt"))["automatic_updates"];
  };
  CHECK(automatic({{"/usr/bin/unattended-upgrade", ""}, {"/etc/apt/apt.conf.d/20auto", "APT::Periodic::Unattended-Upgrade \"1\";\n"}}) == "1");
  CHECK(automatic({{"/usr/bin/unattended-upgrade", ""}, {"/etc/apt/apt.conf.d/20auto", "APT::Periodic::Unattended-Upgrade \"0\";\n"}}) == "0");
  CHECK(automatic({{"/etc/apt/apt.conf.d/20auto", "APT::Periodic::Unattended-Upgrade \"1\";\n"}}) == "0");
  CHECK(automatic({{"/usr/bin/unattended-upgrade", ""}, {"/etc/apt/apt.conf.d/20auto", "// APT::Periodic::Unattended-Upgrade \"1\";\n"}}) == "0");
}
