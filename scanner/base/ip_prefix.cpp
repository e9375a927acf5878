// SPDX-License-Identifier: Apache-2.0
#include "base/ip_prefix.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/text.h"

namespace ehdscan {
namespace {

int width(const IpPrefix& prefix) { return prefix.v6 ? 128 : 32; }

bool bit(const IpPrefix& prefix, int index) {
  const auto at = static_cast<std::size_t>(index / 8);
  return (prefix.bytes[at] >> (7 - index % 8) & 1) != 0;
}

void clear_host_bits(IpPrefix& prefix) {
  for (int i = prefix.length; i < width(prefix); ++i) {
    prefix.bytes[static_cast<std::size_t>(i / 8)] &= static_cast<std::uint8_t>(~(1U << (7 - i % 8)));
  }
}

/// The two halves of a prefix.
std::pair<IpPrefix, IpPrefix> halves(const IpPrefix& prefix) {
  IpPrefix low = prefix;
  ++low.length;
  IpPrefix high = low;
  high.bytes[static_cast<std::size_t>(prefix.length / 8)] |= static_cast<std::uint8_t>(1U << (7 - prefix.length % 8));
  return {low, high};
}

std::optional<IpPrefix> embedded_v4(const IpPrefix& prefix) {
  constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  constexpr std::array<std::uint8_t, 12> kNat64{0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0};
  if (!prefix.v6 || prefix.length < 96) return std::nullopt;
  if (!std::equal(kMapped.begin(), kMapped.end(), prefix.bytes.begin()) &&
      !std::equal(kNat64.begin(), kNat64.end(), prefix.bytes.begin())) {
    return std::nullopt;
  }
  IpPrefix v4;
  v4.length = prefix.length - 96;
  std::copy_n(prefix.bytes.begin() + 12, 4, v4.bytes.begin());
  return v4;
}

void subtract_into(const IpPrefix& from, const std::vector<IpPrefix>& minus, std::vector<IpPrefix>& rest) {
  bool touched = false;
  for (const IpPrefix& other : minus) {
    if (contains(other, from)) return;
    touched = touched || overlap(other, from);
  }
  if (!touched) {
    rest.push_back(from);
    return;
  }
  const auto [low, high] = halves(from);
  subtract_into(low, minus, rest);
  subtract_into(high, minus, rest);
}

const std::vector<IpPrefix>& special_purpose() {
  static const std::vector<IpPrefix> prefixes = [] {
    std::vector<IpPrefix> list;
    for (const char* text : {"0.0.0.0/8",       "10.0.0.0/8",     "100.64.0.0/10", "127.0.0.0/8",    "169.254.0.0/16",
                             "172.16.0.0/12",   "192.0.0.0/24",   "192.0.2.0/24",  "192.168.0.0/16", "198.18.0.0/15",
                             "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",   "240.0.0.0/4",    "::/127",
                             "100::/64",        "2001:db8::/32",  "fc00::/7",      "fe80::/10",      "ff00::/8"}) {
      list.push_back(*parse_ip_prefix(text));
    }
    return merge_prefixes(list);
  }();
  return prefixes;
}

/// Dotted quad without leading zeros, optionally with a length; by hand because this runs once per rule and check.
std::optional<IpPrefix> parse_v4(std::string_view text) {
  IpPrefix prefix;
  prefix.length = 32;
  std::size_t at = 0;
  const auto number = [&](unsigned most, unsigned& value) {
    const std::size_t first = at;
    value = 0;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9' && at - first < 3) {
      value = value * 10 + static_cast<unsigned>(text[at++] - '0');
    }
    return at > first && value <= most && (at - first == 1 || text[first] != '0');
  };
  for (std::size_t i = 0; i < 4; ++i) {
    unsigned octet = 0;
    if (i > 0 && (at >= text.size() || text[at++] != '.')) return std::nullopt;
    if (!number(255, octet)) return std::nullopt;
    prefix.bytes[i] = static_cast<std::uint8_t>(octet);
  }
  if (at < text.size()) {
    unsigned length = 0;
    if (text[at++] != '/' || !number(32, length) || at != text.size()) return std::nullopt;
    prefix.length = static_cast<int>(length);
    const std::uint32_t mask = length == 0 ? 0 : ~std::uint32_t{0} << (32 - length);
    for (std::size_t i = 0; i < 4; ++i) prefix.bytes[i] &= static_cast<std::uint8_t>(mask >> (24 - 8 * i));
  }
  return prefix;
}

}  // namespace

std::optional<IpPrefix> parse_ip_prefix(std::string_view text) {
  if (text.find(':') == std::string_view::npos) return parse_v4(text);
  const std::size_t slash = text.find('/');
  const std::string_view address = text.substr(0, slash);
  if (address.empty() || address.size() > 45) return std::nullopt;
  std::array<char, 46> terminated{};
  address.copy(terminated.data(), address.size());
  IpPrefix prefix;
  prefix.v6 = true;
  // inet_pton refuses blanks and zones, and does not look at the locale.
  if (::inet_pton(AF_INET6, terminated.data(), prefix.bytes.data()) != 1) return std::nullopt;
  prefix.length = 128;
  if (slash != std::string_view::npos) {
    const auto length = parse_integer(text.substr(slash + 1));
    if (!length || *length < 0 || *length > 128) return std::nullopt;
    prefix.length = static_cast<int>(*length);
  }
  clear_host_bits(prefix);
  if (const auto v4 = embedded_v4(prefix)) return v4;
  return prefix;
}

std::string to_string(const IpPrefix& prefix) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(prefix.v6 ? AF_INET6 : AF_INET, prefix.bytes.data(), text.data(), text.size());
  return fmt::format("{}/{}", text.data(), prefix.length);
}

bool contains(const IpPrefix& outer, const IpPrefix& inner) {
  if (outer.v6 != inner.v6 || outer.length > inner.length) return false;
  const auto whole = static_cast<std::size_t>(outer.length / 8);
  if (std::memcmp(outer.bytes.data(), inner.bytes.data(), whole) != 0) return false;
  const int rest = outer.length % 8;
  if (rest == 0) return true;
  return ((outer.bytes[whole] ^ inner.bytes[whole]) >> (8 - rest)) == 0;
}

bool overlap(const IpPrefix& a, const IpPrefix& b) { return contains(a, b) || contains(b, a); }

std::vector<IpPrefix> merge_prefixes(std::vector<IpPrefix> prefixes) {
  std::ranges::sort(prefixes);
  std::vector<IpPrefix> merged;
  for (const IpPrefix& prefix : prefixes) {
    if (!merged.empty() && contains(merged.back(), prefix)) continue;
    merged.push_back(prefix);
    // Two halves of one prefix become that prefix, and so on upwards.
    while (merged.size() >= 2) {
      const IpPrefix& high = merged.back();
      const IpPrefix& low = merged[merged.size() - 2];
      if (low.v6 != high.v6 || low.length != high.length || high.length == 0 || !bit(high, high.length - 1)) break;
      IpPrefix parent = low;
      --parent.length;
      if (bit(low, low.length - 1) || !contains(parent, high)) break;
      merged.pop_back();
      merged.back() = parent;
    }
  }
  return merged;
}

std::vector<IpPrefix> subtract_prefixes(const std::vector<IpPrefix>& from, const std::vector<IpPrefix>& minus) {
  std::vector<IpPrefix> rest;
  for (const IpPrefix& prefix : merge_prefixes(from)) subtract_into(prefix, minus, rest);
  return merge_prefixes(std::move(rest));
}

bool larger_than(const std::vector<IpPrefix>& prefixes, int v4_length, int v6_length) {
  // Counted in units of the limit itself, so 2^128 addresses do not overflow: a prefix shorter than the limit is larger
  // at once; others add 2^-(length - limit).
  double v4 = 0;
  double v6 = 0;
  for (const IpPrefix& prefix : merge_prefixes(prefixes)) {
    const int limit = prefix.v6 ? v6_length : v4_length;
    if (prefix.length < limit) return true;
    (prefix.v6 ? v6 : v4) += std::ldexp(1.0, limit - prefix.length);
  }
  return v4 > 1.0 || v6 > 1.0;
}

std::vector<IpPrefix> public_part(const std::vector<IpPrefix>& prefixes) {
  return subtract_prefixes(prefixes, special_purpose());
}

bool has_public_part(const IpPrefix& prefix) {
  bool touched = false;
  for (const IpPrefix& special : special_purpose()) {
    if (contains(special, prefix)) return false;
    touched = touched || overlap(special, prefix);
  }
  return !touched || !public_part({prefix}).empty();
}

}  // namespace ehdscan
