// SPDX-License-Identifier: Apache-2.0
// VPC, EC2 and load balancers in Terraform: hashicorp/aws. What is left out gets AWS's own default.
#include <fmt/format.h>

#include "base/ip_prefix.h"
#include "base/text.h"
#include "collectors/terraform/kinds.h"
#include "evidence/tables/compute.h"
#include "evidence/tables/network.h"
#include "evidence/tables/network_filter.h"

namespace ehdscan {
namespace {

constexpr std::string_view kVpc = "aws_vpc";
constexpr std::string_view kSubnet = "aws_subnet";
constexpr std::string_view kGroup = "aws_security_group";
constexpr std::string_view kDefaultGroup = "aws_default_security_group";
constexpr std::string_view kInterface = "aws_network_interface";

std::optional<std::string> name_tag(const TfResource& resource) {
  const auto tag = resource["tags"]["Name"].text();
  return tag ? tag : resource["name"].text();
}

void write_vpc(const TfResource& resource, TfContext& context) {
  Row<tables::network> row(context.platform);
  row.set<"network_id">(resource.address()).set<"name">(name_tag(resource)).set<"region">(tf_region(resource));
  row.set<"external">(false)
      .set<"shared">(false)
      .set<"platform_default">(resource.entry().type == "aws_default_vpc")
      .set<"enabled">(true);
  if (const auto prefix = resource["cidr_block"].text()) row.set<"prefixes">(std::vector<std::string>{*prefix});
  row.write(context.sink, context.origin);
  write_tf_asset(resource, context, "network", false);
}

void write_subnet(const TfResource& resource, TfContext& context) {
  Row<tables::subnet> row(context.platform);
  row.set<"subnet_id">(resource.address())
      .set<"network_id">(context.ref(resource, {"vpc_id"}, {kVpc}))
      .set<"name">(name_tag(resource));
  row.set<"region">(tf_region(resource))
      .set<"prefix">(resource["cidr_block"].text())
      .set<"ip_version">(4)
      .set<"dhcp">(true);
  row.set<"public_address_on_launch">(context.boolean(resource, "map_public_ip_on_launch", false))
      .set<"implicit_outbound">(false);
  // Addresses of a VPC are translated on the way out, also where they are not private ones.
  row.set<"globally_routed">(false);
  row.write(context.sink, context.origin);
}

void prepare_subnet(const TfResource& resource, TfContext& context) {
  if (const auto network = context.ref(resource, {"vpc_id"}, {kVpc})) context.place(resource.address(), *network);
}

void write_gateway(const TfResource& resource, TfContext& context) {
  const std::string& type = resource.entry().type;
  Row<tables::router> row(context.platform);
  row.set<"router_id">(resource.address()).set<"name">(name_tag(resource)).set<"region">(tf_region(resource));
  row.set<"kind">(type == "aws_nat_gateway"        ? "nat_gateway"
                  : type == "aws_internet_gateway" ? "internet_gateway"
                                                   : "egress_only_gateway");
  row.set<"source_nat">(type == "aws_nat_gateway").set<"rules_known">(true).set<"enabled">(true);
  row.write(context.sink, context.origin);
}

void write_route_to(const TfResource& resource, const TfPath& at, const TfValue& block, const std::string& table,
                    TfContext& context) {
  struct Hop {
    std::string_view attribute, kind, type;
  };
  constexpr std::array<Hop, 8> kHops{
      {{"gateway_id", "internet_gateway", "aws_internet_gateway"},
       {"nat_gateway_id", "nat_gateway", "aws_nat_gateway"},
       {"egress_only_gateway_id", "egress_only_gateway", "aws_egress_only_internet_gateway"},
       {"transit_gateway_id", "transit_gateway", "aws_ec2_transit_gateway"},
       {"vpc_peering_connection_id", "peering", "aws_vpc_peering_connection"},
       {"vpc_endpoint_id", "service_endpoint", "aws_vpc_endpoint"},
       {"network_interface_id", "instance", "aws_network_interface"},
       {"instance_id", "instance", "aws_instance"}}};
  std::optional<std::string> prefix;
  for (const std::string_view key :
       {"destination_cidr_block", "destination_ipv6_cidr_block", "cidr_block", "ipv6_cidr_block"}) {
    if (const auto text = block[key].text()) prefix = text;
  }
  for (const Hop& hop : kHops) {
    if (!block[hop.attribute].is_set()) continue;
    TfPath path = at;
    path.emplace_back(hop.attribute);
    const auto target = context.ref(resource, path, {hop.type});
    // Attributes of the other hops are computed, and not known either.
    if (!target && !block[hop.attribute].known()) continue;
    Row<tables::route> row(context.platform);
    row.set<"route_table_id">(table).set<"destination_prefix">(prefix.value_or("not known before apply"));
    row.set<"next_hop">(target.value_or("not known before apply"))
        .set<"next_hop_kind">(target == std::optional<std::string>("local") ? "local" : hop.kind);
    row.set<"origin">("configured").set<"enabled">(true);
    row.write(context.sink, context.origin);
    return;
  }
}

void write_route_table(const TfResource& resource, TfContext& context) {
  const auto routes = resource["route"].blocks();
  for (std::size_t i = 0; routes && i < routes->size(); ++i) {
    write_route_to(resource, {"route", std::to_string(i)}, (*routes)[i], resource.address(), context);
  }
}

void write_route(const TfResource& resource, TfContext& context) {
  const auto table = context.ref(resource, {"route_table_id"}, {"aws_route_table"});
  if (!table)
    return context.partial(tables::route,
                           fmt::format("which table {} stands in is not known before apply", resource.address()));
  write_route_to(resource, {}, resource.values(), *table, context);
}

void write_association(const TfResource& resource, TfContext& context) {
  const auto table = context.ref(resource, {"route_table_id"}, {"aws_route_table"});
  const auto subnet = context.ref(resource, {"subnet_id"}, {kSubnet});
  if (!table || !subnet)
    return context.partial(tables::route_table_subnet,
                           fmt::format("what {} joins is not known before apply", resource.address()));
  Row<tables::route_table_subnet> row(context.platform);
  row.set<"route_table_id">(*table).set<"subnet_id">(*subnet);
  row.write(context.sink, context.origin);
}

void write_groups(const std::string& port, const std::optional<std::vector<std::string>>& groups, TfContext& context) {
  if (!groups)
    return context.partial(tables::port_group,
                           fmt::format("the security groups of {} are not known before apply", port));
  Row<tables::port_group> row(context.platform);
  for (const std::string& one : *groups) {
    row.set<"port_id">(port).set<"group_id">(one);
    row.write(context.sink, context.origin);
  }
}

std::optional<std::string> network_of(const std::optional<std::string>& subnet, const TfContext& context) {
  if (!subnet) return std::nullopt;
  const std::string network = context.network_of_subnet(*subnet);
  return network == "not known before apply" ? std::nullopt : std::optional(network);
}

void write_interface(const TfResource& resource, TfContext& context) {
  const std::string& id = resource.address();
  const auto subnet = context.ref(resource, {"subnet_id"}, {kSubnet});
  Row<tables::port> row(context.platform);
  row.set<"port_id">(id)
      .set<"name">(name_tag(resource))
      .set<"network_id">(network_of(subnet, context))
      .set<"port_security">(true);
  if (const auto user = context.user_of(id)) row.set<"device_kind">("instance").set<"device_id">(*user);
  if (const auto check = context.boolean(resource, "source_dest_check", true)) row.set<"forwards">(!*check);
  row.set<"vnic_type">("normal").set<"active">(true);
  row.write(context.sink, context.origin);
  auto groups = context.refs(resource, {"security_groups"}, {kGroup, kDefaultGroup});
  if (context.left_out(resource, "security_groups"))
    groups = std::vector<std::string>{"default security group of the VPC"};
  write_groups(id, groups, context);
}

void prepare_instance(const TfResource& resource, TfContext& context) {
  const auto interfaces = resource["network_interface"].blocks();
  for (std::size_t i = 0; interfaces && i < interfaces->size(); ++i) {
    if (const auto port =
            context.ref(resource, {"network_interface", std::to_string(i), "network_interface_id"}, {kInterface})) {
      context.use(*port, resource.address());
    }
  }
}

void write_first_port(const TfResource& resource, TfContext& context) {
  const std::string id = resource.address() + "/network_interface";
  const auto subnet = context.ref(resource, {"subnet_id"}, {kSubnet});
  Row<tables::port> row(context.platform);
  row.set<"port_id">(id).set<"network_id">(network_of(subnet, context)).set<"name">(name_tag(resource));
  row.set<"device_kind">("instance")
      .set<"device_id">(resource.address())
      .set<"port_security">(true)
      .set<"vnic_type">("normal")
      .set<"active">(true);
  if (const auto check = context.boolean(resource, "source_dest_check", true)) row.set<"forwards">(!*check);
  row.write(context.sink, context.origin);
  auto groups = context.refs(resource, {"vpc_security_group_ids"}, {kGroup, kDefaultGroup});
  if (context.left_out(resource, "vpc_security_group_ids"))
    groups = std::vector<std::string>{"default security group of the VPC"};
  write_groups(id, groups, context);
  Row<tables::port_address> address(context.platform);
  const auto given = resource["associate_public_ip_address"].boolean();
  address.set<"port_id">(id).set<"address">(given.value_or(false) ? "public address, not known before apply"
                                                                  : "private address, not known before apply");
  address.set<"subnet_id">(subnet);
  if (given && !*given) address.set<"is_public">(false);
  if (given && *given) address.set<"is_public">(true);
  // What is left out follows the subnet.
  if (context.left_out(resource, "associate_public_ip_address") && subnet) {
    if (const auto on_launch = context.network_filters(*subnet + "/public")) address.set<"is_public">(*on_launch);
  }
  address.write(context.sink, context.origin);
}

void prepare_public(const TfResource& resource, TfContext& context) {
  prepare_subnet(resource, context);
  if (const auto on_launch = context.boolean(resource, "map_public_ip_on_launch", false))
    context.filter(resource.address() + "/public", *on_launch);
}

void write_instance(const TfResource& resource, TfContext& context) {
  Row<tables::instance> row(context.platform);
  row.set<"instance_id">(resource.address())
      .set<"name">(name_tag(resource))
      .set<"region">(tf_region(resource))
      .set<"zone">(resource["availability_zone"].text());
  row.set<"image_id">(resource["ami"].text()).set<"key_pair">(resource["key_name"].text());
  row.set<"identity_id">(context.ref(resource, {"iam_instance_profile"}, {"aws_iam_instance_profile"}))
      .set<"identity_is_default">(false);
  const bool data = resource["user_data"].is_set() || resource["user_data_base64"].is_set();
  if (data && !context.left_out(resource, "user_data")) row.set<"user_data_present">(true);
  if (context.left_out(resource, "user_data") && context.left_out(resource, "user_data_base64"))
    row.set<"user_data_present">(false);
  // Until an account says otherwise AWS answers version 1 too (EC2 API reference, HttpTokens); the image may say
  // otherwise as well.
  const TfValue options = resource["metadata_options"];
  row.set<"metadata_tokens">(options["http_tokens"].text());
  if (const auto endpoint = options["http_endpoint"].text()) row.set<"metadata_enabled">(*endpoint == "enabled");
  if (options.unset() || context.left_out(resource, "metadata_options")) row.set<"metadata_enabled">(true);
  row.set<"metadata_hop_limit">(options["http_put_response_hop_limit"].integer());
  row.write(context.sink, context.origin);
  write_tf_asset(resource, context, "instance", true);
  if (context.left_out(resource, "network_interface")) write_first_port(resource, context);
}

void write_elastic_ip(const TfResource& resource, TfContext& context) {
  Row<tables::floating_ip> row(context.platform);
  const auto port_of = [&](const TfResource& from,
                           const std::string& instance_attribute) -> std::optional<std::string> {
    if (const auto interface = context.ref(from, {"network_interface_id"}, {kInterface})) return interface;
    if (!context.left_out(from, "network_interface") && from["network_interface"].is_set()) {
      if (const auto interface = context.ref(from, {"network_interface"}, {kInterface})) return interface;
    }
    const auto instance = context.ref(from, {instance_attribute}, {"aws_instance"});
    return instance ? std::optional(*instance + "/network_interface") : std::nullopt;
  };
  auto port = port_of(resource, "instance");
  for (const TfResource* association : context.companions(resource.address(), "aws_eip_association"))
    port = port_of(*association, "instance_id");
  row.set<"floating_ip_id">(resource.address())
      .set<"port_id">(port)
      .set<"region">(tf_region(resource))
      .set<"active">(true);
  row.write(context.sink, context.origin);
  const bool open = !context.left_out(resource, "instance") || !context.left_out(resource, "network_interface") ||
                    context.strays("aws_eip_association");
  if (!port && open)
    context.partial(tables::floating_ip, fmt::format("where {} leads is not known before apply", resource.address()));
}

void write_listener(const TfResource& resource, TfContext& context) {
  Row<tables::load_balancer_listener> row(context.platform);
  const auto balancer = context.ref(resource, {"load_balancer_arn"}, {"aws_lb", "aws_alb"});
  row.set<"listener_id">(resource.address())
      .set<"load_balancer_id">(balancer)
      .set<"listen_port">(resource["port"].integer());
  if (balancer) {
    if (const auto internal = context.network_filters(*balancer + "/internal"))
      row.set<"scheme">(*internal ? "internal" : "public");
  }
  if (const auto protocol = resource["protocol"].text()) row.set<"protocol">(to_lower(*protocol));
  // Security policies of Elastic Load Balancing (AWS documentation, "Security policies for your Application Load
  // Balancer").
  if (const auto policy = resource["ssl_policy"].text()) {
    if (policy->starts_with("ELBSecurityPolicy-TLS13-1-3-"))
      row.set<"tls_versions">(std::vector<std::string>{"TLSv1.3"});
    if (policy->starts_with("ELBSecurityPolicy-TLS13-1-2-"))
      row.set<"tls_versions">(std::vector<std::string>{"TLSv1.2", "TLSv1.3"});
    if (policy->starts_with("ELBSecurityPolicy-TLS-1-2-") || policy->starts_with("ELBSecurityPolicy-FS-1-2-"))
      row.set<"tls_versions">(std::vector<std::string>{"TLSv1.2"});
    if (*policy == "ELBSecurityPolicy-2016-08")
      row.set<"tls_versions">(std::vector<std::string>{"TLSv1", "TLSv1.1", "TLSv1.2"});
  }
  row.set<"enabled">(true);
  row.write(context.sink, context.origin);
}

void prepare_balancer(const TfResource& resource, TfContext& context) {
  if (const auto internal = context.boolean(resource, "internal", false))
    context.filter(resource.address() + "/internal", *internal);
}

}  // namespace

void add_aws_network_kinds(std::vector<TfKind>& kinds) {
  kinds.insert(kinds.end(),
               {
                   {.type = kVpc, .write = &write_vpc},
                   {.type = "aws_default_vpc", .write = &write_vpc},
                   {.type = kSubnet, .write = &write_subnet, .prepare = &prepare_public},
                   {.type = "aws_internet_gateway", .write = &write_gateway},
                   {.type = "aws_nat_gateway", .write = &write_gateway},
                   {.type = "aws_egress_only_internet_gateway", .write = &write_gateway},
                   {.type = "aws_route_table", .write = &write_route_table},
                   {.type = "aws_route", .write = &write_route},
                   {.type = "aws_route_table_association", .write = &write_association},
                   {.type = kInterface, .write = &write_interface},
                   {.type = "aws_instance", .write = &write_instance, .prepare = &prepare_instance},
                   {.type = "aws_eip", .write = &write_elastic_ip},
                   {.type = "aws_eip_association", .owner_attribute = "allocation_id", .owner_types = {"aws_eip"}},
                   {.type = "aws_lb", .prepare = &prepare_balancer},
                   {.type = "aws_alb", .prepare = &prepare_balancer},
                   {.type = "aws_lb_listener", .write = &write_listener},
                   {.type = "aws_alb_listener", .write = &write_listener},
                   {.type = "aws_lb_target_group"},
                   {.type = "aws_lb_target_group_attachment"},
                   {.type = "aws_key_pair"},
                   {.type = "aws_db_subnet_group"},
               });
}

}  // namespace ehdscan
