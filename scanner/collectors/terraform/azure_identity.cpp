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

/// `*` and `Microsoft.Storage/*`, not `Microsoft.Storage/*/read`.
bool is_whole_service(const std::string& pattern) {
  const std::size_t star = pattern.find('*');
  return star == 0 ? pattern.size() == 1
                   : star + 1 == pattern.size() && star != std::string::npos &&
                         std::ranges::count(pattern.substr(0, star), '/') == 1;
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
      const bool out = std::ranges::any_of(
          left_out, [&](const std::string& one) { return wildcard_matches(to_lower(one), action.name); });
      if (!out) give(action.right, pattern, is_whole_service(pattern));
    }
  }
}

void write_definition(const TfResource& resource, TfContext& context) {
  std::optional<RoleRights> rights(std::in_place);
  const auto permissions = resource["permissions"].blocks();
  if (!permissions) rights.reset();
  for (std::size_t i = 0; rights && permissions && i < permissions->size(); ++i) {
    const TfValue& one = (*permissions)[i];
    for (const bool on_data : {false, true}) {
      const auto list = [&](std::string_view key) {
        return one[key].is_set() ? one[key].texts() : std::optional<std::vector<std::string>>(std::in_place);
      };
      const auto actions = list(on_data ? "data_actions" : "actions");
      const auto left_out = list(on_data ? "not_data_actions" : "not_actions");
      if (!actions || !left_out) {
        rights.reset();
        break;
      }
      add_rights(*rights, *actions, *left_out, on_data);
    }
  }
  write_role_with(resource.address(), resource["name"].text(), "custom", rights, context);
}

std::optional<std::string_view> grantee_kind_of(const TfResource& resource) {
  const auto type = resource["principal_type"].text();
  if (type == "User") return "account";
  if (type == "Group") return "group";
  if (type == "ServicePrincipal") return "service";
  return std::nullopt;
}

void write_assignment(const TfResource& resource, TfContext& context) {
  std::optional<std::string> role;
  if (resource["role_definition_name"].is_set()) {
    role = resource["role_definition_name"].text();
    if (role) write_role_of_elsewhere(*role, context);
  } else {
    role = context.ref(resource, {"role_definition_id"}, {kDefinition});
    if (role && role->starts_with("/")) write_role_of_elsewhere(*role, context);
  }
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
