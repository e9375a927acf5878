// SPDX-License-Identifier: Apache-2.0
// Listening sockets and packet filters of a machine.
#pragma once

#include <array>

#include "model/table_spec.h"

namespace ehdscan::tables {

inline constexpr auto transport_values = std::to_array<std::string_view>({"tcp", "udp", "sctp", "dccp"});
inline constexpr auto listening_socket_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::as_key(column::one_of("protocol", transport_values, "transport protocol")),
    column::key("address", "local address: `0.0.0.0`, `::`, `127.0.0.1`"),
    column::key_integer("port", "local port"),
    column::boolean("v6_only", "an IPv6 socket that does not take IPv4", "not an IPv6 socket, or not told"),
    column::boolean("loopback", "bound to a loopback address only"),
    column::text("program", "path of the owning program",
                 "the owner could not be found without the right to look into other processes"),
    column::text("process_name", "name of the owning process", "as for program"),
    column::integer("uid", "id", "user the socket belongs to", "not told"),
});
inline constexpr TableSpec listening_socket{"listening_socket", "host network",
                                            "One row per socket that takes connections or datagrams.",
                                            listening_socket_columns};

inline constexpr auto filter_family_values =
    std::to_array<std::string_view>({"ip", "ip6", "inet", "arp", "bridge", "netdev"});
inline constexpr auto filter_hook_values =
    std::to_array<std::string_view>({"prerouting", "input", "forward", "output", "postrouting", "ingress", "egress"});
inline constexpr auto filter_policy_values = std::to_array<std::string_view>({"accept", "drop"});
inline constexpr auto filter_backend_values = std::to_array<std::string_view>({"nftables", "iptables_legacy"});
inline constexpr auto firewall_chain_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::as_key(column::one_of("backend", filter_backend_values, "which packet filter holds it")),
    column::as_key(column::one_of("family", filter_family_values, "address family; inet covers ip and ip6")),
    column::key("table_name", "table"),
    column::key("chain", "chain"),
    column::one_of("hook", filter_hook_values, "where packets enter it", "a chain that only other chains jump to"),
    column::text("chain_type", "`filter`, `nat`, `route`", "not a base chain"),
    column::integer("priority", "order", "lower runs first", "not a base chain"),
    column::one_of("policy", filter_policy_values, "what happens to packets that no rule decides", "not a base chain"),
    column::boolean("ends_in_drop", "its last rule drops or rejects everything left",
                    "a rule could not be read wholly"),
});
inline constexpr TableSpec firewall_chain{"firewall_chain", "host network", "One row per chain of the packet filters.",
                                          firewall_chain_columns};

inline constexpr auto firewall_verdict_values =
    std::to_array<std::string_view>({"accept", "drop", "reject", "jump", "goto", "return", "continue", "nat", "queue"});
inline constexpr auto firewall_rule_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::as_key(column::one_of("backend", filter_backend_values, "which packet filter holds it")),
    column::as_key(column::one_of("family", filter_family_values, "address family")),
    column::key("table_name", "table"),
    column::key("chain", "chain", "firewall_chain.chain"),
    column::key_integer("position", "place in the chain, from 1"),
    column::key_integer("part", "running number of the rows that one rule gives, from 1"),
    column::one_of("verdict", firewall_verdict_values, "what it does; continue if it decides nothing",
                   "not understood"),
    column::text("jump_chain", "chain it goes to", "it goes to none"),
    column::text("protocol", "`tcp`, `udp`, `icmp` …, `any` if it matches every protocol", "not understood"),
    column::integer("port_from", "port", "first destination port; 0 if any", "not understood"),
    column::integer("port_to", "port", "last destination port; 65535 if any", "not understood"),
    column::list("source_prefixes", "source prefixes; `0.0.0.0/0` and `::/0` if any", "not understood"),
    column::list("destination_prefixes", "destination prefixes", "not understood"),
    column::text("input_interface", "interface it comes in by, `any` for every one; a final `*` stands for any rest",
                 "not understood"),
    column::text("output_interface", "interface it leaves by, `any` for every one; a final `*` stands for any rest",
                 "not understood"),
    column::list("connection_states", "connection tracking states it matches; empty if any", "not understood"),
    column::list("other_conditions",
                 "further conditions that make it match less, by name: `limit`, `source_port`, `icmp_type`, `mark` …"),
    column::boolean("has_unknown_expression",
                    "a part of the rule was not understood: it may match less or do more than the columns say"),
});
inline constexpr TableSpec firewall_rule{
    "firewall_rule", "host network",
    "One row per rule of the packet filters, and per port range or prefix family where a rule names several.",
    firewall_rule_columns};

}  // namespace ehdscan::tables
