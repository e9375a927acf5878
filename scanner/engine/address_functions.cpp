// SPDX-License-Identifier: Apache-2.0
// SQL functions about IP prefixes and ports. Anything that cannot be read gives NULL, hence not assessed, never false.
#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "engine/function_support.h"
#include "evidence/row.h"

namespace ehdscan::sql {
namespace {

/// The prefix in the last argument, or in the one `before_last`. Several functions look at the same column of a row one
/// after the other: what was read last is kept, apart for the two places, so that a constant does not drive it out.
std::optional<IpPrefix> prefix_of(sqlite3_value* value, std::size_t before_last = 0) {
  if (is_null(value)) return std::nullopt;
  struct Read {
    std::string text;
    std::optional<IpPrefix> prefix;
  };
  thread_local std::array<Read, 2> kept;
  Read& read = kept[before_last];
  const std::string_view text = text_of(value);
  if (text.empty() || read.text != text) {
    read.text = text;
    read.prefix = parse_ip_prefix(text);
  }
  return read.prefix;
}

void cidr_contains(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto outer = prefix_of(arguments[0], 1);
  const auto inner = prefix_of(arguments[1]);
  if (outer && inner) give(context, contains(*outer, *inner));
}

void cidr_overlaps(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto a = prefix_of(arguments[0], 1);
  const auto b = prefix_of(arguments[1]);
  if (a && b) give(context, overlap(*a, *b));
}

void cidr_is_any(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto prefix = prefix_of(arguments[0]);
  if (prefix) give(context, prefix->length == 0);
}

void cidr_family(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto prefix = prefix_of(arguments[0]);
  if (prefix) sqlite3_result_int(context, prefix->v6 ? 6 : 4);
}

void cidr_is_loopback(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto prefix = prefix_of(arguments[0]);
  if (prefix) give(context, contains(*parse_ip_prefix(prefix->v6 ? "::1/128" : "127.0.0.0/8"), *prefix));
}

void cidr_is_public(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto prefix = prefix_of(arguments[0]);
  if (prefix) give(context, has_public_part(*prefix));
}

/// cidr_list_within(inner, outer): every address of the first list lies in the second.
void cidr_list_within(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto inner = prefixes_of(arguments[0]);
  const auto outer = prefixes_of(arguments[1]);
  if (inner && outer) give(context, subtract_prefixes(*inner, *outer).empty());
}

void cidr_list_minus(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto from = prefixes_of(arguments[0]);
  const auto minus = prefixes_of(arguments[1]);
  if (!from || !minus) return;
  std::vector<std::string> texts;
  for (const IpPrefix& prefix : subtract_prefixes(*from, *minus)) texts.push_back(to_string(prefix));
  give(context, json_list(texts));
}

/// cidr_list_public_larger_than(list, v4_length, v6_length)
void cidr_list_public_larger_than(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto list = prefixes_of(arguments[0]);
  if (!list || is_null(arguments[1]) || is_null(arguments[2])) return;
  give(context, larger_than(public_part(*list), sqlite3_value_int(arguments[1]), sqlite3_value_int(arguments[2])));
}

struct PortRule {
  std::int64_t port = 0;
  std::string protocol;  ///< empty: any
};

std::optional<std::vector<PortRule>> ports_of(sqlite3_value* value) {
  const auto list = list_of(value);
  if (!list) return std::nullopt;
  std::vector<PortRule> rules;
  for (const std::string& text : *list) {
    const std::size_t slash = text.find('/');
    const auto port = parse_integer(std::string_view(text).substr(0, slash));
    if (!port) return std::nullopt;
    rules.push_back({*port, slash == std::string::npos ? "" : text.substr(slash + 1)});
  }
  return rules;
}

/// ports_overlap(from, to, ports) and ports_overlap(protocol, from, to, ports): does the range hold one of the ports?
void ports_overlap(sqlite3_context* context, int count, sqlite3_value** arguments) {
  const int first = count - 3;
  const auto* ports = constant<std::vector<PortRule>>(context, count - 1, arguments[count - 1], ports_of);
  if (ports == nullptr || is_null(arguments[first]) || is_null(arguments[first + 1])) return;
  if (first == 1 && is_null(arguments[0])) return;
  const std::int64_t from = sqlite3_value_int64(arguments[first]);
  const std::int64_t to = sqlite3_value_int64(arguments[first + 1]);
  const std::string_view protocol = first == 1 ? text_of(arguments[0]) : std::string_view();
  give(context, std::ranges::any_of(*ports, [&](const PortRule& rule) {
         const bool same = protocol.empty() || protocol == "any" || rule.protocol.empty() || rule.protocol == protocol;
         return same && from <= rule.port && rule.port <= to;
       }));
}

}  // namespace

std::vector<ScalarFunction> address_functions() {
  return {{"cidr_contains", 2, cidr_contains},
          {"cidr_overlaps", 2, cidr_overlaps},
          {"cidr_is_any", 1, cidr_is_any},
          {"cidr_family", 1, cidr_family},
          {"cidr_is_loopback", 1, cidr_is_loopback},
          {"cidr_is_public", 1, cidr_is_public},
          {"cidr_list_within", 2, cidr_list_within},
          {"cidr_list_minus", 2, cidr_list_minus},
          {"cidr_list_public_larger_than", 3, cidr_list_public_larger_than},
          {"ports_overlap", 3, ports_overlap},
          {"ports_overlap", 4, ports_overlap}};
}

}  // namespace ehdscan::sql
