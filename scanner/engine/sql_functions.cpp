// SPDX-License-Identifier: Apache-2.0
#include "engine/sql_functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/function_support.h"
#include "evidence/row.h"
#include "evidence/sqlite.h"

namespace ehdscan {
namespace {

constexpr std::array kFunctions{
    SqlFunction{"add_days", "add_days(day, n)", "the day n days later"},
    SqlFunction{"add_months", "add_months(day, n)",
                "same day number n months later, or the last day of a shorter month"},
    SqlFunction{"age_days", "age_days(time)",
                "whole days from the time to the as-of instant; negative if it lies ahead"},
    SqlFunction{"age_hours", "age_hours(time)", "whole hours from the time to the as-of instant"},
    SqlFunction{"any_of", "any_of(x)", "1 if any is true, NULL if none is but one is not known, else 0", true},
    SqlFunction{"as_of", "as_of()", "the as-of instant"},
    SqlFunction{"as_of_day", "as_of_day()", "the as-of day"},
    SqlFunction{"cidr_contains", "cidr_contains(outer, inner)", "1 if every address of inner is in outer"},
    SqlFunction{"cidr_family", "cidr_family(prefix)", "4 or 6; mapped IPv6 is 4"},
    SqlFunction{"cidr_is_any", "cidr_is_any(prefix)", "1 for 0.0.0.0/0 and ::/0"},
    SqlFunction{"cidr_is_loopback", "cidr_is_loopback(prefix)", "1 if wholly inside 127.0.0.0/8 or ::1"},
    SqlFunction{"cidr_is_public", "cidr_is_public(prefix)", "1 if some of it is globally reachable address space"},
    SqlFunction{"cidr_list_minus", "cidr_list_minus(list, list)", "the prefixes of the first list without the second"},
    SqlFunction{"cidr_list_public_larger_than", "cidr_list_public_larger_than(list, v4_length, v6_length)",
                "1 if the public part of the union is larger than one prefix of that length"},
    SqlFunction{"cidr_list_within", "cidr_list_within(inner, outer)",
                "1 if every address of the first list is in the second"},
    SqlFunction{"cidr_overlaps", "cidr_overlaps(a, b)", "1 if the prefixes share an address"},
    SqlFunction{"cidr_union", "cidr_union(prefix)", "the merged list of all prefixes; NULL if one is not known", true},
    SqlFunction{"days_between", "days_between(from, to)", "whole days from one time to another"},
    SqlFunction{"end_of", "end_of(day)", "the last second of a day; a time stays itself"},
    SqlFunction{"every", "every(x)", "0 if any is false, NULL if none is but one is not known, else 1", true},
    SqlFunction{"hours_between", "hours_between(from, to)", "whole hours from one time to another"},
    SqlFunction{"in_list", "in_list(value, list)", "1 if the value is exactly one of the list"},
    SqlFunction{"list_contains", "list_contains(list, value)", "1 if the list holds exactly this value"},
    SqlFunction{"list_from", "list_from(text, separator)", "the parts of a text, trimmed, as a list"},
    SqlFunction{"list_length", "list_length(list)", "number of elements"},
    SqlFunction{"list_overlaps", "list_overlaps(a, b)", "1 if the lists share an element"},
    SqlFunction{"list_within", "list_within(a, b)", "1 if every element of a is in b"},
    SqlFunction{"max_known", "max_known(x)", "the largest; NULL if one is not known or there is none", true},
    SqlFunction{"min_known", "min_known(x)", "the smallest; NULL if one is not known or there is none", true},
    SqlFunction{"ports_overlap", "ports_overlap([protocol,] from, to, ports)",
                "1 if the range holds one of the ports (`22/tcp`, `161/udp`)"},
    SqlFunction{"same_identity", "same_identity(issuer, id, issuer, id)", "1 if both are the same, byte for byte"},
    SqlFunction{"sum_known", "sum_known(x)", "the sum; NULL if one is not known", true},
    SqlFunction{"threshold", "threshold(name)", "a number, text or list of the profile's thresholds"},
};

/// SQLite's own functions that are total, cheap, and know neither clock nor chance. `count` is for count(*); the lint
/// looks after min and max, which drop NULL as aggregates.
constexpr std::array<std::string_view, 24> kBuiltIn{
    "coalesce",  "count",  "glob",   "group_concat", "hex",    "ifnull",  "iif",   "instr",
    "json_each", "length", "like",   "lower",        "ltrim",  "max",     "min",   "nullif",
    "quote",     "rtrim",  "substr", "trim",         "typeof", "unicode", "upper", "row_number"};

const FunctionContext& context_of(sqlite3_context* context) {
  return *static_cast<const FunctionContext*>(sqlite3_user_data(context));
}

void threshold(sqlite3_context* context, int, sqlite3_value** arguments) {
  const std::string_view name = sql::text_of(arguments[0]);
  const ThresholdValue* found = context_of(context).thresholds->find(name);
  if (found == nullptr) {
    const std::string message = fmt::format("no threshold is named `{}`", name);
    return sqlite3_result_error(context, message.c_str(), static_cast<int>(message.size()));
  }
  if (const auto* integer = std::get_if<std::int64_t>(&found->value)) return sqlite3_result_int64(context, *integer);
  if (const auto* text = std::get_if<std::string>(&found->value)) return sql::give(context, std::string_view(*text));
  sql::give(context, json_list(std::get<std::vector<std::string>>(found->value)));
}

constexpr int kScalarFlags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;

}  // namespace

std::span<const SqlFunction> sql_functions() { return kFunctions; }

bool is_allowed_function(std::string_view name) {
  return std::ranges::find(kBuiltIn, name) != kBuiltIn.end() ||
         std::ranges::find(kFunctions, name, &SqlFunction::name) != kFunctions.end();
}

Result<void> register_functions(sqlite3* connection, const FunctionContext& context) {
  // SQLite hands the pointer back unchanged; nothing writes through it.
  void* user = const_cast<FunctionContext*>(&context);  // NOLINT(cppcoreguidelines-pro-type-const-cast)
  int code =
      sqlite3_create_function_v2(connection, "threshold", 1, kScalarFlags, user, threshold, nullptr, nullptr, nullptr);
  for (const auto& list : {sql::address_functions(), sql::time_functions(), sql::list_functions()}) {
    for (const sql::ScalarFunction& function : list) {
      code |= sqlite3_create_function_v2(connection, function.name, function.arguments, kScalarFlags, user,
                                         function.call, nullptr, nullptr, nullptr);
    }
  }
  for (const sql::AggregateFunction& function : sql::aggregate_functions()) {
    code |= sqlite3_create_function_v2(connection, function.name, function.arguments, kScalarFlags, user, nullptr,
                                       function.step, function.finish, nullptr);
  }
  if (code != SQLITE_OK) return std::unexpected(sqlite::error_of(connection, "cannot register the check functions"));
  // SQLite declares the columns of json_each when it is first used, which an authorizer sees as a write to the schema:
  // so it is used here once, before any is set.
  return sqlite::run(connection, "SELECT 1 FROM json_each('[]')");
}

Result<void> create_threshold_tables(sqlite3* connection, const FunctionContext& context) {
  const Day today = day_of(context.as_of);
  for (const ThresholdTable& table : context.thresholds->tables) {
    std::string columns;
    std::string marks;
    for (const auto& [name, type] : table.columns) {
      columns +=
          fmt::format("{}{} {}", columns.empty() ? "" : ",", name, is_number(type) ? "INTEGER" : "TEXT");
      marks += marks.empty() ? "?" : ",?";
    }
    if (Result<void> made = sqlite::run(
            connection,
            fmt::format("DROP TABLE IF EXISTS temp.threshold_{0};CREATE TEMP TABLE threshold_{0}({1}) STRICT",
                        table.name, columns));
        !made) {
      return made;
    }
    Result<sqlite::Statement> insert = sqlite::Statement::prepare(
        connection, fmt::format("INSERT INTO temp.threshold_{} VALUES({})", table.name, marks));
    if (!insert) return std::unexpected(insert.error());
    for (const ThresholdRow& row : table.rows) {
      if ((row.effective_from && *row.effective_from > today) || (row.effective_to && *row.effective_to < today))
        continue;
      for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const int index = static_cast<int>(i) + 1;
        const ThresholdCell& cell = row.cells[i];
        if (!cell) {
          insert->bind_null(index);
        } else if (const auto* integer = std::get_if<std::int64_t>(&*cell)) {
          insert->bind(index, *integer);
        } else {
          insert->bind(index, std::string_view(std::get<std::string>(*cell)));
        }
      }
      if (const Result<bool> done = insert->step(); !done) return std::unexpected(done.error());
      insert->reset();
    }
  }
  return {};
}

}  // namespace ehdscan
