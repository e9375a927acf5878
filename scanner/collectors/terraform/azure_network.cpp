// SPDX-License-Identifier: Apache-2.0
// Azure's networks, machines and network security groups in Terraform: hashicorp/azurerm.
#include <fmt/format.h>

#include "base/text.h"
#include "collectors/terraform/kinds.h"
#include "collectors/terraform/rules.h"
#include "evidence/tables/compute.h"
#include "evidence/tables/network.h"
#include "evidence/tables/network_filter.h"

namespace ehdscan {
namespace {

constexpr std::string_view kNetwork = "azurerm_virtual_network";
constexpr std::string_view kSubnet = "azurerm_subnet";
constexpr std::string_view kGroup = "azurerm_network_security_group";
constexpr std::string_view kInterface = "azurerm_network_interface";

void write_network(const TfResource& resource, TfContext& context) {
  Row<tables::network> row(context.platform);
  row.set<"network_id">(resource.address()).set<"name">(resource["name"].text()).set<"region">(tf_region(resource));
  row.set<"project_id">(resource["resource_group_name"].text())
      .set<"external">(false)
      .set<"shared">(false)
      .set<"platform_default">(false);
  row.set<"prefixes">(resource["address_space"].texts()).set<"enabled">(true);
  row.write(context.sink, context.origin);
  write_tf_asset(resource, context, "network", false);
}

/// The network is named by its name, within the resource group.
std::optional<std::string> network_of(const TfResource& resource, const TfContext& context) {
  return context.ref(resource, {"virtual_network_name"}, {kNetwork});
}

void prepare_subnet(const TfResource& resource, TfContext& context) {
  if (const auto network = network_of(resource, context)) context.place(resource.address(), *network);
}

void write_subnet(const TfResource& resource, TfContext& context) {
  Row<tables::subnet> row(context.platform);
  row.set<"subnet_id">(resource.address())
      .set<"network_id">(network_of(resource, context))
      .set<"name">(resource["name"].text());
  row.set<"project_id">(resource["resource_group_name"].text()).set<"globally_routed">(false);
  if (const auto prefixes = resource["address_prefixes"].texts(); prefixes && prefixes->size() == 1) {
    row.set<"prefix">(prefixes->front()).set<"ip_version">(prefixes->front().find(':') == std::string::npos ? 4 : 6);
  }
  if (const auto outbound = context.boolean(resource, "default_outbound_access_enabled", true))
    row.set<"implicit_outbound">(*outbound);
  row.write(context.sink, context.origin);
}

/// Names that stand for addresses: `*` and the service tag Internet.
bool is_everywhere(std::string_view source) {
  return source == "*" || equals_ignore_case(source, "Internet") || equals_ignore_case(source, "Any");
}

struct Reader {
  const TfResource& resource;
  TfContext& context;
  bool alone;  ///< a resource of its own

  /// Values of an attribute and of its plural; nothing if one of them is not known.
  [[nodiscard]] std::optional<std::vector<std::string>> both(const TfValue& block, const std::string& one,
                                                             const std::string& many) const {
    std::vector<std::string> found;
    for (const std::string& key : {one, many}) {
      const TfValue value = block[key];
      if (value.unset() || (alone && context.left_out(resource, key))) continue;
      const auto texts = value.texts();
      if (!texts) return std::nullopt;
      found.insert(found.end(), texts->begin(), texts->end());
    }
    return found;
  }

  void write(const TfValue& block, const std::string& id, const std::optional<std::string>& group) const {
    TfRule base;
    base.rule_id = id;
    base.group_id = group;
    if (group) base.group_name = context.name_of(*group);
    if (const auto direction = block["direction"].text())
      base.direction = *direction == "Inbound" ? "ingress" : *direction == "Outbound" ? "egress" : *direction;
    const auto access = block["access"].text();
    base.action = !access ? "not known" : *access == "Deny" ? "deny" : "allow";
    base.priority = block["priority"].integer();
    if (const auto protocol = block["protocol"].text()) base.protocol = tf_protocol_name(*protocol);
    base.description = block["description"].text();
    const bool inward = base.direction != std::optional<std::string>("egress");
    const std::string side = inward ? "source_address_prefix" : "destination_address_prefix";
    const auto remotes = both(block, side, side + "es");
    const auto ports = both(block, "destination_port_range", "destination_port_ranges");
    const bool by_group =
        block[inward ? "source_application_security_group_ids" : "destination_application_security_group_ids"].is_set();
    std::int64_t part = 1;
    const auto emit = [&](const std::optional<std::pair<std::int64_t, std::int64_t>>& range,
                          const std::optional<std::string>& remote) {
      TfRule rule = base;
      rule.part = part++;
      if (range) {
        rule.port_from = range->first;
        rule.port_to = range->second;
        // Azure has rules of any protocol with ports.
        if (base.protocol == std::optional<std::string>("any") && (range->first > 0 || range->second < 65535))
          rule.protocol = "tcp";
      } else if (base.protocol == std::optional<std::string>("any")) {
        rule.protocol = std::nullopt;
      }
      if (!remote) {
        rule.remote_known = false;
        if (by_group) rule.remote_group_id = "an application security group";
        write_tf_rule(rule, context);
      } else if (is_everywhere(*remote)) {
        rule.remote_prefix = "0.0.0.0/0";
        write_tf_rule(rule, context);
        rule.part = part++;
        rule.remote_prefix = "::/0";
        write_tf_rule(rule, context);
      } else if (remote->find_first_of(".:") != std::string::npos) {
        rule.remote_prefix = *remote;
        write_tf_rule(rule, context);
      } else {
        rule.remote_tag = *remote;
        write_tf_rule(rule, context);
      }
    };
    std::vector<std::optional<std::pair<std::int64_t, std::int64_t>>> ranges;
    if (!ports || ports->empty()) ranges.emplace_back();
    for (const std::string& port : ports.value_or(std::vector<std::string>{})) ranges.push_back(tf_port_range(port));
    for (const auto& range : ranges) {
      if (!remotes || remotes->empty()) emit(range, std::nullopt);
      for (const std::string& remote : remotes.value_or(std::vector<std::string>{})) emit(range, remote);
    }
  }
};

void prepare_group(const TfResource& resource, TfContext& context) {
  if (const auto name = resource["name"].text()) context.name(resource.address(), *name);
}

void write_group(const TfResource& resource, TfContext& context) {
  const std::string& id = resource.address();
  Row<tables::security_group> row(context.platform);
  row.set<"group_id">(id)
      .set<"name">(resource["name"].text())
      .set<"project_id">(resource["resource_group_name"].text())
      .set<"region">(tf_region(resource));
  // Rules have an order; that an allow rule stands behind a deny rule is not resolved here, so each allow rule counts.
  row.set<"kind">("security_group")
      .set<"stateful">(true)
      .set<"platform_default">(false)
      .set<"default_deny_ingress">(true)
      .set<"default_deny_egress">(false);
  row.write(context.sink, context.origin);
  const TfValue list = resource["security_rule"];
  const auto blocks = list.blocks();
  if (!blocks) {
    // Rules that stand alone exclude those inside (documentation of azurerm_network_security_rule).
    const bool alone = !context.companions(id, "azurerm_network_security_rule").empty();
    if (list.state() == TfValue::State::unknown && (alone || context.left_out(resource, "security_rule"))) return;
    return write_unknown_rule(id + "/security_rule", id, std::nullopt, context);
  }
  for (std::size_t i = 0; i < blocks->size(); ++i) {
    Reader{resource, context, false}.write(
        (*blocks)[i], fmt::format("{}/{}", id, (*blocks)[i]["name"].text().value_or(std::to_string(i))), id);
  }
}

void write_rule(const TfResource& resource, TfContext& context) {
  const auto group = context.ref(resource, {"network_security_group_name"}, {kGroup});
  if (!group)
    context.partial(tables::network_rule,
                    fmt::format("which group {} stands in is not known before apply", resource.address()));
  Reader{resource, context, true}.write(resource.values(), resource.address(), group);
}

void write_interface(const TfResource& resource, TfContext& context) {
  const std::string& id = resource.address();
  const auto configurations = resource["ip_configuration"].blocks();
  const auto subnet = context.ref(resource, {"ip_configuration", "0", "subnet_id"}, {kSubnet});
  const auto network = subnet ? context.network_of_subnet(*subnet) : std::string();
  Row<tables::port> row(context.platform);
  row.set<"port_id">(id)
      .set<"name">(resource["name"].text())
      .set<"project_id">(resource["resource_group_name"].text())
      .set<"region">(tf_region(resource));
  if (!network.empty() && network != "not known before apply") row.set<"network_id">(network);
  if (const auto user = context.user_of(id)) row.set<"device_kind">("instance").set<"device_id">(*user);
  const auto own = context.companions(id, "azurerm_network_interface_security_group_association");
  const auto of_subnet = subnet ? context.companions(*subnet, "azurerm_subnet_network_security_group_association")
                                : std::vector<const TfResource*>{};
  // Without a group, on it or on its subnet, everything passes.
  if (!own.empty() || !of_subnet.empty()) row.set<"port_security">(true);
  const bool strays = context.strays("azurerm_network_interface_security_group_association") ||
                      context.strays("azurerm_subnet_network_security_group_association");
  if (own.empty() && of_subnet.empty() && subnet && !strays && resource.entry().creates)
    row.set<"port_security">(false);
  row.set<"forwards">(context.boolean(resource, "ip_forwarding_enabled", false))
      .set<"vnic_type">("normal")
      .set<"active">(true);
  row.write(context.sink, context.origin);
  for (const auto& list : {own, of_subnet}) {
    for (const TfResource* association : list) {
      const auto group = context.ref(*association, {"network_security_group_id"}, {kGroup});
      if (!group) {
        context.partial(tables::port_group, fmt::format("the security group of {} is not known before apply", id));
        continue;
      }
      if (!context.first(id + "\n" + *group)) continue;
      Row<tables::port_group> grouped(context.platform);
      grouped.set<"port_id">(id).set<"group_id">(*group);
      grouped.write(context.sink, context.origin);
    }
  }
  Row<tables::port_address> address(context.platform);
  Row<tables::floating_ip> floating(context.platform);
  for (std::size_t i = 0; configurations && i < configurations->size(); ++i) {
    const TfValue& one = (*configurations)[i];
    address.set<"port_id">(id).set<"address">(
        one["private_ip_address"].text().value_or(fmt::format("private address {}, not known before apply", i + 1)));
    address.set<"subnet_id">(context.ref(resource, {"ip_configuration", std::to_string(i), "subnet_id"}, {kSubnet}))
        .set<"is_public">(false);
    address.write(context.sink, context.origin);
    if (one["public_ip_address_id"].unset()) continue;
    const auto ip =
        context.ref(resource, {"ip_configuration", std::to_string(i), "public_ip_address_id"}, {"azurerm_public_ip"});
    floating.set<"floating_ip_id">(ip.value_or(fmt::format("{}/public address {}", id, i + 1)))
        .set<"port_id">(id)
        .set<"active">(true);
    floating.write(context.sink, context.origin);
  }
}

void prepare_machine(const TfResource& resource, TfContext& context) {
  const auto ports = context.refs(resource, {"network_interface_ids"}, {kInterface});
  for (const std::string& port : ports.value_or(std::vector<std::string>{})) context.use(port, resource.address());
}

void write_machine(const TfResource& resource, TfContext& context) {
  Row<tables::instance> row(context.platform);
  row.set<"instance_id">(resource.address())
      .set<"name">(resource["name"].text())
      .set<"project_id">(resource["resource_group_name"].text())
      .set<"region">(tf_region(resource));
  row.set<"zone">(resource["zone"].text())
      .set<"image_id">(resource["source_image_id"].text())
      .set<"metadata_enabled">(true)
      .set<"metadata_tokens">("unavailable");
  if (resource["custom_data"].is_set() || resource["user_data"].is_set()) row.set<"user_data_present">(true);
  if (resource["custom_data"].unset() && resource["user_data"].unset()) row.set<"user_data_present">(false);
  row.set<"secure_boot">(context.boolean(resource, "secure_boot_enabled", false))
      .set<"virtual_tpm">(context.boolean(resource, "vtpm_enabled", false));
  row.write(context.sink, context.origin);
  write_tf_asset(resource, context, "instance", true);
}

}  // namespace

void add_azure_network_kinds(std::vector<TfKind>& kinds) {
  kinds.insert(kinds.end(),
               {
                   {.type = "azurerm_resource_group"},
                   {.type = kNetwork, .write = &write_network, .alias = "name"},
                   {.type = kSubnet, .write = &write_subnet, .prepare = &prepare_subnet},
                   {.type = kGroup, .write = &write_group, .alias = "name", .prepare = &prepare_group},
                   {.type = "azurerm_network_security_rule",
                    .write = &write_rule,
                    .owner_attribute = "network_security_group_name",
                    .owner_types = {kGroup}},
                   {.type = kInterface, .write = &write_interface},
                   {.type = "azurerm_network_interface_security_group_association",
                    .owner_attribute = "network_interface_id",
                    .owner_types = {kInterface}},
                   {.type = "azurerm_subnet_network_security_group_association",
                    .owner_attribute = "subnet_id",
                    .owner_types = {kSubnet}},
                   {.type = "azurerm_public_ip"},
                   {.type = "azurerm_linux_virtual_machine", .write = &write_machine, .prepare = &prepare_machine},
                   {.type = "azurerm_windows_virtual_machine", .write = &write_machine, .prepare = &prepare_machine},
               });
}

}  // namespace ehdscan
