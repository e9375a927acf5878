// SPDX-License-Identifier: Apache-2.0
// Azure's storage accounts, disks, databases and key vaults in Terraform: hashicorp/azurerm.
#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"
#include "collectors/terraform/kinds.h"
#include "evidence/tables/keys.h"
#include "evidence/tables/storage.h"

namespace ehdscan {
namespace {

constexpr std::int64_t kGibibyte = std::int64_t{1} << 30;
constexpr std::string_view kAccount = "azurerm_storage_account";

void write_account(const TfResource& resource, TfContext& context) {
  Row<tables::bucket> row(context.platform);
  const std::string& id = resource.address();
  row.set<"bucket_id">(id)
      .set<"name">(resource["name"].text())
      .set<"project_id">(resource["resource_group_name"].text())
      .set<"region">(tf_region(resource));
  // Every account is encrypted; without a key of the node's by one of the platform.
  const bool own = !context.companions(id, "azurerm_storage_account_customer_managed_key").empty() ||
                   resource["customer_managed_key"].is_set();
  if (own) {
    row.set<"encryption">("customer_key");
  } else if (!context.strays("azurerm_storage_account_customer_managed_key")) {
    row.set<"encryption">("platform_key");
  }
  row.set<"encryption_algorithm">("AES-256");
  const TfValue blob = resource["blob_properties"];
  if (const auto versions = blob["versioning_enabled"].boolean_or(false))
    row.set<"versioning">(*versions ? "enabled" : "off");
  const auto nested_public = context.boolean(resource, "allow_nested_items_to_be_public", true);
  if (nested_public) row.set<"public_access_blocked">(!*nested_public);
  row.set<"public_network_access">(context.boolean(resource, "public_network_access_enabled", true));
  row.set<"shared_keys_allowed">(context.boolean(resource, "shared_access_key_enabled", true));
  row.set<"tls_required">(context.boolean(resource, "https_traffic_only_enabled", true));
  if (resource.entry().creates) row.set<"object_count">(0);
  row.write(context.sink, context.origin);
  write_tf_asset(resource, context, "bucket", true);
}

void write_container(const TfResource& resource, TfContext& context) {
  auto account = context.ref(resource, {"storage_account_id"}, {kAccount});
  if (!account) account = context.ref(resource, {"storage_account_name"}, {kAccount});
  const auto access = context.text(resource, "container_access_type", "private");
  if (access == std::optional<std::string>("private")) return;
  Row<tables::resource_grant> row(context.platform);
  row.set<"asset_kind">("bucket")
      .set<"asset_id">(account.value_or("not known before apply"))
      .set<"grant_id">(resource.address())
      .set<"permission">("read")
      .set<"origin">("acl");
  if (access)
    row.set<"grantee_kind">("everyone")
        .set<"grantee_id">("*")
        .set<"has_condition">(false)
        .set<"condition_binds">(false)
        .set<"denies">(false);
  row.write(context.sink, context.origin);
}

void write_disk(const TfResource& resource, TfContext& context) {
  Row<tables::volume> row(context.platform);
  const auto gibibytes = resource["disk_size_gb"].integer();
  const std::optional<std::int64_t> size =
      gibibytes && *gibibytes >= 0 && *gibibytes < 1'000'000 ? std::optional(*gibibytes * kGibibyte) : std::nullopt;
  row.set<"volume_id">(resource.address())
      .set<"name">(resource["name"].text())
      .set<"project_id">(resource["resource_group_name"].text())
      .set<"region">(tf_region(resource))
      .set<"zone">(resource["zone"].text());
  // Managed disks are always encrypted on the server's side.
  row.set<"size_bytes">(size).set<"encrypted">(true);
  if (context.left_out(resource, "disk_encryption_set_id")) row.set<"encryption">("platform_key");
  if (resource["disk_encryption_set_id"].is_set() && !context.left_out(resource, "disk_encryption_set_id"))
    row.set<"encryption">("customer_key");
  row.write(context.sink, context.origin);
  write_tf_asset(resource, context, "volume", true, size);
}

void write_database(const TfResource& resource, TfContext& context) {
  const bool postgres = resource.entry().type.find("postgresql") != std::string::npos;
  Row<tables::database_service> row(context.platform);
  row.set<"database_id">(resource.address())
      .set<"name">(resource["name"].text())
      .set<"project_id">(resource["resource_group_name"].text())
      .set<"region">(tf_region(resource));
  row.set<"kind">("relational")
      .set<"engine">(postgres ? "postgresql" : "mssql")
      .set<"engine_version">(resource["version"].text())
      .set<"encrypted">(true);
  row.set<"publicly_accessible">(context.boolean(resource, "public_network_access_enabled", true));
  if (postgres) row.set<"backup_days">(context.integer(resource, "backup_retention_days", 7));
  row.write(context.sink, context.origin);
  write_tf_asset(resource, context, "database", true);
}

void write_key(const TfResource& resource, TfContext& context) {
  Row<tables::key> row(context.platform);
  row.set<"key_id">(resource.address())
      .set<"name">(resource["name"].text())
      .set<"key_service">("key_vault")
      .set<"customer_managed">(true)
      .set<"custody">("platform")
      .set<"origin">("generated");
  if (const auto type = resource["key_type"].text()) {
    row.set<"algorithm">(type->substr(0, 2) == "EC" ? "EC" : "RSA").set<"hardware_protected">(type->ends_with("-HSM"));
  }
  row.set<"key_bits">(resource["key_size"].integer()).set<"state">("enabled");
  row.set<"rotation_enabled">(!resource["rotation_policy"].unset() && resource["rotation_policy"].known());
  if (context.left_out(resource, "expiration_date")) row.set<"expires_kind">("never");
  if (const auto text = resource["expiration_date"].text()) {
    if (const auto ends = parse_instant(*text)) row.set<"expires_kind">("at").set<"expires_at">(*ends);
  }
  row.write(context.sink, context.origin);
}

void write_secret(const TfResource& resource, TfContext& context) {
  Row<tables::secret> row(context.platform);
  row.set<"secret_id">(resource.address())
      .set<"name">(resource["name"].text())
      .set<"kind">("opaque")
      .set<"rotation_enabled">(false);
  if (context.left_out(resource, "expiration_date")) row.set<"expires_kind">("never");
  if (const auto text = resource["expiration_date"].text()) {
    if (const auto ends = parse_instant(*text)) row.set<"expires_kind">("at").set<"expires_at">(*ends);
  }
  row.write(context.sink, context.origin);
}

}  // namespace

void add_azure_storage_kinds(std::vector<TfKind>& kinds) {
  kinds.insert(kinds.end(), {
                                {.type = kAccount, .write = &write_account, .alias = "name"},
                                {.type = "azurerm_storage_account_customer_managed_key",
                                 .owner_attribute = "storage_account_id",
                                 .owner_types = {kAccount}},
                                {.type = "azurerm_storage_container", .write = &write_container},
                                {.type = "azurerm_storage_blob"},
                                {.type = "azurerm_managed_disk", .write = &write_disk},
                                {.type = "azurerm_virtual_machine_data_disk_attachment"},
                                {.type = "azurerm_postgresql_flexible_server", .write = &write_database},
                                {.type = "azurerm_mssql_server", .write = &write_database},
                                {.type = "azurerm_key_vault"},
                                {.type = "azurerm_key_vault_key", .write = &write_key},
                                {.type = "azurerm_key_vault_secret", .write = &write_secret},
                            });
}

}  // namespace ehdscan
