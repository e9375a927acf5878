// SPDX-License-Identifier: Apache-2.0
// Short-form checks: all checks on one table run in one pass over it. Each contributes one column, a verdict code per
// row, so that a row is read once however many checks look at it.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/memo.h"
#include "engine/row_reader.h"
#include "engine/run_state.h"
#include "engine/sandbox.h"
#include "engine/verdict_codes.h"
#include "evidence/sqlite.h"
#include "evidence/tables/all.h"

namespace ehdscan {
namespace {

/// Below this, planning takes longer than judging.
constexpr std::int64_t kFewestRowsToLookUp = 20'000;
/// What the pass calls the rowid; no table has a column of this name.
constexpr std::string_view kRowNumber = "row_number_of_pass";

struct Pass {
  RunState& state;
  const TableSpec& table;
  std::span<CheckRun* const> runs;
  std::vector<std::set<std::string>> reads;  ///< columns each check reads
};

std::int64_t rows_of(const RunState& state, const TableSpec& table) {
  return state.rows_of({{std::string(table.name), NeedKind::rows}});
}

std::string key_list(const TableSpec& table) {
  std::string keys;
  for (const ColumnSpec& column : table.columns) {
    if (column.key) keys += fmt::format(",{}", column.name);
  }
  return keys;
}

/// Columns a single check reads, as the authorizer sees them.
Result<std::set<std::string>> reads_of(RunState& state, const TableSpec& table, const Check& check) {
  Sandbox sandbox(state.evidence.handle(), {std::string(table.name)}, 0);
  Result<sqlite::Statement> statement = sqlite::Statement::prepare(
      state.evidence.handle(), fmt::format("SELECT {} FROM {}", short_form_expression(check), table.name));
  if (!statement) return std::unexpected(sandbox.explain(statement.error()));
  const auto found = sandbox.reads().columns.find(std::string(table.name));
  return found == sandbox.reads().columns.end() ? std::set<std::string>() : found->second;
}

void judge_row(Pass& pass, std::size_t index, Verdict verdict, std::int64_t rowid, const SourceState* source,
               std::string_view platform, const std::string& id, RowReader& reader) {
  CheckRun& run = *pass.runs[index];
  RawResult result;
  result.resource = {std::string(platform), std::string(pass.table.name), id};
  result.verdict = verdict;
  result.source = source;
  if (source != nullptr) {
    result.grade = source->source->grade;
    result.nature = source->source->nature;
  } else {
    result.verdict = Verdict::not_assessed;
    result.reason = "the row does not say where it came from";
  }
  if (reader.fetch(rowid)) {
    auto values = reader.values();
    // What has no name is called by its id.
    values.try_emplace("name", result.resource.id);
    result.subject = fill_template(run.check->subject, values);
    if (verdict != Verdict::not_assessed) result.message = fill_template(run.check->message, values);
    if (verdict == Verdict::not_assessed && result.reason.empty()) result.reason = reader.unknowns(pass.reads[index]);
    const auto line = values.find(kSourceLineColumn);
    if (line != values.end()) result.line = static_cast<std::uint32_t>(std::atoll(line->second.c_str()));
  }
  pass.state.record(run, std::move(result));
}

/// Counts the passes of one row: each check for itself, each group of checks once.
class PassCounter {
 public:
  PassCounter(Pass& pass, std::uint32_t type)
      : pass_(pass), type_(type), group_seen_(pass.state.groups.size(), false) {}

  void pass(std::size_t index) {
    passed_.push_back(pass_.runs[index]);
    for (const std::size_t group : pass_.runs[index]->groups) {
      if (group_seen_[group]) continue;
      group_seen_[group] = true;
      groups_.push_back(group);
    }
  }

  void flush(std::uint32_t resource, const Source& source) {
    for (CheckRun* run : passed_) run->tally.add(type_, resource, Verdict::pass);
    for (const std::size_t group : groups_) {
      pass_.state.count_group(group, type_, resource, Verdict::pass, source.grade, source.nature);
      group_seen_[group] = false;
    }
    passed_.clear();
    groups_.clear();
  }

 private:
  Pass& pass_;
  std::uint32_t type_;
  std::vector<bool> group_seen_;
  std::vector<CheckRun*> passed_;
  std::vector<std::size_t> groups_;
};

std::set<std::string> columns_read(const Pass& pass) {
  std::set<std::string> columns;
  for (const std::set<std::string>& reads : pass.reads) columns.insert(reads.begin(), reads.end());
  return columns;
}

/// Every column that the pass reads, as a query of its own. The LIMIT keeps SQLite from dissolving it into the outer
/// one: it runs as a co-routine, so that a column is decoded once per row, however many checks name it.
std::string rows_once(const Pass& pass) {
  std::set<std::string> columns = columns_read(pass);
  columns.insert({"source_id", "platform"});
  for (const ColumnSpec& column : pass.table.columns) {
    if (column.key) columns.emplace(column.name);
  }
  return fmt::format("(SELECT rowid AS {0},{1} FROM {2} LIMIT -1) AS {2}", kRowNumber, fmt::join(columns, ","),
                     pass.table.name);
}

/// Columns that subjects and messages name.
std::set<std::string> named_columns(std::span<CheckRun* const> runs) {
  std::set<std::string> named;
  for (const CheckRun* run : runs) {
    for (const std::string& text : {run->check->subject, run->check->message}) {
      for (std::string& name : placeholders(text)) named.insert(std::move(name));
    }
  }
  return named;
}

/// Some checks of a pass, whose codes come together.
struct Block {
  std::vector<CheckRun*> runs;
  std::vector<std::size_t> places;  ///< in the pass
  [[nodiscard]] std::size_t columns() const { return (runs.size() + kCodesPerColumn - 1) / kCodesPerColumn; }
};

/// One row at a time: its codes become counts and findings.
class RowJudge {
 public:
  RowJudge(Pass& pass, RowReader reader, std::uint32_t type)
      : pass_(pass), reader_(std::move(reader)), counter_(pass, type), type_(type), any_(pass.runs.size(), false) {}

  /// Columns: the row's number, source_id, platform and the keys.
  void begin(const sqlite::Statement& row, int end_of_keys) {
    rowid_ = row.integer(0);
    source_ = pass_.state.source(row.integer(1));
    platform_ = row.text(2);
    id_.clear();
    for (int column = 3; column < end_of_keys; ++column) {
      if (!id_.empty()) id_ += '/';
      id_ += row.text(column);
    }
    resource_ = ResourceIndex::digest_of(platform_, id_);
    pass_.state.index_of(type_).prefetch(resource_);
    plain_ = source_ != nullptr && source_->stale.empty() && !pass_.state.keep_passes;
  }

  void judge(const Block& block, std::size_t column, std::int64_t codes) {
    const std::size_t end = std::min(block.runs.size(), (column + 1) * kCodesPerColumn);
    for (std::size_t i = column * kCodesPerColumn; i < end; ++i, codes >>= kBitsPerCode) {
      const auto verdict = verdict_of(codes & 7);
      if (!verdict) continue;
      const std::size_t place = block.places[i];
      any_[place] = true;
      if (*verdict == Verdict::pass && plain_) {
        counter_.pass(place);
      } else {
        judge_row(pass_, place, *verdict, rowid_, source_, platform_, id_, reader_);
      }
    }
  }

  void end() {
    if (plain_) counter_.flush(pass_.state.index_of(type_).number(resource_), *source_->source);
  }

  /// Which checks had a result.
  [[nodiscard]] const std::vector<bool>& any() const { return any_; }

 private:
  Pass& pass_;
  RowReader reader_;
  PassCounter counter_;
  std::uint32_t type_;
  std::vector<bool> any_;
  std::int64_t rowid_ = 0;
  const SourceState* source_ = nullptr;
  std::string_view platform_;
  std::string id_;
  ResourceIndex::Digest resource_;
  bool plain_ = false;
};

/// The codes of the checks that the memo covers, for one row.
Result<VerdictMemo::Codes> judged_singly(sqlite::Statement& statement, std::int64_t rowid) {
  statement.reset();
  statement.bind(1, rowid);
  const Result<bool> row = statement.step();
  if (!row) return std::unexpected(row.error());
  if (!*row) return fail(ErrorKind::internal, "a row vanished while it was read");
  VerdictMemo::Codes codes;
  for (int column = 0; column < statement.columns(); ++column) codes.push_back(statement.integer(column));
  return codes;
}

/// The pass itself: which checks had a result; nullopt if looking up turned out not to be worth it. On an error and on
/// nullopt some rows have been counted already.
Result<std::optional<std::vector<bool>>> run_pass(Pass& pass, const MemoPlan& plan) {
  std::array<Block, 2> blocks;
  auto& [looked_up, direct] = blocks;
  for (std::size_t i = 0; i < pass.runs.size(); ++i) {
    Block& block = !plan.key.empty() && plan.covers[i] ? looked_up : direct;
    block.runs.push_back(pass.runs[i]);
    block.places.push_back(i);
  }
  sqlite3* connection = pass.state.evidence.handle();
  std::string sql = fmt::format("SELECT {},source_id,platform{}", kRowNumber, key_list(pass.table));
  for (const std::string& expression : plan.key) sql += fmt::format(",(\n{}\n)", expression);
  sql += packed_columns(direct.runs) + fmt::format(" FROM {}", rows_once(pass));

  const std::int64_t rows = rows_of(pass.state, pass.table);
  Sandbox sandbox(connection, {}, step_limit_for(rows * static_cast<std::int64_t>(pass.runs.size())));
  Result<sqlite::Statement> statement = sqlite::Statement::prepare(connection, sql);
  if (!statement) return std::unexpected(sandbox.explain(statement.error()));
  Result<sqlite::Statement> fetch =
      sqlite::Statement::prepare(connection, fmt::format("SELECT * FROM {} WHERE rowid=?", pass.table.name));
  if (!fetch) return std::unexpected(sandbox.explain(fetch.error()));
  std::optional<sqlite::Statement> singly;
  if (!plan.key.empty()) {
    Result<sqlite::Statement> made = sqlite::Statement::prepare(
        connection,
        fmt::format("SELECT {} FROM {} WHERE rowid=?", packed_columns(looked_up.runs).substr(1), pass.table.name));
    if (!made) return std::unexpected(sandbox.explain(made.error()));
    singly = std::move(*made);
  }

  const int key_columns = static_cast<int>(plan.key.size());
  const int first_code = statement->columns() - static_cast<int>(direct.columns());
  const int first_key = first_code - key_columns;
  const std::uint32_t type = pass.state.type_number(pass.table.name);
  pass.state.index_of(type).reserve(static_cast<std::size_t>(rows));
  RowJudge judge(pass, RowReader(pass.table, named_columns(pass.runs), std::move(*fetch)), type);
  VerdictMemo memo;
  while (true) {
    const Result<bool> row = statement->step();
    if (!row) return std::unexpected(sandbox.explain(row.error()));
    if (!*row) return judge.any();
    judge.begin(*statement, first_key);
    if (singly) {
      const VerdictMemo::Codes* codes = memo.find(*statement, first_key, key_columns);
      if (codes == nullptr) {
        if (!memo.worthwhile()) return std::nullopt;
        Result<VerdictMemo::Codes> found = judged_singly(*singly, statement->integer(0));
        if (!found) return std::unexpected(sandbox.explain(found.error()));
        codes = memo.add(std::move(*found));
      }
      for (std::size_t i = 0; i < codes->size(); ++i) judge.judge(looked_up, i, (*codes)[i]);
    }
    for (std::size_t i = 0; i < direct.columns(); ++i) {
      judge.judge(direct, i, statement->integer(first_code + static_cast<int>(i)));
    }
    judge.end();
  }
}

/// Evaluates the columns without counting anything, so that an error spoils no counts.
bool runs_through(RunState& state, const TableSpec& table, std::span<CheckRun* const> runs, std::string* why) {
  std::string sql = "SELECT 0";
  for (const CheckRun* run : runs) sql += "," + short_form_expression(*run->check);
  sql += fmt::format(" FROM {}", table.name);
  const std::int64_t rows = rows_of(state, table);
  Sandbox sandbox(state.evidence.handle(), {std::string(table.name)},
                  step_limit_for(rows * static_cast<std::int64_t>(runs.size())));
  Result<sqlite::Statement> statement = sqlite::Statement::prepare(state.evidence.handle(), sql);
  if (!statement) {
    *why = sandbox.explain(statement.error()).message;
    return false;
  }
  while (true) {
    const Result<bool> row = statement->step();
    if (!row) {
      *why = sandbox.explain(row.error()).message;
      return false;
    }
    if (!*row) return true;
  }
}

/// Takes every check out of the pass that cannot run through the table alone, and says so in its error.
void drop_culprits(Pass& pass, std::vector<CheckRun*>& good) {
  std::vector<CheckRun*> survivors;
  std::vector<std::set<std::string>> reads;
  for (std::size_t i = 0; i < good.size(); ++i) {
    good[i]->tally = {};
    CheckRun* single[] = {good[i]};
    if (!runs_through(pass.state, pass.table, single, &good[i]->error)) continue;
    survivors.push_back(good[i]);
    reads.push_back(std::move(pass.reads[i]));
  }
  good = std::move(survivors);
  pass.reads = std::move(reads);
  pass.runs = good;
}

/// Results are counted while a pass runs. If that ends early, the counts go back to what they were: first looking up is
/// given up, then each check is tried alone, and the pass is run without those that err on some row.
Result<std::vector<bool>> run_passes(Pass& pass, std::vector<CheckRun*>& good) {
  const std::vector<GroupRun> groups_before = pass.state.groups;
  const std::size_t findings_before = pass.state.findings.size();
  const auto undo = [&] {
    pass.state.groups = groups_before;
    pass.state.findings.resize(findings_before);
    for (CheckRun* run : good) run->tally = {};
  };
  MemoPlan plan;
  if (rows_of(pass.state, pass.table) >= kFewestRowsToLookUp) {
    plan = plan_memo(pass.state.evidence.handle(), pass.table, pass.runs, columns_read(pass));
  }
  if (!plan.key.empty()) {
    Result<std::optional<std::vector<bool>>> ran = run_pass(pass, plan);
    if (ran && *ran) return std::move(**ran);
    undo();
  }
  Result<std::optional<std::vector<bool>>> ran = run_pass(pass, {});
  if (!ran) {
    undo();
    drop_culprits(pass, good);
    if (good.empty()) return std::vector<bool>();
    ran = run_pass(pass, {});
  }
  if (!ran) return std::unexpected(ran.error());
  return std::move(**ran);
}

}  // namespace

Result<void> run_short_form(RunState& state, std::span<CheckRun* const> all) {
  const TableSpec* table = find_table(all.front()->check->table);
  if (table == nullptr) return fail(ErrorKind::internal, "a check names a table that does not exist");

  std::vector<CheckRun*> good;
  Pass pass{state, *table, {}, {}};
  std::vector<CheckRun*> by_where(all.begin(), all.end());
  std::ranges::sort(by_where, {}, [](const CheckRun* run) {
    return std::pair<const std::string&, const std::string&>(run->check->where, run->check->id);
  });
  for (CheckRun* run : by_where) {
    if (Result<std::set<std::string>> reads = reads_of(state, *table, *run->check)) {
      good.push_back(run);
      pass.reads.push_back(std::move(*reads));
    } else {
      run->error = reads.error().message;
    }
  }
  pass.runs = good;
  std::vector<bool> any;
  if (!good.empty()) {
    Result<std::vector<bool>> ran = run_passes(pass, good);
    if (!ran) return std::unexpected(ran.error());
    any = std::move(*ran);
  }
  for (CheckRun* run : all) {
    const auto place = std::ranges::find(good, run);
    const bool had_result = place != good.end() && any[static_cast<std::size_t>(place - good.begin())];
    if (!run->error.empty()) {
      RawResult result;
      result.resource = {.platform = "", .type = "check", .id = run->check->id};
      result.subject = run->check->title;
      result.reason = fmt::format("the check could not run: {}", run->error);
      state.record(*run, std::move(result));
    }
    state.close(*run, had_result);
  }
  return {};
}

}  // namespace ehdscan
