// SPDX-License-Identifier: Apache-2.0
// Looking verdicts up is a matter of speed alone: every verdict is the one the row would have had by itself.
#include "engine/memo.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>

#include "engine/assess.h"
#include "engine/verdict_codes.h"
#include "evidence/tables/all.h"
#include "evidence/tables/network_filter.h"
#include "evidence/writer.h"

using namespace ehdscan;

namespace {

const TableSpec* const kTables[] = {&tables::network_rule};
constexpr int kRows = 24'000;

Thresholds thresholds() {
  Thresholds all;
  all.values["ports.admin"] = {std::vector<std::string>{"22", "3389/tcp"}, "", "", "", "ours"};
  for (int i = 0; i < 200; ++i) all.values[fmt::format("limit.{}", i)] = {std::int64_t{i % 2}, "", "", "", "ours"};
  return all;
}

Check rule_check(std::string id, std::string where, std::string pass, std::string warn = {}) {
  Check check;
  check.id = std::move(id);
  check.title = check.id;
  check.table = "network_rule";
  check.where = std::move(where);
  check.pass = std::move(pass);
  check.warn = std::move(warn);
  check.needs = {{"network_rule", NeedKind::rows}};
  check.resource_type = "network_rule";
  check.subject = "{rule_id}";
  check.message = "{remote_prefix}";
  return check;
}

/// `shape` gives remote prefix and port of a row.
template <typename Shape>
Evidence evidence_of(const Shape& shape) {
  Result<EvidenceWriter> writer =
      EvidenceWriter::in_memory({.site = "fi-1", .country = "FI", .tool_version = "0", .started_at = {1000}});
  REQUIRE(writer);
  RowSink& sink = writer->begin_target("cloud", "openstack", kTables);
  const SourceId source = sink.add_source({.location = "x", .observed_at = {1000}, .grade = EvidenceGrade::e3});
  for (int i = 0; i < kRows; ++i) {
    Row<tables::network_rule> row("openstack:x");
    row.set<"rule_id">(fmt::format("r-{}", i))
        .set<"part">(std::int64_t{1})
        .set<"group_id">(fmt::format("g-{}", i % 977));
    row.set<"direction">(i % 3 == 0 ? "egress" : "ingress");
    const auto [prefix, port] = shape(i);
    if (i % 19 != 0) row.set<"remote_prefix">(prefix);
    if (i % 23 != 0) row.set<"port_from">(std::int64_t{port}).set<"port_to">(std::int64_t{port} + i % 2);
    row.set<"description">(i % 29 == 0 ? "" : fmt::format("row {}", i)).write(sink, {source, 1});
  }
  sink.collected(tables::network_rule, CollectionState::complete);
  writer->end_target();
  Result<Evidence> evidence = writer->finish_in_memory({2000});
  if (!evidence) MESSAGE(evidence.error().message);
  REQUIRE(evidence);
  return std::move(*evidence);
}

std::vector<Check> checks() {
  return {
      rule_check("port", "direction = 'ingress'",
                 "not (cidr_is_any(remote_prefix) and port_from <= 22 and port_to >= 22)"),
      rule_check("list", "direction = 'ingress'",
                 "not (cidr_is_any(remote_prefix) and ports_overlap(port_from, port_to, threshold('ports.admin')))"),
      rule_check("inside", "direction = 'egress'", "cidr_contains('10.0.0.0/8', remote_prefix)", "port_from = 80"),
      rule_check("length", "", "length(description) > 3"),
      rule_check("same-text", "", "remote_prefix <> '0.0.0.0/0'", "group_id = 'g-5'"),
      rule_check("operator", "description glob ('row 1*')", "port_to = port_from"),
      rule_check("comment", "-- (\ndirection = 'egress'", "port_from /* cidr_is_any( */ < 100"),
      rule_check("constant", "", "1"),
      rule_check("unknown", "", "port_from = 80 or remote_prefix is null"),
      rule_check("quoted", "", "\"port_from\" = 80 or instr(description, 'w 7)') > 0"),
  };
}

/// What plain SQL says, row for row.
std::map<std::string, VerdictCounts> expected(const Evidence& evidence, std::span<const Check> all,
                                              const Thresholds& t) {
  const FunctionContext context{{2000}, &t};
  REQUIRE(register_functions(evidence.handle(), context));
  std::map<std::string, VerdictCounts> counts;
  for (const Check& check : all) {
    auto rows = sqlite::Statement::prepare(
        evidence.handle(),
        fmt::format("SELECT {},count(*) FROM network_rule GROUP BY 1", short_form_expression(check)));
    REQUIRE(rows);
    while (*rows->step()) {
      if (const auto verdict = verdict_of(rows->integer(0))) {
        counts[check.id].count[static_cast<std::size_t>(*verdict)] += rows->integer(1);
      }
    }
  }
  return counts;
}

template <typename Shape>
void same_as_plain_sql(const Shape& shape, std::vector<Check> all) {
  const Thresholds t = thresholds();
  const auto counts = expected(evidence_of(shape), all, t);
  const Evidence evidence = evidence_of(shape);
  const Result<Assessment> result = assess(evidence, all, {}, t, {{2000}, {}});
  REQUIRE(result);
  std::size_t findings = 0;
  for (const CheckOutcome& outcome : result->outcomes) {
    CAPTURE(outcome.check);
    for (const Verdict verdict : {Verdict::warn, Verdict::fail, Verdict::not_assessed}) {
      findings += static_cast<std::size_t>(outcome.counts.of(verdict));
    }
    CHECK(outcome.error.empty());
    for (const Verdict verdict : {Verdict::pass, Verdict::warn, Verdict::fail, Verdict::not_assessed}) {
      CHECK(outcome.counts.of(verdict) == counts.at(outcome.check).of(verdict));
    }
  }
  CHECK(result->findings.size() == findings);
}

struct Shape {
  std::string prefix;
  int port;
};

Shape many_prefixes(int i) {
  return {i % 7 == 0 ? "0.0.0.0/0" : fmt::format("10.{}.{}.{}/32", i % 100, i % 251, i % 241), i % 5 == 0 ? 22 : 80};
}

/// Nothing to see in the first rows.
Shape calm_at_first(int i) { return i < 5000 ? Shape{"10.0.0.0/8", 80} : Shape{fmt::format("10.{}.0.0/16", i % 9), i}; }

}  // namespace

TEST_CASE("memo: verdicts are those of plain SQL") {
  same_as_plain_sql(many_prefixes, checks());
  same_as_plain_sql([](int i) { return Shape{"0.0.0.0/0", i % 3}; }, checks());
}

TEST_CASE("memo: rows that turn out too different are judged one by one") {
  same_as_plain_sql(calm_at_first, checks());
}

TEST_CASE("memo: a call that errs where a guard keeps it from being made does no harm") {
  std::vector<Check> all = checks();
  all.push_back(rule_check("guarded", "", "case direction when 'nowhere' then threshold(description) else 1 end"));
  same_as_plain_sql(many_prefixes, all);
  // The first rows do not tell.
  all.back().pass = "case direction when 'nowhere' then threshold(coalesce(remote_prefix, 'limit.0')) else 1 end";
  same_as_plain_sql([](int i) { return Shape{i < 20'000 ? fmt::format("limit.{}", i % 200) : "no.such", 80}; }, all);
}

TEST_CASE("memo: what decides a check") {
  const Evidence evidence = evidence_of(many_prefixes);
  const Thresholds t = thresholds();
  const FunctionContext context{{2000}, &t};
  REQUIRE(register_functions(evidence.handle(), context));
  const std::set<std::string, std::less<>> diverse{"remote_prefix", "description"};
  const auto deciding = [&](std::string where, std::string pass) {
    return deciding_expressions(evidence.handle(), tables::network_rule,
                                rule_check("x", std::move(where), std::move(pass)), diverse);
  };
  using Texts = std::vector<std::string>;
  CHECK(deciding("direction = 'egress'", "cidr_is_any( Remote_Prefix )") ==
        Texts{"cidr_is_any( Remote_Prefix )", "direction"});
  CHECK(deciding("", "ports_overlap(port_from, port_to, threshold('ports.admin'))") == Texts{"port_from", "port_to"});
  CHECK(deciding("", "length(coalesce(description, remote_prefix)) > 3") ==
        Texts{"length(coalesce(description, remote_prefix))"});
  // Folded away beside a constant, a column would be forgotten.
  CHECK(deciding("", "0 * cidr_is_any(remote_prefix) and port_from") ==
        Texts{"cidr_is_any(remote_prefix)", "port_from"});
  CHECK(deciding("", "remote_prefix = '10.0.0.0/8'") == Texts{"remote_prefix"});
  CHECK(deciding("", "port_from in (select port_to from network_rule)").empty());
  CHECK(deciding("", "count(*) > 1").empty());
  CHECK(deciding("", "row_number() over (order by rule_id) > 1").empty());
  CHECK(deciding("", "no_such_column").empty());
}

TEST_CASE("memo: a plan takes what has few values") {
  const Evidence evidence = evidence_of(many_prefixes);
  const Thresholds t = thresholds();
  const FunctionContext context{{2000}, &t};
  REQUIRE(register_functions(evidence.handle(), context));
  const std::vector<Check> all = checks();
  std::vector<CheckRun> runs(all.size());
  std::vector<CheckRun*> pointers;
  for (std::size_t i = 0; i < all.size(); ++i) {
    runs[i].check = &all[i];
    pointers.push_back(&runs[i]);
  }
  const MemoPlan plan = plan_memo(evidence.handle(), tables::network_rule, pointers,
                                  {"direction", "remote_prefix", "port_from", "port_to", "description", "group_id"});
  // `same-text` compares the prefix itself; `operator` and `quoted` look into texts that are all different.
  for (std::size_t i = 0; i < all.size(); ++i) {
    CAPTURE(all[i].id);
    const bool by_row =
        all[i].id == "same-text" || all[i].id == "operator" || all[i].id == "constant" || all[i].id == "unknown";
    CHECK(plan.covers[i] != by_row);
  }
}
