// SPDX-License-Identifier: Apache-2.0
// EBS, EFS, RDS, KMS and Secrets Manager in Terraform.
#include <fmt/format.h>

#include <array>

#include "collectors/terraform/kinds.h"
#include "evidence/tables/keys.h"
#include "evidence/tables/storage.h"

namespace ehdscan {
namespace {

constexpr std::int64_t kGibibyte = std::int64_t{1} << 30;

std::optional<std::int64_t> gibibytes(const TfValue& value) {
  const auto size = value.integer();
  return size && *size >= 0 && *size < (std::int64_t{1} << 32) ? std::optional(*size * kGibibyte) : std::nullopt;
}

/// Whether something is encrypted, and whose key; a key that is set makes it the node's.
template <typename RowType>
void set_encryption(RowType& row, const TfResource& resource, std::string_view flag, TfContext& context,
                    bool fallback) {
  const auto encrypted = context.boolean(resource, flag, fallback);
  row.template set<"encrypted">(encrypted);
  if (encrypted == std::optional(false)) row.template set<"encryption">("none");
  if (encrypted != std::optional(true)) return;
  if (context.left_out(resource, "kms_key_id")) {
    row.template set<"encryption">("platform_key");
  } else if (resource["kms_key_id"].is_set()) {
    row.template set<"encryption">("customer_key")
        .template set<"key_id">(context.ref(resource, {"kms_key_id"}, {"aws_kms_key"}));
  }
}

void prepare_default(const TfResource& resource, TfContext& context) {
  if (const auto on = context.boolean(resource, "enabled", true)) context.filter(context.platform + "/ebs", *on);
}

void write_volume(const TfResource& resource, TfContext& context) {
  Row<tables::volume> row(context.platform);
  row.set<"volume_id">(resource.address())
      .set<"name">(resource["tags"]["Name"].text())
      .set<"region">(tf_region(resource))
      .set<"zone">(resource["availability_zone"].text());
  row.set<"size_bytes">(gibibytes(resource["size"]))
      .set<"multi_attach">(context.boolean(resource, "multi_attach_enabled", false));
  set_encryption(row, resource, "encrypted", context,
                 context.network_filters(context.platform + "/ebs").value_or(false));
  row.write(context.sink, context.origin);
  write_tf_asset(resource, context, "volume", true, gibibytes(resource["size"]));
}

void write_attachment(const TfResource& resource, TfContext& context) {
  const auto volume = context.ref(resource, {"volume_id"}, {"aws_ebs_volume"});
  const auto instance = context.ref(resource, {"instance_id"}, {"aws_instance"});
  if (!volume || !instance)
    return context.partial(tables::volume_attachment,
                           fmt::format("what {} joins is not known before apply", resource.address()));
  Row<tables::volume_attachment> row(context.platform);
  row.set<"volume_id">(*volume).set<"instance_id">(*instance).set<"device">(resource["device_name"].text());
  row.write(context.sink, context.origin);
}

void write_snapshot(const TfResource& resource, TfContext& context) {
  Row<tables::snapshot> row(context.platform);
  row.set<"snapshot_id">(resource.address())
      .set<"copied_kind">("volume")
      .set<"copied_id">(context.ref(resource, {"volume_id"}, {"aws_ebs_volume"}));
  row.set<"region">(tf_region(resource)).set<"encrypted">(resource["encrypted"].boolean()).set<"automatic">(false);
  row.write(context.sink, context.origin);
  write_tf_asset(resource, context, "snapshot", true);
}

void write_database(const TfResource& resource, TfContext& context) {
  Row<tables::database_service> row(context.platform);
  const std::string& type = resource.entry().type;
  const bool cluster = type != "aws_db_instance";
  row.set<"database_id">(resource.address())
      .set<"name">(resource[cluster ? "cluster_identifier" : "identifier"].text())
      .set<"region">(tf_region(resource))
      .set<"kind">("relational");
  row.set<"engine">(resource["engine"].text()).set<"engine_version">(resource["engine_version"].text());
  if (!cluster) row.set<"publicly_accessible">(context.boolean(resource, "publicly_accessible", false));
  set_encryption(row, resource, "storage_encrypted", context, false);
  row.set<"deletion_protection">(context.boolean(resource, "deletion_protection", false));
  // RDS keeps one day unless told otherwise; the provider sends 0 for instances.
  row.set<"backup_days">(context.integer(resource, "backup_retention_period", cluster ? 1 : 0));
  row.write(context.sink, context.origin);
  write_tf_asset(resource, context, "database", true, gibibytes(resource["allocated_storage"]));
}

void write_file_system(const TfResource& resource, TfContext& context) {
  Row<tables::share> row(context.platform);
  row.set<"share_id">(resource.address())
      .set<"name">(resource["tags"]["Name"].text())
      .set<"region">(tf_region(resource))
      .set<"protocol">("nfs");
  const auto encrypted = context.boolean(resource, "encrypted", false);
  row.set<"encrypted">(encrypted).set<"is_public">(false);
  if (encrypted == std::optional(true)) row.set<"key_id">(context.ref(resource, {"kms_key_id"}, {"aws_kms_key"}));
  row.write(context.sink, context.origin);
  write_tf_asset(resource, context, "share", true);
}

void write_table(const TfResource& resource, TfContext& context) {
  Row<tables::database_service> row(context.platform);
  row.set<"database_id">(resource.address())
      .set<"name">(resource["name"].text())
      .set<"region">(tf_region(resource))
      .set<"kind">("key_value")
      .set<"engine">("dynamodb");
  // Every table is encrypted; without the block by a key that AWS owns.
  row.set<"encrypted">(true).set<"publicly_accessible">(false);
  const auto own = resource["server_side_encryption"]["enabled"].boolean_or(false);
  if (own)
    row.set<"encryption">(*own && resource["server_side_encryption"]["kms_key_arn"].is_set() ? "customer_key"
                                                                                             : "platform_key");
  row.set<"deletion_protection">(context.boolean(resource, "deletion_protection_enabled", false));
  row.write(context.sink, context.origin);
  write_tf_asset(resource, context, "database", true);
}

void write_key(const TfResource& resource, TfContext& context) {
  Row<tables::key> row(context.platform);
  row.set<"key_id">(resource.address())
      .set<"name">(resource["description"].text())
      .set<"region">(tf_region(resource))
      .set<"key_service">("kms");
  row.set<"customer_managed">(true)
      .set<"custody">("platform")
      .set<"origin">("generated")
      .set<"hardware_protected">(true);
  const auto spec = context.text(resource, "customer_master_key_spec", "SYMMETRIC_DEFAULT");
  if (spec == std::optional<std::string>("SYMMETRIC_DEFAULT")) row.set<"algorithm">("AES").set<"key_bits">(256);
  if (const auto enabled = context.boolean(resource, "is_enabled", true))
    row.set<"state">(*enabled ? "enabled" : "disabled");
  row.set<"multi_region">(context.boolean(resource, "multi_region", false));
  const auto rotates = context.boolean(resource, "enable_key_rotation", false);
  row.set<"rotation_enabled">(rotates);
  if (rotates == std::optional(true))
    row.set<"rotation_days">(context.integer(resource, "rotation_period_in_days", 365));
  row.set<"deletion_wait_days">(context.integer(resource, "deletion_window_in_days", 30))
      .set<"purge_protection">(true)
      .set<"expires_kind">("never");
  row.write(context.sink, context.origin);
}

void write_secret(const TfResource& resource, TfContext& context) {
  Row<tables::secret> row(context.platform);
  row.set<"secret_id">(resource.address())
      .set<"name">(resource["name"].text())
      .set<"region">(tf_region(resource))
      .set<"kind">("opaque");
  if (!context.left_out(resource, "kms_key_id"))
    row.set<"key_id">(context.ref(resource, {"kms_key_id"}, {"aws_kms_key"}));
  const bool rotates = !context.companions(resource.address(), "aws_secretsmanager_secret_rotation").empty();
  if (rotates || !context.strays("aws_secretsmanager_secret_rotation")) row.set<"rotation_enabled">(rotates);
  row.set<"expires_kind">("never");
  row.write(context.sink, context.origin);
}

}  // namespace

void add_aws_storage_kinds(std::vector<TfKind>& kinds) {
  kinds.insert(kinds.end(), {
                                {.type = "aws_ebs_encryption_by_default", .prepare = &prepare_default},
                                {.type = "aws_ebs_volume", .write = &write_volume},
                                {.type = "aws_volume_attachment", .write = &write_attachment},
                                {.type = "aws_ebs_snapshot", .write = &write_snapshot},
                                {.type = "aws_db_instance", .write = &write_database},
                                {.type = "aws_rds_cluster", .write = &write_database},
                                {.type = "aws_neptune_cluster", .write = &write_database},
                                {.type = "aws_docdb_cluster", .write = &write_database},
                                {.type = "aws_rds_cluster_instance"},
                                {.type = "aws_neptune_cluster_instance"},
                                {.type = "aws_db_option_group"},
                                {.type = "aws_db_parameter_group"},
                                {.type = "aws_efs_file_system", .write = &write_file_system},
                                {.type = "aws_efs_mount_target"},
                                {.type = "aws_dynamodb_table", .write = &write_table},
                                {.type = "aws_kms_key", .write = &write_key, .alias = "arn"},
                                {.type = "aws_kms_alias"},
                                {.type = "aws_secretsmanager_secret", .write = &write_secret},
                                {.type = "aws_secretsmanager_secret_version"},
                                {.type = "aws_secretsmanager_secret_rotation",
                                 .owner_attribute = "secret_id",
                                 .owner_types = {"aws_secretsmanager_secret"}},
                            });
}

}  // namespace ehdscan
