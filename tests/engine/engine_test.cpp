// SPDX-License-Identifier: Apache-2.0
// The rules of verdicts: missing is never good.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "engine/assess.h"
#include "engine/check_set.h"
#include "engine/lint.h"
#include "evidence/fixture.h"
#include "evidence/tables/all.h"

using namespace ehdscan;

namespace {

const Instant kNow = end_of_day({2026, 11, 23});

Thresholds thresholds() {
  Thresholds t;
  t.values["demo.limit"] = {std::int64_t{2}, "", "", "", "ours"};
  t.values["demo.list"] = {std::vector<std::string>{"a", "b"}, "", "", "", "ours"};
  t.values["evidence_max_age_days.live"] = {std::int64_t{7}, "days", "", "", "ours"};
  return t;
}

Check short_check(std::string id, std::string where, std::string pass, std::string warn = {}) {
  Check check;
  check.id = std::move(id);
  check.title = "title of " + check.id;
  check.table = "sysctl";
  check.where = std::move(where);
  check.pass = std::move(pass);
  check.warn = std::move(warn);
  check.needs = {{"sysctl", NeedKind::rows}};
  check.resource_type = "sysctl";
  check.subject = "{name}";
  check.message = "{name} is {value}";
  return check;
}

Check long_check(std::string id, std::string query, NeedKind kind) {
  Check check = short_check(std::move(id), "", "");
  check.table.clear();
  check.query = std::move(query);
  check.needs = {{"sysctl", kind}};
  check.resource_type = "sysctl";
  return check;
}

struct Node {
  EvidenceFixture fixture = *EvidenceFixture::create(kNow);
  Node() { fixture.set_collection("sysctl", CollectionState::complete); }
  void add(const char* name, ExampleValue value) {
    REQUIRE(fixture.add_row(*find_table("sysctl"),
                            {{"host_id", std::string("h")}, {"name", std::string(name)}, {"value", std::move(value)}}));
  }
  Assessment run(std::vector<Check> checks, std::vector<CheckGroup> groups = {}) {
    const Thresholds t = thresholds();
    Result<Assessment> assessment = assess(fixture.evidence(), checks, groups, t, {kNow, {}});
    REQUIRE(assessment);
    return *assessment;
  }
};

Verdict verdict_for(const Assessment& assessment, std::string_view check, std::string_view id) {
  for (const Finding& finding : assessment.findings) {
    if (finding.check == check && finding.resource.id == id) return finding.verdict;
  }
  return Verdict::pass;
}

std::int64_t count(const Assessment& assessment, std::size_t check, Verdict verdict) {
  return assessment.outcomes[check].counts.of(verdict);
}

}  // namespace

TEST_CASE("engine: what is not known is not assessed, in where, pass and warn") {
  Node node;
  node.add("a", {});
  node.add("b", std::string("1"));
  node.add("c", std::string("9"));
  const Assessment result =
      node.run({short_check("pass-null", "", "value = '1'"), short_check("where-null", "value = '1'", "1"),
                short_check("warn-null", "", "1", "value = '9'")});
  CHECK(verdict_for(result, "pass-null", "h/a") == Verdict::not_assessed);
  CHECK(verdict_for(result, "pass-null", "h/b") == Verdict::pass);
  CHECK(verdict_for(result, "pass-null", "h/c") == Verdict::fail);
  CHECK(verdict_for(result, "where-null", "h/a") == Verdict::not_assessed);
  CHECK(verdict_for(result, "warn-null", "h/a") == Verdict::not_assessed);
  CHECK(verdict_for(result, "warn-null", "h/c") == Verdict::warn);
  CHECK(count(result, 0, Verdict::pass) == 1);
  CHECK(result.findings.front().reason.find("`value` is not known") != std::string::npos);
}

TEST_CASE("engine: checks that share a where are judged as if each stood alone") {
  const auto add_rows = [](Node& node) {
    node.add("a", {});
    node.add("b", std::string("1"));
    node.add("c", std::string("9"));
    node.add("d", std::string("x"));
  };
  // More checks than one column of codes holds, two kinds of `where`, mixed.
  std::vector<Check> checks;
  for (int i = 0; i < 45; ++i) {
    const std::string where = i % 3 == 0 ? "value <> 'x'" : i % 3 == 1 ? "name <> 'd'" : "";
    const std::string pass = i % 2 == 0 ? "value = '1'" : "name > 'b'";
    checks.push_back(short_check(fmt::format("check-{:02}", i), where, pass, i % 5 == 0 ? "value = '9'" : ""));
  }
  Node together;
  add_rows(together);
  const Assessment all = together.run(checks);
  for (std::size_t i = 0; i < checks.size(); ++i) {
    Node alone;
    add_rows(alone);
    const Assessment one = alone.run({checks[i]});
    CAPTURE(checks[i].id);
    for (const Verdict verdict : {Verdict::pass, Verdict::warn, Verdict::fail, Verdict::not_assessed}) {
      CHECK(count(all, i, verdict) == count(one, 0, verdict));
    }
    for (const char* id : {"h/a", "h/b", "h/c", "h/d"}) {
      CHECK(verdict_for(all, checks[i].id, id) == verdict_for(one, checks[i].id, id));
    }
  }
}

TEST_CASE("engine: an incomplete collection adds a resource that is not assessed and keeps the passes") {
  for (const CollectionState state :
       {CollectionState::partial, CollectionState::failed, CollectionState::denied, CollectionState::not_attempted}) {
    Node node;
    node.add("b", std::string("1"));
    node.fixture.set_collection("sysctl", state);
    const Assessment result = node.run({short_check("c", "", "value = '1'")});
    CHECK(count(result, 0, Verdict::pass) == 1);
    CHECK(count(result, 0, Verdict::not_assessed) == 1);
  }
}

TEST_CASE("engine: an empty selection is what the check says only if the collection is complete") {
  Check check = short_check("c", "name = 'x'", "1");
  check.empty = Verdict::fail;
  Node node;
  CHECK(count(node.run({check}), 0, Verdict::fail) == 1);
  node.fixture.set_collection("sysctl", CollectionState::partial);
  const Assessment partial = node.run({check});
  CHECK(count(partial, 0, Verdict::fail) == 0);
  CHECK(count(partial, 0, Verdict::not_assessed) == 1);
  node.fixture.clear();
  const Assessment nobody = node.run({check});
  CHECK_FALSE(nobody.outcomes[0].collected);
  CHECK(nobody.findings.empty());
}

TEST_CASE("engine: a table needed whole and not complete makes every result not assessed") {
  const char* query =
      "SELECT name AS resource, CASE value WHEN '1' THEN 'pass' ELSE 'fail' END AS verdict, '' AS reason FROM sysctl";
  Node node;
  node.add("a", std::string("1"));
  node.add("b", std::string("2"));
  CHECK(verdict_for(node.run({long_check("w", query, NeedKind::whole)}), "w", "b") == Verdict::fail);
  node.fixture.set_collection("sysctl", CollectionState::partial);
  const Assessment whole = node.run({long_check("w", query, NeedKind::whole)});
  CHECK(verdict_for(whole, "w", "a") == Verdict::not_assessed);
  CHECK(verdict_for(whole, "w", "b") == Verdict::not_assessed);
  const Assessment rows = node.run({long_check("r", query, NeedKind::rows)});
  CHECK(verdict_for(rows, "r", "b") == Verdict::fail);
  CHECK(count(rows, 0, Verdict::not_assessed) == 1);
}

TEST_CASE("engine: where missing rows could only make it worse, a failure stands and nothing passes") {
  const char* query =
      "SELECT name AS resource, CASE value WHEN '1' THEN 'pass' WHEN '3' THEN 'warn' ELSE 'fail' END AS verdict, '' AS "
      "reason FROM sysctl";
  Node node;
  node.add("a", std::string("1"));
  node.add("b", std::string("2"));
  node.add("c", std::string("3"));
  const Assessment complete = node.run({long_check("w", query, NeedKind::whole_to_pass)});
  CHECK(verdict_for(complete, "w", "b") == Verdict::fail);
  CHECK(verdict_for(complete, "w", "c") == Verdict::warn);
  node.fixture.set_collection("sysctl", CollectionState::partial);
  const Assessment partial = node.run({long_check("w", query, NeedKind::whole_to_pass)});
  CHECK(verdict_for(partial, "w", "a") == Verdict::not_assessed);
  CHECK(verdict_for(partial, "w", "b") == Verdict::fail);
  CHECK(verdict_for(partial, "w", "c") == Verdict::not_assessed);
  Node empty;
  empty.fixture.set_collection("sysctl", CollectionState::partial);
  const Assessment nothing = empty.run({long_check("w", query, NeedKind::whole_to_pass)});
  CHECK(count(nothing, 0, Verdict::not_assessed) > 0);
  CHECK(count(nothing, 0, Verdict::pass) == 0);
}

TEST_CASE("engine: where no target reads declarations none are declared, and a broken reading of them says nothing") {
  Check check = long_check(
      "d",
      "SELECT s.name AS resource, CASE WHEN h.holder_id IS NULL THEN 'fail' ELSE 'pass' END AS verdict, '' AS reason "
      "FROM sysctl s LEFT JOIN declared_holder h ON h.holder_id = s.name",
      NeedKind::rows);
  check.needs.push_back({"declared_holder", NeedKind::whole_if_collected});
  Node node;
  node.add("a", std::string("1"));
  const Assessment none_read = node.run({check});
  CHECK(verdict_for(none_read, "d", "a") == Verdict::fail);
  CHECK(none_read.outcomes.at(0).collected);
  node.fixture.set_collection("declared_holder", CollectionState::partial);
  CHECK(verdict_for(node.run({check}), "d", "a") == Verdict::not_assessed);
  node.fixture.set_collection("declared_holder", CollectionState::complete);
  CHECK(verdict_for(node.run({check}), "d", "a") == Verdict::fail);
}

TEST_CASE("engine: a verdict that is none, or NULL, is not assessed") {
  Node node;
  node.add("a", std::string("1"));
  const Assessment result = node.run(
      {long_check("l", "SELECT name AS resource, 'great' AS verdict, '' AS reason FROM sysctl", NeedKind::rows),
       long_check("n", "SELECT name AS resource, NULL AS verdict, NULL AS reason FROM sysctl", NeedKind::rows),
       long_check("r", "SELECT NULL AS resource, 'pass' AS verdict, NULL AS reason FROM sysctl", NeedKind::rows)});
  for (std::size_t i = 0; i < 3; ++i) CHECK(count(result, i, Verdict::not_assessed) == 1);
}

TEST_CASE("engine: one check that errs is alone in being not assessed") {
  Node node;
  node.add("a", std::string("1"));
  const Assessment result =
      node.run({short_check("bad", "", "threshold('no.such') = 1"), short_check("good", "", "value = '1'"),
                short_check("worse", "", "no_column = 1")});
  CHECK(result.outcomes[0].error.find("no threshold is named `no.such`") != std::string::npos);
  CHECK(count(result, 0, Verdict::not_assessed) == 1);
  CHECK(count(result, 1, Verdict::pass) == 1);
  CHECK(count(result, 1, Verdict::not_assessed) == 0);
  CHECK_FALSE(result.outcomes[2].error.empty());
}

TEST_CASE("engine: stale evidence never passes") {
  Node node;
  node.add("a", std::string("1"));
  Source source = node.fixture.evidence().sources().front().second;
  source.observed_at = {kNow.seconds_since_epoch - 8 * 86'400};
  node.fixture.set_source(source);
  const Assessment result = node.run({short_check("c", "", "value = '1'")});
  CHECK(count(result, 0, Verdict::pass) == 0);
  CHECK(count(result, 0, Verdict::not_assessed) == 1);
}

TEST_CASE("engine: a group counts a resource once, by its worst verdict, and refuses weak evidence") {
  Node node;
  node.add("a", std::string("1"));
  node.add("b", std::string("2"));
  std::vector<Check> checks{short_check("one", "", "value = '1'"), short_check("two", "", "1")};
  const Assessment result = node.run(checks, {{"G", {"one", "two"}, EvidenceGrade::e2}});
  CHECK(result.groups[0].resources.of(Verdict::pass) == 1);
  CHECK(result.groups[0].resources.of(Verdict::fail) == 1);
  CHECK(result.groups[0].lowest_grade == EvidenceGrade::e3);

  Source source = node.fixture.evidence().sources().front().second;
  source.grade = EvidenceGrade::e0;
  node.fixture.set_source(source);
  const Assessment weak = node.run(checks, {{"G", {"one", "two"}, EvidenceGrade::e2}});
  CHECK(weak.groups[0].resources.of(Verdict::not_assessed) == 2);
  CHECK(weak.groups[0].resources.of(Verdict::pass) == 0);
}

TEST_CASE("engine: intended rows are counted apart") {
  Node node;
  node.add("a", std::string("1"));
  Source source = node.fixture.evidence().sources().front().second;
  source.nature = Nature::intended;
  node.fixture.set_source(source);
  const Assessment result = node.run({short_check("c", "", "value = '1'")}, {{"G", {"c"}, EvidenceGrade::e0}});
  CHECK(result.groups[0].resources.of(Verdict::pass) == 0);
  CHECK(result.groups[0].intended_resources.of(Verdict::pass) == 1);
}

TEST_CASE("engine: where facts of two natures meet, a check that groups by row still sees each row apart") {
  Node node;
  node.add("a", std::string("1"));
  node.add("b", std::string("2"));
  Source source = node.fixture.evidence().sources().front().second;
  source.nature = Nature::intended;
  node.fixture.set_source(source);
  const Assessment result =
      node.run({long_check("rows-apart",
                           "select s.source_id, s.name as resource, case when any_of(s.value = '2') "
                           "then 'fail' else 'pass' end as verdict, '' as reason from sysctl s group by s.rowid",
                           NeedKind::rows)});
  CHECK(count(result, 0, Verdict::pass) == 1);
  CHECK(result.outcomes[0].error.empty());
  CHECK(count(result, 0, Verdict::fail) == 1);
}

TEST_CASE("engine: hostile SQL is refused by name and harms nothing else") {
  Node node;
  node.add("a", std::string("1"));
  const auto refused = [&](const char* query) {
    const Assessment result = node.run({long_check("x", query, NeedKind::rows)});
    return result.outcomes[0].error;
  };
  CHECK(refused("INSERT INTO sysctl(host_id) VALUES('x')").find("checks may only read") != std::string::npos);
  CHECK(refused("ATTACH '/tmp/x' AS y").find("checks may only read") != std::string::npos);
  CHECK(refused("PRAGMA writable_schema=ON").find("checks may only read") != std::string::npos);
  CHECK(refused("SELECT sql AS resource, 'pass' AS verdict, '' AS reason FROM sqlite_schema").find("may not be read") !=
        std::string::npos);
  CHECK(refused("SELECT value AS resource, 'pass' AS verdict, '' AS reason FROM meta").find("may not be read") !=
        std::string::npos);
  for (const char* function : {"load_extension('x')", "date('now')", "current_timestamp", "random()", "randomblob(9)",
                               "readfile('/etc/passwd')", "json_extract('{', '$')", "abs(-9223372036854775808)"}) {
    CAPTURE(function);
    CHECK_FALSE(
        refused(fmt::format("SELECT {} AS resource, 'pass' AS verdict, '' AS reason FROM sysctl", function).c_str())
            .empty());
  }
  CHECK(refused("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS resource, 'pass' AS "
                "verdict, '' AS "
                "reason FROM n, sysctl WHERE i < 0")
            .find("too long") != std::string::npos);
}

TEST_CASE("engine: a query that would return a million columns is refused, and the others are judged") {
  Node node;
  node.add("a", std::string("1"));
  std::string many = "select name as resource, 'pass' as verdict, '' as reason";
  for (int i = 0; i < 1'000'000; ++i) many += ",1";
  const Assessment assessment = node.run(
      {long_check("wide", many + " from sysctl", NeedKind::rows),
       long_check("plain", "select name as resource, 'fail' as verdict, '' as reason from sysctl", NeedKind::rows)});
  for (const CheckOutcome& outcome : assessment.outcomes) {
    CAPTURE(outcome.check);
    CHECK(outcome.error.empty() == (outcome.check == "plain"));
  }
  CHECK(verdict_for(assessment, "wide", "wide") == Verdict::not_assessed);
  CHECK(verdict_for(assessment, "plain", "a") == Verdict::fail);
}

TEST_CASE("engine: the aggregates keep what is not known") {
  Node node;
  node.add("a", std::string("1"));
  node.add("b", {});
  const auto value_of = [&](const char* expression) {
    const Assessment result =
        node.run({long_check("x",
                             fmt::format("SELECT 'r' AS resource, CASE {} WHEN 1 THEN 'pass' WHEN 0 THEN 'fail' END AS "
                                         "verdict, '' AS reason FROM sysctl",
                                         expression)
                                 .c_str(),
                             NeedKind::rows)});
    return count(result, 0, Verdict::pass) == 1 ? 1 : (count(result, 0, Verdict::fail) == 1 ? 0 : -1);
  };
  CHECK(value_of("every(value = '1')") == -1);
  CHECK(value_of("every(value = '2')") == 0);
  CHECK(value_of("any_of(value = '1')") == 1);
  CHECK(value_of("any_of(value = '2')") == -1);
  CHECK(value_of("min_known(value) = '1'") == -1);
  CHECK(value_of("max_known(name) = 'b'") == 1);
  CHECK(value_of("sum_known(value) = 1") == -1);
  CHECK(value_of("cidr_union('10.0.0.0/9') = '[\"10.0.0.0/9\"]'") == 1);
}

TEST_CASE("engine: address functions read, refuse and compare") {
  Node node;
  node.add("a", std::string("1"));
  const auto holds = [&](const std::string& expression) {
    return count(node.run({short_check("x", "", expression)}), 0, Verdict::pass) == 1;
  };
  const auto unknown = [&](const std::string& expression) {
    return count(node.run({short_check("x", "", expression)}), 0, Verdict::not_assessed) == 1;
  };
  CHECK(holds("cidr_is_any('0.0.0.0/0') and cidr_is_any('::/0') and not cidr_is_any('0.0.0.0/1')"));
  CHECK(unknown("cidr_is_any('anything')"));
  CHECK(unknown("cidr_contains('10.0.0.0/8', NULL)"));
  CHECK(holds("cidr_contains('10.0.0.0/8', '10.1.2.3') and not cidr_contains('10.0.0.0/8', '11.0.0.0/8')"));
  CHECK(holds("ports_overlap(20, 25, '[\"22/tcp\"]') and not ports_overlap(23, 25, '[\"22/tcp\"]')"));
  CHECK(
      holds("ports_overlap('tcp', 1, 65535, '[\"623/udp\"]') = 0 and ports_overlap('any', 1, 65535, '[\"623/udp\"]')"));
  CHECK(unknown("ports_overlap(NULL, 25, '[\"22/tcp\"]')"));
  CHECK(unknown("ports_overlap(1, 2, 'not a list')"));
  CHECK(holds("cidr_list_public_larger_than('[\"0.0.0.0/1\",\"128.0.0.0/1\"]', 16, 32)"));
  CHECK(holds("not cidr_list_public_larger_than('[\"10.0.0.0/8\"]', 16, 32)"));
  CHECK(holds("cidr_list_within('[\"10.1.0.0/16\"]', '[\"10.0.0.0/9\",\"10.128.0.0/9\"]')"));
  CHECK(holds("in_list('a', threshold('demo.list')) and not in_list('c', threshold('demo.list'))"));
  CHECK(unknown("in_list(NULL, threshold('demo.list'))"));
  CHECK(holds("threshold('demo.limit') = 2"));
}

TEST_CASE("engine: time functions measure against as-of") {
  Node node;
  node.add("a", std::string("1"));
  const auto holds = [&](const std::string& expression) {
    return count(node.run({short_check("x", "", expression)}), 0, Verdict::pass) == 1;
  };
  CHECK(holds("age_days('2026-11-22T23:59:59Z') = 1 and age_days('2026-11-24T00:00:00Z') = -1"));
  CHECK(holds("as_of_day() = '2026-11-23' and end_of('2026-11-23') = as_of()"));
  CHECK(holds("add_months('2026-08-31', 6) = '2027-02-28' and add_days('2026-11-23', 9) = '2026-12-02'"));
  CHECK(holds("hours_between('2026-11-22', '2026-11-23') = 24 and age_days('no time') IS NULL"));
}
