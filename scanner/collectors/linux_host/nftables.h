// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "collectors/linux_host/netlink.h"
#include "collectors/linux_host/packet_match.h"

namespace ehdscan {

/// An element of a set or map, as nftables keeps it: key bytes in network order, an end where it is an interval.
struct NftElement {
  std::vector<std::byte> key;
  std::vector<std::byte> key_end;  ///< empty: only the key itself
  PacketVerdict verdict = PacketVerdict::go_on;  ///< of a verdict map
  std::string jump_chain;
};
/// By family, table and set name.
using NftSets = std::map<std::pair<std::string, std::string>, std::vector<NftElement>>;

/// Elements of one GETSETELEM answer; ends of intervals are joined with their starts.
std::vector<NftElement> read_set_elements(ByteView messages);
/// Chains of a GETCHAIN answer.
std::vector<FilterChain> read_chains(ByteView messages);
/// Rules of a GETRULE answer, in the order of their chains. What an expression says that is not understood makes the
/// parts of its rule `unknown`: they may match less or do more.
std::vector<FilterRule> read_rules(ByteView messages, const NftSets& sets);

/// The ruleset in force, from the kernel. Errors: denied (needs CAP_NET_ADMIN), io (the kernel has no nftables), limit.
Result<FilterRuleset> read_nftables();

}  // namespace ehdscan
