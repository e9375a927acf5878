// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/sshd_match.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

#include "base/text.h"

namespace ehdscan {
namespace {

struct Address {
  int bits = 0;  ///< 32 or 128
  std::array<std::uint8_t, 16> bytes{};

  [[nodiscard]] bool bit(int index) const {
    return ((bytes[static_cast<std::size_t>(index / 8)] >> (7 - index % 8)) & 1) != 0;
  }
};

std::optional<Address> parse_address(std::string_view text) {
  Address address;
  const std::string name(text);
  if (::inet_pton(AF_INET, name.c_str(), address.bytes.data()) == 1) {
    address.bits = 32;
    return address;
  }
  if (::inet_pton(AF_INET6, name.c_str(), address.bytes.data()) == 1) {
    address.bits = 128;
    return address;
  }
  return std::nullopt;
}

ListMatch match_groups(const std::vector<std::string>& groups, std::string_view list) {
  bool found = false;
  for (const std::string& group : groups) {
    switch (match_pattern_list(group, list)) {
      case ListMatch::negated:
        return ListMatch::negated;
      case ListMatch::yes:
        found = true;
        break;
      case ListMatch::no:
        break;
    }
  }
  return found ? ListMatch::yes : ListMatch::no;
}

std::optional<bool> criterion_holds(const SshdCriterion& criterion, const SshdConnection& connection) {
  const std::string& attribute = criterion.attribute;
  const std::string& value = criterion.value;
  if (attribute == "all") return true;
  if (attribute == "user") return match_pattern_list(connection.user, value) == ListMatch::yes;
  if (attribute == "group") return match_groups(connection.groups, value) == ListMatch::yes;
  if (attribute == "host") return match_pattern_list(to_lower(connection.host), to_lower(value)) == ListMatch::yes;
  if (attribute == "rdomain") return match_pattern_list(connection.rdomain, value) == ListMatch::yes;
  if (attribute == "address" || attribute == "localaddress") {
    const auto found =
        match_address_list(attribute == "address" ? connection.address : connection.local_address, value);
    if (!found) return std::nullopt;
    return *found == ListMatch::yes;
  }
  if (attribute == "localport") {
    const std::optional<std::int64_t> port = parse_integer(value);
    if (!port || *port < 0 || *port > 65535) return std::nullopt;
    return *port == connection.local_port;
  }
  return std::nullopt;
}

/// First element that is not negated.
std::string_view first_positive(std::string_view list) {
  for (const std::string_view part : split(list, ',')) {
    if (!part.empty() && !part.starts_with('!')) return part;
  }
  return {};
}

std::string without_wildcards(std::string_view pattern, std::string_view filler) {
  std::string text;
  for (const char c : pattern) {
    if (c == '*') {
      text += filler;
    } else {
      text += c == '?' ? 'x' : c;
    }
  }
  return text;
}

/// An address inside the first positive prefix of the list that no negated one takes away.
std::string witness_address(std::string_view list, std::string_view ordinary) {
  std::vector<std::string> candidates{std::string(ordinary)};
  for (const std::string_view part : split(list, ',')) {
    if (part.empty() || part.starts_with('!')) continue;
    const std::string_view base = part.substr(0, part.find('/'));
    if (std::optional<Address> address = parse_address(base)) {
      candidates.emplace_back(base);
      const std::size_t last = address->bits == 32 ? 3 : 15;
      for (const std::uint8_t step : {std::uint8_t{1}, std::uint8_t{77}, std::uint8_t{254}}) {
        Address other = *address;
        other.bytes[last] |= step;
        std::array<char, 64> text{};
        ::inet_ntop(other.bits == 32 ? AF_INET : AF_INET6, other.bytes.data(), text.data(), text.size());
        candidates.emplace_back(text.data());
      }
    } else {
      candidates.push_back(without_wildcards(part, "7"));
      candidates.push_back(without_wildcards(part, "7.7.7"));
    }
  }
  for (const std::string& candidate : candidates) {
    if (match_address_list(candidate, list) == ListMatch::yes) return candidate;
  }
  return {};
}

std::string witness_name(std::string_view list, std::string_view ordinary) {
  if (match_pattern_list(ordinary, list) == ListMatch::yes) return std::string(ordinary);
  for (const std::string_view filler : {std::string_view{}, std::string_view{"x"}, std::string_view{"ehdscan"}}) {
    std::string name = without_wildcards(first_positive(list), filler);
    if (!name.empty() && match_pattern_list(name, list) == ListMatch::yes) return name;
  }
  for (const std::string_view part : split(list, ',')) {
    std::string name = without_wildcards(part, "x");
    if (!name.empty() && match_pattern_list(name, list) == ListMatch::yes) return name;
  }
  return {};
}

void satisfy(const SshdCriterion& criterion, SshdConnection& connection) {
  const std::string& attribute = criterion.attribute;
  const std::string& value = criterion.value;
  if (attribute == "user") {
    connection.user = witness_name(value, connection.user);
  } else if (attribute == "group") {
    connection.groups = {witness_name(value, connection.user)};
  } else if (attribute == "host") {
    connection.host = witness_name(to_lower(value), connection.host);
  } else if (attribute == "rdomain") {
    connection.rdomain = witness_name(value, "default");
  } else if (attribute == "address") {
    connection.address = witness_address(value, connection.address);
  } else if (attribute == "localaddress") {
    connection.local_address = witness_address(value, connection.local_address);
  } else if (attribute == "localport") {
    connection.local_port = static_cast<int>(parse_integer(value).value_or(0) & 0xffff);
  }
}

std::string name_of(const SshdConfig& config, int match) {
  std::string name;
  for (int at = match; at >= 0; at = config.matches[static_cast<std::size_t>(at)].parent) {
    std::string own;
    for (const SshdCriterion& criterion : config.matches[static_cast<std::size_t>(at)].criteria) {
      if (!own.empty()) own += ' ';
      own += criterion.attribute;
      if (!criterion.value.empty()) own.append(1, ' ').append(criterion.value);
    }
    if (!name.empty()) own.append(1, ' ').append(name);
    name = std::move(own);
  }
  return name;
}

}  // namespace

bool match_pattern(std::string_view text, std::string_view pattern) {
  // Iterative with one point of return: no exponential time on hostile patterns.
  std::size_t t = 0;
  std::size_t p = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || (pattern[p] == text[t] && pattern[p] != '*'))) {
      ++t;
      ++p;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

ListMatch match_pattern_list(std::string_view text, std::string_view list) {
  bool found = false;
  for (const std::string_view part : split(list, ',')) {
    const bool negated = part.starts_with('!');
    if (!match_pattern(text, negated ? part.substr(1) : part)) continue;
    if (negated) return ListMatch::negated;
    found = true;
  }
  return found ? ListMatch::yes : ListMatch::no;
}

std::optional<ListMatch> match_address_list(std::string_view address, std::string_view list) {
  const std::optional<Address> ours = parse_address(address);
  bool found = false;
  bool negated_match = false;
  for (std::string_view part : split(list, ',')) {
    const bool negated = part.starts_with('!');
    if (negated) part.remove_prefix(1);
    if (part.empty()) return std::nullopt;
    const std::size_t slash = part.find('/');
    bool matches = false;
    if (const std::optional<Address> network = parse_address(part.substr(0, slash))) {
      int length = network->bits;
      if (slash != std::string_view::npos) {
        const std::optional<std::int64_t> given = parse_integer(part.substr(slash + 1));
        if (!given || *given < 0 || *given > network->bits) return std::nullopt;
        length = static_cast<int>(*given);
      }
      for (int i = length; i < network->bits; ++i) {
        if (network->bit(i)) return std::nullopt;  // host bits set: sshd calls the mask inconsistent
      }
      matches = ours && ours->bits == network->bits;
      for (int i = 0; matches && i < length; ++i) matches = ours->bit(i) == network->bit(i);
    } else {
      matches = match_pattern(address, part);
    }
    if (!matches) continue;
    negated_match = negated_match || negated;
    found = true;
  }
  if (negated_match) return ListMatch::negated;
  return found ? ListMatch::yes : ListMatch::no;
}

std::optional<bool> match_holds(const SshdConfig& config, int match, const SshdConnection& connection) {
  bool unknown = false;
  for (int at = match; at >= 0; at = config.matches[static_cast<std::size_t>(at)].parent) {
    const SshdMatch& block = config.matches[static_cast<std::size_t>(at)];
    if (!block.valid) return std::nullopt;
    for (const SshdCriterion& criterion : block.criteria) {
      const std::optional<bool> holds = criterion_holds(criterion, connection);
      if (!holds) unknown = true;
      if (holds && !*holds) return false;
    }
  }
  if (unknown) return std::nullopt;
  return true;
}

bool match_is_all(const SshdConfig& config, int match) {
  for (int at = match; at >= 0; at = config.matches[static_cast<std::size_t>(at)].parent) {
    const SshdMatch& block = config.matches[static_cast<std::size_t>(at)];
    if (!block.valid || block.criteria.size() != 1 || block.criteria[0].attribute != "all") return false;
  }
  return true;
}

SshdConnection ordinary_connection(const SshdConfig& config) {
  SshdConnection best;
  std::size_t fewest = SIZE_MAX;
  for (const std::string_view address : {"203.0.113.77", "198.51.100.77", "192.0.2.77"}) {
    SshdConnection connection{.user = "ordinary-user",
                              .groups = {"ordinary-user"},
                              .host = "client.invalid",
                              .address = std::string(address),
                              .local_address = "192.0.2.22",
                              .local_port = 22,
                              .rdomain = {}};
    std::size_t matching = 0;
    for (std::size_t i = 0; i < config.matches.size(); ++i) {
      if (match_holds(config, static_cast<int>(i), connection).value_or(false)) ++matching;
    }
    if (matching < fewest) {
      fewest = matching;
      best = std::move(connection);
    }
  }
  return best;
}

std::vector<SshdConnectionClass> connection_classes(const SshdConfig& config, std::vector<std::string> groups_of_root,
                                                    std::vector<int>& unsatisfied) {
  const SshdConnection ordinary = ordinary_connection(config);
  std::vector<SshdConnectionClass> classes{{"default", ordinary}, {"user root", ordinary}};
  classes[1].connection.user = "root";
  classes[1].connection.groups = std::move(groups_of_root);
  for (std::size_t i = 0; i < config.matches.size(); ++i) {
    const int match = static_cast<int>(i);
    if (match_is_all(config, match)) continue;
    SshdConnection connection = ordinary;
    for (int at = match; at >= 0; at = config.matches[static_cast<std::size_t>(at)].parent) {
      for (const SshdCriterion& criterion : config.matches[static_cast<std::size_t>(at)].criteria) {
        satisfy(criterion, connection);
      }
    }
    if (match_holds(config, match, connection) != true) {
      unsatisfied.push_back(match);
      continue;
    }
    std::string name = name_of(config, match);
    if (connection.user == "root" && name == "user root") continue;  // the class is there already
    const bool known = std::ranges::any_of(classes, [&](const auto& other) { return other.name == name; });
    if (!known) classes.push_back({std::move(name), std::move(connection)});
  }
  return classes;
}

}  // namespace ehdscan
