// SPDX-License-Identifier: Apache-2.0
#include "engine/check_set.h"

#include <doctest/doctest.h>

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "base/file.h"
#include "engine/examples.h"
#include "engine/lint.h"
#include "support/temporary_folder.h"

using namespace ehdscan;

namespace {

const char* const kGood = R"(id: demo
title: A demonstration
severity: high
table: sysctl
where: name = 'kernel.kptr_restrict'
pass: value = '1'
empty: fail
subject: "{name}"
message: "{name} is {value}"
rationale: because
remediation: do it
references: [LX-1]
examples:
  - name: good
    given: {sysctl: [{host_id: h, name: kernel.kptr_restrict, value: "1"}]}
    expect: {h/kernel.kptr_restrict: pass}
  - name: bad
    given: {sysctl: [{host_id: h, name: kernel.kptr_restrict, value: "0"}]}
    expect: {h/kernel.kptr_restrict: fail}
  - name: unknown
    given: {sysctl: [{host_id: h, name: kernel.kptr_restrict, value: null}]}
    expect: {h/kernel.kptr_restrict: not_assessed}
)";

std::string with(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string message_of(const std::string& text) {
  const Result<Check> check = parse_check(text, "checks/demo.yaml");
  return check ? "" : render(check.error());
}

std::vector<Error> lint_of(const std::string& text) {
  const Result<Check> check = parse_check(text, "checks/demo.yaml");
  REQUIRE(check);
  return lint_check(*check, {});
}

}  // namespace

TEST_CASE("check_set: errors name the place and the remedy") {
  CHECK(message_of(with(kGood, "pass:", "pas:")) ==
        "error: unknown key `pas`\n  --> checks/demo.yaml:6:1\n   |\n 6 | pas: value = '1'\n   | ^\n  hint: did you "
        "mean `pass`?\n");
  CHECK(message_of(with(kGood, "table: sysctl", "table: sysctls")).find("did you mean `sysctl`?") != std::string::npos);
  CHECK(message_of(with(kGood, "value: \"1\"", "valeu: \"1\"")).find("did you mean `value`?") != std::string::npos);
  CHECK(message_of(with(kGood, "id: demo", "id: other")).find("is not the file name") != std::string::npos);
  CHECK(message_of(with(kGood, "empty: fail", "empty: warn")).find("cannot stand for an empty selection") !=
        std::string::npos);
  CHECK(message_of(with(kGood, "empty: fail\n", "")).find("missing key `empty`") != std::string::npos);
  CHECK(message_of(with(kGood, "severity: high", "severity: huge")).find("not a severity") != std::string::npos);
  CHECK(message_of(with(kGood, "empty: fail", "empty: fail\nquery: select 1")).find("either `table` and `pass`") !=
        std::string::npos);
  CHECK(message_of("[]").find("a check is a mapping") != std::string::npos);
}

TEST_CASE("check_set: only what the node declares may be absent, and never all that a check needs") {
  const auto needing = [](const std::string& needs) {
    return message_of(with(with(with(kGood, "table: sysctl", "needs: " + needs + "\nresource_type: sysctl"),
                                "where: name = 'kernel.kptr_restrict'\n", ""),
                           "pass: value = '1'", "query: select 1"));
  };
  CHECK(needing("{sysctl: rows, declared_holder: whole_if_collected}").empty());
  CHECK(needing("{sysctl: whole_if_collected}").find("is evidence") != std::string::npos);
  CHECK(needing("{declared_holder: whole_if_collected}").find("must be collected") != std::string::npos);
  CHECK(needing("{sysctl: some}").find("is none of") != std::string::npos);
}

TEST_CASE("check_set: a good check lints clean and its examples hold") {
  const Result<Check> check = parse_check(kGood, "checks/demo.yaml");
  REQUIRE(check);
  const auto lint = lint_check(*check, {});
  for (const Error& error : lint) MESSAGE(error.message);
  CHECK(lint.empty());
  const ExampleReport report = run_examples(*check, {});
  for (const Error& error : report.failures) MESSAGE(error.message);
  CHECK(report.failures.empty());
  CHECK(report.examples == 3);
  CHECK(report.mutations == 2);
}

TEST_CASE("check_set: a check that takes unknown for good is found by mutation") {
  const Result<Check> check = parse_check(with(with(kGood, "pass: value = '1'", "pass: coalesce(value, '1') = '1'"),
                                               "kernel.kptr_restrict: not_assessed", "kernel.kptr_restrict: pass"),
                                          "checks/demo.yaml");
  REQUIRE(check);
  const ExampleReport report = run_examples(*check, {});
  REQUIRE_FALSE(report.failures.empty());
  CHECK(report.failures.front().message.find("missing is never good") != std::string::npos);
}

TEST_CASE("check_set: the lint refuses what would hide a NULL or leave the sandbox") {
  CHECK_FALSE(lint_of(with(kGood, "pass: value = '1'", "pass: \"value = '1') FROM sysctl; --\"")).empty());
  CHECK_FALSE(
      lint_of(with(kGood, "pass: value = '1'", "pass: exists(select 1 from sysctl s where s.value = '1')")).empty());
  CHECK_FALSE(lint_of(with(kGood, "pass: value = '1'", "pass: (select max(value) from sysctl) = '1'")).empty());
  CHECK(lint_of(with(kGood, "pass: value = '1'", "pass: value = '1' and (select count(*) from sysctl) > 0")).empty());
  CHECK(lint_of(with(kGood, "pass: value = '1'", "pass: value = '1' and (select max(name) from sysctl) > ''")).empty());
  CHECK_FALSE(lint_of(with(kGood, "pass: value = '1'", "pass: value < current_timestamp")).empty());
  CHECK_FALSE(lint_of(with(kGood, "pass: value = '1'", "pass: value = threshold('no.such')")).empty());
  CHECK_FALSE(lint_of(with(kGood, "\"{name} is {value}\"", "\"{nam}\"")).empty());
  CHECK_FALSE(lint_of(with(kGood, "kernel.kptr_restrict: not_assessed", "kernel.kptr_restrict: pass")).empty());
}

TEST_CASE("check_set: a pack without checks, a missing folder and a broken file are errors") {
  const TemporaryFolder folder;
  CHECK(load_checks({folder.path / "missing"}).errors.size() == 1);
  CHECK(load_checks({folder.path}).errors.size() == 1);
  REQUIRE(write_file_atomically(folder.path / "demo.yaml", kGood));
  CHECK(load_checks({folder.path}).errors.empty());
  REQUIRE(write_file_atomically(folder.path / "x.yaml", "a: [\n"));
  CHECK(load_checks({folder.path}).errors.size() == 1);
}

TEST_CASE("check_set: a check of what platforms say names rules of platforms that exist") {
  const std::string text = with(
      with(with(kGood, "table: sysctl", "table: port"), "where: name = 'kernel.kptr_restrict'", "where: name = 'eth0'"),
      "pass: value = '1'", "pass: port_security");
  const auto faults = [](std::string changed, std::optional<std::set<std::string>> rules) {
    for (const auto* from : {"host_id: h, name: kernel.kptr_restrict, value: \"1\"",
                             "host_id: h, name: kernel.kptr_restrict, value: \"0\"",
                             "host_id: h, name: kernel.kptr_restrict, value: null"}) {
      changed = with(changed, std::string("sysctl: [{") + from + "}]", "port: [{port_id: p, name: eth0}]");
    }
    const Result<Check> check = parse_check(with(changed, "{name} is {value}", "{name}"), "checks/demo.yaml");
    REQUIRE_MESSAGE(check, (check ? "" : check.error().message));
    const Thresholds none;
    std::vector<std::string> messages;
    for (const Error& error : CheckLinter(none, std::move(rules)).lint(*check)) messages.push_back(error.message);
    return messages;
  };
  const std::set<std::string> rules{"NEU-4", "NEU-6"};
  CHECK(faults(text, std::nullopt).empty());
  CHECK(
      faults(text, rules) ==
      std::vector<std::string>{"it reads `port`, but `semantics` names no rule of how platforms read their settings"});
  CHECK(faults(with(text, "references:", "semantics: [NEU-4]\nreferences:"), rules).empty());
  CHECK(faults(with(text, "references:", "semantics: [NEU-5]\nreferences:"), rules) ==
        std::vector<std::string>{"`semantics` names `NEU-5`, which is no rule of the profile"});
}
