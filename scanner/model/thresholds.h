// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"

namespace ehdscan {

/// A named number, text or list that checks read with `threshold('identity.dormant_days')`.
struct ThresholdValue {
  std::variant<std::int64_t, std::string, std::vector<std::string>> value;
  std::string unit;
  std::string control;  ///< the control that reads it; may be empty
  std::string source;
  std::string provenance;  ///< primary, secondary, unverified, ours
};

/// What a column of a dated list may hold. Booleans are stored as 0 and 1, everything but them and integers as text.
enum class ThresholdType : std::uint8_t {
  text,     ///< for people: nothing is decided on it
  word,     ///< no blanks, so that no prose hides in it
  verdict,  ///< pass, warn or fail
  day,      ///< "2026-11-23"
  integer,
  boolean,
};
constexpr bool is_number(ThresholdType type) {
  return type == ThresholdType::integer || type == ThresholdType::boolean;
}

using ThresholdCell = std::optional<std::variant<std::int64_t, std::string>>;

struct ThresholdRow {
  std::vector<ThresholdCell> cells;
  std::optional<Day> effective_from;  ///< first day it holds; empty: always
  std::optional<Day> effective_to;    ///< last day it holds; empty: for ever
};

/// A dated list that checks read as the table `threshold_<name>`, filtered by the as-of day.
struct ThresholdTable {
  std::string name;
  std::vector<std::pair<std::string, ThresholdType>> columns;
  std::vector<std::string> key;  ///< columns that tell rows apart; at most one row of a key is in force on any day
  std::vector<ThresholdRow> rows;
};

/// Every number of the baseline, once. Plain values; the loader is in scoring/.
struct Thresholds {
  std::map<std::string, ThresholdValue, std::less<>> values;
  std::vector<ThresholdTable> tables;

  [[nodiscard]] const ThresholdValue* find(std::string_view name) const {
    const auto found = values.find(name);
    return found == values.end() ? nullptr : &found->second;
  }
  /// The number, or empty if there is none of that name.
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name) const {
    const ThresholdValue* value = find(name);
    if (value == nullptr || !std::holds_alternative<std::int64_t>(value->value)) return std::nullopt;
    return std::get<std::int64_t>(value->value);
  }
};

}  // namespace ehdscan
