// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/address_range.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ehdscan {
namespace {

using Number = AddressRange::Number;

Number largest(bool v6) { return v6 ? ~Number{0} : Number{0xffffffff}; }

std::string text_of(bool v6, Number address) {
  std::array<unsigned char, 16> bytes{};
  const std::size_t size = v6 ? 16 : 4;
  for (std::size_t i = size; i-- > 0; address >>= 8) bytes[i] = static_cast<unsigned char>(address & 0xff);
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(v6 ? AF_INET6 : AF_INET, bytes.data(), text.data(), text.size());
  return text.data();
}

}  // namespace

AddressRange AddressRange::any(bool v6) { return {.v6 = v6, .first = 0, .last = largest(v6)}; }

bool AddressRange::is_any() const { return first == 0 && last == largest(v6); }

std::optional<AddressRange> AddressRange::of_prefix(std::span<const std::byte> address, unsigned prefix_bits) {
  if ((address.size() != 4 && address.size() != 16) || prefix_bits > address.size() * 8) return {};
  AddressRange range{.v6 = address.size() == 16};
  for (const std::byte b : address) range.first = (range.first << 8) | std::to_integer<unsigned>(b);
  const unsigned host_bits = static_cast<unsigned>(address.size()) * 8 - prefix_bits;
  const Number host_mask = host_bits == 128 ? ~Number{0} : (Number{1} << host_bits) - 1;
  range.first &= ~host_mask;
  range.last = range.first | host_mask;
  return range;
}

std::optional<AddressRange> intersect(const AddressRange& a, const AddressRange& b) {
  const AddressRange both{.v6 = a.v6, .first = std::max(a.first, b.first), .last = std::min(a.last, b.last)};
  if (a.v6 != b.v6 || both.first > both.last) return {};
  return both;
}

std::vector<std::string> to_prefixes(const AddressRange& range) {
  std::vector<std::string> prefixes;
  const unsigned width = range.v6 ? 128 : 32;
  Number at = range.first;
  for (;;) {
    unsigned host_bits = 0;  // the largest block that starts here and does not reach beyond the end
    while (host_bits < width) {
      const Number mask = host_bits + 1 == 128 ? ~Number{0} : (Number{1} << (host_bits + 1)) - 1;
      if ((at & mask) != 0 || at + mask > range.last || at + mask < at) break;
      ++host_bits;
    }
    prefixes.push_back(fmt::format("{}/{}", text_of(range.v6, at), width - host_bits));
    const Number mask = host_bits == 128 ? ~Number{0} : (Number{1} << host_bits) - 1;
    if (at + mask >= range.last) return prefixes;
    at += mask + 1;
  }
}

}  // namespace ehdscan
