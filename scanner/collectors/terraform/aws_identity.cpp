// SPDX-License-Identifier: Apache-2.0
// IAM of AWS in Terraform: what policies allow, to whom they are given, and keys. A policy is a role in the words of
// the evidence; the role of AWS is one of those that it is given to.
#include <fmt/format.h>

#include "collectors/terraform/kinds.h"
#include "collectors/terraform/role_rows.h"

namespace ehdscan {
namespace {

constexpr std::string_view kUser = "aws_iam_user";
constexpr std::string_view kGroup = "aws_iam_group";
constexpr std::string_view kRole = "aws_iam_role";
constexpr std::string_view kPolicy = "aws_iam_policy";

struct Holder {
  std::string_view attribute, type, grantee_kind;
};

constexpr Holder kHolders[] = {
    {"user", kUser, "account"},
    {"group", kGroup, "group"},
    {"role", kRole, "role"},
};

/// The statements of an attribute that holds a policy; nothing if they are not known or are none.
std::optional<std::vector<AwsStatement>> statements_of(const TfValue& policy) {
  const auto text = policy.text();
  return text ? parse_aws_policy(*text) : std::nullopt;
}

void give_to_holders(const TfResource& resource, const std::string& policy, TfContext& context) {
  bool given = false;
  for (const Holder& holder : kHolders) {
    if (!resource[holder.attribute].is_set()) continue;
    given = true;
    write_role_grant({.grant_id = resource.address(),
                      .role_id = policy,
                      .grantee_kind = holder.grantee_kind,
                      .grantee_id = context.ref(resource, {std::string(holder.attribute)}, {holder.type})},
                     context);
  }
  // It is given to somebody, or it would not be there.
  if (!given) write_role_grant({.grant_id = resource.address(), .role_id = policy}, context);
}

void write_managed_policy(const TfResource& resource, TfContext& context) {
  write_policy_role(resource.address(), resource["name"].text(), "custom", statements_of(resource["policy"]), context);
}

void write_inline_policy(const TfResource& resource, TfContext& context) {
  write_policy_role(resource.address(), resource["name"].text(), "inline", statements_of(resource["policy"]), context);
  give_to_holders(resource, resource.address(), context);
}

std::string policy_named(const TfResource& resource, TfContext& context) {
  const auto policy = context.ref(resource, {"policy_arn"}, {kPolicy});
  if (policy && policy->starts_with("arn:")) write_role_of_elsewhere(*policy, context);
  return policy.value_or(std::string(kNotKnownYet));
}

void write_attachment(const TfResource& resource, TfContext& context) {
  give_to_holders(resource, policy_named(resource, context), context);
}

void write_attachment_to_many(const TfResource& resource, TfContext& context) {
  const std::string policy = policy_named(resource, context);
  for (const Holder& holder : kHolders) {
    const std::string attribute = std::string(holder.attribute) + "s";
    if (!resource[attribute].is_set()) continue;
    const auto names = context.refs(resource, {attribute}, {holder.type});
    const std::vector<std::string> known = names.value_or(std::vector<std::string>{std::string(kNotKnownYet)});
    for (std::size_t i = 0; i < known.size(); ++i) {
      write_role_grant({.grant_id = fmt::format("{}/{}/{}", resource.address(), holder.attribute, i + 1),
                        .role_id = policy,
                        .grantee_kind = holder.grantee_kind,
                        .grantee_id = names ? std::optional(known[i]) : std::nullopt},
                       context);
    }
  }
}

/// Policies that stand in the role itself (`inline_policy`, `managed_policy_arns`: deprecated, and in CloudFormation).
void write_role(const TfResource& resource, TfContext& context) {
  const auto give = [&](const std::string& grant, const std::string& policy) {
    write_role_grant({.grant_id = grant, .role_id = policy, .grantee_kind = "role", .grantee_id = resource.address()},
                     context);
  };
  const auto inlined =
      context.left_out(resource, "inline_policy") ? std::vector<TfValue>{} : resource["inline_policy"].blocks();
  if (!inlined) context.partial(tables::role_grant, not_known_yet(resource, "inline_policy"));
  for (std::size_t i = 0; inlined && i < inlined->size(); ++i) {
    const TfValue& one = (*inlined)[i];
    if (one["policy"].unset()) continue;  // an empty block: no policies beside those of resources of their own
    const std::string id = fmt::format("{}/inline_policy/{}", resource.address(), i + 1);
    write_policy_role(id, one["name"].text(), "inline", statements_of(one["policy"]), context);
    give(id, id);
  }
  const auto managed = context.left_out(resource, "managed_policy_arns")
                           ? std::vector<std::string>{}
                           : context.refs(resource, {"managed_policy_arns"}, {kPolicy});
  if (!managed) context.partial(tables::role_grant, not_known_yet(resource, "managed_policy_arns"));
  for (std::size_t i = 0; managed && i < managed->size(); ++i) {
    if ((*managed)[i].starts_with("arn:")) write_role_of_elsewhere((*managed)[i], context);
    give(fmt::format("{}/managed_policy_arns/{}", resource.address(), i + 1), (*managed)[i]);
  }
}

/// What is read only because others name it.
void write_nothing(const TfResource&, TfContext&) {}

void write_access_key(const TfResource& resource, TfContext& context) {
  Row<tables::credential> row(context.platform);
  row.set<"credential_id">(resource.address())
      .set<"kind">("access_key")
      .set<"account_id">(context.ref(resource, {"user"}, {kUser}))
      .set<"expires_kind">("never")
      .set<"rights_limited">(false);
  if (const auto status = context.text(resource, "status", "Active")) row.set<"enabled">(*status == "Active");
  row.write(context.sink, context.origin);
}

}  // namespace

void add_aws_identity_kinds(std::vector<TfKind>& kinds) {
  const std::vector<const TableSpec*> roles = role_tables();
  kinds.push_back({.type = kPolicy, .write = &write_managed_policy, .extra_tables = roles});
  for (const std::string_view type : {"aws_iam_user_policy", "aws_iam_group_policy", "aws_iam_role_policy"})
    kinds.push_back({.type = type, .write = &write_inline_policy, .extra_tables = roles});
  for (const std::string_view type :
       {"aws_iam_user_policy_attachment", "aws_iam_group_policy_attachment", "aws_iam_role_policy_attachment"})
    kinds.push_back({.type = type, .write = &write_attachment, .extra_tables = roles});
  kinds.push_back({.type = "aws_iam_policy_attachment", .write = &write_attachment_to_many, .extra_tables = roles});
  kinds.push_back({.type = kRole, .write = &write_role, .alias = "name", .extra_tables = roles});
  kinds.push_back({.type = kUser, .write = &write_nothing, .alias = "name"});
  kinds.push_back({.type = kGroup, .write = &write_nothing, .alias = "name"});
  kinds.push_back({.type = "aws_iam_access_key", .write = &write_access_key, .extra_tables = {&tables::credential}});
}

}  // namespace ehdscan
