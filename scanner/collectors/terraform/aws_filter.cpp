// SPDX-License-Identifier: Apache-2.0
// Security groups of AWS in Terraform, in their three forms: blocks inside, aws_security_group_rule, and the rules that
// stand alone.
#include <fmt/format.h>

#include "base/text.h"
#include "collectors/terraform/kinds.h"
#include "collectors/terraform/rules.h"
#include "evidence/tables/network_filter.h"

namespace ehdscan {
namespace {

constexpr std::string_view kGroup = "aws_security_group";
constexpr std::string_view kDefaultGroup = "aws_default_security_group";
constexpr std::string_view kOldRule = "aws_security_group_rule";
constexpr std::string_view kIngress = "aws_vpc_security_group_ingress_rule";
constexpr std::string_view kEgress = "aws_vpc_security_group_egress_rule";

/// One block or resource with lists of remotes: a row for each of them.
class Remotes {
 public:
  Remotes(TfRule rule, const TfResource& resource, const TfValue& block, TfPath at, TfContext& context)
      : rule_(std::move(rule)), resource_(resource), block_(block), at_(std::move(at)), context_(context) {}

  void write() {
    if (const auto protocol = block_["protocol"].text()) rule_.protocol = tf_protocol_name(*protocol);
    rule_.port_from = block_["from_port"].integer();
    rule_.port_to = block_["to_port"].integer();
    rule_.description = block_["description"].text();
    for (const std::string_view key : {"cidr_blocks", "ipv6_cidr_blocks"}) {
      const TfValue list = block_[key];
      if (left_out(key)) continue;
      const auto elements = list.blocks();
      if (!elements) {
        unknown();
        continue;
      }
      for (const TfValue& element : *elements) {
        TfRule one = rule_;
        one.remote_prefix = element.text();
        emit(std::move(one));
      }
    }
    groups("prefix_list_ids", [](TfRule& rule, const std::string& id) { rule.remote_address_group_id = id; });
    groups("security_groups", [](TfRule& rule, const std::string& id) { rule.remote_group_id = id; });
    if (!left_out("source_security_group_id") && block_["source_security_group_id"].is_set()) {
      TfRule one = rule_;
      TfPath path = at_;
      path.emplace_back("source_security_group_id");
      one.remote_group_id = context_.ref(resource_, path, {kGroup, kDefaultGroup});
      one.remote_known = false;
      emit(std::move(one));
    }
    if (block_["self"].boolean().value_or(false)) {
      TfRule one = rule_;
      one.remote_group_id = one.group_id;
      emit(std::move(one));
    }
    if (part_ == 1) unknown();  // nothing is told of the other side
  }

 private:
  [[nodiscard]] bool left_out(std::string_view key) const {
    return block_[key].unset() || (at_.empty() && context_.left_out(resource_, key));
  }
  void emit(TfRule rule) {
    rule.part = part_++;
    write_tf_rule(rule, context_);
  }
  void unknown() {
    TfRule one = rule_;
    one.remote_known = false;
    emit(std::move(one));
  }
  template <typename Set>
  void groups(std::string_view key, Set set) {
    if (left_out(key) || block_[key].state() == TfValue::State::absent) return;
    TfPath path = at_;
    path.emplace_back(key);
    const auto ids = context_.refs(resource_, path, {kGroup, kDefaultGroup});
    // Who is in a group of this cloud is not the internet; which one it is may stay open.
    if (!ids) {
      TfRule one = rule_;
      one.remote_known = false;
      if (key == "security_groups") one.remote_group_id = "not known before apply";
      emit(std::move(one));
      return;
    }
    for (const std::string& id : *ids) {
      TfRule one = rule_;
      set(one, id);
      emit(std::move(one));
    }
  }

  TfRule rule_;
  const TfResource& resource_;
  const TfValue& block_;
  TfPath at_;
  TfContext& context_;
  std::int64_t part_ = 1;
};

TfRule rule_of(std::string id, std::optional<std::string> group, std::optional<std::string> direction,
               const TfContext& context) {
  TfRule rule;
  rule.rule_id = std::move(id);
  if (group) rule.group_name = context.name_of(*group);
  rule.group_id = std::move(group);
  rule.direction = std::move(direction);
  return rule;
}

/// Whether a list of rules that the plan calls unknown is empty. Attributes written as blocks do not show in the plan's
/// configuration, so that something else must prove it: rules that stand alone, which exclude those inside
/// (documentation of aws_security_group), or the source itself.
bool proven_empty(const TfResource& resource, bool ingress, const TfContext& context) {
  if (!resource.entry().creates) return false;
  for (const std::string_view type : {kOldRule, kIngress, kEgress}) {
    if (!context.companions(resource.address(), type).empty()) return true;
  }
  return context.block != nullptr && !(ingress ? context.block->may_have_ingress : context.block->may_have_egress);
}

void write_group(const TfResource& resource, TfContext& context) {
  const std::string& id = resource.address();
  const bool is_default = resource.entry().type == kDefaultGroup;
  Row<tables::security_group> row(context.platform);
  row.set<"group_id">(id)
      .set<"name">(resource["name"].text())
      .set<"region">(tf_region(resource))
      .set<"kind">("security_group");
  row.set<"network_id">(context.ref(resource, {"vpc_id"}, {"aws_vpc"}))
      .set<"stateful">(true)
      .set<"platform_default">(is_default);
  row.set<"default_deny_ingress">(true).set<"default_deny_egress">(true);
  row.write(context.sink, context.origin);
  for (const std::string_view direction : {"ingress", "egress"}) {
    const TfValue list = resource[direction];
    const auto blocks = list.blocks();
    if (!blocks) {
      // The provider removes AWS's own rule outwards from groups that it makes.
      if (list.state() == TfValue::State::unknown && proven_empty(resource, direction == "ingress", context)) continue;
      write_unknown_rule(fmt::format("{}/{}", id, direction), id, std::string(direction), context);
      continue;
    }
    for (std::size_t i = 0; i < blocks->size(); ++i) {
      Remotes(rule_of(fmt::format("{}/{}[{}]", id, direction, i), id, std::string(direction), context), resource,
              (*blocks)[i], {std::string(direction), std::to_string(i)}, context)
          .write();
    }
  }
}

void stray(const TfResource& resource, const std::optional<std::string>& group, TfContext& context) {
  if (group) return;
  context.partial(tables::network_rule,
                  fmt::format("which group {} stands in is not known before apply", resource.address()));
}

void write_old_rule(const TfResource& resource, TfContext& context) {
  const auto group = context.ref(resource, {"security_group_id"}, {kGroup, kDefaultGroup});
  stray(resource, group, context);
  Remotes(rule_of(resource.address(), group, resource["type"].text(), context), resource, resource.values(), {},
          context)
      .write();
}

void write_new_rule(const TfResource& resource, TfContext& context) {
  const auto group = context.ref(resource, {"security_group_id"}, {kGroup, kDefaultGroup});
  stray(resource, group, context);
  TfRule rule = rule_of(resource.address(), group, resource.entry().type == kIngress ? "ingress" : "egress", context);
  if (const auto protocol = resource["ip_protocol"].text()) rule.protocol = tf_protocol_name(*protocol);
  rule.port_from = resource["from_port"].integer();
  rule.port_to = resource["to_port"].integer();
  rule.description = resource["description"].text();
  rule.remote_known = false;
  for (const std::string_view key : {"cidr_ipv4", "cidr_ipv6"}) {
    if (context.left_out(resource, key)) continue;
    rule.remote_known = true;
    rule.remote_prefix = resource[key].text();
  }
  if (!context.left_out(resource, "referenced_security_group_id")) {
    rule.remote_group_id = context.ref(resource, {"referenced_security_group_id"}, {kGroup, kDefaultGroup});
  }
  if (!context.left_out(resource, "prefix_list_id"))
    rule.remote_address_group_id = context.ref(resource, {"prefix_list_id"});
  write_tf_rule(rule, context);
}

void prepare_group(const TfResource& resource, TfContext& context) {
  if (const auto name = resource["name"].text()) context.name(resource.address(), *name);
}

}  // namespace

void add_aws_filter_kinds(std::vector<TfKind>& kinds) {
  kinds.insert(kinds.end(), {
                                {.type = kGroup, .write = &write_group, .prepare = &prepare_group},
                                {.type = kDefaultGroup, .write = &write_group},
                                {.type = kOldRule,
                                 .write = &write_old_rule,
                                 .owner_attribute = "security_group_id",
                                 .owner_types = {kGroup, kDefaultGroup}},
                                {.type = kIngress,
                                 .write = &write_new_rule,
                                 .owner_attribute = "security_group_id",
                                 .owner_types = {kGroup, kDefaultGroup}},
                                {.type = kEgress,
                                 .write = &write_new_rule,
                                 .owner_attribute = "security_group_id",
                                 .owner_types = {kGroup, kDefaultGroup}},
                            });
}

}  // namespace ehdscan
