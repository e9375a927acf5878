// SPDX-License-Identifier: Apache-2.0
// CloudTrail and CloudWatch Logs in Terraform: where access records end up, for how long, under which lock.
#include <fmt/format.h>

#include <algorithm>

#include "collectors/terraform/kinds.h"
#include "evidence/tables/log.h"

namespace ehdscan {
namespace {

constexpr std::string_view kBucket = "aws_s3_bucket";
constexpr std::string_view kGroup = "aws_cloudwatch_log_group";
constexpr std::string_view kLifecycle = "aws_s3_bucket_lifecycle_configuration";
constexpr std::string_view kLock = "aws_s3_bucket_object_lock_configuration";

/// How long something is kept: a kind of log_retention, nothing if it is not known.
struct Kept {
  std::optional<std::string_view> kind;
  std::optional<std::int64_t> days = std::nullopt;
};

void write_retention(const std::string& sink, std::string_view layer, const Kept& kept, TfContext& context) {
  Row<tables::log_retention> row(context.platform);
  row.set<"log_sink_id">(sink).set<"layer">(layer).set<"retention_kind">(kept.kind).set<"retention_days">(kept.days);
  row.write(context.sink, context.origin);
}

/// Whether a lifecycle rule takes objects below `prefix`; those of a trail carry no tags.
std::optional<bool> takes(const TfValue& rule, const std::optional<std::string>& prefix) {
  const auto status = rule["status"].text();
  if (!status) return std::nullopt;
  if (*status != "Enabled") return false;
  const TfValue filter = rule["filter"];
  if (filter["tag"].is_set() || filter["and"]["tags"].is_set()) return false;
  const TfValue narrower = filter["and"]["prefix"].is_set() ? filter["and"]["prefix"] : filter["prefix"];
  const auto wanted = (narrower.is_set() ? narrower : rule["prefix"]).text_or("");
  if (!wanted || !prefix) return wanted && wanted->empty() ? std::optional(true) : std::nullopt;
  return prefix->starts_with(*wanted) || wanted->starts_with(*prefix);
}

/// The shortest expiration that a bucket of this plan has for objects below `prefix`.
Kept kept_in_bucket(const std::string& bucket, const std::optional<std::string>& prefix, const TfContext& context) {
  const auto lifecycles = context.companions(bucket, kLifecycle);
  if (lifecycles.empty())
    return {context.strays(kLifecycle) ? std::nullopt : std::optional<std::string_view>("unlimited")};
  Kept kept{"unlimited"};
  const auto rules = (*lifecycles.front())["rule"].blocks();
  if (!rules) return {std::nullopt};
  for (const TfValue& rule : *rules) {
    const auto counts = takes(rule, prefix);
    if (counts == std::optional(false) || rule["expiration"].unset()) continue;
    const auto days = rule["expiration"]["days"].integer();
    if (!counts || !days) return {std::nullopt};
    if (*days > 0) kept = {"days", kept.days ? std::min(*kept.days, *days) : *days};
  }
  return kept;
}

void set_lock(Row<tables::log_sink>& row, const std::string& bucket, const TfContext& context) {
  const auto locks = context.companions(bucket, kLock);
  if (locks.empty()) {
    if (!context.strays(kLock)) row.set<"lock_mode">("none");
    return;
  }
  constexpr std::int64_t kDaysOfYear = 365;
  const TfValue keep = (*locks.front())["rule"]["default_retention"];
  const auto mode = keep["mode"].text();
  if (!mode) return;
  row.set<"lock_mode">(*mode == "COMPLIANCE" ? "compliance" : "governance");
  row.set<"lock_final">(*mode == "COMPLIANCE");  // S3: nobody shortens a retention in compliance mode
  const auto years = keep["years"].integer();
  row.set<"lock_days">(years ? std::optional(*years * kDaysOfYear) : keep["days"].integer());
}

/// Sign-ins are management events; a selector may leave those out.
std::optional<bool> records_access(const TfResource& trail) {
  if (trail["advanced_event_selector"].is_set()) return std::nullopt;
  const auto selectors = trail["event_selector"].blocks();
  if (!selectors) return std::nullopt;
  if (selectors->empty()) return true;
  bool known = true;
  for (const TfValue& selector : *selectors) {
    const auto management = selector["include_management_events"].boolean_or(true);
    if (management == std::optional(true) || selector["data_resource"].is_set()) return true;
    known = known && management.has_value();
  }
  return known ? std::optional(false) : std::nullopt;
}

void prepare_trail(const TfResource& resource, TfContext& context) {
  if (records_access(resource) != std::optional(true)) return;
  if (const auto group = context.ref(resource, {"cloud_watch_logs_group_arn"}, {kGroup}))
    context.use(*group, resource.address());
}

void write_trail(const TfResource& resource, TfContext& context) {
  const auto bucket = context.ref(resource, {"s3_bucket_name"}, {kBucket});
  if (!bucket) {
    return context.partial(tables::log_sink,
                           fmt::format("where {} writes to is not known before apply", resource.address()));
  }
  if (!context.first("log_sink " + *bucket)) return;
  Row<tables::log_sink> row(context.platform);
  row.set<"log_sink_id">(*bucket)
      .set<"name">(resource["name"].text())
      .set<"region">(tf_region(resource))
      .set<"kind">("bucket")
      .set<"destination_id">(*bucket);
  row.set<"access_logs">(records_access(resource)).set<"enabled">(context.boolean(resource, "enable_logging", true));
  row.set<"digest_chain">(context.boolean(resource, "enable_log_file_validation", false));
  row.set<"encrypted_in_transit">(true);
  if (resource["kms_key_id"].is_set()) row.set<"key_id">(context.ref(resource, {"kms_key_id"}, {"aws_kms_key"}));
  const bool in_plan = bucket->find(std::string(kBucket) + ".") != std::string::npos;
  if (in_plan) set_lock(row, *bucket, context);
  row.write(context.sink, context.origin);

  const auto own = context.text(resource, "s3_key_prefix", "");
  const auto prefix = own ? std::optional((own->empty() ? "" : *own + "/") + "AWSLogs/") : std::nullopt;
  write_retention(*bucket, "lifecycle", in_plan ? kept_in_bucket(*bucket, prefix, context) : Kept{std::nullopt},
                  context);
}

void write_group(const TfResource& resource, TfContext& context) {
  Row<tables::log_sink> row(context.platform);
  row.set<"log_sink_id">(resource.address())
      .set<"name">(resource["name"].text())
      .set<"region">(tf_region(resource))
      .set<"kind">("log_group")
      .set<"enabled">(true)
      .set<"encrypted_in_transit">(true);
  // Whose records it takes is written where they come from: a trail of this plan, or nothing that it shows.
  if (context.user_of(resource.address())) row.set<"access_logs">(true);
  // CloudWatch Logs has no lock and no chain of digests.
  row.set<"lock_mode">("none").set<"digest_chain">(false);
  if (resource["kms_key_id"].is_set()) row.set<"key_id">(context.ref(resource, {"kms_key_id"}, {"aws_kms_key"}));
  row.write(context.sink, context.origin);
  const auto days = context.integer(resource, "retention_in_days", 0);  // 0: for ever
  Kept kept{.kind = std::nullopt, .days = days};
  if (days == std::optional<std::int64_t>(0)) {
    kept = {.kind = "unlimited"};
  } else if (days) {
    kept.kind = "days";
  }
  write_retention(resource.address(), "log_group", kept, context);
}

}  // namespace

void add_aws_log_kinds(std::vector<TfKind>& kinds) {
  const std::vector<const TableSpec*> tables{&tables::log_sink, &tables::log_retention};
  kinds.push_back({.type = "aws_cloudtrail", .write = &write_trail, .prepare = &prepare_trail, .extra_tables = tables});
  kinds.push_back({.type = kGroup, .write = &write_group, .alias = "name", .extra_tables = tables});
}

}  // namespace ehdscan
