// SPDX-License-Identifier: Apache-2.0
// SQL functions about time. None of them knows the clock: everything is measured against the as-of instant.
#include <algorithm>

#include "engine/function_support.h"
#include "engine/sql_functions.h"

namespace ehdscan::sql {
namespace {

const FunctionContext& context_of(sqlite3_context* context) {
  return *static_cast<const FunctionContext*>(sqlite3_user_data(context));
}

/// Rounds towards minus infinity, so that one second ahead of as-of is -1 day old, not 0.
std::int64_t floor_divide(std::int64_t value, std::int64_t unit) {
  return value >= 0 ? value / unit : -((-value + unit - 1) / unit);
}

void age_in(sqlite3_context* context, sqlite3_value* value, std::int64_t unit) {
  const auto instant = instant_of(value);
  if (!instant) return;
  sqlite3_result_int64(
      context, floor_divide(context_of(context).as_of.seconds_since_epoch - instant->seconds_since_epoch, unit));
}

void age_days(sqlite3_context* context, int, sqlite3_value** arguments) { age_in(context, arguments[0], 86'400); }
void age_hours(sqlite3_context* context, int, sqlite3_value** arguments) { age_in(context, arguments[0], 3'600); }

void as_of(sqlite3_context* context, int, sqlite3_value**) { give(context, to_string(context_of(context).as_of)); }
void as_of_day(sqlite3_context* context, int, sqlite3_value**) {
  give(context, to_string(day_of(context_of(context).as_of)));
}

/// The last second of a day; an instant stays itself ("a calendar date given as an end means the end of that day").
void end_of(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (is_null(arguments[0])) return;
  const auto instant = instant_of(arguments[0]);
  if (!instant) return;
  give(context, to_string(text_of(arguments[0]).size() == 10 ? end_of_day(day_of(*instant)) : *instant));
}

template <Day (*Add)(Day, int)>
void add(sqlite3_context* context, int, sqlite3_value** arguments) {
  constexpr std::int64_t kMost = 100'000;
  const auto day = day_of_value(arguments[0]);
  if (!day || is_null(arguments[1])) return;
  const std::int64_t amount = std::clamp<std::int64_t>(sqlite3_value_int64(arguments[1]), -kMost, kMost);
  give(context, to_string(Add(*day, static_cast<int>(amount))));
}

/// Hours from the first instant to the second, rounded down.
void hours_between(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto from = instant_of(arguments[0]);
  const auto to = instant_of(arguments[1]);
  if (from && to)
    sqlite3_result_int64(context, floor_divide(to->seconds_since_epoch - from->seconds_since_epoch, 3'600));
}

void days_between(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto from = instant_of(arguments[0]);
  const auto to = instant_of(arguments[1]);
  if (from && to)
    sqlite3_result_int64(context, floor_divide(to->seconds_since_epoch - from->seconds_since_epoch, 86'400));
}

}  // namespace

std::vector<ScalarFunction> time_functions() {
  return {{"age_days", 1, age_days},
          {"age_hours", 1, age_hours},
          {"as_of", 0, as_of},
          {"as_of_day", 0, as_of_day},
          {"end_of", 1, end_of},
          {"add_months", 2, add<add_months>},
          {"add_days", 2, add<add_days>},
          {"hours_between", 2, hours_between},
          {"days_between", 2, days_between}};
}

}  // namespace ehdscan::sql
