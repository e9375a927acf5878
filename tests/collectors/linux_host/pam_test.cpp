// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/pam.h"

#include <doctest/doctest.h>

#include "collectors/linux_host/host_fixture.h"
#include "evidence/tables/host_access.h"

using namespace ehdscan;

namespace {

std::string setting(const HostFixture& host, std::string_view name) {
  const RecordedRow* row = host.sink.find(tables::login_setting, "name", name);
  return row == nullptr ? "no row" : (*row)["value"];
}

}  // namespace

TEST_CASE("pam: stacks are unfolded in place; @include takes every type, include only its own") {
  const std::map<std::string, std::string> files{
      {"sshd", "auth required pam_a.so # c\n@include common\naccount include other\n-session optional pam_s.so\n"},
      {"common", "auth [success=1 default=ignore] pam_unix.so nullok\npassword required pam_p.so\n"},
      {"other", "auth required pam_x.so\naccount required pam_y.so\n"}};
  const auto rules = unfolded_pam_stack("sshd", [&](const std::string& name) -> std::optional<std::string> {
    const auto found = files.find(name);
    return found == files.end() ? std::nullopt : std::optional(found->second);
  });
  std::vector<std::string> shown;
  for (const PamRule& rule : rules) shown.push_back(rule.type + " " + rule.control + " " + rule.module);
  CHECK(shown == std::vector<std::string>{"auth required pam_a.so", "auth complex pam_unix.so", "password required pam_p.so",
                                          "account required pam_y.so", "session optional pam_s.so"});
  CHECK(rules[1].control_text == "[success=1 default=ignore]");
  CHECK(rules[1].file == "common");
  CHECK(rules[1].line == 1);
}

TEST_CASE("pam: a stack that includes itself ends") {
  const auto rules = unfolded_pam_stack("a", [](const std::string&) { return std::optional<std::string>("auth required x.so\nauth include a\n"); });
  CHECK(rules.size() < 50);
}

TEST_CASE("pam: limits come from modules, their files, and the software's defaults") {
  HostFixture host({{"/etc/pam.d/sshd", "auth required pam_faillock.so preauth deny=4\nauth required pam_u2f.so\n"},
                    {"/etc/pam.d/passwd", "password requisite pam_pwquality.so retry=3\n"},
                    {"/etc/security/faillock.conf", "unlock_time = 900\neven_deny_root\n"},
                    {"/etc/security/pwquality.conf", "# minlen = 9\nminlen = 12\n"},
                    {"/etc/security/pwquality.conf.d/10.conf", "minlen=15\n"},
                    {"/etc/profile.d/tmout.sh", "TMOUT=600\nreadonly TMOUT\n"},
                    {"/etc/login.defs", "PASS_MAX_DAYS 99999\nENCRYPT_METHOD YESCRYPT\n"}});
  host.run(pam_section);
  CHECK(setting(host, "password_min_length") == "15");
  CHECK(setting(host, "lockout_attempts") == "4");
  CHECK(setting(host, "lockout_seconds") == "900");
  CHECK(setting(host, "root_lockout") == "1");
  CHECK(setting(host, "shell_idle_seconds") == "600");
  CHECK((*host.sink.find(tables::login_setting, "name", "shell_idle_seconds"))["enforced"] == "1");
  CHECK(setting(host, "encrypt_method") == "YESCRYPT");
  const RecordedRow* factor = host.sink.find(tables::pam_rule, "module", "pam_u2f.so");
  REQUIRE(factor != nullptr);
  CHECK((*factor)["multi_factor"] == "1");
  CHECK(host.sink.mistakes.empty());
}

TEST_CASE("pam: a computed idle limit is not known, and no stack says nothing about lockout") {
  HostFixture host({{"/etc/profile", "TMOUT=$((60*15))\n"}});
  host.run(pam_section);
  CHECK(setting(host, "shell_idle_seconds") == "NULL");
  CHECK(setting(host, "lockout_attempts") == "NULL");
  CHECK(setting(host, "password_min_length") == "NULL");
}

TEST_CASE("pam: secrets in arguments are not stored") {
  HostFixture host({{"/etc/pam.d/x", "auth required pam_y.so secret=hush id=16 key=/etc/k\n"}});
  host.run(pam_section);
  CHECK((*host.sink.find(tables::pam_rule, "module", "pam_y.so"))["arguments"] == "secret= id=16 key=");
}

TEST_CASE("pam: files that include each other many times end soon") {
  int opened = 0;
  const PamFile file = [&](const std::string&) -> std::optional<std::string> {
    ++opened;
    return "@include a\n@include b\n@include c\nauth required pam_unix.so\n";
  };
  CHECK(!unfolded_pam_stack("sshd", file).empty());
  CHECK(opened <= 128);
}
