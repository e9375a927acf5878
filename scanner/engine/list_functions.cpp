// SPDX-License-Identifier: Apache-2.0
// SQL functions about lists (text_list columns and list thresholds) and identities.
#include <algorithm>

#include "base/text.h"
#include "engine/function_support.h"
#include "evidence/row.h"

namespace ehdscan::sql {
namespace {

using Texts = std::vector<std::string>;

/// in_list(value, list): exact membership.
void in_list(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (is_null(arguments[0])) return;
  const Texts* list = constant<Texts>(context, 1, arguments[1], list_of);
  if (list != nullptr) give(context, std::ranges::find(*list, text_of(arguments[0])) != list->end());
}

void list_contains(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto list = list_of(arguments[0]);
  if (list && !is_null(arguments[1])) give(context, std::ranges::find(*list, text_of(arguments[1])) != list->end());
}

void list_length(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (const auto list = list_of(arguments[0])) sqlite3_result_int64(context, static_cast<std::int64_t>(list->size()));
}

/// list_from(text, separator): the parts of a text as a list; an empty text is an empty list.
void list_from(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (is_null(arguments[0]) || is_null(arguments[1])) return;
  const std::string_view separator = text_of(arguments[1]);
  const std::string_view text = text_of(arguments[0]);
  Texts parts;
  if (separator.size() == 1 && !text.empty()) {
    for (const std::string_view part : split(text, separator.front())) parts.emplace_back(trim(part));
  } else if (!text.empty()) {
    parts.emplace_back(text);
  }
  give(context, json_list(parts));
}

/// list_within(a, b): every element of a is in b.
void list_within(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto a = list_of(arguments[0]);
  const auto b = list_of(arguments[1]);
  if (!a || !b) return;
  give(context,
       std::ranges::all_of(*a, [&](const std::string& text) { return std::ranges::find(*b, text) != b->end(); }));
}

void list_overlaps(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto a = list_of(arguments[0]);
  const auto b = list_of(arguments[1]);
  if (!a || !b) return;
  give(context,
       std::ranges::any_of(*a, [&](const std::string& text) { return std::ranges::find(*b, text) != b->end(); }));
}

/// same_identity(issuer, id, issuer, id): byte for byte; prefixes and substrings never match (GEN-4).
void same_identity(sqlite3_context* context, int, sqlite3_value** arguments) {
  for (int i = 0; i < 4; ++i) {
    if (is_null(arguments[i])) return;
  }
  give(context, text_of(arguments[0]) == text_of(arguments[2]) && text_of(arguments[1]) == text_of(arguments[3]));
}

}  // namespace

std::vector<ScalarFunction> list_functions() {
  return {{"in_list", 2, in_list},         {"list_contains", 2, list_contains}, {"list_length", 1, list_length},
          {"list_from", 2, list_from},
          {"list_within", 2, list_within}, {"list_overlaps", 2, list_overlaps}, {"same_identity", 4, same_identity}};
}

}  // namespace ehdscan::sql
