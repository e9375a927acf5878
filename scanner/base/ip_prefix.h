// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ehdscan {

/// An IPv4 or IPv6 prefix, host bits cleared. IPv4-mapped IPv6 (::ffff:0:0/96) and NAT64 (64:ff9b::/96) prefixes of
/// length 96 or more are IPv4 reach (GEN-2), so they are read as the IPv4 prefix they hold.
struct IpPrefix {
  bool v6 = false;
  std::array<std::uint8_t, 16> bytes{};  ///< IPv4 in the first four
  int length = 0;

  friend auto operator<=>(const IpPrefix&, const IpPrefix&) = default;
};

/// Reads "10.0.0.0/8", "::/0", and single addresses as /32 or /128. Strict: no leading zeros in IPv4 (they are octal
/// for some readers), no zone, no blanks. Empty if it is not one.
std::optional<IpPrefix> parse_ip_prefix(std::string_view text);

/// RFC 5952 text with length.
std::string to_string(const IpPrefix& prefix);

bool contains(const IpPrefix& outer, const IpPrefix& inner);
bool overlap(const IpPrefix& a, const IpPrefix& b);

/// The smallest sorted list that covers exactly the same addresses: 0.0.0.0/1 and 128.0.0.0/1 become 0.0.0.0/0.
std::vector<IpPrefix> merge_prefixes(std::vector<IpPrefix> prefixes);

/// Addresses of `from` that are not in `minus`, merged.
std::vector<IpPrefix> subtract_prefixes(const std::vector<IpPrefix>& from, const std::vector<IpPrefix>& minus);

/// True if the prefixes, merged, hold more addresses than one IPv4 prefix of `v4_length` or one IPv6 prefix of
/// `v6_length`.
bool larger_than(const std::vector<IpPrefix>& prefixes, int v4_length, int v6_length);

/// The part that is not set aside for private, shared, loopback, link-local, documentation, multicast or reserved use
/// (IANA special-purpose address registries, RFC 6890).
std::vector<IpPrefix> public_part(const std::vector<IpPrefix>& prefixes);

/// public_part() of one prefix is not empty; without building it where one look decides.
bool has_public_part(const IpPrefix& prefix);

}  // namespace ehdscan
