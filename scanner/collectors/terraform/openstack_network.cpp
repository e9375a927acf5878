// SPDX-License-Identifier: Apache-2.0
// Neutron and Octavia in Terraform: terraform-provider-openstack, openstack_networking_* and openstack_lb_*. Defaults
// are those of the APIs, as the provider sends nothing for what is left out.
#include <fmt/format.h>

#include "base/ip_prefix.h"
#include "base/text.h"
#include "collectors/terraform/kinds.h"
#include "collectors/terraform/rules.h"
#include "evidence/tables/network.h"
#include "evidence/tables/network_filter.h"

namespace ehdscan {
namespace {

constexpr std::string_view kNetwork = "openstack_networking_network_v2";
constexpr std::string_view kSubnet = "openstack_networking_subnet_v2";
constexpr std::string_view kRouter = "openstack_networking_router_v2";
constexpr std::string_view kPort = "openstack_networking_port_v2";
constexpr std::string_view kGroup = "openstack_networking_secgroup_v2";
constexpr std::string_view kRule = "openstack_networking_secgroup_rule_v2";
constexpr std::string_view kFloatingIp = "openstack_networking_floatingip_v2";

void write_network(const TfResource& resource, TfContext& context) {
  Row<tables::network> row(context.platform);
  row.set<"network_id">(resource.address())
      .set<"name">(resource["name"].text())
      .set<"project_id">(resource["tenant_id"].text());
  row.set<"region">(resource["region"].text()).set<"external">(context.boolean(resource, "external", false));
  row.set<"shared">(context.boolean(resource, "shared", false)).set<"platform_default">(false);
  row.set<"port_security_default">(context.boolean(resource, "port_security_enabled", true));
  row.set<"enabled">(context.boolean(resource, "admin_state_up", true));
  row.write(context.sink, context.origin);
  write_tf_asset(resource, context, "network", false);
}

void write_subnet(const TfResource& resource, TfContext& context) {
  Row<tables::subnet> row(context.platform);
  const auto prefix = resource["cidr"].text();
  row.set<"subnet_id">(resource.address()).set<"network_id">(context.ref(resource, {"network_id"}, {kNetwork}));
  row.set<"name">(resource["name"].text())
      .set<"project_id">(resource["tenant_id"].text())
      .set<"region">(resource["region"].text());
  row.set<"prefix">(prefix).set<"ip_version">(context.integer(resource, "ip_version", 4));
  row.set<"gateway_address">(resource["gateway_ip"].text()).set<"dhcp">(context.boolean(resource, "enable_dhcp", true));
  if (const auto parsed = prefix ? parse_ip_prefix(*prefix) : std::nullopt; parsed && public_part({*parsed}).empty()) {
    row.set<"globally_routed">(false);
  }
  row.write(context.sink, context.origin);
}

void write_router(const TfResource& resource, TfContext& context) {
  Row<tables::router> row(context.platform);
  row.set<"router_id">(resource.address())
      .set<"name">(resource["name"].text())
      .set<"project_id">(resource["tenant_id"].text());
  row.set<"region">(resource["region"].text()).set<"kind">("router").set<"rules_known">(true);
  row.set<"enabled">(context.boolean(resource, "admin_state_up", true));
  if (context.left_out(resource, "external_network_id")) {
    row.set<"source_nat">(false);
  } else {
    row.set<"external_network_id">(context.ref(resource, {"external_network_id"}, {kNetwork}));
    row.set<"source_nat">(context.boolean(resource, "enable_snat", true));
  }
  row.write(context.sink, context.origin);
}

void write_router_interface(const TfResource& resource, TfContext& context) {
  const auto router = context.ref(resource, {"router_id"}, {kRouter});
  const auto subnet = context.ref(resource, {"subnet_id"}, {kSubnet});
  if (!router || !subnet) {
    context.partial(tables::router_attachment,
                    fmt::format("what {} joins is not known before apply", resource.address()));
    return;
  }
  Row<tables::router_attachment> row(context.platform);
  row.set<"router_id">(*router).set<"network_id">(context.network_of_subnet(*subnet)).set<"subnet_id">(*subnet);
  row.write(context.sink, context.origin);
}

/// The group that a port gets where none is named. What stands in it is not in the plan.
std::string default_group(TfContext& context) {
  const std::string id = "default security group of the project";
  if (context.first(context.platform + " default group")) {
    Row<tables::security_group> row(context.platform);
    row.set<"group_id">(id).set<"name">("default").set<"kind">("security_group").set<"platform_default">(true);
    row.set<"default_deny_ingress">(true).set<"default_deny_egress">(true);
    row.write(context.sink, context.origin);
    write_unknown_rule(id + "/rules", id, std::nullopt, context);
  }
  return id;
}

void write_port(const TfResource& resource, TfContext& context) {
  Row<tables::port> row(context.platform);
  const std::string& id = resource.address();
  const auto network = context.ref(resource, {"network_id"}, {kNetwork});
  row.set<"port_id">(id).set<"network_id">(network).set<"name">(resource["name"].text());
  row.set<"project_id">(resource["tenant_id"].text()).set<"region">(resource["region"].text());
  if (const auto owner = resource["device_owner"].text(); owner && owner->find("router") != std::string::npos) {
    row.set<"device_kind">("router");
  } else if (const auto user = context.user_of(id)) {
    row.set<"device_kind">("instance").set<"device_id">(*user);
  }
  // Neutron gives a port what its network says, and a network true.
  auto secured = resource["port_security_enabled"].boolean();
  if (!secured && context.left_out(resource, "port_security_enabled") && network)
    secured = context.network_filters(*network);
  row.set<"port_security">(secured);
  if (const auto binding = resource["binding"]["vnic_type"]; binding.unset()) {
    row.set<"vnic_type">("normal");
  } else if (auto kind = binding.text()) {
    for (char& c : *kind) c = c == '-' ? '_' : c;
    row.set<"vnic_type">(*kind);
  }
  row.set<"active">(context.boolean(resource, "admin_state_up", true));
  row.write(context.sink, context.origin);

  const auto fixed = resource["fixed_ip"].blocks();
  Row<tables::port_address> address(context.platform);
  for (std::size_t i = 0; fixed && i < fixed->size(); ++i) {
    const auto text = (*fixed)[i]["ip_address"].text();
    address.set<"port_id">(id).set<"address">(text.value_or("not known before apply"));
    address.set<"subnet_id">(context.ref(resource, {"fixed_ip", std::to_string(i), "subnet_id"}, {kSubnet}));
    if (const auto parsed = text ? parse_ip_prefix(*text) : std::nullopt)
      address.set<"is_public">(has_public_part(*parsed) ? std::optional<bool>() : std::optional(false));
    address.write(context.sink, context.origin);
  }
  const TfValue pairs = resource["allowed_address_pairs"];
  if (const auto blocks = pairs.blocks()) {
    Row<tables::port_address_pair> pair(context.platform);
    for (const TfValue& block : *blocks) {
      const auto prefix = block["ip_address"].text();
      if (!prefix) {
        context.partial(tables::port_address_pair,
                        fmt::format("the address pairs of {} are not known before apply", id));
        continue;
      }
      pair.set<"port_id">(id).set<"mac_address">(block["mac_address"].text().value_or(""));
      pair.set<"prefix">(prefix->find('/') != std::string::npos
                             ? *prefix
                             : *prefix + (prefix->find(':') == std::string::npos ? "/32" : "/128"));
      pair.write(context.sink, context.origin);
    }
  } else if (!context.left_out(resource, "allowed_address_pairs")) {
    context.partial(tables::port_address_pair, fmt::format("the address pairs of {} are not known before apply", id));
  }
  Row<tables::port_group> group(context.platform);
  std::optional<std::vector<std::string>> groups;
  if (resource["no_security_groups"].boolean().value_or(false) || secured == std::optional(false)) {
    groups.emplace();
  } else if (context.left_out(resource, "security_group_ids")) {
    groups = std::vector<std::string>{default_group(context)};
  } else {
    groups = context.refs(resource, {"security_group_ids"}, {kGroup});
  }
  if (!groups)
    return context.partial(tables::port_group, fmt::format("the security groups of {} are not known before apply", id));
  for (const std::string& one : *groups) {
    group.set<"port_id">(id).set<"group_id">(one);
    group.write(context.sink, context.origin);
  }
}

void write_floating_ip(const TfResource& resource, TfContext& context) {
  Row<tables::floating_ip> row(context.platform);
  row.set<"floating_ip_id">(resource.address()).set<"address">(resource["address"].text());
  row.set<"project_id">(resource["tenant_id"].text()).set<"region">(resource["region"].text());
  auto port = context.ref(resource, {"port_id"}, {kPort});
  for (const TfResource* association :
       context.companions(resource.address(), "openstack_networking_floatingip_associate_v2")) {
    port = context.ref(*association, {"port_id"}, {kPort});
  }
  for (const TfResource* association :
       context.companions(resource.address(), "openstack_compute_floatingip_associate_v2")) {
    if (const auto instance = context.ref(*association, {"instance_id"}, {"openstack_compute_instance_v2"}))
      port = *instance + "/network[0]";
  }
  row.set<"port_id">(port).set<"active">(true);
  row.write(context.sink, context.origin);
  const bool stray = context.strays("openstack_networking_floatingip_associate_v2") ||
                     context.strays("openstack_compute_floatingip_associate_v2");
  if (!port && (stray || !context.left_out(resource, "port_id"))) {
    context.partial(tables::floating_ip, fmt::format("where {} leads is not known before apply", resource.address()));
  }
}

/// Neutron's own rules of a new group: everything outwards, on both families (NEU-1).
void write_default_egress(const std::string& group, const std::optional<std::string>& name, TfContext& context) {
  for (const std::string_view prefix : {"0.0.0.0/0", "::/0"}) {
    TfRule rule;
    rule.rule_id = fmt::format("{}/default-egress-{}", group, prefix == "::/0" ? "ipv6" : "ipv4");
    rule.group_id = group;
    rule.group_name = name;
    rule.direction = "egress";
    rule.protocol = "any";
    rule.remote_prefix = prefix;
    write_tf_rule(rule, context);
  }
}

void write_group(const TfResource& resource, TfContext& context) {
  Row<tables::security_group> row(context.platform);
  const auto name = resource["name"].text();
  row.set<"group_id">(resource.address()).set<"name">(name).set<"project_id">(resource["tenant_id"].text());
  row.set<"region">(resource["region"].text())
      .set<"kind">("security_group")
      .set<"stateful">(context.boolean(resource, "stateful", true));
  if (name) row.set<"platform_default">(*name == "default");
  row.set<"default_deny_ingress">(true).set<"default_deny_egress">(true);
  row.write(context.sink, context.origin);
  // A group that exists already lost or kept them; what is there stays as it was.
  const auto deleted = context.boolean(resource, "delete_default_rules", false);
  if (deleted == std::optional(false)) {
    write_default_egress(resource.address(), name, context);
  } else if (!deleted) {
    write_unknown_rule(resource.address() + "/default-egress", resource.address(), "egress", context);
  }
}

void write_rule(const TfResource& resource, TfContext& context) {
  TfRule rule;
  rule.rule_id = resource.address();
  rule.group_id = context.ref(resource, {"security_group_id"}, {kGroup});
  if (!rule.group_id) {
    context.partial(tables::network_rule,
                    fmt::format("which group {} stands in is not known before apply", resource.address()));
  } else {
    rule.group_name = context.name_of(*rule.group_id);
  }
  rule.direction = resource["direction"].text();
  rule.description = resource["description"].text();
  // null means every protocol, port and address: Neutron's own default (NEU-1).
  if (const auto protocol = context.text(resource, "protocol", "any")) rule.protocol = tf_protocol_name(*protocol);
  const auto from = context.integer(resource, "port_range_min", 0);
  const auto to = context.integer(resource, "port_range_max", 0);
  const bool icmp = rule.protocol && rule.protocol->starts_with("icmp");
  if (icmp) {
    rule.port_from = context.left_out(resource, "port_range_min") ? std::optional<std::int64_t>(-1) : from;
    rule.port_to = context.left_out(resource, "port_range_max") ? std::optional<std::int64_t>(-1) : to;
  } else if (from && to) {
    // The provider writes 0 for what is not set, and Neutron knows no port 0.
    rule.port_from = from;
    if (*from == 0 && *to == 0) {
      rule.port_to = 65535;
    } else {
      rule.port_to = *to == 0 ? from : to;
    }
  }
  const auto family = context.text(resource, "ethertype", "IPv4");
  if (!context.left_out(resource, "remote_group_id")) {
    rule.remote_group_id = context.ref(resource, {"remote_group_id"}, {kGroup});
    rule.remote_known = false;
  } else if (!context.left_out(resource, "remote_address_group_id") && resource["remote_address_group_id"].is_set()) {
    rule.remote_address_group_id =
        context.ref(resource, {"remote_address_group_id"}, {"openstack_networking_address_group_v2"});
    rule.remote_known = false;
  } else if (context.left_out(resource, "remote_ip_prefix")) {
    rule.remote_known = family.has_value();
    if (family) rule.remote_prefix = to_lower(*family) == "ipv6" ? "::/0" : "0.0.0.0/0";
  } else {
    rule.remote_prefix = resource["remote_ip_prefix"].text();
  }
  write_tf_rule(rule, context);
}

void write_old_group(const TfResource& resource, TfContext& context) {
  const std::string& id = resource.address();
  Row<tables::security_group> row(context.platform);
  const auto name = resource["name"].text();
  row.set<"group_id">(id)
      .set<"name">(name)
      .set<"kind">("security_group")
      .set<"platform_default">(name == std::optional<std::string>("default"));
  row.set<"default_deny_ingress">(true).set<"default_deny_egress">(true);
  row.write(context.sink, context.origin);
  write_default_egress(id, name, context);
  const auto rules = resource["rule"].blocks();
  if (!rules) return write_unknown_rule(id + "/rule", id, "ingress", context);
  for (std::size_t i = 0; i < rules->size(); ++i) {
    const TfValue& block = (*rules)[i];
    TfRule rule;
    rule.rule_id = fmt::format("{}/rule[{}]", id, i);
    rule.group_id = id;
    rule.group_name = name;
    rule.direction = "ingress";
    if (const auto protocol = block["ip_protocol"].text_or("any")) rule.protocol = tf_protocol_name(*protocol);
    rule.port_from = block["from_port"].integer();
    rule.port_to = block["to_port"].integer();
    if (block["self"].boolean().value_or(false)) {
      rule.remote_group_id = id;
    } else if (block["from_group_id"].is_set()) {
      rule.remote_group_id = context.ref(resource, {"rule", std::to_string(i), "from_group_id"}, {});
      rule.remote_known = false;
    } else {
      rule.remote_prefix = block["cidr"].text_or("0.0.0.0/0");
    }
    write_tf_rule(rule, context);
  }
}

void write_address_group(const TfResource& resource, TfContext& context) {
  const auto addresses = resource["addresses"].texts();
  if (!addresses)
    return context.partial(tables::address_group,
                           fmt::format("the ranges of {} are not known before apply", resource.address()));
  Row<tables::address_group> row(context.platform);
  std::vector<std::string> prefixes = *addresses;
  if (prefixes.empty()) prefixes.emplace_back("none");
  for (const std::string& prefix : prefixes) {
    row.set<"address_group_id">(resource.address()).set<"prefix">(prefix).set<"name">(resource["name"].text());
    row.write(context.sink, context.origin);
  }
}

void write_share(const TfResource& resource, TfContext& context) {
  const auto kind = resource["object_type"].text();
  const auto target = resource["target_tenant"].text();
  const auto object = context.ref(resource, {"object_id"}, {kNetwork, kGroup, kSubnet});
  const auto action = resource["action"].text();
  if (!kind || !target || !object || !action) {
    return context.partial(tables::network_share,
                           fmt::format("what {} shares is not known before apply", resource.address()));
  }
  Row<tables::network_share> row(context.platform);
  row.set<"object_kind">(*kind).set<"object_id">(*object).set<"target_project_id">(*target);
  row.set<"access">(*action == "access_as_external" ? "as_external" : "use");
  row.write(context.sink, context.origin);
}

void write_listener(const TfResource& resource, TfContext& context) {
  Row<tables::load_balancer_listener> row(context.platform);
  row.set<"listener_id">(resource.address())
      .set<"name">(resource["name"].text())
      .set<"project_id">(resource["tenant_id"].text());
  row.set<"load_balancer_id">(context.ref(resource, {"loadbalancer_id"}, {"openstack_lb_loadbalancer_v2"}));
  if (const auto protocol = resource["protocol"].text()) row.set<"protocol">(to_lower(*protocol));
  row.set<"listen_port">(resource["protocol_port"].integer());
  if (context.left_out(resource, "allowed_cidrs")) {
    row.set<"allowed_prefixes">(std::vector<std::string>{"0.0.0.0/0", "::/0"});
  } else {
    row.set<"allowed_prefixes">(resource["allowed_cidrs"].texts());
  }
  if (const auto versions = resource["tls_versions"].texts(); versions && !versions->empty())
    row.set<"tls_versions">(*versions);
  row.set<"enabled">(context.boolean(resource, "admin_state_up", true));
  row.write(context.sink, context.origin);
}

void prepare_network(const TfResource& resource, TfContext& context) {
  if (const auto filters = context.boolean(resource, "port_security_enabled", true))
    context.filter(resource.address(), *filters);
}
void prepare_subnet(const TfResource& resource, TfContext& context) {
  if (const auto network = context.ref(resource, {"network_id"}, {kNetwork}))
    context.place(resource.address(), *network);
}
void prepare_group(const TfResource& resource, TfContext& context) {
  if (const auto name = resource["name"].text()) context.name(resource.address(), *name);
}

}  // namespace

void add_openstack_network_kinds(std::vector<TfKind>& kinds) {
  kinds.insert(kinds.end(), {
                                {.type = kNetwork, .write = &write_network, .prepare = &prepare_network},
                                {.type = kSubnet, .write = &write_subnet, .prepare = &prepare_subnet},
                                {.type = "openstack_networking_subnet_route_v2"},
                                {.type = kRouter, .write = &write_router},
                                {.type = "openstack_networking_router_interface_v2", .write = &write_router_interface},
                                {.type = kPort, .write = &write_port},
                                {.type = kFloatingIp, .write = &write_floating_ip, .alias = "address"},
                                {.type = "openstack_networking_floatingip_associate_v2",
                                 .owner_attribute = "floating_ip",
                                 .owner_types = {kFloatingIp}},
                                {.type = "openstack_compute_floatingip_associate_v2",
                                 .owner_attribute = "floating_ip",
                                 .owner_types = {kFloatingIp}},
                                {.type = kGroup, .write = &write_group, .alias = "name", .prepare = &prepare_group},
                                {.type = kRule, .write = &write_rule},
                                {.type = "openstack_compute_secgroup_v2", .write = &write_old_group, .alias = "name"},
                                {.type = "openstack_networking_address_group_v2", .write = &write_address_group},
                                {.type = "openstack_networking_rbac_policy_v2", .write = &write_share},
                                {.type = "openstack_lb_loadbalancer_v2"},
                                {.type = "openstack_lb_listener_v2", .write = &write_listener},
                                {.type = "openstack_lb_pool_v2"},
                                {.type = "openstack_lb_member_v2"},
                                {.type = "openstack_lb_monitor_v2"},
                            });
}

}  // namespace ehdscan
