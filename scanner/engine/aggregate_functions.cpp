// SPDX-License-Identifier: Apache-2.0
// Aggregates that keep NULL: SQL's own drop it, and a dropped "not known" would become a pass.
#include <limits>
#include <memory>
#include <vector>

#include "engine/function_support.h"
#include "evidence/row.h"

namespace ehdscan::sql {
namespace {

/// SQLite gives zeroed memory; every state below is all zeros at the start.
template <typename T>
T* state_of(sqlite3_context* context) {
  return static_cast<T*>(sqlite3_aggregate_context(context, sizeof(T)));
}

struct Truth {
  bool any_true;
  bool any_false;
  bool any_null;
};

void truth_step(sqlite3_context* context, int, sqlite3_value** arguments) {
  Truth* truth = state_of<Truth>(context);
  if (truth == nullptr) return sqlite3_result_error_nomem(context);
  if (is_null(arguments[0])) {
    truth->any_null = true;
  } else if (sqlite3_value_int64(arguments[0]) != 0) {
    truth->any_true = true;
  } else {
    truth->any_false = true;
  }
}

void every_finish(sqlite3_context* context) {
  const Truth* truth = state_of<Truth>(context);
  if (truth == nullptr) return give(context, true);
  if (truth->any_false) return give(context, false);
  if (truth->any_null) return give_null(context);
  give(context, true);
}

void any_of_finish(sqlite3_context* context) {
  const Truth* truth = state_of<Truth>(context);
  if (truth == nullptr) return give(context, false);
  if (truth->any_true) return give(context, true);
  if (truth->any_null) return give_null(context);
  give(context, false);
}

/// The extreme value seen; kept as a copy of SQLite's value so that texts and numbers both work.
struct Extreme {
  sqlite3_value* best;
  bool any_null;
};

int compare(sqlite3_value* a, sqlite3_value* b) {
  if (sqlite3_value_type(a) == SQLITE_TEXT || sqlite3_value_type(b) == SQLITE_TEXT)
    return text_of(a).compare(text_of(b));
  const std::int64_t x = sqlite3_value_int64(a);
  const std::int64_t y = sqlite3_value_int64(b);
  return x < y ? -1 : (x > y ? 1 : 0);
}

template <int Sign>
void extreme_step(sqlite3_context* context, int, sqlite3_value** arguments) {
  Extreme* extreme = state_of<Extreme>(context);
  if (extreme == nullptr) return sqlite3_result_error_nomem(context);
  if (is_null(arguments[0])) {
    extreme->any_null = true;
  } else if (extreme->best == nullptr || compare(arguments[0], extreme->best) * Sign > 0) {
    sqlite3_value_free(extreme->best);
    extreme->best = sqlite3_value_dup(arguments[0]);
  }
}

void extreme_finish(sqlite3_context* context) {
  Extreme* extreme = state_of<Extreme>(context);
  if (extreme == nullptr) return;
  if (!extreme->any_null && extreme->best != nullptr) sqlite3_result_value(context, extreme->best);
  sqlite3_value_free(extreme->best);
  extreme->best = nullptr;
}

struct Sum {
  std::int64_t total;
  bool any_null;
};

void sum_step(sqlite3_context* context, int, sqlite3_value** arguments) {
  Sum* sum = state_of<Sum>(context);
  if (sum == nullptr) return sqlite3_result_error_nomem(context);
  // Overflow is "not known" too, rather than an error that would take the whole pass with it.
  if (is_null(arguments[0]) || __builtin_add_overflow(sum->total, sqlite3_value_int64(arguments[0]), &sum->total)) {
    sum->any_null = true;
  }
}

void sum_finish(sqlite3_context* context) {
  const Sum* sum = state_of<Sum>(context);
  if (sum == nullptr) return sqlite3_result_int64(context, 0);
  if (!sum->any_null) sqlite3_result_int64(context, sum->total);
}

struct Union {
  std::vector<IpPrefix>* prefixes;
  bool unknown;
};

void union_step(sqlite3_context* context, int, sqlite3_value** arguments) {
  constexpr std::size_t kMergeAt = 4096;
  Union* state = state_of<Union>(context);
  if (state == nullptr) return sqlite3_result_error_nomem(context);
  const auto prefix = is_null(arguments[0]) ? std::nullopt : parse_ip_prefix(text_of(arguments[0]));
  if (!prefix) {
    state->unknown = true;
    return;
  }
  if (state->prefixes == nullptr) state->prefixes = std::make_unique<std::vector<IpPrefix>>().release();
  state->prefixes->push_back(*prefix);
  if (state->prefixes->size() % kMergeAt == 0) *state->prefixes = merge_prefixes(std::move(*state->prefixes));
}

void union_finish(sqlite3_context* context) {
  Union* state = state_of<Union>(context);
  if (state == nullptr) return give(context, std::string_view("[]"));
  const std::unique_ptr<std::vector<IpPrefix>> prefixes(state->prefixes);
  state->prefixes = nullptr;
  if (state->unknown) return;
  std::vector<std::string> texts;
  if (prefixes) {
    for (const IpPrefix& prefix : merge_prefixes(*prefixes)) texts.push_back(to_string(prefix));
  }
  give(context, json_list(texts));
}

}  // namespace

std::vector<AggregateFunction> aggregate_functions() {
  return {{"every", 1, truth_step, every_finish},
          {"any_of", 1, truth_step, any_of_finish},
          {"min_known", 1, extreme_step<-1>, extreme_finish},
          {"max_known", 1, extreme_step<1>, extreme_finish},
          {"sum_known", 1, sum_step, sum_finish},
          {"cidr_union", 1, union_step, union_finish}};
}

}  // namespace ehdscan::sql
