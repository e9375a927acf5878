// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/file_modes.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "collectors/linux_host/host_fixture.h"
#include "evidence/tables/host_software.h"

using namespace ehdscan;

TEST_CASE("file modes: setuid files with their packages, writable paths, permissions of named files") {
  HostFixture host({{"/usr/bin/su", "x"},
                    {"/usr/local/bin/own", "x"},
                    {"/usr/bin/plain", "x"},
                    {"/opt/open/file", "x"},
                    {"/etc/shadow", "x"},
                    {"/var/lib/dpkg/info/util-linux.list", "/.\n/bin\n/bin/su\n"}});
  ::chmod(host.path("/usr/bin/su").c_str(), 04755);
  ::chmod(host.path("/usr/local/bin/own").c_str(), 02755);
  ::chmod(host.path("/opt/open").c_str(), 01777);
  ::chmod(host.path("/opt/open/file").c_str(), 0666);
  ::chmod(host.path("/etc/shadow").c_str(), 0604);
  std::filesystem::create_symlink("/", host.path("/opt/loop"));
  host.run(file_modes_section);
  REQUIRE(host.sink.rows_of(tables::setuid_file).size() == 2);
  const RecordedRow* su = host.sink.find(tables::setuid_file, "path", "/usr/bin/su");
  REQUIRE(su != nullptr);
  CHECK((*su)["setuid"] == "1");
  CHECK((*su)["packaged"] == "1");
  const RecordedRow* own = host.sink.find(tables::setuid_file, "path", "/usr/local/bin/own");
  REQUIRE(own != nullptr);
  CHECK((*own)["setgid"] == "1");
  CHECK((*own)["packaged"] == "0");
  CHECK((*host.sink.find(tables::writable_path, "path", "/opt/open"))["sticky"] == "1");
  CHECK((*host.sink.find(tables::writable_path, "path", "/opt/open/file"))["kind"] == "file");
  CHECK(host.sink.rows_of(tables::writable_path).size() == 2);
  const RecordedRow* shadow = host.sink.find(tables::key_file, "path", "/etc/shadow");
  REQUIRE(shadow != nullptr);
  CHECK((*shadow)["mode"] == std::to_string(0604));
  CHECK((*shadow)["most_mode"] == std::to_string(0640));
  CHECK(host.sink.state_of(tables::setuid_file) == "complete");
  CHECK(host.sink.mistakes.empty());
}

TEST_CASE("file modes: without a package database nobody knows what is packaged") {
  HostFixture host({{"/usr/bin/su", "x"}});
  ::chmod(host.path("/usr/bin/su").c_str(), 04755);
  host.run(file_modes_section);
  CHECK((*host.sink.find(tables::setuid_file, "path", "/usr/bin/su"))["packaged"] == "NULL");
}
