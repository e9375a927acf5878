// SPDX-License-Identifier: Apache-2.0
#include "engine/memo.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <set>

#include "base/text.h"
#include "engine/sandbox.h"
#include "engine/sql_functions.h"
#include "engine/sql_tokens.h"
#include "engine/verdict_codes.h"

namespace ehdscan {
namespace {

constexpr std::int64_t kSampleRows = 2048;
/// An expression with more values than this in the sample is no part of a key.
constexpr std::size_t kMostValues = kSampleRows / 16;
/// The same for all expressions of the key together.
constexpr std::size_t kMostCombinations = kSampleRows / 8;

bool is_aggregate(std::string_view function) {
  const auto ours = std::ranges::find(sql_functions(), function, &SqlFunction::name);
  if (ours != sql_functions().end()) return ours->aggregate;
  // With one argument `max` and `min` are aggregates.
  constexpr std::array<std::string_view, 6> kOfSqlite{"count", "group_concat", "max", "min", "row_number", "json_each"};
  return std::ranges::find(kOfSqlite, function) != kOfSqlite.end();
}

/// One past the parenthesis that closes the one at `open`.
std::size_t end_of_call(std::span<const SqlToken> tokens, std::size_t open) {
  const auto closes = [&](const SqlToken& token) { return token.text == ")" && token.depth == tokens[open].depth; };
  const auto found = std::find_if(tokens.begin() + static_cast<std::ptrdiff_t>(open) + 1, tokens.end(), closes);
  return static_cast<std::size_t>(found - tokens.begin()) + (found == tokens.end() ? 0 : 1);
}

/// An expression taken apart: outermost calls that read columns of many values, and what is left of it with parameters
/// in their places. A parameter is nothing that SQLite could fold away together with what stands beside it.
struct Parts {
  std::vector<std::string> calls;
  std::string rest;
};

using Names = std::set<std::string, std::less<>>;

/// nullopt where more than the row decides.
std::optional<Parts> parts_of(std::string_view sql, const Names& diverse) {
  const std::vector<SqlToken> tokens = sql_tokens(sql);
  Parts parts;
  std::size_t copied = 0;
  std::size_t inside_call_until = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind != SqlToken::Kind::word) continue;
    const std::string word = to_lower(tokens[i].text);
    if (word == "select" || word == "over") return std::nullopt;
    const bool called = i + 1 < tokens.size() && tokens[i + 1].text == "(" && is_allowed_function(word);
    if (!called) continue;
    if (is_aggregate(word)) return std::nullopt;
    // `glob` and `like` are operators too, before a parenthesis as well.
    if (i < inside_call_until || word == "glob" || word == "like") continue;
    const std::size_t end_of_this = end_of_call(tokens, i + 1);
    const auto inside = std::span(tokens).subspan(i, end_of_this - i);
    if (std::ranges::none_of(inside, [&](const SqlToken& token) { return diverse.contains(to_lower(token.text)); })) {
      continue;
    }
    inside_call_until = end_of_this;
    const SqlToken& last = tokens[inside_call_until - 1];
    const std::size_t end = last.offset + last.text.size();
    parts.calls.emplace_back(sql.substr(tokens[i].offset, end - tokens[i].offset));
    parts.rest.append(sql.substr(copied, tokens[i].offset - copied)).append("?1");
    copied = end;
  }
  parts.rest.append(sql.substr(copied));
  return parts;
}

/// A value with its type, so that equal texts are equal values.
void append_value(std::string& text, const sqlite::Statement& row, int column) {
  const int type = sqlite3_column_type(row.handle(), column);
  const auto append = [&](const auto& value) {
    std::array<char, 1 + sizeof(value)> bytes{static_cast<char>(type)};
    std::memcpy(bytes.data() + 1, &value, sizeof(value));
    text.append(bytes.data(), bytes.size());
  };
  if (type == SQLITE_NULL) {
    text += static_cast<char>(type);
  } else if (type == SQLITE_INTEGER) {
    append(row.integer(column));
  } else if (type == SQLITE_FLOAT) {
    append(sqlite3_column_double(row.handle(), column));
  } else {
    const std::string_view value = row.text(column);
    append(static_cast<std::uint32_t>(value.size()));
    text.append(value);
  }
}

/// The values of some expressions in the first rows of a table, numbered per expression.
struct Sample {
  std::vector<std::vector<std::uint32_t>> rows;
  std::vector<std::size_t> values;  ///< how many different ones, per expression

  [[nodiscard]] std::size_t combinations(const std::vector<bool>& used) const {
    std::set<std::vector<std::uint32_t>> seen;
    for (std::vector<std::uint32_t> row : rows) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (!used[i]) row[i] = 0;
      }
      seen.insert(std::move(row));
    }
    return seen.size();
  }
};

std::optional<Sample> sample_of(sqlite3* connection, const TableSpec& table,
                                const std::vector<std::string>& expressions) {
  std::string sql = "SELECT 0";
  for (const std::string& expression : expressions) sql += fmt::format(",(\n{}\n)", expression);
  Result<sqlite::Statement> statement =
      sqlite::Statement::prepare(connection, sql + fmt::format(" FROM {} LIMIT {}", table.name, kSampleRows));
  if (!statement) return std::nullopt;
  Sample sample;
  std::vector<std::map<std::string, std::uint32_t>> numbers(expressions.size());
  while (true) {
    const Result<bool> more = statement->step();
    if (!more) return std::nullopt;
    if (!*more) break;
    std::vector<std::uint32_t>& row = sample.rows.emplace_back();
    for (std::size_t i = 0; i < expressions.size(); ++i) {
      std::string value;
      append_value(value, *statement, static_cast<int>(i) + 1);
      row.push_back(numbers[i].emplace(std::move(value), static_cast<std::uint32_t>(numbers[i].size())).first->second);
    }
  }
  for (const auto& values : numbers) sample.values.push_back(values.size());
  return sample;
}

}  // namespace

std::vector<std::string> deciding_expressions(sqlite3* connection, const TableSpec& table, const Check& check,
                                              const std::set<std::string, std::less<>>& diverse) {
  const std::optional<Parts> parts = parts_of(short_form_expression(check), diverse);
  if (!parts) return {};
  std::set<std::string> expressions(parts->calls.begin(), parts->calls.end());
  Sandbox sandbox(connection, {std::string(table.name)}, 0);
  if (!sqlite::Statement::prepare(connection, fmt::format("SELECT {} FROM {}", parts->rest, table.name))) return {};
  const auto reads = sandbox.reads().columns.find(std::string(table.name));
  if (reads != sandbox.reads().columns.end()) expressions.insert(reads->second.begin(), reads->second.end());
  return {expressions.begin(), expressions.end()};
}

MemoPlan plan_memo(sqlite3* connection, const TableSpec& table, std::span<CheckRun* const> runs,
                   const std::set<std::string>& columns) {
  const std::vector<std::string> read(columns.begin(), columns.end());
  const std::optional<Sample> plain = sample_of(connection, table, read);
  if (!plain) return {};
  Names diverse;
  for (std::size_t i = 0; i < read.size(); ++i) {
    if (plain->values[i] > kMostValues) diverse.insert(to_lower(read[i]));
  }
  std::vector<std::string> expressions;
  std::vector<std::vector<std::size_t>> deciding(runs.size());  ///< per check, places in `expressions`
  for (std::size_t i = 0; i < runs.size(); ++i) {
    for (const std::string& expression : deciding_expressions(connection, table, *runs[i]->check, diverse)) {
      const auto place = std::ranges::find(expressions, expression);
      deciding[i].push_back(static_cast<std::size_t>(place - expressions.begin()));
      if (place == expressions.end()) expressions.push_back(expression);
    }
  }
  const std::optional<Sample> sample = sample_of(connection, table, expressions);
  if (!sample) return {};

  std::vector<bool> allowed(expressions.size());
  for (std::size_t i = 0; i < expressions.size(); ++i) allowed[i] = sample->values[i] <= kMostValues;
  while (true) {
    MemoPlan plan{.key = {}, .covers = std::vector<bool>(runs.size())};
    std::vector<bool> used(expressions.size());
    for (std::size_t i = 0; i < runs.size(); ++i) {
      plan.covers[i] = !deciding[i].empty() && std::ranges::all_of(deciding[i], [&](auto at) { return allowed[at]; });
      if (!plan.covers[i]) continue;
      for (const std::size_t at : deciding[i]) used[at] = true;
    }
    if (sample->combinations(used) <= kMostCombinations) {
      for (std::size_t i = 0; i < expressions.size(); ++i) {
        if (used[i]) plan.key.push_back(expressions[i]);
      }
      return plan;
    }
    // The one that spreads most goes, and the checks it decides.
    std::size_t most = 0;
    for (std::size_t i = 0; i < expressions.size(); ++i) {
      if (used[i] && (!used[most] || sample->values[i] > sample->values[most])) most = i;
    }
    allowed[most] = false;
  }
}

const VerdictMemo::Codes* VerdictMemo::find(const sqlite::Statement& row, int first_column, int columns) {
  ++rows_;
  key_.clear();
  for (int column = first_column; column < first_column + columns; ++column) append_value(key_, row, column);
  const auto found = seen_.find(key_);
  if (found != seen_.end()) return &found->second;
  ++misses_;
  return nullptr;
}

const VerdictMemo::Codes* VerdictMemo::add(Codes codes) {
  if (seen_.size() < kMostKept) return &seen_.emplace(key_, std::move(codes)).first->second;
  last_ = std::move(codes);
  return &last_;
}

}  // namespace ehdscan
