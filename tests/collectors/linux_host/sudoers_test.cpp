// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/sudoers.h"

#include <doctest/doctest.h>

#include "collectors/linux_host/host_fixture.h"
#include "evidence/tables/host_access.h"

using namespace ehdscan;

namespace {

Sudoers parse(std::string_view text) {
  return parse_sudoers(text, "/etc/sudoers", [](const std::string&, bool) -> Result<std::vector<std::pair<std::string, std::string>>> {
    return fail(ErrorKind::not_found, "none");
  });
}

std::string shown(const SudoRule& rule) {
  return rule.principal + " (" + rule.run_as + ")" + (rule.nopasswd ? " NOPASSWD" : "") + (rule.negated ? " !" : " ") + rule.command;
}

std::vector<std::string> shown(const Sudoers& sudoers) {
  std::vector<std::string> lines;
  for (const SudoRule& rule : sudoers.rules) lines.push_back(shown(rule));
  return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("sudoers: the usual lines") {
  CHECK(shown(parse("Defaults env_reset\nroot\tALL=(ALL:ALL) ALL\n%sudo ALL=(ALL:ALL) ALL # admins\n")) ==
        Lines{"root (ALL) ALL", "%sudo (ALL) ALL"});
  CHECK(shown(parse("ann ALL=NOPASSWD: /bin/a, PASSWD: /bin/b x y, !/bin/c\n")) ==
        Lines{"ann (root) NOPASSWD /bin/a", "ann (root) /bin/b x y", "ann (root) !/bin/c"});
  CHECK(shown(parse("ann, bob host1, host2 = (www, admin) /bin/a\n")) ==
        Lines{"ann (www) /bin/a", "ann (admin) /bin/a", "bob (www) /bin/a", "bob (admin) /bin/a"});
  CHECK(shown(parse("#1000 ALL=ALL\n")) == Lines{"#1000 (root) ALL"});
}

TEST_CASE("sudoers: aliases are expanded, also where they are defined later, and inside one another") {
  CHECK(shown(parse("ADMINS ALL = (OPS) TOOLS\n"
                    "User_Alias ADMINS = ann, OTHERS : OTHERS = bob\n"
                    "Runas_Alias OPS = www\n"
                    "Cmnd_Alias TOOLS = /bin/a, \\\n  /bin/b\n")) ==
        Lines{"ann (www) /bin/a", "ann (www) /bin/b", "bob (www) /bin/a", "bob (www) /bin/b"});
  CHECK(parse("User_Alias A = B\nUser_Alias B = A\nA ALL = ALL\n").rules.size() < 100);
}

TEST_CASE("sudoers: Defaults !authenticate asks nobody for a password") {
  CHECK(parse("Defaults !authenticate\nann ALL=ALL\n").rules.at(0).nopasswd);
  CHECK(!parse("Defaults:bob !authenticate\nann ALL=ALL\n").rules.at(0).nopasswd);
}

TEST_CASE("sudoers: what is not understood is said, not dropped in silence") {
  const Sudoers sudoers = parse("ann ALL\n = ALL\nann ALL=(root ALL\n");
  CHECK(sudoers.rules.empty());
  CHECK(sudoers.problems.size() == 3);
  CHECK(sudoers.problems[0] == "`/etc/sudoers:1` was not understood");
}

TEST_CASE("sudoers: includes are followed in the order sudo takes them, with their places") {
  HostFixture host({{"/etc/sudoers", "@includedir /etc/sudoers.d\nroot ALL=ALL\n"},
                    {"/etc/sudoers.d/20", "bob ALL=ALL\n"},
                    {"/etc/sudoers.d/10", "\nann ALL=NOPASSWD: ALL\n"},
                    {"/etc/sudoers.d/10.dpkg-old", "eve ALL=ALL\n"},
                    {"/etc/sudoers.d/10~", "eve ALL=ALL\n"}});
  host.run(sudo_section);
  const auto rows = host.sink.rows_of(tables::sudo_rule);
  REQUIRE(rows.size() == 3);
  CHECK((*rows[0])["rule_id"] == "/etc/sudoers.d/10:2#1");
  CHECK((*rows[0])["nopasswd"] == "1");
  CHECK(rows[0]->location == "/etc/sudoers.d/10");
  CHECK(rows[0]->line == 2);
  CHECK((*rows[1])["principal"] == "bob");
  CHECK((*rows[2])["principal"] == "root");
  CHECK(host.sink.state_of(tables::sudo_rule) == "complete");
  CHECK(host.sink.mistakes.empty());
}

TEST_CASE("sudoers: no sudo gives no rules, completely; sudo without its file fails") {
  HostFixture none;
  none.run(sudo_section);
  CHECK(none.sink.state_of(tables::sudo_rule) == "complete");
  HostFixture broken({{"/usr/bin/sudo", ""}});
  broken.run(sudo_section);
  CHECK(broken.sink.state_of(tables::sudo_rule).starts_with("failed"));
}

TEST_CASE("sudoers: negations of nothing are not understood, and no rule comes of them") {
  for (const char* text : {"ann ALL = !\n", "ann ALL = (root) ! !\n"}) {
    CAPTURE(text);
    const Sudoers sudoers = parse_sudoers(text, "/etc/sudoers", [](const std::string&, bool) { return Result<std::vector<std::pair<std::string, std::string>>>{}; });
    CHECK(sudoers.rules.empty());
    CHECK(sudoers.problems.size() == 1);
  }
}
