// SPDX-License-Identifier: Apache-2.0
// Roles of Azure in Terraform: what custom ones allow, and who is given which where ("Azure permissions", "Understand
// Azure role definitions": actions are compared without regard to case, what `not_actions` names is left out).
#include <algorithm>
#include <array>

#include "base/text.h"
#include "collectors/terraform/kinds.h"
#include "collectors/terraform/role_rows.h"

namespace ehdscan {
namespace {

constexpr std::string_view kDefinition = "azurerm_role_definition";

struct Action {
  std::string_view name;  ///< in lower case
  std::string_view right;
  bool on_data = false;  ///< of the data, not of what manages it
};

constexpr auto kActions = std::to_array<Action>({
    {"microsoft.storage/storageaccounts/listkeys/action", "credential_create"},
    {"microsoft.storage/storageaccounts/listaccountsas/action", "credential_create"},
    {"microsoft.documentdb/databaseaccounts/listkeys/action", "credential_create"},
    {"microsoft.authorization/roleassignments/write", "policy_write"},
    {"microsoft.authorization/roledefinitions/write", "policy_write"},
    {"microsoft.keyvault/vaults/accesspolicies/write", "policy_write"},
    {"microsoft.managedidentity/userassignedidentities/assign/action", "role_pass"},
    {"microsoft.compute/virtualmachines/write", "compute_write"},
    {"microsoft.compute/virtualmachines/runcommand/action", "compute_exec"},
    {"microsoft.compute/snapshots/begingetaccess/action", "snapshot_read"},
    {"microsoft.storage/storageaccounts/delete", "data_delete"},
    {"microsoft.sql/servers/databases/delete", "data_delete"},
    {"microsoft.storage/storageaccounts/blobservices/containers/blobs/read", "data_read", true},
    {"microsoft.storage/storageaccounts/blobservices/containers/blobs/write", "data_write", true},
    {"microsoft.storage/storageaccounts/blobservices/containers/blobs/delete", "data_delete", true},
    {"microsoft.storage/storageaccounts/fileservices/fileshares/files/read", "data_read", true},
    {"microsoft.keyvault/vaults/secrets/getsecret/action", "secret_read", true},
    {"microsoft.keyvault/vaults/keys/decrypt/action", "key_decrypt", true},
});

/// Namespaces of providers that keep no data and open none; of others that stand in no line above it is not known.
constexpr auto kWithoutData = std::to_array<std::string_view>(
    {"microsoft.insights/", "microsoft.network/", "microsoft.resources/", "microsoft.support/"});

/// All actions of a service or of a kind of thing: `*`, `Microsoft.Storage/*`; not `Microsoft.Storage/*/read`.
bool is_whole(std::string_view pattern) {
  const std::size_t star = pattern.find('*');
  return star != std::string_view::npos && pattern.find_first_not_of("*/", star) == std::string_view::npos;
}

/// Whether an action gives no right beside those of kActions.
bool rights_are_known(const std::string& pattern, bool on_data) {
  const std::string lower = to_lower(pattern);
  if (!is_whole(lower)) return true;
  return std::ranges::any_of(kWithoutData, [&](std::string_view one) { return lower.starts_with(one); }) ||
         std::ranges::any_of(kActions, [&](const Action& action) {
           return action.on_data == on_data && wildcard_matches(lower, action.name);
         });
}

void add_rights(RoleRights& rights, const std::vector<std::string>& actions, const std::vector<std::string>& left_out,
                bool on_data) {
  const auto give = [&](std::string_view right, const std::string& action, bool by_wildcard) {
    RoleRight& given = rights[right];
    given.everywhere = true;
    given.conditional = false;
    if (given.action.empty()) given.action = action;
    given.by_wildcard = given.by_wildcard || by_wildcard;
  };
  for (const std::string& pattern : actions) {
    if (pattern == "*" && !on_data) give("platform_admin", pattern, true);
    const std::string lower = to_lower(pattern);
    for (const Action& action : kActions) {
      if (action.on_data != on_data || !wildcard_matches(lower, action.name)) continue;
      if (!matches_action(left_out, action.name)) give(action.right, pattern, is_whole(pattern));
    }
  }
}

/// Nothing unless all of them are known.
std::optional<RoleRights> rights_of_definition(const TfResource& resource) {
  RoleRights rights;
  const auto permissions = resource["permissions"].blocks();
  if (!permissions) return std::nullopt;
  for (const TfValue& one : *permissions) {
    for (const bool on_data : {false, true}) {
      const auto list = [&](std::string_view key) {
        return one[key].is_set() ? one[key].texts() : std::optional<std::vector<std::string>>(std::in_place);
      };
      const auto actions = list(on_data ? "data_actions" : "actions");
      const auto left_out = list(on_data ? "not_data_actions" : "not_actions");
      if (!actions || !left_out) return std::nullopt;
      if (!std::ranges::all_of(*actions, [&](const std::string& action) { return rights_are_known(action, on_data); }))
        return std::nullopt;
      add_rights(rights, *actions, *left_out, on_data);
    }
  }
  return rights;
}

void write_definition(const TfResource& resource, TfContext& context) {
  write_role_with(resource.address(), resource["name"].text(), "custom", rights_of_definition(resource), context);
}

std::optional<std::string_view> grantee_kind_of(const TfResource& resource) {
  const auto type = resource["principal_type"].text();
  if (type == "User") return "account";
  if (type == "Group") return "group";
  if (type == "ServicePrincipal") return "service";
  return std::nullopt;
}

void write_assignment(const TfResource& resource, TfContext& context) {
  const bool by_name = resource["role_definition_name"].is_set();
  const auto role = context.ref(resource, {by_name ? "role_definition_name" : "role_definition_id"}, {kDefinition});
  // Addresses of definitions hold their type; names and paths of roles of elsewhere do not.
  if (role && role->find(std::string(kDefinition) + ".") == std::string::npos) write_role_of_elsewhere(*role, context);
  RoleGrant grant{.grant_id = resource.address(),
                  .role_id = role.value_or(std::string(kNotKnownYet)),
                  .grantee_kind = grantee_kind_of(resource),
                  .grantee_id = context.ref(resource, {"principal_id"}),
                  .scope_kind = "resource",
                  .scope_id = context.ref(resource, {"scope"}).value_or(std::string(kNotKnownYet)),
                  .conditional = resource["condition"].is_set()};
  const auto parts = std::ranges::count(grant.scope_id, '/');
  if (grant.scope_id.starts_with("/subscriptions/") && parts == 2) grant.scope_kind = "project";
  if (grant.scope_id.starts_with("/providers/Microsoft.Management/managementGroups/"))
    grant.scope_kind = "organisation";
  write_role_grant(grant, context);
}

}  // namespace

void add_azure_identity_kinds(std::vector<TfKind>& kinds) {
  const std::vector<const TableSpec*> roles{&tables::role, &tables::role_right, &tables::role_grant};
  kinds.push_back({.type = kDefinition, .write = &write_definition, .alias = "name", .extra_tables = roles});
  kinds.push_back({.type = "azurerm_role_assignment", .write = &write_assignment, .extra_tables = roles});
}

}  // namespace ehdscan
