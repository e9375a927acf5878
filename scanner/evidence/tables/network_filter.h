// SPDX-License-Identifier: Apache-2.0
// What may pass: groups, address groups and rules of every platform in one form.
#pragma once

#include <array>

#include "evidence/tables/words.h"

namespace ehdscan::tables {

inline constexpr auto security_group_kind_values =
    std::to_array<std::string_view>({"security_group", "network_acl", "firewall_policy", "hierarchical_policy"});
inline constexpr auto security_group_columns = std::to_array<ColumnSpec>({
    column::key("group_id", "security group, network ACL or firewall policy"),
    column::name(),
    column::project(),
    column::region(),
    column::ref("network_id", "network.network_id", "network it belongs to", "it is not bound to one network"),
    column::one_of(
        "kind", security_group_kind_values,
        "security_group: rules of all groups on a port add up; network_acl and policies: ordered, first match "
        "wins"),
    column::boolean("stateful", "answers to admitted connections pass without a rule", "not told"),
    column::boolean("platform_default", "made by the platform and used where nothing else is named", "not told"),
    column::boolean("default_deny_ingress", "what no rule decides is refused on the way in", "not told"),
    column::boolean("default_deny_egress", "what no rule decides is refused on the way out", "not told"),
    column::created_at(),
});
inline constexpr TableSpec security_group{
    "security_group", "network", "One row per security group, network ACL or firewall policy.", security_group_columns};

inline constexpr auto port_group_columns = std::to_array<ColumnSpec>({
    column::key("port_id", "port", "port.port_id"),
    column::key("group_id", "group that filters it", "security_group.group_id"),
});
inline constexpr TableSpec port_group{"port_group", "network", "One row per port and security group on it.",
                                      port_group_columns};

inline constexpr auto subnet_group_columns = std::to_array<ColumnSpec>({
    column::key("subnet_id", "subnet", "subnet.subnet_id"),
    column::key("group_id", "network ACL or group that filters it", "security_group.group_id"),
});
inline constexpr TableSpec subnet_group{
    "subnet_group", "network", "One row per subnet and network ACL or security group on it.", subnet_group_columns};

inline constexpr auto address_group_columns = std::to_array<ColumnSpec>({
    column::key("address_group_id", "address group or prefix list"),
    column::key("prefix", "one range of it; a group without ranges has the row with prefix `none`"),
    column::name(),
    column::project(),
});
inline constexpr TableSpec address_group{
    "address_group", "network", "One row per address group or prefix list and range in it.", address_group_columns};

inline constexpr auto direction_values = std::to_array<std::string_view>({"ingress", "egress"});
inline constexpr auto rule_action_values = std::to_array<std::string_view>({"allow", "deny"});
inline constexpr auto ethertype_values = std::to_array<std::string_view>({"ipv4", "ipv6"});
inline constexpr auto remote_kind_values =
    std::to_array<std::string_view>({"prefix", "security_group", "address_group", "service_tag", "identity"});
inline constexpr auto network_rule_columns = std::to_array<ColumnSpec>({
    column::key("rule_id", "rule"),
    column::key_integer("part", "running number of the rows that one rule gives, from 1"),
    column::ref("group_id", "security_group.group_id", "group or policy it stands in"),
    column::text("group_name", "name of that group", "it has none"),
    column::project(),
    column::region(),
    column::one_of("direction", direction_values, "ingress: towards the port; egress: away from it"),
    column::one_of("action", rule_action_values, "what it does"),
    column::integer("priority", "order", "lower is decided first", "rules of such groups have no order"),
    column::one_of("ethertype", ethertype_values, "address family"),
    column::text("protocol",
                 "`tcp`, `udp`, `icmp`, `icmpv6` … by name where it has one, else its number; `any` for all",
                 "not understood"),
    column::integer("port_from", "port", "first port; 0 if any, -1 if the protocol has none", "not understood"),
    column::integer("port_to", "port", "last port; 65535 if any, -1 if the protocol has none", "not understood"),
    column::integer("icmp_type", "type", "ICMP type; -1 if any or not ICMP", "not understood"),
    column::integer("icmp_code", "code", "ICMP code; -1 if any or not ICMP", "not understood"),
    column::one_of("remote_kind", remote_kind_values, "what the other side is given by", "not understood"),
    column::text("remote_prefix", "addresses of the other side; `0.0.0.0/0` or `::/0` where every one is meant",
                 "remote_kind is not prefix, or not understood"),
    column::ref("remote_group_id", "security_group.group_id", "ports of this group",
                "remote_kind is not security_group"),
    column::ref("remote_address_group_id", "address_group.address_group_id", "addresses of this group",
                "remote_kind is not address_group"),
    column::text("remote_tag", "tag, service or identity as the platform names it",
                 "remote_kind is not service_tag or identity"),
    column::list("target_tags", "tags or identities that it is limited to on our side; empty if it holds for all",
                 "not understood"),
    column::boolean("enabled", "it is in force", "not told"),
    column::text("description", "remark given to it", "none given"),
});
inline constexpr TableSpec network_rule{
    "network_rule", "network",
    "One row per rule that lets packets pass or stops them, and per range or family where a rule names several.",
    network_rule_columns};

}  // namespace ehdscan::tables
