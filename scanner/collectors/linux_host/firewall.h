// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/linux_host/host_context.h"
#include "collectors/linux_host/packet_match.h"

namespace ehdscan {

/// Packet filters in force, from the kernel: nftables, and the rules of iptables-legacy beside it.
extern const HostSection firewall_section;

/// Writes a ruleset as rows of firewall_chain and firewall_rule; `backend` as in firewall_chain.backend.
void write_ruleset(HostContext& context, const FilterRuleset& ruleset, std::string_view backend, SourceId source);

}  // namespace ehdscan
