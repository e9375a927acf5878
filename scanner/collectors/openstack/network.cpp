// SPDX-License-Identifier: Apache-2.0
// Neutron and Octavia: segments, ports, rules and listeners.
#include "evidence/tables/network.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/ip_prefix.h"
#include "base/text.h"
#include "collectors/openstack/context.h"
#include "evidence/tables/network_filter.h"

namespace ehdscan {
namespace {

constexpr std::int64_t kLastPort = 65535;

std::optional<std::string> project_of(const OsObject& object) {
  return object.text({"project_id", "tenant_id", "Project ID", "Project"});
}

std::string_view device_kind_of(std::string_view owner) {
  if (owner.empty()) return "unbound";
  if (owner.starts_with("compute:")) return "instance";
  if (owner.find("floatingip") != std::string_view::npos) return "floating_ip";
  if (owner.find("router") != std::string_view::npos) return "router";
  if (owner == "network:dhcp") return "dhcp";
  if (owner == "network:distributed" || owner == "ovnmeta") return "metadata";
  if (owner.starts_with("Octavia") || owner.find("LOADBALANCER") != std::string_view::npos) return "load_balancer";
  return "other";
}

/// Protocols by name; numbers that have one get it.
std::string protocol_name(std::string_view written) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kNumbers{{{"1", "icmp"},
                                                                                   {"6", "tcp"},
                                                                                   {"17", "udp"},
                                                                                   {"47", "gre"},
                                                                                   {"50", "esp"},
                                                                                   {"51", "ah"},
                                                                                   {"58", "icmpv6"},
                                                                                   {"132", "sctp"},
                                                                                   {"0", "any"}}};
  const std::string word = to_lower(written);
  if (word == "ipv6-icmp") return "icmpv6";
  const auto found = std::ranges::find(kNumbers, word, [](const auto& pair) { return pair.first; });
  return found == kNumbers.end() ? word : std::string(found->second);
}

}  // namespace

void write_os_network(const OsObject& object, OsContext& context) {
  const auto id = object.text({"id", "ID"});
  if (!id) return;
  Row<tables::network> row(context.platform);
  row.set<"network_id">(*id).set<"name">(object.text({"name", "Name"})).set<"project_id">(project_of(object));
  auto external = object.boolean({"router:external", "is_router_external"});
  if (const auto type = object.text({"Router Type"})) external = *type == "External";
  row.set<"external">(external)
      .set<"shared">(object.boolean({"shared", "is_shared", "Shared"}))
      .set<"platform_default">(false);
  row.set<"port_security_default">(
      object.boolean({"port_security_enabled", "is_port_security_enabled", "Port Security"}));
  const auto type = object.text({"provider:network_type"});
  const auto segment = object.text({"provider:segmentation_id"});
  if (type)
    row.set<"segment">(
        fmt::format("{}:{}:{}", object.text({"provider:physical_network"}).value_or(""), *type, segment.value_or("")));
  row.set<"enabled">(object.boolean({"admin_state_up", "is_admin_state_up", "State"}));
  row.write(context.sink, context.origin);
}

void write_os_subnet(const OsObject& object, OsContext& context) {
  const auto id = object.text({"id", "ID"});
  if (!id) return;
  Row<tables::subnet> row(context.platform);
  row.set<"subnet_id">(*id)
      .set<"network_id">(object.text({"network_id", "Network"}))
      .set<"name">(object.text({"name", "Name"}));
  const auto prefix = object.text({"cidr", "Subnet"});
  row.set<"project_id">(project_of(object))
      .set<"prefix">(prefix)
      .set<"ip_version">(object.integer({"ip_version", "IP Version"}));
  row.set<"gateway_address">(object.text({"gateway_ip", "Gateway"}))
      .set<"dhcp">(object.boolean({"enable_dhcp", "is_dhcp_enabled", "DHCP"}));
  row.set<"dns_servers">(object.texts({"dns_nameservers", "Name Servers"}));
  // Whether a prefix is routed is the provider's secret; private ranges never are.
  if (const auto parsed = prefix ? parse_ip_prefix(*prefix) : std::nullopt; parsed && public_part({*parsed}).empty())
    row.set<"globally_routed">(false);
  row.write(context.sink, context.origin);
}

void write_os_router(const OsObject& object, OsContext& context) {
  const auto id = object.text({"id", "ID"});
  if (!id) return;
  Row<tables::router> row(context.platform);
  row.set<"router_id">(*id)
      .set<"name">(object.text({"name", "Name"}))
      .set<"project_id">(project_of(object))
      .set<"kind">("router");
  if (const auto gateway = object.object({"external_gateway_info", "External gateway info"})) {
    row.set<"external_network_id">(gateway->text({"network_id"})).set<"source_nat">(gateway->boolean({"enable_snat"}));
  } else {
    row.set<"source_nat">(false);
  }
  row.set<"rules_known">(true).set<"enabled">(object.boolean({"admin_state_up", "State"}));
  row.write(context.sink, context.origin);
  Row<tables::route> route(context.platform);
  for (const OsObject& way : object.objects({"routes", "Routes"})) {
    const auto destination = way.text({"destination"});
    const auto hop = way.text({"nexthop"});
    if (!destination || !hop) continue;
    route.set<"route_table_id">(*id)
        .set<"destination_prefix">(*destination)
        .set<"next_hop">(*hop)
        .set<"next_hop_kind">("address");
    route.set<"origin">("configured").set<"project_id">(project_of(object)).set<"enabled">(true);
    route.write(context.sink, context.origin);
  }
}

void write_os_port(const OsObject& object, OsContext& context) {
  const auto id = object.text({"id", "ID"});
  if (!id) return;
  const auto network = object.text({"network_id", "Network ID"});
  Row<tables::port> row(context.platform);
  row.set<"port_id">(*id)
      .set<"network_id">(network)
      .set<"name">(object.text({"name", "Name"}))
      .set<"project_id">(project_of(object));
  const bool owner_known = object.has("device_owner") || object.has("Device Owner");
  const std::string owner = object.text({"device_owner", "Device Owner"}).value_or("");
  const std::string_view kind = device_kind_of(owner);
  if (owner_known) row.set<"device_kind">(kind);
  row.set<"device_id">(object.text({"device_id", "Device ID"}));
  row.set<"port_security">(object.boolean({"port_security_enabled", "is_port_security_enabled", "Port Security"}));
  auto vnic = object.text({"binding:vnic_type", "binding_vnic_type"});
  if (vnic) {
    std::ranges::replace(*vnic, '-', '_');
    row.set<"vnic_type">(*vnic);
  }
  if (const auto details = object.object({"binding:vif_details", "binding_vif_details"})) {
    if (const auto driver = details->text({"bridge_name", "port_filter"}))
      row.set<"filter_driver">(object.text({"binding:vif_type", "binding_vif_type"}));
  }
  row.set<"active">(object.text({"status", "Status"}) == std::optional<std::string>("ACTIVE"));
  row.write(context.sink, context.origin);

  Row<tables::port_address> address(context.platform);
  std::vector<std::pair<std::string, std::optional<std::string>>> fixed;
  for (const OsObject& ip : object.objects({"fixed_ips", "Fixed IP Addresses"})) {
    if (const auto text = ip.text({"ip_address"})) fixed.emplace_back(*text, ip.text({"subnet_id"}));
  }
  for (const auto& [text, subnet] : fixed) {
    address.set<"port_id">(*id).set<"address">(text).set<"subnet_id">(subnet);
    if (const auto parsed = parse_ip_prefix(text); parsed && public_part({*parsed}).empty())
      address.set<"is_public">(false);
    address.write(context.sink, context.origin);
    if (kind == "router" && network && !object.text({"device_id", "Device ID"}).value_or("").empty()) {
      Row<tables::router_attachment> attachment(context.platform);
      attachment.set<"router_id">(*object.text({"device_id", "Device ID"}))
          .set<"network_id">(*network)
          .set<"subnet_id">(subnet.value_or("*"));
      attachment.set<"port_id">(*id).set<"address">(text);
      if (owner != "network:router_gateway") attachment.write(context.sink, context.origin);
    }
  }
  Row<tables::port_address_pair> pair(context.platform);
  for (const OsObject& allowed : object.objects({"allowed_address_pairs"})) {
    const auto prefix = allowed.text({"ip_address"});
    if (!prefix) continue;
    pair.set<"mac_address">(allowed.text({"mac_address"}).value_or(""));
    pair.set<"port_id">(*id).set<"prefix">(prefix->find('/') != std::string::npos
                                               ? *prefix
                                               : *prefix + (prefix->find(':') == std::string::npos ? "/32" : "/128"));
    pair.write(context.sink, context.origin);
  }
  Row<tables::port_group> group(context.platform);
  const auto groups = object.texts({"security_groups", "security_group_ids", "Security Groups"});
  if (!groups)
    return context.partial(tables::port_group, fmt::format("the port {} does not show its security groups", *id));
  for (const std::string& name : *groups) {
    group.set<"port_id">(*id).set<"group_id">(name);
    group.write(context.sink, context.origin);
    context.used_groups.insert(name);
  }
}

void write_os_floating_ip(const OsObject& object, OsContext& context) {
  const auto id = object.text({"id", "ID"});
  if (!id) return;
  Row<tables::floating_ip> row(context.platform);
  row.set<"floating_ip_id">(*id).set<"address">(object.text({"floating_ip_address", "Floating IP Address"}));
  row.set<"port_id">(object.text({"port_id", "Port"}))
      .set<"fixed_address">(object.text({"fixed_ip_address", "Fixed IP Address"}));
  row.set<"network_id">(object.text({"floating_network_id", "Floating Network"})).set<"project_id">(project_of(object));
  if (const auto status = object.text({"status", "Status"})) row.set<"active">(*status == "ACTIVE");
  row.write(context.sink, context.origin);
}

void write_os_security_group(const OsObject& object, OsContext& context) {
  const auto id = object.text({"id", "ID"});
  if (!id) return;
  const auto name = object.text({"name", "Name"});
  Row<tables::security_group> row(context.platform);
  row.set<"group_id">(*id).set<"name">(name).set<"project_id">(project_of(object)).set<"kind">("security_group");
  row.set<"stateful">(object.boolean({"stateful", "Stateful"}));
  if (name) row.set<"platform_default">(*name == "default");
  row.set<"default_deny_ingress">(true).set<"default_deny_egress">(true);
  row.write(context.sink, context.origin);
  context.seen_groups.insert(*id);
  for (const OsObject& rule : object.objects({"security_group_rules", "rules"}))
    write_os_security_group_rule(rule, context);
}

void write_os_security_group_rule(const OsObject& object, OsContext& context) {
  const auto id = object.text({"id", "ID"});
  if (!id || !context.written.insert("rule " + *id).second) return;
  const auto group = object.text({"security_group_id", "Security Group", "security_group"});
  if (group) context.used_groups.insert(*group);
  Row<tables::network_rule> row(context.platform);
  row.set<"rule_id">(*id)
      .set<"part">(1)
      .set<"group_id">(group)
      .set<"project_id">(project_of(object))
      .set<"action">("allow")
      .set<"enabled">(true);
  row.set<"direction">(object.text({"direction", "Direction"}))
      .set<"description">(object.text({"description", "Description"}));
  row.set<"target_tags">(std::vector<std::string>{});
  const auto family = object.text({"ethertype", "ether_type", "Ethertype"});
  const bool v6 = family && to_lower(*family) == "ipv6";
  if (family) row.set<"ethertype">(to_lower(*family));
  // null means every protocol, port and address: Neutron's own default (NEU-1).
  const std::string protocol = protocol_name(object.text({"protocol", "IP Protocol"}).value_or("any"));
  row.set<"protocol">(protocol);
  auto from = object.integer({"port_range_min"});
  auto to = object.integer({"port_range_max"});
  if (const auto range = object.text({"Port Range"})) {
    const std::size_t colon = range->find(':');
    from = parse_integer(range->substr(0, colon));
    to = colon == std::string::npos ? from : parse_integer(range->substr(colon + 1));
  }
  const bool icmp = protocol == "icmp" || protocol == "icmpv6";
  const bool ports = protocol == "tcp" || protocol == "udp" || protocol == "sctp" || protocol == "any" ||
                     protocol == "dccp" || protocol == "udplite";
  if (icmp) {
    row.set<"port_from">(-1).set<"port_to">(-1).set<"icmp_type">(from.value_or(-1)).set<"icmp_code">(to.value_or(-1));
  } else {
    row.set<"port_from">(ports ? from.value_or(0) : -1)
        .set<"port_to">(ports ? to.value_or(from ? *from : kLastPort) : -1);
    row.set<"icmp_type">(-1).set<"icmp_code">(-1);
  }
  if (const auto remote = object.text({"remote_group_id", "Remote Security Group"})) {
    row.set<"remote_kind">("security_group").set<"remote_group_id">(*remote);
  } else if (const auto addresses = object.text({"remote_address_group_id", "Remote Address Group"})) {
    row.set<"remote_kind">("address_group").set<"remote_address_group_id">(*addresses);
  } else {
    row.set<"remote_kind">("prefix").set<"remote_prefix">(
        object.text({"remote_ip_prefix", "IP Range"}).value_or(v6 ? "::/0" : "0.0.0.0/0"));
  }
  row.write(context.sink, context.origin);
}

void write_os_address_group(const OsObject& object, OsContext& context) {
  const auto id = object.text({"id", "ID"});
  if (!id) return;
  Row<tables::address_group> row(context.platform);
  auto prefixes = object.texts({"addresses", "Addresses"}).value_or(std::vector<std::string>{});
  if (prefixes.empty()) prefixes.emplace_back("none");
  for (const std::string& prefix : prefixes) {
    row.set<"address_group_id">(*id)
        .set<"prefix">(prefix)
        .set<"name">(object.text({"name", "Name"}))
        .set<"project_id">(project_of(object));
    row.write(context.sink, context.origin);
  }
}

void write_os_rbac_policy(const OsObject& object, OsContext& context) {
  const auto kind = object.text({"object_type", "Object Type"});
  const auto id = object.text({"object_id", "Object ID"});
  if (!kind || !id) return;
  Row<tables::network_share> row(context.platform);
  row.set<"object_kind">(*kind == "subnetpool"      ? "subnet_pool"
                         : *kind == "address_scope" ? "address_scope"
                                                    : *kind)
      .set<"object_id">(*id);
  const auto action = object.text({"action", "Action"});
  row.set<"access">(action == std::optional<std::string>("access_as_external") ? "as_external" : "use");
  row.set<"target_project_id">(object.text({"target_tenant", "target_project_id", "Target Project"}).value_or("*"))
      .set<"project_id">(project_of(object));
  row.write(context.sink, context.origin);
}

void write_os_load_balancer(const OsObject& object, OsContext& context) {
  if (const auto id = object.text({"id"}))
    context.load_balancers[*id] = {object.text({"vip_address"}), object.text({"vip_port_id"})};
}

void write_os_listener(const OsObject& object, OsContext& context) {
  const auto id = object.text({"id"});
  if (!id) return;
  Row<tables::load_balancer_listener> row(context.platform);
  row.set<"listener_id">(*id).set<"name">(object.text({"name"})).set<"project_id">(project_of(object));
  const auto balancers = object.objects({"loadbalancers"});
  if (!balancers.empty()) {
    const auto balancer = balancers.front().text({"id"});
    row.set<"load_balancer_id">(balancer);
    if (const auto known = balancer ? context.load_balancers.find(*balancer) : context.load_balancers.end();
        known != context.load_balancers.end()) {
      row.set<"address">(known->second.first).set<"port_id">(known->second.second);
    }
  }
  if (const auto protocol = object.text({"protocol"})) row.set<"protocol">(to_lower(*protocol));
  row.set<"listen_port">(object.integer({"protocol_port"}));
  if (object.has("allowed_cidrs"))
    row.set<"allowed_prefixes">(
        object.texts({"allowed_cidrs"}).value_or(std::vector<std::string>{"0.0.0.0/0", "::/0"}));
  row.set<"tls_versions">(object.texts({"tls_versions"}));
  if (const auto ciphers = object.text({"tls_ciphers"})) {
    std::vector<std::string> names;
    for (const std::string_view name : split(*ciphers, ':')) names.emplace_back(name);
    row.set<"tls_ciphers">(names);
  }
  if (const auto clients = object.text({"client_authentication"})) row.set<"client_authentication">(to_lower(*clients));
  if (object.has("hsts_max_age")) row.set<"hsts_max_age_seconds">(object.integer({"hsts_max_age"}).value_or(0));
  row.set<"enabled">(object.boolean({"admin_state_up"}));
  row.write(context.sink, context.origin);
}

}  // namespace ehdscan
