// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "collectors/linux_host/netlink.h"
#include "collectors/linux_host/packet_match.h"

namespace ehdscan {

/// One table of ip_tables or ip6_tables as the kernel hands it out (IPT_SO_GET_INFO and IPT_SO_GET_ENTRIES of
/// linux/netfilter_ipv4/ip_tables.h, and their ip6 twins).
struct LegacyTable {
  std::string name;  ///< `filter`, `nat`, `mangle`, `raw`, `security`
  bool v6 = false;
  std::uint32_t valid_hooks = 0;              ///< bit per hook
  std::array<std::uint32_t, 5> hook_entry{};  ///< offset of a hook's first entry
  std::array<std::uint32_t, 5> underflow{};   ///< offset of the entry that is the hook's policy
  std::vector<std::byte> entries;
};

/// Adds chains and rules of the table to `ruleset`, family `ip` or `ip6`. Matches that only narrow are told as
/// conditions; a target that is not known makes its rule unknown. What does not fit the format ends the reading and is
/// a trouble of the ruleset.
void read_legacy_table(const LegacyTable& table, FilterRuleset& ruleset);

/// The tables named, from the kernel of this process. Errors: denied (needs CAP_NET_RAW and CAP_NET_ADMIN), io, limit.
Result<FilterRuleset> read_iptables_legacy(bool v6, const std::vector<std::string_view>& names);

}  // namespace ehdscan
