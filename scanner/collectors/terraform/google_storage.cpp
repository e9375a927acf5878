// SPDX-License-Identifier: Apache-2.0
// Google's buckets, disks, databases, keys and secrets in Terraform: hashicorp/google.
#include <fmt/format.h>

#include "base/text.h"
#include "collectors/terraform/kinds.h"
#include "evidence/tables/keys.h"
#include "evidence/tables/storage.h"

namespace ehdscan {
namespace {

constexpr std::string_view kBucket = "google_storage_bucket";
constexpr std::int64_t kGibibyte = std::int64_t{1} << 30;

/// Data at rest is always encrypted; whose key it is depends.
template <typename RowType>
void set_key(RowType& row, const TfValue& key, const std::optional<std::string>& id) {
  if (key.unset()) row.template set<"encryption">("platform_key");
  if (key.is_set()) row.template set<"encryption">("customer_key").template set<"key_id">(id);
}

void write_bucket(const TfResource& resource, TfContext& context) {
  Row<tables::bucket> row(context.platform);
  row.set<"bucket_id">(resource.address())
      .set<"name">(resource["name"].text())
      .set<"project_id">(resource["project"].text())
      .set<"region">(tf_region(resource));
  set_key(row, resource["encryption"]["default_kms_key_name"],
          context.ref(resource, {"encryption", "0", "default_kms_key_name"}, {"google_kms_crypto_key"}));
  if (const auto versions = resource["versioning"]["enabled"].boolean_or(false))
    row.set<"versioning">(*versions ? "enabled" : "off");
  const auto prevention = context.text(resource, "public_access_prevention", "inherited");
  // `inherited` depends on the organisation, which a plan does not show.
  if (prevention == std::optional<std::string>("enforced")) row.set<"public_access_blocked">(true);
  row.set<"acl_disabled">(context.boolean(resource, "uniform_bucket_level_access", false)).set<"tls_required">(false);
  const TfValue keep = resource["retention_policy"];
  if (keep.unset()) row.set<"lock_mode">("none");
  if (const auto seconds = keep["retention_period"].integer()) {
    const auto final = keep["is_locked"].boolean_or(false);
    row.set<"lock_days">(*seconds / 86'400).set<"lock_final">(final);
    if (final) row.set<"lock_mode">(*final ? "compliance" : "governance");
  }
  if (resource.entry().creates) row.set<"object_count">(0);
  row.write(context.sink, context.origin);
  write_tf_asset(resource, context, "bucket", true, {}, "labels");
}

void write_grant(const std::string& bucket, const std::string& id, const std::optional<std::string>& member,
                 const std::optional<std::string>& role, bool has_condition, TfContext& context) {
  Row<tables::resource_grant> row(context.platform);
  const bool writes = role && (role->find("Admin") != std::string::npos || role->find("Creator") != std::string::npos ||
                               role->find("Writer") != std::string::npos);
  row.set<"asset_kind">("bucket")
      .set<"asset_id">(bucket)
      .set<"grant_id">(id)
      .set<"permission">(writes ? "write" : "read")
      .set<"origin">("policy");
  row.set<"has_condition">(has_condition).set<"denies">(false);
  if (member) {
    const std::string kind = member->substr(0, member->find(':'));
    row.set<"grantee_id">(*member);
    row.set<"grantee_kind">(*member == "allUsers"                ? "everyone"
                            : *member == "allAuthenticatedUsers" ? "every_platform_user"
                            : kind == "group"                    ? "group"
                            : kind == "serviceAccount"           ? "service"
                            : kind == "domain"                   ? "organisation"
                            : kind.starts_with("project")        ? "project"
                            : kind == "user"                     ? "account"
                                                                 : std::string_view(kind));
  }
  row.write(context.sink, context.origin);
}

void write_iam(const TfResource& resource, TfContext& context) {
  const std::string bucket = context.ref(resource, {"bucket"}, {kBucket}).value_or("not known before apply");
  const auto role = resource["role"].text();
  const bool condition = resource["condition"].is_set();
  if (resource.entry().type.ends_with("_member"))
    return write_grant(bucket, resource.address(), resource["member"].text(), role, condition, context);
  const auto members = resource["members"].blocks();
  if (!members) return write_grant(bucket, resource.address(), std::nullopt, role, condition, context);
  for (std::size_t i = 0; i < members->size(); ++i) {
    write_grant(bucket, fmt::format("{}/{}", resource.address(), i), (*members)[i].text(), role, condition, context);
  }
}

void write_acl(const TfResource& resource, TfContext& context) {
  write_grant(context.ref(resource, {"bucket"}, {kBucket}).value_or("not known before apply"), resource.address(),
              resource["entity"].text(), resource["role"].text(), false, context);
}

void write_disk(const TfResource& resource, TfContext& context) {
  Row<tables::volume> row(context.platform);
  const auto gibibytes = resource["size"].integer();
  const std::optional<std::int64_t> size =
      gibibytes && *gibibytes >= 0 && *gibibytes < 1'000'000 ? std::optional(*gibibytes * kGibibyte) : std::nullopt;
  row.set<"volume_id">(resource.address())
      .set<"name">(resource["name"].text())
      .set<"project_id">(resource["project"].text())
      .set<"region">(tf_region(resource))
      .set<"zone">(resource["zone"].text());
  row.set<"size_bytes">(size).set<"encrypted">(true);
  set_key(row, resource["disk_encryption_key"]["kms_key_self_link"], std::nullopt);
  row.write(context.sink, context.origin);
  write_tf_asset(resource, context, "volume", true, size, "labels");
}

void write_database(const TfResource& resource, TfContext& context) {
  Row<tables::database_service> row(context.platform);
  const TfValue network = resource["settings"]["ip_configuration"];
  row.set<"database_id">(resource.address())
      .set<"name">(resource["name"].text())
      .set<"project_id">(resource["project"].text())
      .set<"region">(tf_region(resource))
      .set<"kind">("relational");
  if (const auto version = resource["database_version"].text()) {
    const std::string word = to_lower(*version);
    row.set<"engine">(word.starts_with("postgres") ? "postgresql" : word.substr(0, word.find('_')))
        .set<"engine_version">(word.substr(word.find('_') + 1));
  }
  row.set<"publicly_accessible">(network["ipv4_enabled"].boolean_or(true)).set<"encrypted">(true);
  set_key(row, resource["encryption_key_name"],
          context.ref(resource, {"encryption_key_name"}, {"google_kms_crypto_key"}));
  if (const auto mode = network["ssl_mode"].text()) row.set<"tls_required">(*mode != "ALLOW_UNENCRYPTED_AND_ENCRYPTED");
  row.set<"deletion_protection">(context.boolean(resource, "deletion_protection", true));
  row.write(context.sink, context.origin);
  write_tf_asset(resource, context, "database", true, {}, "labels");
}

void write_key(const TfResource& resource, TfContext& context) {
  Row<tables::key> row(context.platform);
  row.set<"key_id">(resource.address())
      .set<"name">(resource["name"].text())
      .set<"key_service">("kms")
      .set<"customer_managed">(true)
      .set<"custody">("platform")
      .set<"origin">("generated")
      .set<"state">("enabled");
  if (resource["rotation_period"].unset()) row.set<"rotation_enabled">(false);
  if (const auto period = resource["rotation_period"].text()) {
    row.set<"rotation_enabled">(true);
    if (const auto seconds = parse_integer(std::string_view(*period).substr(0, period->find('s'))))
      row.set<"rotation_days">(*seconds / 86'400);
  }
  row.set<"expires_kind">("never");
  row.write(context.sink, context.origin);
}

void write_secret(const TfResource& resource, TfContext& context) {
  Row<tables::secret> row(context.platform);
  row.set<"secret_id">(resource.address())
      .set<"name">(resource["secret_id"].text())
      .set<"project_id">(resource["project"].text())
      .set<"kind">("opaque");
  if (resource["rotation"].unset()) row.set<"rotation_enabled">(false);
  if (resource["rotation"].known() && !resource["rotation"].unset()) row.set<"rotation_enabled">(true);
  if (resource["expire_time"].unset() && resource["ttl"].unset()) row.set<"expires_kind">("never");
  row.write(context.sink, context.origin);
}

}  // namespace

void add_google_storage_kinds(std::vector<TfKind>& kinds) {
  kinds.insert(kinds.end(), {
                                {.type = kBucket, .write = &write_bucket, .alias = "name"},
                                {.type = "google_storage_bucket_iam_member", .write = &write_iam},
                                {.type = "google_storage_bucket_iam_binding", .write = &write_iam},
                                {.type = "google_storage_bucket_access_control", .write = &write_acl},
                                {.type = "google_storage_bucket_object"},
                                {.type = "google_compute_disk", .write = &write_disk},
                                {.type = "google_compute_attached_disk"},
                                {.type = "google_sql_database_instance", .write = &write_database},
                                {.type = "google_sql_database"},
                                {.type = "google_sql_user"},
                                {.type = "google_kms_key_ring"},
                                {.type = "google_kms_crypto_key", .write = &write_key},
                                {.type = "google_secret_manager_secret", .write = &write_secret},
                                {.type = "google_secret_manager_secret_version"},
                            });
}

}  // namespace ehdscan
