// SPDX-License-Identifier: Apache-2.0
// Roles of Google Cloud in Terraform: what custom ones allow, and who is given which on a project, folder or
// organisation ("IAM permissions reference"; permissions have no wildcards). Keys of service accounts.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "collectors/terraform/kinds.h"
#include "collectors/terraform/role_rows.h"

namespace ehdscan {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

constexpr auto kPermissions = std::to_array<Pair>({
    {"storage.objects.get", "data_read"},
    {"storage.objects.create", "data_write"},
    {"storage.objects.delete", "data_delete"},
    {"storage.buckets.setIamPolicy", "data_share"},
    {"bigquery.tables.getData", "data_read"},
    {"bigquery.tables.updateData", "data_write"},
    {"cloudsql.instances.export", "data_read"},
    {"compute.instances.create", "compute_write"},
    {"compute.instances.setMetadata", "compute_exec"},
    {"compute.snapshots.useReadOnly", "snapshot_read"},
    {"secretmanager.versions.access", "secret_read"},
    {"cloudkms.cryptoKeyVersions.useToDecrypt", "key_decrypt"},
    {"cloudkms.cryptoKeyVersions.destroy", "key_admin"},
    {"resourcemanager.projects.setIamPolicy", "policy_write"},
    {"resourcemanager.folders.setIamPolicy", "policy_write"},
    {"resourcemanager.organizations.setIamPolicy", "policy_write"},
    {"iam.roles.update", "policy_write"},
    {"iam.serviceAccounts.setIamPolicy", "policy_write"},
    {"iam.serviceAccounts.actAs", "role_pass"},
    {"iam.serviceAccounts.getAccessToken", "impersonate"},
    {"iam.serviceAccounts.getOpenIdToken", "impersonate"},
    {"iam.serviceAccounts.implicitDelegation", "impersonate"},
    {"iam.serviceAccounts.signBlob", "impersonate"},
    {"iam.serviceAccounts.signJwt", "impersonate"},
    {"storage.hmacKeys.create", "credential_create"},
    {"iam.serviceAccountKeys.create", "credential_create"},
    {"logging.logs.delete", "log_delete"},
});

constexpr auto kMemberKinds = std::to_array<Pair>({
    {"user:", "account"},
    {"group:", "group"},
    {"serviceAccount:", "service"},
    {"domain:", "organisation"},
    {"allUsers", "everyone"},
    {"allAuthenticatedUsers", "every_platform_user"},
});

void write_custom_role(const TfResource& resource, TfContext& context) {
  std::optional<RoleRights> rights;
  if (const auto permissions = resource["permissions"].texts()) {
    rights.emplace();
    for (const auto& [permission, right] : kPermissions) {
      if (std::ranges::find(*permissions, permission) == permissions->end()) continue;
      rights->try_emplace(
          right,
          RoleRight{.everywhere = true, .resources = {}, .conditional = false, .action = std::string(permission)});
    }
  }
  write_role_with(resource.address(), resource["title"].text(), "custom", rights, context);
}

void write_grant(const TfResource& resource, TfContext& context) {
  const std::string& type = resource.entry().type;
  const auto role =
      context.ref(resource, {"role"}, {"google_project_iam_custom_role", "google_organization_iam_custom_role"});
  if (role && role->find("iam_custom_role.") == std::string::npos) write_role_of_elsewhere(*role, context);
  const bool on_project = type.starts_with("google_project");
  const std::string_view scope = on_project ? "project" : type.starts_with("google_folder") ? "folder" : "org_id";
  std::vector<std::optional<std::string>> members;
  if (type.ends_with("_member")) {
    members.push_back(context.ref(resource, {"member"}));
  } else if (const auto names = context.refs(resource, {"members"})) {
    members.assign(names->begin(), names->end());
  } else {
    members.emplace_back();
  }
  for (std::size_t i = 0; i < members.size(); ++i) {
    RoleGrant grant{
        .grant_id = type.ends_with("_member") ? resource.address() : fmt::format("{}/{}", resource.address(), i + 1),
        .role_id = role.value_or(std::string(kNotKnownYet)),
        .grantee_kind = std::nullopt,
        .grantee_id = members[i],
        .scope_kind = on_project ? "project" : "organisation",
        .scope_id = resource[scope].text().value_or("that of the provider"),
        .conditional = resource["condition"].is_set()};
    for (const auto& [prefix, kind] : kMemberKinds) {
      if (members[i] && members[i]->starts_with(prefix)) grant.grantee_kind = kind;
    }
    if (members[i] && members[i]->find("google_service_account.") != std::string::npos) grant.grantee_kind = "service";
    write_role_grant(grant, context);
  }
}

void write_service_account_key(const TfResource& resource, TfContext& context) {
  Row<tables::credential> row(context.platform);
  row.set<"credential_id">(resource.address())
      .set<"kind">("service_account_key")
      .set<"account_id">(context.ref(resource, {"service_account_id"}))
      .set<"enabled">(true)
      .set<"expires_kind">("never")
      .set<"rights_limited">(false);
  row.write(context.sink, context.origin);
}

}  // namespace

void add_google_identity_kinds(std::vector<TfKind>& kinds) {
  const std::vector<const TableSpec*> roles{&tables::role, &tables::role_right, &tables::role_grant};
  for (const std::string_view type : {"google_project_iam_custom_role", "google_organization_iam_custom_role"})
    kinds.push_back({.type = type, .write = &write_custom_role, .extra_tables = roles});
  for (const std::string_view type :
       {"google_project_iam_member", "google_project_iam_binding", "google_folder_iam_member",
        "google_folder_iam_binding", "google_organization_iam_member", "google_organization_iam_binding"})
    kinds.push_back({.type = type, .write = &write_grant, .extra_tables = roles});
  kinds.push_back({.type = "google_service_account_key",
                   .write = &write_service_account_key,
                   .extra_tables = {&tables::credential}});
}

}  // namespace ehdscan
