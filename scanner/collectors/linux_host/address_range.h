// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ehdscan {

/// Addresses from `first` to `last`, both within, as packet filters hold them: 4 or 16 bytes in network order.
struct AddressRange {
  __extension__ using Number = unsigned __int128;
  bool v6 = false;
  Number first = 0;
  Number last = 0;

  /// 0.0.0.0/0 or ::/0
  static AddressRange any(bool v6);
  /// 4 or 16 bytes; empty for every other size.
  static std::optional<AddressRange> of_prefix(std::span<const std::byte> address, unsigned prefix_bits);
  [[nodiscard]] bool is_any() const;

  friend bool operator==(const AddressRange&, const AddressRange&) = default;
};

/// Addresses in both; empty if there are none or the families differ.
std::optional<AddressRange> intersect(const AddressRange& a, const AddressRange& b);

/// The fewest prefixes that cover the range exactly, ascending: at most 62 for IPv4 and 254 for IPv6.
std::vector<std::string> to_prefixes(const AddressRange& range);

}  // namespace ehdscan
