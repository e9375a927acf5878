// SPDX-License-Identifier: Apache-2.0
#include "base/label_selector.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace ehdscan {
namespace {

std::optional<std::string_view> value_of(const std::vector<std::string>& labels, std::string_view key) {
  for (const std::string_view label : labels) {
    if (label.size() > key.size() && label.starts_with(key) && label[key.size()] == '=')
      return label.substr(key.size() + 1);
  }
  return std::nullopt;
}

std::optional<bool> part_matches(std::string_view part, const std::vector<std::string>& labels) {
  const std::size_t blank = part.find(' ');
  if (blank == std::string_view::npos) {
    const std::size_t sign = part.find('=');
    if (sign == std::string_view::npos) return std::nullopt;
    return value_of(labels, part.substr(0, sign)) == part.substr(sign + 1);
  }
  const std::size_t open = part.find(" (", blank + 1);
  if (open == std::string_view::npos || !part.ends_with(')')) return std::nullopt;
  const auto value = value_of(labels, part.substr(0, blank));
  const std::string_view operation = part.substr(blank + 1, open - blank - 1);
  const std::vector<std::string_view> values = split(part.substr(open + 2, part.size() - open - 3), ',');
  const bool listed = value && std::ranges::find(values, *value) != values.end();
  if (operation == "In") return listed;
  if (operation == "NotIn") return !listed;
  if (operation == "Exists") return value.has_value();
  if (operation == "DoesNotExist") return !value.has_value();
  return std::nullopt;
}

}  // namespace

std::optional<bool> label_selector_matches(const std::vector<std::string>& selector,
                                           const std::vector<std::string>& labels) {
  bool unclear = false;
  for (const std::string& part : selector) {
    const std::optional<bool> matches = part_matches(part, labels);
    if (matches == false) return false;
    unclear = unclear || !matches;
  }
  return unclear ? std::nullopt : std::optional(true);
}

}  // namespace ehdscan
