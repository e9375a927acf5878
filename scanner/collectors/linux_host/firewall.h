// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/linux_host/host_context.h"
#include "collectors/linux_host/packet_match.h"

namespace ehdscan {

/// Packet filters in force: nftables from the kernel, and whether iptables-legacy has rules beside it.
extern const HostSection firewall_section;

/// Writes a ruleset as rows of firewall_chain and firewall_rule.
void write_ruleset(HostContext& context, const FilterRuleset& ruleset, SourceId source);

}  // namespace ehdscan
