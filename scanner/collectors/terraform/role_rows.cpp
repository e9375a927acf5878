// SPDX-License-Identifier: Apache-2.0
#include "collectors/terraform/role_rows.h"

#include <fmt/format.h>

#include <algorithm>

namespace ehdscan {
namespace {

void write_rights(const std::string& role, const RoleRights& rights, TfContext& context) {
  Row<tables::role_right> row(context.platform);
  for (const auto& [right, given] : rights) {
    row.set<"role_id">(role)
        .set<"access_right">(right)
        .set<"right_scope">(given.everywhere ? "all" : "listed")
        .set<"conditional">(given.conditional)
        .set<"action">(given.action)
        .set<"by_wildcard">(given.by_wildcard);
    if (!given.everywhere) row.set<"resources">(given.resources);
    row.write(context.sink, context.origin);
  }
}

void write_statements(const std::string& policy, const std::vector<AwsStatement>& statements, TfContext& context) {
  Row<tables::policy_statement> row(context.platform);
  std::int64_t number = 0;
  for (const AwsStatement& one : statements) {
    row.set<"policy_id">(policy)
        .set<"statement">(++number)
        .set<"effect">(one.denies ? "deny" : "allow")
        .set<"condition_keys">(one.condition_keys)
        .set<"wholly_understood">(one.understood);
    if (!one.actions.empty()) row.set<"actions">(one.actions);
    if (!one.other_than_actions.empty()) row.set<"other_than_actions">(one.other_than_actions);
    if (!one.resources.empty()) row.set<"resources">(one.resources);
    if (!one.other_than_resources.empty()) row.set<"other_than_resources">(one.other_than_resources);
    row.write(context.sink, context.origin);
  }
}

}  // namespace

std::string not_known_yet(const TfResource& resource, std::string_view attribute) {
  return fmt::format("{} of {} is not known before apply", attribute, resource.address());
}

std::vector<const TableSpec*> role_tables() {
  return {&tables::role, &tables::role_right, &tables::role_grant, &tables::policy_statement};
}

void write_role_with(const std::string& id, const std::optional<std::string>& name,
                     std::optional<std::string_view> kind, const std::optional<RoleRights>& rights,
                     TfContext& context) {
  Row<tables::role> row(context.platform);
  row.set<"role_id">(id).set<"name">(name).set<"kind">(kind).set<"rights_known">(rights.has_value());
  row.write(context.sink, context.origin);
  if (rights) write_rights(id, *rights, context);
}

void write_policy_role(const std::string& id, const std::optional<std::string>& name, std::string_view kind,
                       const std::optional<std::vector<AwsStatement>>& statements, TfContext& context) {
  Row<tables::role> row(context.platform);
  const bool known = statements && std::ranges::all_of(*statements, &rights_are_known);
  row.set<"role_id">(id).set<"name">(name).set<"kind">(kind).set<"rights_known">(known);
  row.write(context.sink, context.origin);
  if (!statements) return;
  write_statements(id, *statements, context);
  write_rights(id, rights_of(*statements), context);
}

void write_role_of_elsewhere(const std::string& id, TfContext& context) {
  if (!context.first("role " + context.platform + " " + id)) return;
  const auto rights = rights_of_built_in(id);
  write_role_with(id, id, rights ? std::optional<std::string_view>("built_in") : std::nullopt, rights, context);
}

void write_role_grant(const RoleGrant& grant, TfContext& context) {
  Row<tables::role_grant> row(context.platform);
  row.set<"grant_id">(grant.grant_id)
      .set<"role_id">(grant.role_id)
      .set<"grantee_kind">(grant.grantee_kind)
      .set<"grantee_id">(grant.grantee_id.value_or(fmt::format("{} ({})", kNotKnownYet, grant.grant_id)))
      .set<"scope_kind">(grant.scope_kind)
      .set<"scope_id">(grant.scope_id)
      .set<"conditional">(grant.conditional)
      .set<"denies">(false)
      .set<"assignment">("standing")
      .set<"expires_kind">("never");
  row.write(context.sink, context.origin);
}

}  // namespace ehdscan
