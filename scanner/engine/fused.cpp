// SPDX-License-Identifier: Apache-2.0
// Short-form checks: all checks on one table run in one pass over it. Each contributes one column, a verdict code per
// row, so that a row is read once however many checks look at it.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/run_state.h"
#include "engine/sandbox.h"
#include "evidence/ddl.h"
#include "evidence/sqlite.h"
#include "evidence/tables/all.h"

namespace ehdscan {
namespace {

// Three bits per check and row; the codes of up to twenty checks travel in one integer column. Anything but these four
// is "not assessed": short_form_expression() never gives NULL.
constexpr int kBitsPerCode = 3;
constexpr std::size_t kCodesPerColumn = 20;
/// What the pass calls the rowid; no table has a column of this name.
constexpr std::string_view kRowNumber = "row_number_of_pass";
constexpr std::int64_t kSkipped = 0;
constexpr std::int64_t kPass = 1;
constexpr std::int64_t kWarn = 2;
constexpr std::int64_t kUnknown = 3;
constexpr std::int64_t kFail = 4;

std::optional<Verdict> verdict_of(std::int64_t code) {
  switch (code) {
    case kSkipped:
      return std::nullopt;
    case kPass:
      return Verdict::pass;
    case kWarn:
      return Verdict::warn;
    case kFail:
      return Verdict::fail;
    default:
      return Verdict::not_assessed;
  }
}

/// Code of a row that the check looks at.
std::string pass_expression(const Check& check) {
  // A CASE with a base evaluates each expression once and keeps NULL apart from false. The line breaks end comments.
  const std::string warn =
      check.warn.empty() ? "1" : fmt::format("CASE (\n{}\n)<>0 WHEN 0 THEN 1 WHEN 1 THEN 2 ELSE 3 END", check.warn);
  return fmt::format("CASE (\n{}\n)<>0 WHEN 1 THEN {} WHEN 0 THEN 4 ELSE 3 END", check.pass, warn);
}

/// Fetches whole rows for what becomes a finding.
class RowReader {
 public:
  RowReader(const TableSpec& table, const std::set<std::string>& named, sqlite::Statement statement)
      : columns_(stored_columns(table)), statement_(std::move(statement)) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (named.contains(columns_[i].name) || columns_[i].name == kSourceLineColumn) named_.push_back(i);
    }
  }

  bool fetch(std::int64_t rowid) {
    statement_.reset();
    statement_.bind(1, rowid);
    const Result<bool> row = statement_.step();
    return row && *row;
  }

  /// Values of the named columns and of the line; those that are NULL are left out.
  [[nodiscard]] std::map<std::string, std::string, std::less<>> values() const {
    std::map<std::string, std::string, std::less<>> values;
    for (const std::size_t i : named_) {
      const int column = static_cast<int>(i);
      if (statement_.is_null(column)) continue;
      std::string text(statement_.text(column));
      if (columns_[i].type == ColumnType::boolean) text = statement_.integer(column) != 0 ? "true" : "false";
      values[columns_[i].name] = std::move(text);
    }
    return values;
  }

  /// "`value` is not known (why)" for every column the check read that is NULL here.
  [[nodiscard]] std::string unknowns(const std::set<std::string>& read) const {
    std::string reason;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (!read.contains(columns_[i].name) || !statement_.is_null(static_cast<int>(i))) continue;
      reason += fmt::format("{}`{}` is not known", reason.empty() ? "" : "; ", columns_[i].name);
      if (columns_[i].spec != nullptr && !columns_[i].spec->null_when.empty()) {
        reason += fmt::format(" ({})", columns_[i].spec->null_when);
      }
    }
    return reason.empty() ? "the check could not decide" : reason;
  }

 private:
  std::vector<StoredColumn> columns_;
  std::vector<std::size_t> named_;  ///< columns that a subject or message names
  sqlite::Statement statement_;
};

struct Pass {
  RunState& state;
  const TableSpec& table;
  std::span<CheckRun* const> runs;
  std::vector<std::set<std::string>> reads;  ///< columns each check reads
};

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

/// The result columns that hold every check's code. Checks with the same `where` stand next to each other (see
/// run_short_form): it is evaluated once for all of them that share a column.
std::string packed_columns(std::span<CheckRun* const> runs) {
  std::string sql;
  for (std::size_t i = 0; i < runs.size();) {
    const std::string& where = runs[i]->check->where;
    std::string codes;
    std::int64_t unknown = 0;
    const std::size_t first = i % kCodesPerColumn;
    do {
      const std::size_t shift = i % kCodesPerColumn * kBitsPerCode;
      codes += fmt::format("{}(({})<<{})", codes.empty() ? "" : "|", pass_expression(*runs[i]->check), shift);
      unknown |= kUnknown << shift;
      ++i;
    } while (i < runs.size() && i % kCodesPerColumn != 0 && runs[i]->check->where == where);
    sql += first == 0 ? "," : "|";
    sql += where.empty()
               ? fmt::format("({})", codes)
               : fmt::format("(CASE (\n{}\n)<>0 WHEN 1 THEN ({}) WHEN 0 THEN 0 ELSE {} END)", where, codes, unknown);
  }
  return sql;
}

/// Every column that the pass reads, as a query of its own. The LIMIT keeps SQLite from dissolving it into the outer
/// one: it runs as a co-routine, so that a column is decoded once per row, however many checks name it.
std::string rows_once(const Pass& pass) {
  std::set<std::string> columns{"source_id", "platform"};
  for (const ColumnSpec& column : pass.table.columns) {
    if (column.key) columns.emplace(column.name);
  }
  for (const std::set<std::string>& reads : pass.reads) columns.insert(reads.begin(), reads.end());
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

/// The pass itself: which checks had a result. On an error some rows have been counted already.
Result<std::vector<bool>> run_pass(Pass& pass) {
  sqlite3* connection = pass.state.evidence.handle();
  std::string sql = fmt::format("SELECT {},source_id,platform{}", kRowNumber, key_list(pass.table));
  sql += packed_columns(pass.runs) + fmt::format(" FROM {}", rows_once(pass));

  const std::int64_t rows = pass.state.rows_of({{std::string(pass.table.name), NeedKind::rows}});
  Sandbox sandbox(connection, {}, step_limit_for(rows * static_cast<std::int64_t>(pass.runs.size())));
  Result<sqlite::Statement> statement = sqlite::Statement::prepare(connection, sql);
  if (!statement) return std::unexpected(sandbox.explain(statement.error()));
  Result<sqlite::Statement> fetch =
      sqlite::Statement::prepare(connection, fmt::format("SELECT * FROM {} WHERE rowid=?", pass.table.name));
  if (!fetch) return std::unexpected(sandbox.explain(fetch.error()));
  RowReader reader(pass.table, named_columns(pass.runs), std::move(*fetch));

  const int code_columns = static_cast<int>((pass.runs.size() + kCodesPerColumn - 1) / kCodesPerColumn);
  const int first_check = statement->columns() - code_columns;
  const std::uint32_t type = pass.state.type_number(pass.table.name);
  std::vector<bool> any(pass.runs.size(), false);
  PassCounter counter(pass, type);
  pass.state.index_of(type).reserve(static_cast<std::size_t>(rows));
  std::string id;
  while (true) {
    const Result<bool> row = statement->step();
    if (!row) return std::unexpected(sandbox.explain(row.error()));
    if (!*row) return any;
    const SourceState* source = pass.state.source(statement->integer(1));
    const std::string_view platform = statement->text(2);
    id.clear();
    for (int column = 3; column < first_check; ++column) {
      if (!id.empty()) id += '/';
      id += statement->text(column);
    }
    const std::uint32_t resource = pass.state.index_of(type).number(platform, id);
    const bool plain = source != nullptr && source->stale.empty() && !pass.state.keep_passes;
    for (int column = 0; column < code_columns; ++column) {
      std::int64_t codes = statement->integer(first_check + column);
      const std::size_t end = std::min(pass.runs.size(), (static_cast<std::size_t>(column) + 1) * kCodesPerColumn);
      for (std::size_t i = static_cast<std::size_t>(column) * kCodesPerColumn; i < end; ++i, codes >>= kBitsPerCode) {
        const auto verdict = verdict_of(codes & 7);
        if (!verdict) continue;
        any[i] = true;
        if (*verdict == Verdict::pass && plain) {
          counter.pass(i);
        } else {
          judge_row(pass, i, *verdict, statement->integer(0), source, platform, id, reader);
        }
      }
    }
    if (plain) counter.flush(resource, *source->source);
  }
}

/// Evaluates the columns without counting anything, so that an error spoils no counts.
bool runs_through(RunState& state, const TableSpec& table, std::span<CheckRun* const> runs, std::string* why) {
  std::string sql = "SELECT 0";
  for (const CheckRun* run : runs) sql += "," + short_form_expression(*run->check);
  sql += fmt::format(" FROM {}", table.name);
  const std::int64_t rows = state.rows_of({{std::string(table.name), NeedKind::rows}});
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

}  // namespace

std::string short_form_expression(const Check& check) {
  std::string pass = pass_expression(check);
  if (check.where.empty()) return pass;
  return fmt::format("CASE (\n{}\n)<>0 WHEN 1 THEN {} WHEN 0 THEN 0 ELSE 3 END", check.where, pass);
}

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
    // Results are counted while the pass runs. If one check errs on some row, the counts go back to what they were,
    // each check is tried alone, and the pass is run again without the culprits.
    const std::vector<GroupRun> groups_before = state.groups;
    const std::size_t findings_before = state.findings.size();
    Result<std::vector<bool>> ran = run_pass(pass);
    if (!ran) {
      state.groups = groups_before;
      state.findings.resize(findings_before);
      drop_culprits(pass, good);
      ran = good.empty() ? std::vector<bool>() : run_pass(pass);
    }
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
