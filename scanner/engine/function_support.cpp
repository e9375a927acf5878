// SPDX-License-Identifier: Apache-2.0
#include "engine/function_support.h"

#include "base/text.h"
#include "model/verdict.h"

namespace ehdscan::sql {
namespace {

/// Reads one JSON string, starting behind its opening quote; false if it does not end or has an escape we do not write.
bool read_string(std::string_view text, std::size_t& at, std::string& out) {
  while (at < text.size()) {
    const char c = text[at++];
    if (c == '"') return true;
    if (c != '\\') {
      out += c;
      continue;
    }
    if (at >= text.size()) return false;
    const char escape = text[at++];
    if (escape == '"' || escape == '\\' || escape == '/') {
      out += escape;
    } else if (escape == 'u' && at + 4 <= text.size() && text.substr(at, 2) == "00") {
      const std::string_view digits = text.substr(at + 2, 2);
      int value = 0;
      for (const char d : digits) {
        const std::size_t digit = std::string_view("0123456789abcdef").find(to_lower({&d, 1}));
        if (digit == std::string_view::npos) return false;
        value = value * 16 + static_cast<int>(digit);
      }
      if (value >= 0x80) return false;
      out += static_cast<char>(value);
      at += 4;
    } else {
      return false;
    }
  }
  return false;
}

}  // namespace

std::optional<Instant> instant_of(sqlite3_value* value) {
  if (sqlite3_value_type(value) != SQLITE_TEXT) return std::nullopt;
  const std::string_view text = text_of(value);
  if (text.size() == 10) {
    const Result<Day> day = parse_day(text);
    return day ? std::optional(start_of_day(*day)) : std::nullopt;
  }
  const Result<Instant> instant = parse_instant(text);
  return instant ? std::optional(*instant) : std::nullopt;
}

std::optional<Day> day_of_value(sqlite3_value* value) {
  const auto instant = instant_of(value);
  return instant ? std::optional(day_of(*instant)) : std::nullopt;
}

std::optional<std::vector<std::string>> list_of(sqlite3_value* value) {
  if (sqlite3_value_type(value) != SQLITE_TEXT) return std::nullopt;
  const std::string_view text = trim(text_of(value));
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') return std::nullopt;
  std::vector<std::string> list;
  std::size_t at = 1;
  while (true) {
    while (at < text.size() && (text[at] == ' ' || text[at] == ',')) ++at;
    if (at >= text.size()) return std::nullopt;
    if (text[at] == ']') return at + 1 == text.size() ? std::optional(list) : std::nullopt;
    if (text[at] != '"') return std::nullopt;
    ++at;
    if (!read_string(text, at, list.emplace_back())) return std::nullopt;
  }
}

std::optional<std::vector<IpPrefix>> prefixes_of(sqlite3_value* value) {
  const auto list = list_of(value);
  if (!list) return std::nullopt;
  std::vector<IpPrefix> prefixes;
  for (const std::string& text : *list) {
    const auto prefix = parse_ip_prefix(text);
    if (!prefix) return std::nullopt;
    prefixes.push_back(*prefix);
  }
  return prefixes;
}

}  // namespace ehdscan::sql
