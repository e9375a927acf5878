// SPDX-License-Identifier: Apache-2.0
// S3 in Terraform: the bucket, and the resources that stand beside it. The old form, everything in blocks of the
// bucket, is read as well.
#include <fmt/format.h>

#include <array>

#include "collectors/terraform/kinds.h"
#include "collectors/terraform/policy.h"
#include "evidence/tables/storage.h"

namespace ehdscan {
namespace {

constexpr std::string_view kBucket = "aws_s3_bucket";
constexpr std::string_view kAccessBlock = "aws_s3_bucket_public_access_block";

/// Canned lists of S3 ("Canned ACL" in its user guide).
void write_acl(const std::string& bucket, const std::string& id, const std::optional<std::string>& acl,
               TfContext& context) {
  Row<tables::resource_grant> row(context.platform);
  const auto give = [&](std::string_view permission, std::string_view kind, std::string_view who) {
    row.set<"asset_kind">("bucket")
        .set<"asset_id">(bucket)
        .set<"grant_id">(fmt::format("{}/{}", id, permission))
        .set<"permission">(permission);
    row.set<"grantee_kind">(kind)
        .set<"grantee_id">(who)
        .set<"origin">("acl")
        .set<"has_condition">(false)
        .set<"condition_binds">(false)
        .set<"denies">(false);
    row.write(context.sink, context.origin);
  };
  if (!acl) {
    row.set<"asset_kind">("bucket").set<"asset_id">(bucket).set<"grant_id">(id).set<"permission">("read").set<"origin">(
        "acl");
    row.write(context.sink, context.origin);
    return;
  }
  if (*acl == "public-read" || *acl == "public-read-write") give("read", "everyone", "*");
  if (*acl == "public-read-write") give("write", "everyone", "*");
  if (*acl == "authenticated-read") give("read", "every_platform_user", "*");
  if (*acl == "log-delivery-write") give("write", "service", "logdelivery");
}

std::optional<bool> blocked(const TfResource& bucket, TfContext& context) {
  const auto blocks = context.companions(bucket.address(), kAccessBlock);
  if (blocks.empty()) {
    if (context.strays(kAccessBlock) || !bucket.entry().creates) return std::nullopt;
    return true;  // what S3 gives every new bucket since April 2023
  }
  bool all = true;
  for (const std::string_view key :
       {"block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"}) {
    const auto on = blocks.front()->operator[](key).boolean_or(false);
    if (on == std::optional(false)) return false;
    if (!on) all = false;
  }
  return all ? std::optional(true) : std::nullopt;
}

struct Encryption {
  std::optional<std::string> kind, algorithm, key;
};

Encryption read_encryption(const TfResource& bucket, TfContext& context) {
  Encryption found;
  const auto beside = context.companions(bucket.address(), "aws_s3_bucket_server_side_encryption_configuration");
  const TfResource* source = beside.empty() ? nullptr : beside.front();
  TfValue rule = source != nullptr ? (*source)["rule"] : TfValue{};
  if (source == nullptr) {
    if (context.left_out(bucket, "server_side_encryption_configuration")) {
      if (context.strays("aws_s3_bucket_server_side_encryption_configuration")) return found;
      // What S3 gives every new object since January 2023.
      if (bucket.entry().creates) return {.kind = "platform_key", .algorithm = "AES256", .key = {}};
      return found;
    }
    rule = bucket["server_side_encryption_configuration"]["rule"];
  }
  const TfValue by_default = rule["apply_server_side_encryption_by_default"];
  found.algorithm = by_default["sse_algorithm"].text();
  if (!found.algorithm) return found;
  if (found.algorithm->starts_with("aws:kms")) {
    if (by_default["kms_master_key_id"].unset()) {
      found.kind = "platform_key";
    } else {
      found.kind = "customer_key";
      if (source != nullptr) {
        found.key =
            context.ref(*source, {"rule", "0", "apply_server_side_encryption_by_default", "0", "kms_master_key_id"},
                        {"aws_kms_key"});
      }
    }
  } else {
    found.kind = "platform_key";
  }
  return found;
}

std::optional<std::string> read_versioning(const TfResource& bucket, TfContext& context) {
  const auto beside = context.companions(bucket.address(), "aws_s3_bucket_versioning");
  if (!beside.empty()) {
    const auto status = (*beside.front())["versioning_configuration"]["status"].text();
    if (!status) return std::nullopt;
    return *status == "Enabled" ? "enabled" : *status == "Suspended" ? "suspended" : "off";
  }
  if (context.strays("aws_s3_bucket_versioning")) return std::nullopt;
  const auto inside = bucket["versioning"]["enabled"].boolean();
  if (inside) return *inside ? "enabled" : "off";
  return context.left_out(bucket, "versioning") && bucket.entry().creates ? std::optional<std::string>("off")
                                                                          : std::nullopt;
}

void write_bucket(const TfResource& resource, TfContext& context) {
  const std::string& id = resource.address();
  Row<tables::bucket> row(context.platform);
  const auto name = resource["bucket"].text();
  row.set<"bucket_id">(id)
      .set<"name">(name ? name : std::optional(resource.entry().name))
      .set<"region">(tf_region(resource));
  const Encryption encryption = read_encryption(resource, context);
  row.set<"encryption">(encryption.kind)
      .set<"encryption_algorithm">(encryption.algorithm)
      .set<"key_id">(encryption.key);
  row.set<"versioning">(read_versioning(resource, context)).set<"public_access_blocked">(blocked(resource, context));
  const auto locks = context.companions(id, "aws_s3_bucket_object_lock_configuration");
  if (!locks.empty()) {
    const TfValue keep = (*locks.front())["rule"]["default_retention"];
    const auto mode = keep["mode"].text();
    if (mode) row.set<"lock_mode">(*mode == "COMPLIANCE" ? "compliance" : "governance");
    row.set<"lock_days">(keep["days"].integer());
    if (mode && *mode == "COMPLIANCE") row.set<"lock_final">(true);
  } else if (context.boolean(resource, "object_lock_enabled", false) == std::optional(false)) {
    row.set<"lock_mode">("none");
  }
  const auto ownership = context.companions(id, "aws_s3_bucket_ownership_controls");
  if (!ownership.empty()) {
    if (const auto rule = (*ownership.front())["rule"]["object_ownership"].text())
      row.set<"acl_disabled">(*rule == "BucketOwnerEnforced");
  } else if (resource.entry().creates && !context.strays("aws_s3_bucket_ownership_controls")) {
    row.set<"acl_disabled">(true);  // since April 2023
  }
  const auto policies = context.companions(id, "aws_s3_bucket_policy");
  if (!policies.empty()) {
    const auto text = (*policies.front())["policy"].text();
    const auto statements = text ? parse_aws_policy(*text) : std::nullopt;
    if (statements) {
      bool refuses = false;
      for (const AwsStatement& statement : *statements) refuses = refuses || statement.refuses_plain_http;
      row.set<"tls_required">(refuses);
    }
  } else if (resource.entry().creates && !context.strays("aws_s3_bucket_policy") &&
             context.left_out(resource, "policy")) {
    row.set<"tls_required">(false);
  }
  const bool website = !context.companions(id, "aws_s3_bucket_website_configuration").empty();
  if (website || context.left_out(resource, "website")) row.set<"website">(website);
  if (resource.entry().creates) row.set<"object_count">(0);
  row.write(context.sink, context.origin);
  write_tf_asset(resource, context, "bucket", true);
  if (resource["acl"].is_set() && !context.left_out(resource, "acl"))
    write_acl(id, id + "/acl", resource["acl"].text(), context);
  if (resource["policy"].is_set() && !context.left_out(resource, "policy")) {
    const auto text = resource["policy"].text();
    write_policy_grants("bucket", id, id + "/policy", text ? parse_aws_policy(*text) : std::nullopt, context);
  }
}

std::string bucket_of(const TfResource& resource, const TfContext& context) {
  return context.ref(resource, {"bucket"}, {kBucket}).value_or("not known before apply");
}

void write_bucket_acl(const TfResource& resource, TfContext& context) {
  if (!context.left_out(resource, "acl"))
    return write_acl(bucket_of(resource, context), resource.address(), resource["acl"].text(), context);
  const auto grants = resource["access_control_policy"]["grant"].blocks();
  if (!grants) return write_acl(bucket_of(resource, context), resource.address(), std::nullopt, context);
  Row<tables::resource_grant> row(context.platform);
  for (std::size_t i = 0; i < grants->size(); ++i) {
    const TfValue grantee = (*grants)[i]["grantee"];
    const auto permission = (*grants)[i]["permission"].text().value_or("");
    row.set<"asset_kind">("bucket")
        .set<"asset_id">(bucket_of(resource, context))
        .set<"grant_id">(fmt::format("{}/{}", resource.address(), i));
    row.set<"permission">(permission == "FULL_CONTROL" ? "full"
                          : permission == "WRITE"      ? "write"
                          : permission == "READ_ACP"   ? "read_policy"
                          : permission == "WRITE_ACP"  ? "write_policy"
                                                       : "read");
    if (const auto uri = grantee["uri"].text()) {
      row.set<"grantee_kind">(uri->ends_with("/AllUsers")             ? "everyone"
                              : uri->ends_with("/AuthenticatedUsers") ? "every_platform_user"
                                                                      : "service")
          .set<"grantee_id">(*uri);
    } else if (const auto account = grantee["id"].text()) {
      row.set<"grantee_kind">("project").set<"grantee_id">(*account);
    }
    row.set<"origin">("acl").set<"has_condition">(false).set<"condition_binds">(false).set<"denies">(false);
    row.write(context.sink, context.origin);
  }
}

void write_bucket_policy(const TfResource& resource, TfContext& context) {
  const auto text = resource["policy"].text();
  write_policy_grants("bucket", bucket_of(resource, context), resource.address(),
                      text ? parse_aws_policy(*text) : std::nullopt, context);
}

void write_account_guard(const TfResource& resource, TfContext& context) {
  Row<tables::public_access_guard> row(context.platform);
  row.set<"project_id">(resource["account_id"].text().value_or("this account")).set<"service">("s3");
  const auto both = [&](std::string_view a, std::string_view b) -> std::optional<bool> {
    const auto first = resource[a].boolean_or(false);
    const auto second = resource[b].boolean_or(false);
    if (first == std::optional(false) || second == std::optional(false)) return false;
    return first && second ? std::optional(true) : std::nullopt;
  };
  row.set<"blocks_new">(both("block_public_acls", "block_public_policy"))
      .set<"blocks_existing">(both("ignore_public_acls", "restrict_public_buckets"));
  row.write(context.sink, context.origin);
}

/// Rules may stand in blocks of the bucket itself, the way of provider 3: then what stands beside it is not all.
void prepare_bucket(const TfResource& resource, TfContext& context) {
  const auto expressions = context.expressions(resource);
  for (const auto& [block, type] :
       {std::pair("lifecycle_rule", "aws_s3_bucket_lifecycle_configuration"),
        std::pair("object_lock_configuration", "aws_s3_bucket_object_lock_configuration")}) {
    const auto known = resource[block].blocks();
    if ((known && !known->empty()) || (expressions && expressions->find(block))) context.add_stray(type);
  }
}

}  // namespace

void add_aws_bucket_kinds(std::vector<TfKind>& kinds) {
  kinds.push_back({.type = kBucket, .write = &write_bucket, .alias = "bucket", .prepare = &prepare_bucket});
  kinds.push_back({.type = "aws_s3_account_public_access_block", .write = &write_account_guard});
  kinds.push_back(
      {.type = "aws_s3_bucket_acl", .write = &write_bucket_acl, .owner_attribute = "bucket", .owner_types = {kBucket}});
  kinds.push_back({.type = "aws_s3_bucket_policy",
                   .write = &write_bucket_policy,
                   .owner_attribute = "bucket",
                   .owner_types = {kBucket}});
  for (const std::string_view type :
       {kAccessBlock, std::string_view("aws_s3_bucket_server_side_encryption_configuration"),
        std::string_view("aws_s3_bucket_versioning"), std::string_view("aws_s3_bucket_object_lock_configuration"),
        std::string_view("aws_s3_bucket_ownership_controls"), std::string_view("aws_s3_bucket_website_configuration"),
        std::string_view("aws_s3_bucket_lifecycle_configuration"), std::string_view("aws_s3_bucket_logging")}) {
    kinds.push_back({.type = type, .owner_attribute = "bucket", .owner_types = {kBucket}});
  }
  kinds.push_back({.type = "aws_s3_object"});
  kinds.push_back({.type = "aws_s3_bucket_object"});
}

}  // namespace ehdscan
