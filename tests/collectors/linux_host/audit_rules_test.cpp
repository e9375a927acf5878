// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/audit_rules.h"

#include <doctest/doctest.h>
#include <linux/audit.h>

#include <cstring>

#include "collectors/linux_host/host_fixture.h"
#include "evidence/tables/host_log.h"

using namespace ehdscan;

TEST_CASE("audit rules: watches and system calls as auditctl writes them") {
  const auto rules = parse_audit_rules(
      "-D\n-b 8192\n-w /etc/passwd -p wa -k identity\n-a always,exit -F arch=b64 -S adjtimex,settimeofday -S clock_settime -F key=time\n"
      "-a always,exit -F dir=/data -F perm=rw\n-w /etc/shadow\n# -w /x\n-e 2\n");
  REQUIRE(rules.size() == 4);
  CHECK(rules[0].path == "/etc/passwd");
  CHECK(rules[0].permissions == "wa");
  CHECK(rules[0].key == "identity");
  CHECK(rules[0].line == 3);
  CHECK(*rules[1].syscalls == std::vector<std::string>{"adjtimex", "settimeofday", "clock_settime"});
  CHECK(rules[1].key == "time");
  CHECK(rules[2].path == "/data");
  CHECK(rules[2].permissions == "rw");
  CHECK(rules[3].permissions == "rwxa");
}

TEST_CASE("audit rules: a watch as the kernel hands it out") {
  audit_rule_data data{};
  const std::string text = "/etc/passwdidentity";
  data.flags = AUDIT_FILTER_EXIT;
  data.action = AUDIT_ALWAYS;
  data.field_count = 3;
  data.fields[0] = AUDIT_WATCH;
  data.values[0] = 11;
  data.fields[1] = AUDIT_PERM;
  data.values[1] = AUDIT_PERM_WRITE | AUDIT_PERM_ATTR;
  data.fields[2] = AUDIT_FILTERKEY;
  data.values[2] = 8;
  data.buflen = static_cast<std::uint32_t>(text.size());
  std::vector<std::byte> bytes(sizeof data + text.size());
  std::memcpy(bytes.data(), &data, sizeof data);
  std::memcpy(bytes.data() + sizeof data, text.data(), text.size());
  const auto rule = decode_audit_rule(bytes);
  REQUIRE(rule);
  CHECK(rule->text == "-w /etc/passwd -p wa -k identity");
  CHECK(!decode_audit_rule(ByteView(bytes).first(100)));
  CHECK(!decode_audit_rule(ByteView(bytes).first(sizeof data + 4)));
}

TEST_CASE("audit: an image tells what is configured; what is loaded stays unknown") {
  HostFixture host({{"/etc/audit/rules.d/10.rules", "-w /etc/passwd -p wa -k identity\n"}, {"/etc/audit/auditd.conf", "disk_full_action = HALT\n"}});
  host.run(audit_section);
  REQUIRE(host.sink.rows_of(tables::audit_rule).size() == 1);
  CHECK((*host.sink.rows_of(tables::audit_rule)[0])["loaded"] == "0");
  const RecordedRow* state = host.sink.find(tables::audit_state, "host_id", "test");
  CHECK((*state)["enabled"] == "NULL");
  CHECK((*state)["disk_full_action"] == "halt");
  CHECK(host.sink.state_of(tables::audit_rule).starts_with("partial: a mounted root has no running kernel"));
  CHECK(host.sink.mistakes.empty());
}
