// SPDX-License-Identifier: Apache-2.0
// Google's networks, firewall rules and machines in Terraform: hashicorp/google.
#include <fmt/format.h>

#include "base/text.h"
#include "collectors/terraform/kinds.h"
#include "collectors/terraform/rules.h"
#include "evidence/tables/compute.h"
#include "evidence/tables/network.h"
#include "evidence/tables/network_filter.h"

namespace ehdscan {
namespace {

constexpr std::string_view kNetwork = "google_compute_network";
constexpr std::string_view kSubnet = "google_compute_subnetwork";

void prepare_network(const TfResource& resource, TfContext& context) {
  if (const auto name = resource["name"].text()) context.name(resource.address(), *name);
}

/// The firewall of a network: its rules hold for every machine on it, limited by tags.
void write_network(const TfResource& resource, TfContext& context) {
  Row<tables::network> row(context.platform);
  row.set<"network_id">(resource.address())
      .set<"name">(resource["name"].text())
      .set<"project_id">(resource["project"].text());
  row.set<"external">(false)
      .set<"shared">(false)
      .set<"platform_default">(resource["name"].text() == std::optional<std::string>("default"))
      .set<"enabled">(true);
  row.write(context.sink, context.origin);
  Row<tables::security_group> group(context.platform);
  group.set<"group_id">(resource.address())
      .set<"name">(resource["name"].text())
      .set<"project_id">(resource["project"].text())
      .set<"network_id">(resource.address());
  // The implied rules of every network: nothing inwards, everything outwards.
  group.set<"kind">("security_group")
      .set<"stateful">(true)
      .set<"platform_default">(false)
      .set<"default_deny_ingress">(true)
      .set<"default_deny_egress">(false);
  group.write(context.sink, context.origin);
  write_tf_asset(resource, context, "network", false, {}, "labels");
}

void write_subnet(const TfResource& resource, TfContext& context) {
  Row<tables::subnet> row(context.platform);
  row.set<"subnet_id">(resource.address())
      .set<"network_id">(context.ref(resource, {"network"}, {kNetwork}))
      .set<"name">(resource["name"].text());
  row.set<"project_id">(resource["project"].text())
      .set<"region">(resource["region"].text())
      .set<"prefix">(resource["ip_cidr_range"].text())
      .set<"ip_version">(4)
      .set<"globally_routed">(false);
  row.write(context.sink, context.origin);
}

void prepare_subnet(const TfResource& resource, TfContext& context) {
  if (const auto network = context.ref(resource, {"network"}, {kNetwork})) context.place(resource.address(), *network);
}

void write_firewall(const TfResource& resource, TfContext& context) {
  TfRule base;
  base.rule_id = resource.address();
  base.group_id = context.ref(resource, {"network"}, {kNetwork});
  if (base.group_id) base.group_name = context.name_of(*base.group_id);
  if (!base.group_id)
    context.partial(tables::network_rule,
                    fmt::format("which network {} is of is not known before apply", resource.address()));
  base.description = resource["description"].text();
  base.priority = context.integer(resource, "priority", 1000);
  const auto direction = context.text(resource, "direction", "INGRESS");
  if (direction) base.direction = to_lower(*direction);
  if (context.boolean(resource, "disabled", false) == std::optional(true)) return;
  const bool inward = direction != std::optional<std::string>("EGRESS");
  for (const std::string_view key : {"target_tags", "target_service_accounts"}) {
    const auto targets = resource[key].texts();
    if (targets) base.target_tags.insert(base.target_tags.end(), targets->begin(), targets->end());
  }
  // Remotes: ranges, or tags and accounts of machines on the network. Nothing named means everywhere.
  const std::string_view side = inward ? "source_ranges" : "destination_ranges";
  const bool by_identity = inward && (resource["source_tags"].is_set() || resource["source_service_accounts"].is_set());
  std::vector<std::optional<std::string>> remotes;
  if (const auto ranges = resource[side].texts(); ranges && !ranges->empty()) {
    for (const std::string& range : *ranges) remotes.emplace_back(range);
  } else if (context.left_out(resource, side)) {
    if (!by_identity) remotes = {"0.0.0.0/0"};
  } else {
    remotes.emplace_back();
  }
  std::int64_t part = 1;
  const auto emit = [&](TfRule rule) {
    rule.part = part++;
    write_tf_rule(rule, context);
  };
  for (const std::string_view action : {"allow", "deny"}) {
    const auto blocks = resource[action].blocks();
    if (!blocks) {
      TfRule rule = base;
      rule.action = action;
      rule.remote_known = false;
      emit(rule);
      continue;
    }
    for (const TfValue& block : *blocks) {
      TfRule rule = base;
      rule.action = action;
      if (const auto protocol = block["protocol"].text()) rule.protocol = tf_protocol_name(*protocol);
      std::vector<std::optional<std::pair<std::int64_t, std::int64_t>>> ranges;
      const auto ports = block["ports"].texts();
      if (ports && ports->empty()) ranges.emplace_back(std::pair{std::int64_t{0}, std::int64_t{65535}});
      if (!ports) ranges.emplace_back();
      for (const std::string& port : ports.value_or(std::vector<std::string>{})) ranges.push_back(tf_port_range(port));
      for (const auto& range : ranges) {
        if (range) {
          rule.port_from = range->first;
          rule.port_to = range->second;
        } else {
          rule.port_from.reset();
          rule.port_to.reset();
        }
        for (const auto& remote : remotes) {
          TfRule one = rule;
          one.remote_prefix = remote;
          emit(one);
        }
        if (by_identity) {
          TfRule one = rule;
          one.remote_group_id = "machines with tags or accounts of the rule";
          emit(one);
        }
      }
    }
  }
}

void write_instance(const TfResource& resource, TfContext& context) {
  const std::string& id = resource.address();
  Row<tables::instance> row(context.platform);
  row.set<"instance_id">(id)
      .set<"name">(resource["name"].text())
      .set<"project_id">(resource["project"].text())
      .set<"region">(tf_region(resource))
      .set<"zone">(resource["zone"].text());
  row.set<"metadata_enabled">(true).set<"metadata_tokens">("unavailable");
  const TfValue shielded = resource["shielded_instance_config"];
  row.set<"secure_boot">(shielded["enable_secure_boot"].boolean_or(false))
      .set<"virtual_tpm">(shielded["enable_vtpm"].boolean_or(true));
  if (const auto confidential =
          resource["confidential_instance_config"]["enable_confidential_compute"].boolean_or(false))
    row.set<"memory_encrypted">(*confidential);
  if (resource["metadata_startup_script"].is_set()) row.set<"user_data_present">(true);
  row.write(context.sink, context.origin);
  write_tf_asset(resource, context, "instance", true, {}, "labels");
  const auto interfaces = resource["network_interface"].blocks();
  if (!interfaces)
    return context.partial(tables::port, fmt::format("the networks of {} are not known before apply", id));
  for (std::size_t i = 0; i < interfaces->size(); ++i) {
    const std::string port_id = fmt::format("{}/network_interface[{}]", id, i);
    const auto subnet = context.ref(resource, {"network_interface", std::to_string(i), "subnetwork"}, {kSubnet});
    auto network = context.ref(resource, {"network_interface", std::to_string(i), "network"}, {kNetwork});
    if (!network && subnet && context.network_of_subnet(*subnet) != "not known before apply")
      network = context.network_of_subnet(*subnet);
    Row<tables::port> port(context.platform);
    port.set<"port_id">(port_id)
        .set<"network_id">(network)
        .set<"device_kind">("instance")
        .set<"device_id">(id)
        .set<"port_security">(true)
        .set<"vnic_type">("normal")
        .set<"active">(true);
    port.set<"forwards">(context.boolean(resource, "can_ip_forward", false));
    port.write(context.sink, context.origin);
    if (network) {
      Row<tables::port_group> group(context.platform);
      group.set<"port_id">(port_id).set<"group_id">(*network);
      group.write(context.sink, context.origin);
    } else {
      context.partial(tables::port_group, fmt::format("the network of {} is not known before apply", port_id));
    }
    // An access_config, also an empty one, gives it a public address.
    const auto access = (*interfaces)[i]["access_config"].blocks();
    Row<tables::port_address> address(context.platform);
    address.set<"port_id">(port_id)
        .set<"address">("private address, not known before apply")
        .set<"subnet_id">(subnet)
        .set<"is_public">(false);
    address.write(context.sink, context.origin);
    if (access && access->empty()) continue;
    address.set<"port_id">(port_id).set<"address">("public address, not known before apply").set<"subnet_id">(subnet);
    if (access) address.set<"is_public">(true);
    address.write(context.sink, context.origin);
  }
}

}  // namespace

void add_google_network_kinds(std::vector<TfKind>& kinds) {
  kinds.insert(kinds.end(),
               {
                   {.type = kNetwork, .write = &write_network, .alias = "name", .prepare = &prepare_network},
                   {.type = kSubnet, .write = &write_subnet, .alias = "name", .prepare = &prepare_subnet},
                   {.type = "google_compute_firewall", .write = &write_firewall},
                   {.type = "google_compute_instance", .write = &write_instance},
                   {.type = "google_compute_address"},
               });
}

}  // namespace ehdscan
