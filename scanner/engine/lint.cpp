// SPDX-License-Identifier: Apache-2.0
#include "engine/lint.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/text.h"
#include "engine/run_state.h"
#include "engine/sandbox.h"
#include "engine/sql_functions.h"
#include "engine/sql_tokens.h"
#include "evidence/ddl.h"
#include "evidence/fixture.h"
#include "evidence/sqlite.h"
#include "evidence/tables/all.h"

namespace ehdscan {
namespace {

/// SQL aggregates that drop NULL, and what to write instead.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kDropsNull{{{"min", "min_known"},
                                                                                   {"max", "max_known"},
                                                                                   {"sum", "sum_known"},
                                                                                   {"total", "sum_known"},
                                                                                   {"avg", "sum_known"},
                                                                                   {"count", "count(*)"}}};

/// Areas of tables whose columns are settings of a platform, with its own defaults and words.
constexpr std::array<std::string_view, 9> kPlatformAreas{"inventory", "network",    "compute", "storage", "identity",
                                                         "log",       "kubernetes", "backup",  "derived"};

using Rules = std::optional<std::set<std::string>>;

class Linter {
 public:
  Linter(const Check& check, const Thresholds& thresholds, const Rules& rules, const Result<EvidenceFixture>& empty)
      : check_(check), thresholds_(thresholds), rules_(rules), empty_(empty) {}

  std::vector<Error> lint() {
    expressions();
    aggregates();
    if (errors_.empty()) compile();
    texts();
    semantics();
    coverage();
    return std::move(errors_);
  }

 private:
  void add(const Place& place, std::string message, std::string hint = {}) {
    Place where = place;
    if (where.file.empty()) where.file = check_.file;
    errors_.push_back({ErrorKind::invalid_input, std::move(message), where, {}, std::move(hint)});
  }

  void expressions() {
    for (const auto& [text, place] : {std::pair{&check_.where, &check_.where_place},
                                      {&check_.pass, &check_.pass_place},
                                      {&check_.warn, &check_.warn_place}}) {
      if (text->empty()) continue;
      if (const std::string fault = expression_fault(*text); !fault.empty()) add(*place, fault);
    }
  }

  /// Inside the brackets of json_each() its own columns hide those of the tables outside: `json_each(value)` reads
  /// nothing at all, and every() over nothing is true.
  void json_each_arguments(const std::vector<SqlToken>& tokens, std::size_t name, const Place& place) {
    constexpr std::array<std::string_view, 10> kOwn{"key",    "value",   "type", "atom", "id",
                                                    "parent", "fullkey", "path", "json", "root"};
    const int depth = tokens[name + 1].depth;
    for (std::size_t i = name + 2; i < tokens.size(); ++i) {
      if (tokens[i].text == ")" && tokens[i].depth == depth) return;
      if (tokens[i].kind != SqlToken::Kind::word || tokens[i - 1].text == ".") continue;
      const std::string word = to_lower(tokens[i].text);
      if (std::ranges::find(kOwn, word) == kOwn.end()) continue;
      if (i + 1 < tokens.size() && (tokens[i + 1].text == "." || tokens[i + 1].text == "(")) continue;
      add(place, fmt::format("`{}` inside json_each() is its own column, not that of the table", word),
          fmt::format("write the table before it: `{}.{}`", check_.table.empty() ? "t" : check_.table, word));
    }
  }

  void aggregates() {
    const auto look = [&](const std::string& sql, const Place& place) {
      const std::vector<SqlToken> tokens = sql_tokens(sql);
      for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
        if (tokens[i].kind != SqlToken::Kind::word) continue;
        const std::string word = to_lower(tokens[i].text);
        if (word == "exists") {
          add(place, "EXISTS is false where a compared value is not known", "use any_of(…), which keeps NULL");
        }
        if (word == "json_each" && tokens[i + 1].text == "(") json_each_arguments(tokens, i, place);
        const auto dropping =
            std::ranges::find(kDropsNull, word, &std::pair<std::string_view, std::string_view>::first);
        if (dropping == kDropsNull.end() || tokens[i + 1].text != "(") continue;
        if (!drops_null(tokens, i)) continue;
        add(place, fmt::format("`{}` drops NULL, and what is not known would count as good", word),
            fmt::format("use `{}`", dropping->second));
      }
    };
    look(check_.where, check_.where_place);
    look(check_.pass, check_.pass_place);
    look(check_.warn, check_.warn_place);
    look(check_.query, check_.query_place);
  }

  /// count(*) and count() keep every row; min(a, b) and max(a, b) are scalar and keep NULL; a column that is never NULL
  /// has none to drop.
  [[nodiscard]] bool drops_null(const std::vector<SqlToken>& tokens, std::size_t name) const {
    const int depth = tokens[name + 1].depth;
    std::size_t arguments = 1;
    std::vector<std::string_view> words;
    for (std::size_t i = name + 2; i < tokens.size(); ++i) {
      if (tokens[i].text == ")" && tokens[i].depth == depth) break;
      if (tokens[i].text == "," && tokens[i].depth == depth + 1) ++arguments;
      words.push_back(tokens[i].text);
    }
    const std::string function = to_lower(tokens[name].text);
    if (function == "count") {
      if (words.empty() || words.front() == "*") return false;
    } else if (arguments > 1) {
      return false;
    }
    return !(never_null(words));
  }

  [[nodiscard]] bool never_null(const std::vector<std::string_view>& words) const {
    std::vector<std::string_view> names(words);
    if (!names.empty() && to_lower(names.front()) == "distinct") names.erase(names.begin());
    if (names.empty() || names.size() > 3) return false;
    const std::string_view column = names.back();
    bool found = false;
    for (const Need& need : check_.needs) {
      for (const StoredColumn& stored : stored_columns(*find_table(need.table))) {
        if (stored.name != column) continue;
        if (stored.nullable) return false;
        found = true;
      }
    }
    return found || is_threshold_column(column);
  }

  /// What the profile itself says is not evidence that could be missing.
  [[nodiscard]] bool is_threshold_column(std::string_view column) const {
    return std::ranges::any_of(thresholds_.tables, [&](const ThresholdTable& table) {
      return std::ranges::any_of(table.columns, [&](const auto& named) { return named.first == column; });
    });
  }

  void compile() {
    if (!empty_) return add({}, empty_.error().message);
    sqlite3* connection = empty_->evidence().handle();
    if (check_.is_short()) {
      for (const auto& [text, place] : {std::pair{&check_.where, &check_.where_place},
                                        {&check_.pass, &check_.pass_place},
                                        {&check_.warn, &check_.warn_place}}) {
        if (!text->empty()) prepare(connection, fmt::format("SELECT (\n{}\n) FROM {}", *text, check_.table), *place);
      }
      std::set<std::string> columns;
      for (const StoredColumn& column : stored_columns(*find_table(check_.table))) columns.insert(column.name);
      template_columns(columns);
      return;
    }
    prepare(connection, check_.query, check_.query_place);
  }

  void prepare(sqlite3* connection, const std::string& sql, const Place& place) {
    std::set<std::string> tables;
    for (const Need& need : check_.needs) tables.insert(need.table);
    Sandbox sandbox(connection, tables, step_limit_for(0));
    Result<sqlite::Statement> statement = sqlite::Statement::prepare(connection, sql);
    if (!statement) {
      const Error error = sandbox.explain(statement.error());
      std::string message = error.message;
      if (message.starts_with("database: ")) message = message.substr(10);
      return add(place, message, error.hint);
    }
    if (*sqlite3_sql(statement->handle()) == '\0') return add(place, "the query is empty");
    for (const auto& table : tables) {
      if (!sandbox.reads().columns.contains(table)) {
        add(place, fmt::format("`{}` is listed in `needs` but never read", table));
      }
    }
    thresholds_named(sql, place);
    if (check_.is_short()) return;
    std::set<std::string> columns;
    for (int i = 0; i < statement->columns(); ++i) columns.emplace(statement->name(i));
    constexpr std::size_t kMostColumns = 64;
    if (columns.size() > kMostColumns) add(place, fmt::format("the query returns more than {} columns", kMostColumns));
    for (const char* needed : {"resource", "verdict", "reason"}) {
      if (!columns.contains(needed)) add(place, fmt::format("the query returns no column `{}`", needed));
    }
    template_columns(columns);
  }

  /// threshold('name') with a literal name must exist.
  void thresholds_named(const std::string& sql, const Place& place) {
    const std::vector<SqlToken> tokens = sql_tokens(sql);
    for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
      if (to_lower(tokens[i].text) != "threshold" || tokens[i + 1].text != "(") continue;
      const SqlToken& name = tokens[i + 2];
      if (name.kind != SqlToken::Kind::text || name.text.size() < 2) {
        add(place, "threshold() takes a literal name", "threshold('identity.dormant_days')");
        continue;
      }
      const std::string_view bare = name.text.substr(1, name.text.size() - 2);
      if (thresholds_.find(bare) != nullptr) continue;
      std::vector<std::string_view> names;
      for (const auto& [known, value] : thresholds_.values) names.push_back(known);
      const std::string_view near = nearest(bare, names);
      add(place, fmt::format("there is no threshold `{}`", bare),
          near.empty() ? "`ehdscan profile thresholds` lists them" : fmt::format("did you mean `{}`?", near));
    }
  }

  void template_columns(const std::set<std::string>& columns) {
    for (const std::string* text : {&check_.subject, &check_.message}) {
      for (const std::string& name : placeholders(*text)) {
        if (!columns.contains(name)) add({}, fmt::format("`{{{}}}` is not a column of the result", name));
      }
    }
  }

  void texts() {
    if (check_.message.empty()) add({}, "`message` is missing: it says what is wrong");
    if (check_.references.empty()) add({}, "`references` is missing");
  }

  /// What a setting means where nothing is said differs from platform to platform: a check of such settings names the
  /// rules that it rests on, so that who doubts a verdict finds the fact and where it comes from.
  void semantics() {
    if (!rules_) return;
    for (const std::string& rule : check_.semantics) {
      if (rules_->contains(rule)) continue;
      const std::vector<std::string_view> known(rules_->begin(), rules_->end());
      const std::string_view near = nearest(rule, known);
      add({}, fmt::format("`semantics` names `{}`, which is no rule of the profile", rule),
          near.empty() ? "profiles/platform-semantics.yaml lists them" : fmt::format("did you mean `{}`?", near));
    }
    if (!check_.semantics.empty()) return;
    const auto of_platform = std::ranges::find_if(check_.needs, [](const Need& need) {
      return std::ranges::find(kPlatformAreas, find_table(need.table)->area) != kPlatformAreas.end();
    });
    if (of_platform == check_.needs.end()) return;
    add({},
        fmt::format("it reads `{}`, but `semantics` names no rule of how platforms read their settings",
                    of_platform->table),
        "`ehdscan explain NEU-2` shows one; GEN-8 is for values that need none, because every answer states them");
  }

  void coverage() {
    std::set<Verdict> seen;
    for (const Example& example : check_.examples) {
      for (const auto& [resource, verdict] : example.expect) seen.insert(verdict);
    }
    for (const Verdict verdict : {Verdict::pass, Verdict::fail, Verdict::not_assessed}) {
      if (seen.contains(verdict) || (verdict == Verdict::fail && seen.contains(Verdict::warn))) continue;
      add({}, fmt::format("no example expects `{}`", to_string(verdict)),
          "examples are the tests of a check: one for pass, fail and not_assessed at least");
    }
  }

  const Check& check_;
  const Thresholds& thresholds_;
  const Rules& rules_;
  const Result<EvidenceFixture>& empty_;
  std::vector<Error> errors_;
};

/// A database with every table and function and no row.
Result<EvidenceFixture> empty_database(const FunctionContext& context) {
  Result<EvidenceFixture> fixture = EvidenceFixture::create({});
  if (!fixture) return fixture;
  sqlite3* connection = fixture->evidence().handle();
  if (!register_functions(connection, context) || !create_threshold_tables(connection, context)) {
    return std::unexpected(sqlite::error_of(connection, "thresholds"));
  }
  return fixture;
}

}  // namespace

struct CheckLinter::Database {
  explicit Database(const Thresholds& thresholds) : context{{}, &thresholds}, empty(empty_database(context)) {}
  FunctionContext context;
  Result<EvidenceFixture> empty;
};

CheckLinter::CheckLinter(const Thresholds& thresholds, std::optional<std::set<std::string>> rules)
    : database_(std::make_unique<Database>(thresholds)), rules_(std::move(rules)) {}
CheckLinter::~CheckLinter() = default;

std::vector<Error> CheckLinter::lint(const Check& check) {
  return Linter(check, *database_->context.thresholds, rules_, database_->empty).lint();
}

std::vector<Error> lint_check(const Check& check, const Thresholds& thresholds) {
  return CheckLinter(thresholds).lint(check);
}

}  // namespace ehdscan
