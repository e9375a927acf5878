// SPDX-License-Identifier: Apache-2.0
// Networks of a platform: segments, ways between them, and ports. Rules stand in network_filter.h.
#pragma once

#include <array>

#include "evidence/tables/words.h"

namespace ehdscan::tables {

inline constexpr auto network_columns = std::to_array<ColumnSpec>({
    column::key("network_id", "network, VPC or virtual network"),
    column::name(),
    column::project(),
    column::region(),
    column::boolean("external", "leads out of the platform: a provider or external network", "not told"),
    column::boolean("shared", "every project may use it", "not told"),
    column::boolean("platform_default", "made by the platform with every account (default VPC, network `default`)",
                    "not told"),
    column::boolean("port_security_default", "new ports are filtered unless told otherwise",
                    "the platform has no such switch"),
    column::text("segment", "physical network and segment: `physnet1:vlan:42`", "not told without admin rights"),
    column::list("prefixes", "address space of the network as a whole", "it has none of its own"),
    column::boolean("enabled", "it carries traffic", "not told"),
});
inline constexpr TableSpec network{"network", "network", "One row per network, VPC or virtual network.",
                                   network_columns};

inline constexpr auto network_share_object_values = std::to_array<std::string_view>(
    {"network", "subnet", "security_group", "address_group", "address_scope", "subnet_pool", "qos_policy"});
inline constexpr auto network_share_access_values = std::to_array<std::string_view>({"use", "as_external"});
inline constexpr auto network_share_columns = std::to_array<ColumnSpec>({
    column::as_key(column::one_of("object_kind", network_share_object_values, "what is shared")),
    column::key("object_id", "network, group or other object"),
    column::key("target_project_id", "project that gets it; `*` for every project"),
    column::as_key(column::one_of("access", network_share_access_values, "what the other project may do")),
    column::project(),
});
inline constexpr TableSpec network_share{
    "network_share", "network", "One row per network object and project it is shared with.", network_share_columns};

inline constexpr auto subnet_columns = std::to_array<ColumnSpec>({
    column::key("subnet_id", "subnet"),
    column::ref("network_id", "network.network_id", "network it belongs to"),
    column::name(),
    column::project(),
    column::region(),
    column::text("prefix", "address range", "not told"),
    column::integer("ip_version", "version", "4 or 6", "not told"),
    column::text("gateway_address", "address of its gateway", "it has none, or not told"),
    column::boolean("dhcp", "addresses are handed out", "not told"),
    column::list("dns_servers", "resolvers handed out; empty if the platform's own are", "not told"),
    column::boolean("globally_routed", "its addresses are routed on the internet as they are", "not told"),
    column::boolean("public_address_on_launch", "new machines get a public address", "the platform has no such switch"),
    column::boolean("implicit_outbound", "machines reach the internet without any gateway of the node's",
                    "the platform has no such way, or not told"),
});
inline constexpr TableSpec subnet{"subnet", "network", "One row per subnet and address family.", subnet_columns};

inline constexpr auto router_kind_values =
    std::to_array<std::string_view>({"router", "internet_gateway", "nat_gateway", "egress_only_gateway", "vpn_gateway",
                                     "transit_gateway", "virtual_appliance"});
inline constexpr auto router_columns = std::to_array<ColumnSpec>({
    column::key("router_id", "router or gateway"),
    column::name(),
    column::project(),
    column::region(),
    column::one_of("kind", router_kind_values, "which way it lets packets go"),
    column::ref("external_network_id", "network.network_id", "network outside that it leads to",
                "it leads to none, or not told"),
    column::boolean("source_nat", "machines behind it reach the outside under its address", "not told"),
    column::boolean("rules_known", "it filters and its rules are in evidence, or it does not filter", "not told"),
    column::boolean("enabled", "it carries traffic", "not told"),
});
inline constexpr TableSpec router{"router", "network", "One row per router or gateway.", router_columns};

inline constexpr auto router_attachment_columns = std::to_array<ColumnSpec>({
    column::key("router_id", "router or gateway", "router.router_id"),
    column::key("network_id", "network on that side", "network.network_id"),
    column::key("subnet_id", "subnet on that side; `*` for the whole network"),
    column::ref("port_id", "port.port_id", "port of the router", "it has none"),
    column::text("address", "address of the router there", "it has none"),
});
inline constexpr TableSpec router_attachment{"router_attachment", "network",
                                             "One row per router and subnet or network it is attached to.",
                                             router_attachment_columns};

inline constexpr auto next_hop_kind_values = std::to_array<std::string_view>(
    {"local", "router", "internet_gateway", "nat_gateway", "egress_only_gateway", "vpn_gateway", "transit_gateway",
     "peering", "service_endpoint", "instance", "address", "internet", "none"});
inline constexpr auto route_origin_values = std::to_array<std::string_view>({"configured", "learned", "platform"});
inline constexpr auto route_columns = std::to_array<ColumnSpec>({
    column::key("route_table_id", "route table; in OpenStack the router"),
    column::key("destination_prefix", "addresses it is for; `0.0.0.0/0` and `::/0` for all"),
    column::key("next_hop", "where they go: id or address"),
    column::one_of("next_hop_kind", next_hop_kind_values, "what stands there; none drops the packet"),
    column::one_of("origin", route_origin_values, "who made the route", "not told"),
    column::project(),
    column::boolean("enabled", "the route is in force", "not told"),
});
inline constexpr TableSpec route{"route", "network", "One row per route table, destination and next hop.",
                                 route_columns};

inline constexpr auto route_table_subnet_columns = std::to_array<ColumnSpec>({
    column::key("route_table_id", "route table", "route.route_table_id"),
    column::key("subnet_id", "subnet that follows it", "subnet.subnet_id"),
});
inline constexpr TableSpec route_table_subnet{
    "route_table_subnet", "network", "One row per subnet and the route table it follows.", route_table_subnet_columns};

inline constexpr auto network_link_kind_values =
    std::to_array<std::string_view>({"peering", "vpn", "transit", "private_link", "dedicated_line"});
inline constexpr auto network_link_columns = std::to_array<ColumnSpec>({
    column::key("link_id", "peering, tunnel or attachment"),
    column::key("network_id", "our side", "network.network_id"),
    column::name(),
    column::one_of("kind", network_link_kind_values, "what joins them"),
    column::text("peer_network_id", "network on the other side", "not a network of the platform, or not told"),
    column::text("peer_project_id", "project, account or party on the other side", "not told"),
    column::text("peer_address", "address of the other end of a tunnel", "not a tunnel, or not told"),
    column::list("peer_prefixes", "addresses reached through it", "not told"),
    column::boolean("forwards_third_party", "traffic from further networks passes too", "not told"),
    column::text("encryption", "cipher and key exchange of a tunnel: `aes-256-gcm:modp3072`",
                 "not a tunnel, or not told"),
    column::boolean("active", "it carries traffic now", "not told"),
});
inline constexpr TableSpec network_link{
    "network_link", "network", "One row per network and link from it to another network.", network_link_columns};

inline constexpr auto service_endpoint_kind_values = std::to_array<std::string_view>({"gateway", "interface"});
inline constexpr auto service_endpoint_columns = std::to_array<ColumnSpec>({
    column::key("service_endpoint_id", "private way from a network to a platform service"),
    column::ref("network_id", "network.network_id", "network it serves"),
    column::project(),
    column::text("service", "service reached, as the platform names it"),
    column::one_of("kind", service_endpoint_kind_values, "by route or by an address inside"),
    column::boolean("own_resources_only", "its policy binds every action to the node's own resources or accounts",
                    "the policy could not be understood wholly"),
    column::list("allowed_projects", "accounts whose resources it reaches", "not limited, or not understood"),
});
inline constexpr TableSpec service_endpoint{"service_endpoint", "network",
                                            "One row per private way from a network to a service of the platform.",
                                            service_endpoint_columns};

inline constexpr auto device_kind_values = std::to_array<std::string_view>(
    {"instance", "router", "dhcp", "metadata", "load_balancer", "floating_ip", "gateway", "container", "database",
     "share", "function", "service_endpoint", "unbound", "other"});
inline constexpr auto vnic_type_values =
    std::to_array<std::string_view>({"normal", "direct", "direct_physical", "macvtap", "baremetal", "virtio_forwarder",
                                     "smart_nic", "vdpa", "accelerator_direct", "remote_managed"});
inline constexpr auto port_columns = std::to_array<ColumnSpec>({
    column::key("port_id", "port or network interface"),
    column::ref("network_id", "network.network_id", "network it is on"),
    column::name(),
    column::project(),
    column::region(),
    column::one_of("device_kind", device_kind_values, "what uses it"),
    column::text("device_id", "id of what uses it: an instance, a router …", "nothing uses it, or not told"),
    column::boolean("port_security", "groups and anti-spoofing hold for it; false lets everything through",
                    "the platform has no such switch, or not told"),
    column::one_of("vnic_type", vnic_type_values, "kind of interface; some pass by the filter", "not told"),
    column::text("filter_driver", "what enforces the rules on its host", "not told"),
    column::boolean("forwards", "may carry packets that are not its own (source check off)", "not told"),
    column::boolean("active", "it is up", "not told"),
});
inline constexpr TableSpec port{"port", "network", "One row per port or network interface.", port_columns};

inline constexpr auto port_address_columns = std::to_array<ColumnSpec>({
    column::key("port_id", "port", "port.port_id"),
    column::key("address", "address of the port"),
    column::ref("subnet_id", "subnet.subnet_id", "subnet the address is from", "not told"),
    column::boolean("is_public", "routed on the internet as it is", "not told"),
});
inline constexpr TableSpec port_address{"port_address", "network", "One row per port and address.",
                                        port_address_columns};

inline constexpr auto port_address_pair_columns = std::to_array<ColumnSpec>({
    column::key("port_id", "port", "port.port_id"),
    column::key("prefix", "further source addresses that it may use"),
    column::key("mac_address", "hardware address that goes with them; empty for the port's own"),
});
inline constexpr TableSpec port_address_pair{"port_address_pair", "network",
                                             "One row per port and further address range it may send from.",
                                             port_address_pair_columns};

inline constexpr auto floating_ip_columns = std::to_array<ColumnSpec>({
    column::key("floating_ip_id", "floating, elastic or public address object"),
    column::text("address", "public address", "not assigned yet"),
    column::ref("port_id", "port.port_id", "port it leads to", "it leads to none"),
    column::text("fixed_address", "address of the port it leads to", "it leads to none, or not told"),
    column::ref("network_id", "network.network_id", "network outside that it is from", "not told"),
    column::project(),
    column::region(),
    column::boolean("active", "it carries traffic", "not told"),
});
inline constexpr TableSpec floating_ip{
    "floating_ip", "network", "One row per public address that can be moved between ports.", floating_ip_columns};

inline constexpr auto listener_protocol_values =
    std::to_array<std::string_view>({"tcp", "udp", "sctp", "http", "https", "tls", "terminated_https", "ssh"});
inline constexpr auto listener_scheme_values = std::to_array<std::string_view>({"public", "internal"});
inline constexpr auto client_authentication_values = std::to_array<std::string_view>({"none", "optional", "mandatory"});
inline constexpr auto load_balancer_listener_columns = std::to_array<ColumnSpec>({
    column::key("listener_id", "listener"),
    column::text("load_balancer_id", "load balancer or gateway it belongs to"),
    column::name(),
    column::project(),
    column::region(),
    column::ref("port_id", "port.port_id", "port of the address it listens on", "the platform shows none"),
    column::text("address", "address it listens on", "not told"),
    column::one_of("scheme", listener_scheme_values, "public: it has an address that the internet can reach",
                   "not told"),
    column::one_of("protocol", listener_protocol_values, "protocol"),
    column::integer("listen_port", "port", "port it listens on"),
    column::list("allowed_prefixes", "sources admitted; `0.0.0.0/0` and `::/0` where the platform admits every one",
                 "not told"),
    column::list("tls_versions", "versions offered: `TLSv1.2`, `TLSv1.3`", "no TLS ends here, or not told"),
    column::list("tls_ciphers", "suites offered, by IANA name where known", "no TLS ends here, or not told"),
    column::one_of("client_authentication", client_authentication_values, "whether clients need a certificate",
                   "no TLS ends here, or not told"),
    column::integer("hsts_max_age_seconds", "seconds", "Strict-Transport-Security it adds; 0 if none", "not told"),
    column::boolean("backend_encrypted", "the way to the members is encrypted", "not told"),
    column::boolean("enabled", "it takes connections", "not told"),
});
inline constexpr TableSpec load_balancer_listener{"load_balancer_listener", "network",
                                                  "One row per listener of a load balancer or application gateway.",
                                                  load_balancer_listener_columns};

inline constexpr auto load_balancer_member_columns = std::to_array<ColumnSpec>({
    column::key("listener_id", "listener", "load_balancer_listener.listener_id"),
    column::key("member", "address or id behind it"),
    column::key_integer("member_port", "port there; 0 if not told"),
    column::asset_kind("asset_kind", "kind of thing behind it", "not told"),
    column::text("asset_id", "id of the thing behind it", "only its address is known"),
});
inline constexpr TableSpec load_balancer_member{"load_balancer_member", "network",
                                                "One row per listener and thing that it passes connections to.",
                                                load_balancer_member_columns};

inline constexpr auto dns_recursion_values = std::to_array<std::string_view>({"open", "listed_zones", "none"});
inline constexpr auto dns_filter_values = std::to_array<std::string_view>({"blocks", "alerts", "none"});
inline constexpr auto dns_resolver_columns = std::to_array<ColumnSpec>({
    column::key("network_id", "network that it answers", "network.network_id"),
    column::key("resolver", "address of the resolver, or the platform's name for its own"),
    column::boolean("platform_owned", "the platform runs it and the node cannot close its port", "not told"),
    column::one_of("recursion", dns_recursion_values, "which names it resolves for machines of the network",
                   "its configuration is not known"),
    column::list("forward_zones", "zones it forwards or recurses for", "not limited, or not known"),
    column::one_of("filter", dns_filter_values, "what its DNS firewall does with other names", "not told"),
});
inline constexpr TableSpec dns_resolver{"dns_resolver", "network", "One row per network and resolver it can ask.",
                                        dns_resolver_columns};

}  // namespace ehdscan::tables
