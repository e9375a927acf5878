// SPDX-License-Identifier: Apache-2.0
#include "engine/examples.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "engine/assess.h"
#include "engine/run_state.h"
#include "engine/sandbox.h"
#include "engine/verdict_codes.h"
#include "evidence/ddl.h"
#include "evidence/fixture.h"
#include "evidence/sqlite.h"
#include "evidence/tables/all.h"

namespace ehdscan {
namespace {

/// As-of instant of examples that name none; a fixed day, so that examples never age.
constexpr Day kExampleDay{2026, 11, 23};

/// Verdict per resource id, the worst if several; passes included. "*" is what everything comes to together.
struct Verdicts {
  std::map<std::string, Verdict> of;
  std::string error;
};

class Runner {
 public:
  Runner(const Check& check, const Thresholds& thresholds, EvidenceFixture fixture)
      : check_(check), thresholds_(thresholds), fixture_(std::move(fixture)) {}

  ExampleReport run() {
    for (const Example& example : check_.examples) {
      ++report_.examples;
      if (!fill(example)) continue;
      const Verdicts verdicts = judge(example);
      const bool right = compare(example, verdicts);
      if (right && std::ranges::any_of(example.expect, [](const auto& e) { return e.second == Verdict::pass; })) {
        mutate(example);
      }
    }
    return std::move(report_);
  }

 private:
  void fail_at(const Example& example, std::string message, std::string hint = {}) {
    Place place = example.place;
    if (place.file.empty()) place.file = check_.file;
    report_.failures.push_back({ErrorKind::invalid_input,
                                fmt::format("{}: example `{}`: {}", check_.id, example.name, message),
                                place,
                                {},
                                std::move(hint)});
  }

  bool fill(const Example& example) {
    fixture_.clear();
    for (const Need& need : check_.needs) {
      const auto state = example.collections.find(need.table);
      fixture_.set_collection(need.table,
                              state == example.collections.end() ? CollectionState::complete : state->second);
    }
    for (const auto& [table, rows] : example.given) {
      for (const ExampleRow& row : rows) {
        if (const Result<void> added = fixture_.add_row(*find_table(table), row); !added) {
          fail_at(example, added.error().message);
          return false;
        }
      }
    }
    return true;
  }

  [[nodiscard]] Instant as_of(const Example& example) const {
    const Result<Day> day = example.as_of.empty() ? Result<Day>(kExampleDay) : parse_day(example.as_of);
    return end_of_day(day.value_or(kExampleDay));
  }

  Verdicts judge(const Example& example) {
    RunState state(fixture_.evidence(), {&check_, 1}, {}, thresholds_, as_of(example));
    Verdicts verdicts;
    sqlite3* connection = fixture_.evidence().handle();
    if (!register_functions(connection, state.functions) || !create_threshold_tables(connection, state.functions)) {
      verdicts.error = "the thresholds cannot be loaded";
      return verdicts;
    }
    CheckRun* run = &state.runs.front();
    state.keep_passes = true;
    const Result<void> ran = check_.is_short() ? run_short_form(state, {&run, 1}) : run_long_form(state, *run);
    if (!ran) verdicts.error = ran.error().message;
    if (!run->error.empty()) verdicts.error = run->error;
    Verdict all = Verdict::not_applicable;
    for (const Finding& finding : state.findings) {
      const auto [place, first] = verdicts.of.try_emplace(finding.resource.id, finding.verdict);
      place->second = worst(place->second, finding.verdict);
      all = worst(all, finding.verdict);
    }
    verdicts.of["*"] = all;
    return verdicts;
  }

  bool compare(const Example& example, const Verdicts& verdicts) {
    if (!verdicts.error.empty()) {
      fail_at(example, verdicts.error);
      return false;
    }
    bool right = true;
    for (const auto& [resource, expected] : example.expect) {
      const auto got = verdicts.of.find(resource);
      if (got != verdicts.of.end() && got->second == expected) continue;
      right = false;
      std::string known;
      for (const auto& [id, verdict] : verdicts.of)
        known += fmt::format("{}{}: {}", known.empty() ? "" : ", ", id, to_string(verdict));
      fail_at(example, fmt::format("expected `{}` for `{}`", to_string(expected), resource),
              fmt::format("it gave {}", known));
    }
    return right;
  }

  /// What the check reads, as the authorizer sees it.
  ReadSet reads() {
    std::set<std::string> tables;
    for (const Need& need : check_.needs) tables.insert(need.table);
    Sandbox sandbox(fixture_.evidence().handle(), tables, 0);
    const std::string sql = check_.is_short()
                                ? fmt::format("SELECT {} FROM {}", short_form_expression(check_), check_.table)
                                : check_.query;
    (void)sqlite::Statement::prepare(fixture_.evidence().handle(), sql);
    return sandbox.reads();
  }

  [[nodiscard]] bool is_null_safe(const std::string& table, const std::string& column) const {
    return check_.null_safe.contains(column) || check_.null_safe.contains(fmt::format("{}.{}", table, column));
  }

  /// Columns of the message only: NULL in them changes a text, not a verdict.
  void expect_no_pass(const Example& example, const std::string& what) {
    ++report_.mutations;
    const Verdicts verdicts = judge(example);
    for (const auto& [resource, expected] : example.expect) {
      if (expected != Verdict::pass) continue;
      const auto got = verdicts.of.find(resource);
      if (got == verdicts.of.end() || got->second != Verdict::pass) continue;
      fail_at(example, fmt::format("with {} `{}` still passes: missing is never good", what, resource),
              "make the check NULL there, or list the column under `null_safe` with the reason");
    }
  }

  void mutate(const Example& example) {
    const ReadSet read = reads();
    for (const auto& [table, columns] : read.columns) {
      const TableSpec& spec = *find_table(table);
      const auto given = example.given.find(table);
      if (given == example.given.end() || given->second.empty()) continue;
      for (const StoredColumn& column : stored_columns(spec)) {
        if (!columns.contains(column.name) || !column.nullable || is_null_safe(table, column.name)) continue;
        const bool known = std::ranges::any_of(given->second, [&](const ExampleRow& row) {
          const auto value = row.find(column.name);
          return value != row.end() && !std::holds_alternative<std::monostate>(value->second);
        });
        if (!known || !fill(example)) continue;
        fixture_.set_null(spec, column.name);
        expect_no_pass(example, fmt::format("`{}.{}` not known", table, column.name));
      }
    }
    for (const Need& need : check_.needs) {
      if (!fill(example)) continue;
      fixture_.set_collection(need.table, CollectionState::partial);
      ++report_.mutations;
      if (judge(example).of["*"] == Verdict::pass) {
        fail_at(example, fmt::format("with `{}` only partly read everything still passes", need.table));
      }
    }
  }

  const Check& check_;
  const Thresholds& thresholds_;
  EvidenceFixture fixture_;
  ExampleReport report_;
};

}  // namespace

ExampleReport run_examples(const Check& check, const Thresholds& thresholds) {
  Result<EvidenceFixture> fixture = EvidenceFixture::create(end_of_day(kExampleDay));
  if (!fixture) {
    ExampleReport report;
    report.failures.push_back(fixture.error());
    return report;
  }
  return Runner(check, thresholds, std::move(*fixture)).run();
}

}  // namespace ehdscan
