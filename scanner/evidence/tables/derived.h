// SPDX-License-Identifier: Apache-2.0
// Facts computed from other tables before the checks run. Never stored in evidence: a newer program computes them anew
// from the same observations. Each row names the source of the observation that it follows from.
#pragma once

#include <array>

#include "evidence/tables/identity.h"
#include "evidence/tables/words.h"

namespace ehdscan::tables {

inline constexpr auto account_holder_inputs =
    std::to_array<std::string_view>({"account", "permit_register", "register_identity"});
inline constexpr auto account_holder_kind_values =
    std::to_array<std::string_view>({"person", "staff", "service", "none"});
inline constexpr auto account_holder_columns = std::to_array<ColumnSpec>({
    column::key("account_id", "account", "account.account_id"),
    column::key_integer("match_number", "1 for the first holder that the register gives it, 2 for a second …"),
    column::one_of(
        "holder_kind", account_holder_kind_values, "who holds it by the register; none: nobody",
        "cannot be told: no complete register, or one side is hashed with a key that the other does not have, or "
        "has no issuer"),
    column::text("holder_id", "person_id, staff_id or service_id", "nobody, or cannot be told"),
    column::required(column::text("shown_as",
                                  "how reports name it: holder_id, else 12 digits of the identity hash, "
                                  "else account_id")),
});
inline constexpr TableSpec account_holder{"account_holder", "derived",
                                          "One row per account and holder that the permit register gives it.",
                                          account_holder_columns, account_holder_inputs};

inline constexpr auto effective_access_inputs = std::to_array<std::string_view>(
    {"account", "account_group", "group_member", "role", "role_implication", "role_grant", "project"});
inline constexpr auto effective_access_columns = std::to_array<ColumnSpec>({
    column::key("account_id", "account that has it; it may be missing from the list of accounts", "account.account_id"),
    column::key("grant_id", "grant that it comes from", "role_grant.grant_id"),
    column::key("role_id", "role that it has by that grant, also by implication", "role.role_id"),
    column::as_key(column::one_of("reach_kind", grant_scope_values, "kind of what it reaches")),
    column::key("reach_id", "project, domain or resource that it reaches; `*` for the whole system"),
    column::ref("project_id", "project.project_id", "project that it reaches", "what it reaches is no project"),
    column::text("role_name", "name of the role", "the role has none, or is not in evidence"),
    column::ref("group_id", "account_group.group_id", "group that the grant names",
                "the grant names the account itself"),
    column::required(column::boolean("inherited", "it comes from a grant above what it reaches")),
    column::required(column::boolean("implied", "the role comes from another role")),
    column::one_of("assignment", assignment_values, "standing: always; eligible: to be activated", "not told"),
    column::boolean("conditional", "holds only under a condition", "not told"),
    column::expires_kind("not told for the grant or for a membership on the way"),
    column::instant("expires_at", "first end of the grant and the memberships on the way",
                    "it never ends, or not told"),
    column::list("path", "what proves it, from the account to what it reaches"),
});
inline constexpr TableSpec effective_access{
    "effective_access", "derived",
    "One row per account, grant that reaches it, role and thing reached: nested groups, implied and inherited roles "
    "resolved.",
    effective_access_columns, effective_access_inputs};

inline constexpr auto exposure_inputs = std::to_array<std::string_view>(
    {"port", "port_address", "port_group", "floating_ip", "security_group", "network_rule", "address_group", "subnet",
     "network", "router", "router_attachment", "instance"});
inline constexpr auto exposure_direction_values = std::to_array<std::string_view>({"from_internet", "to_internet"});
inline constexpr auto exposure_columns = std::to_array<ColumnSpec>({
    column::key("port_id", "network interface", "port.port_id"),
    column::as_key(column::one_of("direction", exposure_direction_values, "which way packets may go")),
    column::key("protocol", "`tcp`, `udp`, `icmp` …, `any`"),
    column::key_integer("port_from", "first port; 0 where ports have no meaning"),
    column::key_integer("port_to", "last port; 65535 where ports have no meaning"),
    column::key("remote_prefix", "range of the other side that the rules let through, neighbouring ranges joined"),
    column::text("public_address", "address by which the internet meets it", "outgoing: it may share a router's"),
    column::ref("instance_id", "instance.instance_id", "machine behind it", "none, or not told"),
    column::project(),
    column::boolean("remote_is_any", "together the rules let the whole address family through", "not known"),
    column::list("path", "what proves it: address, port, groups and rules"),
});
inline constexpr TableSpec exposure{"exposure", "derived",
                                    "One row per network interface, direction, protocol, port range and other side "
                                    "that addresses, routers and all rules together let through.",
                                    exposure_columns, exposure_inputs};

inline constexpr auto kube_reach_inputs = std::to_array<std::string_view>(
    {"kube_workload", "kube_namespace", "kube_network_policy", "kube_network_policy_rule"});
inline constexpr auto kube_reach_peer_values =
    std::to_array<std::string_view>({"nothing", "any", "address", "own_namespace", "namespaces", "all_namespaces"});
inline constexpr auto kube_reach_direction_values = std::to_array<std::string_view>({"ingress", "egress"});
inline constexpr auto kube_reach_columns = std::to_array<ColumnSpec>({
    column::key("cluster", "cluster", "kube_cluster.cluster"),
    column::key("namespace", "namespace", "kube_namespace.namespace"),
    column::key("kind", "kind of the workload", "kube_workload.kind"),
    column::key("name", "name of the workload", "kube_workload.name"),
    column::as_key(column::one_of("direction", kube_reach_direction_values, "way in or out")),
    column::key_integer("number", "running number of the other side, from 1"),
    column::one_of(
        "peer_kind", kube_reach_peer_values,
        "other side that the policies let through; nothing: they let nothing through; any: also where no policy "
        "selects its pods",
        "a policy that may select its pods is not understood"),
    column::required(column::boolean("governed", "a policy selects its pods in this direction, and holds for them")),
    column::text("peer_prefix", "address range", "peer_kind is not address"),
    column::list("except_prefixes", "ranges taken out of it; empty if none"),
    column::list("namespaces", "namespaces of the other side that are in evidence",
                 "not namespaces, or the selector is not understood"),
    column::text("protocol", "`tcp`, `udp`, `sctp`; `any` for all", "peer_kind is nothing, or not known"),
    column::integer("port_from", "port", "first port", "a named port that was not resolved, or peer_kind is nothing"),
    column::integer("port_to", "port", "last port", "a named port that was not resolved, or peer_kind is nothing"),
    column::text("policy", "policy that lets it through", "none does"),
});
inline constexpr TableSpec kube_reach{
    "kube_reach", "derived",
    "One row per workload of a cluster, direction and other side that all policies which select "
    "its pods let through together.",
    kube_reach_columns, kube_reach_inputs};

}  // namespace ehdscan::tables
