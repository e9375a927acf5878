// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/sshd.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collectors/linux_host/host_fixture.h"
#include "evidence/tables/host_access.h"

using namespace ehdscan;

namespace {

constexpr std::string_view kDebian12 =
    "Package: openssh-client\nStatus: install ok installed\nVersion: 1:1.0p1-1\n\n"
    "Package: openssh-server\nStatus: install ok installed\nVersion: 1:9.2p1-2+deb12u10\n\n";

std::string value(const HostFixture& host, std::string_view connection_class, std::string_view keyword) {
  for (const RecordedRow* row : host.sink.rows_of(tables::sshd_setting)) {
    if ((*row)["connection_class"] == connection_class && (*row)["keyword"] == keyword) return (*row)["value"];
  }
  return "no row";
}

std::string place(const HostFixture& host, std::string_view keyword) {
  const RecordedRow* row = host.sink.find(tables::sshd_setting, "keyword", keyword);
  return row == nullptr ? "no row" : row->location + ":" + std::to_string(row->line);
}

}  // namespace

TEST_CASE("sshd: nothing of the configuration is good on a machine that cannot read it") {
  HostFixture host({{"/usr/sbin/sshd", ""}});
  host.run(sshd_section);
  CHECK(host.sink.state_of(tables::sshd_setting) ==
        "failed: cannot read `/etc/ssh/sshd_config`: No such file or directory");
  CHECK(host.sink.rows.empty());
}

TEST_CASE("sshd: no daemon gives no rows, completely") {
  HostFixture host;
  host.run(sshd_section);
  CHECK(host.sink.state_of(tables::sshd_setting) == "complete");
  CHECK(host.sink.rows.empty());
}

TEST_CASE("sshd: defaults of an unknown version are not known, what is written is") {
  HostFixture host({{"/etc/ssh/sshd_config", "PermitRootLogin no\nCiphers +aes128-cbc\n"}});
  host.run(sshd_section);
  CHECK(value(host, "default", "permitrootlogin") == "no");
  CHECK(value(host, "default", "passwordauthentication") == "NULL");
  CHECK(value(host, "default", "ciphers") == "NULL");
  CHECK(value(host, "default", "allowusers") == "");
  CHECK(host.sink.state_of(tables::sshd_setting) ==
        "partial: `/etc/ssh/sshd_config:2`: the value of `ciphers` is refused or depends on what is not known; "
        "partial: the version of the installed sshd is not known, so its defaults are not");
}

TEST_CASE("sshd: defaults that every known version shares hold for versions that are not pinned") {
  HostFixture host({{"/etc/ssh/sshd_config", "PermitRootLogin no\n"},
                    {"/var/lib/dpkg/status",
                     "Package: openssh-server\nStatus: install ok installed\nVersion: 1:9.6p1-3ubuntu13\n"}});
  host.run(sshd_section);
  CHECK(value(host, "default", "passwordauthentication") == "yes");
  CHECK(value(host, "default", "ciphers") == "NULL");
  CHECK(host.sink.state_of(tables::sshd_setting) == "complete");
}

TEST_CASE("sshd: a value names the file and line that set it") {
  HostFixture host({{"/etc/ssh/sshd_config", "Include sshd_config.d/*.conf\n\nPermitRootLogin yes\n"},
                    {"/etc/ssh/sshd_config.d/a.conf", "# first\nPermitRootLogin no\nAllowUsers a b\n"},
                    {"/var/lib/dpkg/status", kDebian12}});
  host.run(sshd_section);
  CHECK(value(host, "default", "permitrootlogin") == "no");
  CHECK(value(host, "user root", "permitrootlogin") == "no");
  CHECK(value(host, "default", "allowusers") == "a b");
  CHECK(place(host, "permitrootlogin") == "/etc/ssh/sshd_config.d/a.conf:2");
  CHECK(place(host, "passwordauthentication") == "/etc/ssh/sshd_config:0");
  CHECK(host.sink.state_of(tables::sshd_setting) == "complete");
  CHECK(host.sink.mistakes.empty());
}

TEST_CASE("sshd: each Match block is a class of its own") {
  HostFixture host(
      {{"/etc/ssh/sshd_config",
        "PasswordAuthentication no\nMatch User backup*,!backup2 Address 10.0.0.0/8\nPasswordAuthentication yes\n"
        "Match Group root\nPermitRootLogin yes\nMatch User !nobody\nX11Forwarding yes\n"},
       {"/etc/passwd", "root:x:0:0::/root:/bin/sh\n"},
       {"/etc/group", "root:x:0:\n"},
       {"/var/lib/dpkg/status", kDebian12}});
  host.run(sshd_section);
  CHECK(value(host, "default", "passwordauthentication") == "no");
  CHECK(value(host, "user backup*,!backup2 address 10.0.0.0/8", "passwordauthentication") == "yes");
  CHECK(value(host, "user root", "permitrootlogin") == "yes");
  CHECK(value(host, "group root", "permitrootlogin") == "yes");
  CHECK(value(host, "default", "permitrootlogin") == "without-password");
  CHECK(host.sink.state_of(tables::sshd_setting) ==
        "partial: `/etc/ssh/sshd_config:6`: no connection was found that this Match block holds for");
}

TEST_CASE("sshd: a Match line that sshd would refuse leaves what it sets unknown") {
  HostFixture host({{"/etc/ssh/sshd_config",
                     "PasswordAuthentication no\nMatch Address 10.0.0.1/8\nPasswordAuthentication yes\n"
                     "Match Sorcery x\nMaxAuthTries 2\n"},
                    {"/var/lib/dpkg/status", kDebian12}});
  host.run(sshd_section);
  CHECK(value(host, "default", "passwordauthentication") == "NULL");
  CHECK(value(host, "default", "maxauthtries") == "NULL");
  CHECK(value(host, "default", "maxsessions") == "10");
  CHECK(host.sink.state_of(tables::sshd_setting).starts_with("partial"));
}

TEST_CASE("sshd: an include that loops or cannot be read leaves every value unknown") {
  HostFixture host(
      {{"/etc/ssh/sshd_config", "PermitRootLogin no\nInclude sshd_config\n"}, {"/var/lib/dpkg/status", kDebian12}});
  host.run(sshd_section);
  CHECK(value(host, "default", "permitrootlogin") == "NULL");
  CHECK(host.sink.state_of(tables::sshd_setting).find("includes are nested too deeply") != std::string::npos);
}

TEST_CASE("sshd: hostile text ends in problems, not in a crash") {
  for (const std::string_view text :
       {std::string_view("\"unclosed\nMatch\nMatch all user x\n=\nPort \"\nInclude \"\n\0\0binary\xff\xfe 1\n", 58),
        std::string_view("Match User a\nMatch\nUsePAM yes\nFoo bar\nLoginGraceTime 99999999999999999999\nPort x'\n")}) {
    HostFixture host({{"/etc/ssh/sshd_config", text}, {"/var/lib/dpkg/status", kDebian12}});
    host.run(sshd_section);
    CHECK(host.sink.state_of(tables::sshd_setting).starts_with("partial"));
    CHECK(host.sink.mistakes.empty());
  }
  CHECK(match_pattern(std::string(5000, 'a'), std::string(500, '*') + "b") == false);
}
