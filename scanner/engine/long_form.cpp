// SPDX-License-Identifier: Apache-2.0
// Long-form checks: one query each, returning resource, verdict, reason and the columns that subject and message name.
#include <fmt/format.h>

#include <algorithm>

#include "engine/run_state.h"
#include "engine/sandbox.h"
#include "evidence/sqlite.h"
#include "evidence/tables/all.h"
#include "model/table_spec.h"

namespace ehdscan {
namespace {

/// Why results of this check cannot be relied on: a table it needs whole is not complete in every target.
std::string broken_whole(const RunState& state, const Check& check) {
  for (const Need& need : check.needs) {
    if (need.kind != NeedKind::whole) continue;
    const auto collections = state.collections(need.table);
    if (collections.empty()) return fmt::format("no target collects `{}`, which is needed whole", need.table);
    for (const Collection* collection : collections) {
      if (collection->state != CollectionState::complete) {
        return fmt::format("`{}` is needed whole, but {} gave it {}: {}", need.table, collection->target,
                           to_string(collection->state), collection->reason);
      }
    }
  }
  return {};
}

RawResult read_result(const RunState& state, const Check& check, const sqlite::Statement& row) {
  RawResult result;
  result.resource.type = check.resource_type;
  std::map<std::string, std::string, std::less<>> values;
  bool has_resource = false;
  bool has_source = false;
  for (int i = 0; i < row.columns(); ++i) {
    const std::string_view name = row.name(i);
    if (row.is_null(i)) continue;
    const std::string text(row.text(i));
    if (name == "resource") {
      result.resource.id = text;
      has_resource = true;
    } else if (name == "verdict") {
      const auto verdict = parse_verdict(text);
      result.verdict = verdict.value_or(Verdict::not_assessed);
      if (!verdict) result.reason = fmt::format("the check answered `{}`, which is not a verdict", text);
    } else if (name == "reason") {
      if (result.reason.empty()) result.reason = text;
    } else if (name == kPlatformColumn) {
      result.resource.platform = text;
    } else if (name == kSourceIdColumn) {
      has_source = true;
      result.source = state.source(row.integer(i));
    } else if (name == kSourceLineColumn) {
      result.line = static_cast<std::uint32_t>(row.integer(i));
    }
    values[std::string(name)] = text;
  }
  if (result.source != nullptr) {
    result.grade = result.source->source->grade;
  } else if (has_source) {
    result.verdict = Verdict::not_assessed;
    result.reason = "the row does not say where it came from";
  } else {
    result.grade = state.lowest_grade(check.needs);
  }
  if (!has_resource) {
    result.resource.id = "?";
    result.verdict = Verdict::not_assessed;
    result.reason = "the check could not name the resource";
  }
  result.subject = fill_template(check.subject, values);
  if (result.verdict == Verdict::fail || result.verdict == Verdict::warn) {
    result.message = fill_template(check.message, values);
    result.reason.clear();
  } else if (result.verdict == Verdict::pass) {
    result.reason.clear();
  } else if (result.reason.empty()) {
    result.reason = "something the check needs is not known";
  }
  return result;
}

/// TEMP views that hide the rows of the other nature from the query.
std::string views(const Check& check, Nature nature) {
  std::string sql;
  for (const Need& need : check.needs) {
    sql += fmt::format(
        "CREATE TEMP VIEW {0} AS SELECT * FROM {1}.{0} WHERE source_id IN(SELECT source_id FROM main.source "
        "WHERE nature='{2}');",
        need.table, find_table(need.table)->is_derived() ? kDerivedSchema : "main", to_string(nature));
  }
  return sql;
}

std::string drop_views(const Check& check) {
  std::string sql;
  for (const Need& need : check.needs) sql += fmt::format("DROP VIEW IF EXISTS temp.{};", need.table);
  return sql;
}

/// Every result, read before any is counted: an error must not leave half counts behind.
Result<std::vector<RawResult>> results_of(RunState& state, const Check& check, Nature nature) {
  sqlite3* connection = state.evidence.handle();
  std::set<std::string> tables;
  for (const Need& need : check.needs) tables.insert(need.table);
  Sandbox sandbox(connection, std::move(tables), step_limit_for(state.rows_of(check.needs)));
  Result<sqlite::Statement> statement = sqlite::Statement::prepare(connection, check.query);
  if (!statement) return std::unexpected(sandbox.explain(statement.error()));
  std::vector<RawResult> results;
  while (true) {
    const Result<bool> row = statement->step();
    if (!row) return std::unexpected(sandbox.explain(row.error()));
    if (!*row) return results;
    results.push_back(read_result(state, check, *statement));
    results.back().nature = nature;
  }
}

void refuse(RunState& state, CheckRun& run, std::string reason) {
  RawResult result;
  result.resource = {.platform = "", .type = "check", .id = run.check->id};
  result.subject = run.check->title;
  result.reason = std::move(reason);
  state.record(run, std::move(result));
}

}  // namespace

Result<void> run_long_form(RunState& state, CheckRun& run) {
  const Check& check = *run.check;
  const bool collected =
      std::ranges::all_of(check.needs, [&](const Need& need) { return !state.collections(need.table).empty(); });
  if (!collected) {
    state.close(run, false);
    return {};
  }
  const std::string broken = broken_whole(state, check);
  bool any = false;
  std::vector<Nature> natures{Nature::observed};
  if (state.has_intended()) natures.push_back(Nature::intended);
  for (const Nature nature : natures) {
    if (natures.size() > 1) {
      if (Result<void> made = sqlite::run(state.evidence.handle(), views(check, nature)); !made) return made;
    }
    Result<std::vector<RawResult>> results = results_of(state, check, nature);
    if (natures.size() > 1) {
      if (Result<void> dropped = sqlite::run(state.evidence.handle(), drop_views(check)); !dropped) return dropped;
    }
    if (!results) {
      run.error = results.error().message;
      refuse(state, run, fmt::format("the check could not run: {}", run.error));
      break;
    }
    for (RawResult& result : *results) {
      any = true;
      if (!broken.empty()) {
        result.verdict = Verdict::not_assessed;
        result.message.clear();
        result.reason = broken;
      }
      state.record(run, std::move(result));
    }
  }
  if (!any && !broken.empty() && run.error.empty()) {
    refuse(state, run, broken);
    any = true;
  }
  state.close(run, any);
  return {};
}

}  // namespace ehdscan
