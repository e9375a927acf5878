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

/// Why results of this check cannot be relied on: a table it needs in this way is not complete in every target.
std::string broken(const RunState& state, const Check& check, NeedKind kind) {
  for (const Need& need : check.needs) {
    if (need.kind != kind) continue;
    const auto collections = state.collections(need.table);
    if (collections.empty() && kind != NeedKind::whole_if_collected)
      return fmt::format("no target collects `{}`, which is needed whole", need.table);
    for (const Collection* collection : collections) {
      if (collection->state != CollectionState::complete) {
        return fmt::format("`{}` is needed whole, but {} gave it {}: {}", need.table, collection->target,
                           to_string(collection->state), collection->reason);
      }
    }
  }
  return {};
}

/// A pass of which only the count is kept.
struct PlainPass {
  std::uint32_t resource;
  EvidenceGrade grade;
  bool observed_row;  ///< it rests on one source, and that was observed
};

/// What one query answered.
struct Answers {
  std::vector<RawResult> results;
  std::vector<PlainPass> passes;
};

/// Reads the results of one query. Most are passes: their texts are not made.
class ResultReader {
 public:
  ResultReader(RunState& state, const Check& check, const sqlite::Statement& row, bool whole)
      : state_(state),
        check_(check),
        row_(row),
        whole_(whole),
        weakest_(state.lowest_grade(check.needs)),
        type_(state.type_number(check.resource_type)) {
    for (int i = 0; i < row.columns(); ++i) {
      const std::string name(row.name(i));
      if (name == "resource") resource_ = i;
      if (name == "verdict") verdict_ = i;
      if (name == "reason") reason_ = i;
      if (name == kPlatformColumn) platform_ = i;
      if (name == kSourceIdColumn) source_ = i;
      if (name == kSourceLineColumn) line_ = i;
      names_.push_back(name);
    }
  }

  void read(Answers& answers) const {
    const bool has_source = source_ >= 0 && !row_.is_null(source_);
    const SourceState* source = has_source ? state_.source(row_.integer(source_)) : nullptr;
    const auto said = value(verdict_);
    const auto verdict = said ? parse_verdict(*said) : Verdict::not_assessed;
    const bool known = has_source == (source != nullptr) && value(resource_);
    const bool fresh = source == nullptr || source->stale.empty();
    if (verdict == Verdict::pass && known && fresh && whole_ && !state_.keep_passes) {
      const std::string_view platform = value(platform_).value_or("");
      answers.passes.push_back({.resource = state_.index_of(type_).number(platform, *value(resource_)),
                                .grade = source != nullptr ? source->source->grade : weakest_,
                                .observed_row = source != nullptr && source->source->nature == Nature::observed});
      return;
    }
    RawResult result{.verdict = verdict.value_or(Verdict::not_assessed), .source = source};
    if (!verdict) result.reason = fmt::format("the check answered `{}`, which is not a verdict", *said);
    result.resource.type = check_.resource_type;
    if (const auto text = value(platform_)) result.resource.platform = *text;
    if (line_ >= 0) result.line = static_cast<std::uint32_t>(row_.integer(line_));
    if (source != nullptr) {
      result.grade = source->source->grade;
    } else if (has_source) {
      result.verdict = Verdict::not_assessed;
      result.reason = "the row does not say where it came from";
    } else {
      result.grade = weakest_;
    }
    if (const auto id = value(resource_)) {
      result.resource.id = *id;
    } else {
      result.resource.id = "?";
      result.verdict = Verdict::not_assessed;
      result.reason = "the check could not name the resource";
    }
    describe(result);
    answers.results.push_back(std::move(result));
  }

 private:
  [[nodiscard]] std::optional<std::string_view> value(int column) const {
    if (column < 0 || row_.is_null(column)) return std::nullopt;
    return row_.text(column);
  }

  void describe(RawResult& result) const {
    std::map<std::string, std::string, std::less<>> values;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (const auto text = value(static_cast<int>(i))) values[names_[i]] = *text;
    }
    // What has no name is called by its id.
    values.try_emplace("name", result.resource.id);
    result.subject = fill_template(check_.subject, values);
    if (result.verdict == Verdict::fail || result.verdict == Verdict::warn) {
      result.message = fill_template(check_.message, values);
    } else if (result.verdict != Verdict::pass) {
      if (result.reason.empty()) result.reason = value(reason_).value_or("");
      if (result.reason.empty()) result.reason = "something the check needs is not known";
      return;
    }
    result.reason.clear();
  }

  RunState& state_;
  const Check& check_;
  const sqlite::Statement& row_;
  bool whole_;  ///< every table needed whole is
  EvidenceGrade weakest_;
  std::uint32_t type_;
  std::vector<std::string> names_;
  int resource_ = -1, verdict_ = -1, reason_ = -1, platform_ = -1, source_ = -1, line_ = -1;
};

bool is_yardstick(const Need& need) { return find_table(need.table)->is_yardstick(); }

/// TEMP views that hide the rows of the other nature from the query. They pass the rowid on: a view has none of its
/// own, and a check that groups by it would fold all resources into one.
std::string views(const Check& check, Nature nature) {
  std::string sql;
  for (const Need& need : check.needs) {
    if (is_yardstick(need)) continue;
    sql += fmt::format(
        "CREATE TEMP VIEW {0} AS SELECT rowid AS rowid,* FROM {1}.{0} WHERE source_id IN(SELECT source_id FROM "
        "main.source "
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
Result<Answers> results_of(RunState& state, const Check& check, Nature nature, bool whole) {
  sqlite3* connection = state.evidence.handle();
  std::set<std::string> tables;
  for (const Need& need : check.needs) tables.insert(need.table);
  Sandbox sandbox(connection, std::move(tables), step_limit_for(state.rows_of(check.needs)));
  Result<sqlite::Statement> statement = sqlite::Statement::prepare(connection, check.query);
  if (!statement) return std::unexpected(sandbox.explain(statement.error()));
  const ResultReader reader(state, check, *statement, whole);
  Answers answers;
  while (true) {
    const Result<bool> row = statement->step();
    if (!row) return std::unexpected(sandbox.explain(row.error()));
    if (!*row) break;
    reader.read(answers);
  }
  for (RawResult& result : answers.results) result.nature = nature;
  return answers;
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
  if (!state.is_collected(check)) {
    state.close(run, false);
    return {};
  }
  std::string nothing_holds = broken(state, check, NeedKind::whole);
  if (nothing_holds.empty()) nothing_holds = broken(state, check, NeedKind::whole_if_collected);
  const std::string no_pass = broken(state, check, NeedKind::whole_to_pass);
  bool any = false;
  std::vector<Nature> natures{Nature::observed};
  // Where everything is a yardstick there is nothing that could be intended.
  if (state.has_intended() && !std::ranges::all_of(check.needs, is_yardstick)) natures.push_back(Nature::intended);
  for (const Nature nature : natures) {
    if (state.has_intended()) {
      if (Result<void> made = sqlite::run(state.evidence.handle(), views(check, nature)); !made) return made;
    }
    Result<Answers> answers = results_of(state, check, nature, nothing_holds.empty() && no_pass.empty());
    if (state.has_intended()) {
      if (Result<void> dropped = sqlite::run(state.evidence.handle(), drop_views(check)); !dropped) return dropped;
    }
    if (!answers) {
      run.error = answers.error().message;
      refuse(state, run, fmt::format("the check could not run: {}", run.error));
      break;
    }
    // A row of a yardstick is one resource, whatever it is held against.
    for (const PlainPass& pass : answers->passes) {
      if (nature == Nature::intended && pass.observed_row) continue;
      any = true;
      state.record_pass(run, state.type_number(check.resource_type), pass.resource, pass.grade, nature);
    }
    for (RawResult& result : answers->results) {
      const bool observed_row = result.source != nullptr && result.source->source->nature == Nature::observed;
      if (nature == Nature::intended && observed_row) continue;
      any = true;
      if (!nothing_holds.empty()) {
        result.verdict = Verdict::not_assessed;
        result.message.clear();
        result.reason = nothing_holds;
      } else if (!no_pass.empty() && result.verdict != Verdict::fail) {
        result.verdict = Verdict::not_assessed;
        result.message.clear();
        result.reason = no_pass;
      }
      state.record(run, std::move(result));
    }
  }
  const std::string& missing = nothing_holds.empty() ? no_pass : nothing_holds;
  if (!any && !missing.empty() && run.error.empty()) {
    refuse(state, run, missing);
    any = true;
  }
  state.close(run, any);
  return {};
}

}  // namespace ehdscan
