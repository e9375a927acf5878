// SPDX-License-Identifier: Apache-2.0
// Logs and credentials in plans: read where a plan has them, and nothing said where it has none.
#include <doctest/doctest.h>

#include <fstream>
#include <string>
#include <vector>

#include "collectors/recording_sink.h"
#include "collectors/terraform/terraform.h"
#include "collectors/terraform_plan.h"
#include "evidence/tables/identity.h"
#include "evidence/tables/log.h"
#include "support/program.h"
#include "support/temporary_folder.h"

using namespace ehdscan;

namespace {

struct Run {
  TemporaryFolder folder;
  RecordingSink sink;
  Result<void> result;

  explicit Run(const Json& content) {
    std::ofstream(folder.path / "plan.json", std::ios::binary) << content.dump();
    const auto document = Document::parse_yaml("plan.json", "site.yaml");
    REQUIRE(document);
    const Target target{.name = "t",
                        .collector = "terraform",
                        .document = *document,
                        .options = (*document)->root(),
                        .folder = folder.path,
                        .place = {}};
    result = terraform_collector().collect(target, sink, {.started_at = *parse_instant("2026-11-23T08:00:00Z")});
    CHECK(result);
    CHECK(sink.mistakes.empty());
  }
};

Json bucket() { return created("aws_s3_bucket", "logs", {{"bucket", "logs"}, {"region", "eu-north-1"}}); }

Json trail(const Json& more = Json::object()) {
  Json after = {{"name", "all"},
                {"s3_bucket_name", "logs"},
                {"enable_log_file_validation", true},
                {"enable_logging", true},
                {"event_selector", Json::array()},
                {"advanced_event_selector", Json::array()},
                {"s3_key_prefix", nullptr},
                {"kms_key_id", nullptr}};
  after.update(more);
  return created("aws_cloudtrail", "all", after);
}

Json lifecycle(const std::vector<Json>& rules) {
  return created("aws_s3_bucket_lifecycle_configuration", "logs", {{"bucket", "logs"}, {"rule", rules}});
}

Json rule(int days, const Json& more = Json::object()) {
  Json made = {{"id", "r"},
               {"status", "Enabled"},
               {"expiration", {{{"days", days}}}},
               {"filter", Json::array()},
               {"prefix", nullptr}};
  made.update(more);
  return made;
}

std::string sink_cell(const Run& run, std::string_view id, std::string_view column) {
  const auto* row = run.sink.find(tables::log_sink, "log_sink_id", id);
  REQUIRE(row != nullptr);
  return (*row)[column];
}

std::string kept(const Run& run) {
  const auto* row = run.sink.find(tables::log_retention, "log_sink_id", "aws_s3_bucket.logs");
  REQUIRE(row != nullptr);
  return (*row)["retention_kind"] + " " + (*row)["retention_days"];
}

/// Verdict of a check on the resources of a plan: "pass", "fail", "not_assessed", or nothing said.
std::string verdict(const std::string& check, const Json& content) {
  const TemporaryFolder folder;
  std::ofstream(folder.path / "plan.json") << content.dump();
  std::ofstream(folder.path / "site.yaml") << "site: n\ncountry: FI\ntargets:\n  - terraform: plan.json\n";
  const std::string report = (folder.path / "report.json").string();
  run_program_with({"gate", (folder.path / "site.yaml").string(), "--format", "json=" + report});
  const Json whole = Json::parse(content_of(report));
  for (const Json& outcome : whole["checks"]) {
    if (outcome["id"] != check) continue;
    for (const char* word : {"fail", "not_assessed", "pass"}) {
      if (outcome["counts"].value(word, 0) > 0) return word;
    }
  }
  return "";
}

}  // namespace

TEST_CASE("terraform logs: a trail, its bucket, its lock and how long it keeps") {
  const Run run(plan(
      {bucket(), trail(), lifecycle({rule(400)}),
       created("aws_s3_bucket_object_lock_configuration", "logs",
               {{"bucket", "logs"}, {"rule", {{{"default_retention", {{{"mode", "COMPLIANCE"}, {"years", 1}}}}}}}})}));
  const auto* sink = run.sink.find(tables::log_sink, "log_sink_id", "aws_s3_bucket.logs");
  REQUIRE(sink != nullptr);
  CHECK((*sink)["kind"] == "bucket");
  CHECK((*sink)["access_logs"] == "1");
  CHECK((*sink)["enabled"] == "1");
  CHECK((*sink)["digest_chain"] == "1");
  CHECK((*sink)["lock_mode"] == "compliance");
  CHECK((*sink)["lock_days"] == "365");
  CHECK((*sink)["lock_final"] == "1");
  CHECK(kept(run) == "days 400");
}

TEST_CASE("terraform logs: the shortest rule that takes the records counts, and what is not known is NULL") {
  const auto with = [](const std::vector<Json>& rules) {
    return kept(Run(plan({bucket(), trail(), lifecycle(rules)})));
  };
  CHECK(kept(Run(plan({bucket(), trail()}))) == "unlimited NULL");
  CHECK(with({rule(400), rule(30, {{"filter", {{{"prefix", "AWSLogs/1111/"}}}}})}) == "days 30");
  CHECK(with({rule(400), rule(30, {{"filter", {{{"prefix", "tmp/"}}}}})}) == "days 400");
  CHECK(with({rule(400), rule(30, {{"status", "Disabled"}})}) == "days 400");
  CHECK(with({rule(400), rule(30, {{"filter", {{{"tag", {{{"key", "a"}, {"value", "b"}}}}}}}})}) == "days 400");
  CHECK(kept(Run(plan({bucket(), trail(),
                       created("aws_s3_bucket_lifecycle_configuration", "logs", {{"bucket", "logs"}},
                               {{"rule", true}})}))) == "NULL NULL");
  CHECK(kept(Run(plan({bucket(), trail(),
                       created("aws_s3_bucket_lifecycle_configuration", "other", {{"rule", Json::array({rule(3)})}},
                               {{"bucket", true}})}))) == "NULL NULL");
  Json old = bucket();
  old["change"]["after"]["lifecycle_rule"] = Json::array({{{"enabled", true}, {"expiration", {{{"days", 3}}}}}});
  CHECK(kept(Run(plan({old, trail()}))) == "NULL NULL");
  const Run elsewhere(plan({trail()}));
  CHECK(sink_cell(elsewhere, "logs", "lock_mode") == "NULL");
}

TEST_CASE("terraform logs: a trail of data of one kind, one that is off, and a group beside it") {
  const auto access = [](const Json& more) {
    const Run run(plan({bucket(), trail(more)}));
    return sink_cell(run, "aws_s3_bucket.logs", "access_logs");
  };
  CHECK(access({{"event_selector", {{{"include_management_events", false}, {"read_write_type", "All"}}}}}) == "0");
  CHECK(access({{"event_selector", {{{"include_management_events", true}}}}}) == "1");
  CHECK(access({{"advanced_event_selector", {{{"name", "x"}}}}}) == "NULL");
  const Json group = created("aws_cloudwatch_log_group", "g", {{"name", "g"}, {"retention_in_days", 30}});
  const Json reference = {{"address", "aws_cloudtrail.all"},
                          {"mode", "managed"},
                          {"type", "aws_cloudtrail"},
                          {"name", "all"},
                          {"expressions",
                           {{"cloud_watch_logs_group_arn",
                             {{"references", {"aws_cloudwatch_log_group.g.arn", "aws_cloudwatch_log_group.g"}}}}}}};
  Json to_group = trail({{"enable_logging", false}});
  to_group["change"]["after_unknown"]["cloud_watch_logs_group_arn"] = true;
  const Run run(plan({bucket(), to_group, group}, {reference}));
  CHECK(sink_cell(run, "aws_s3_bucket.logs", "enabled") == "0");
  CHECK(sink_cell(run, "aws_cloudwatch_log_group.g", "access_logs") == "1");
  const Run alone(plan({group}));
  CHECK(sink_cell(alone, "aws_cloudwatch_log_group.g", "access_logs") == "NULL");
}

TEST_CASE("terraform logs: the checks of running clouds judge them, and a plan without any says nothing") {
  CHECK(verdict("log-sink-kept-a-year", plan({bucket(), trail(), lifecycle({rule(30)})})) == "fail");
  CHECK(verdict("log-sink-kept-a-year", plan({bucket(), trail(), lifecycle({rule(400)})})) == "pass");
  CHECK(verdict("log-sink-kept-a-year", plan({trail()})) == "not_assessed");
  CHECK(verdict("log-sink-kept-a-year", plan({bucket()})).empty());
  CHECK(verdict("log-archive-locked", plan({bucket()})).empty());
}

TEST_CASE("terraform credentials: application credentials that never end or make others fail, with no secret kept") {
  const auto with = [](const Json& more, const Json& unknown = Json::object()) {
    Json after = {{"name", "ci"},          {"secret", "CANARY"},
                  {"expires_at", nullptr}, {"unrestricted", nullptr},
                  {"roles", nullptr},      {"access_rules", Json::array()}};
    after.update(more);
    Json open = {{"id", true}};
    open.update(unknown);
    for (const auto& [key, value] : unknown.items()) after.erase(key);
    return plan({created("openstack_identity_application_credential_v3", "ci", after, open)});
  };
  const std::string check = "application-credentials-bounded";
  CHECK(verdict(check, with({{"expires_at", "2027-01-31T00:00:00Z"}})) == "pass");
  CHECK(verdict(check, with(Json::object())) == "fail");
  CHECK(verdict(check, with({{"expires_at", "2027-01-31T00:00:00Z"}, {"unrestricted", true}})) == "fail");
  CHECK(verdict(check, with(Json::object(), {{"expires_at", true}})) == "not_assessed");
  CHECK(verdict(check, plan({bucket()})).empty());
  const Run run(with({{"roles", {"reader"}}}));
  const auto* row = run.sink.find(tables::credential, "name", "ci");
  REQUIRE(row != nullptr);
  CHECK((*row)["rights_limited"] == "1");
  CHECK((*row)["expires_kind"] == "never");
}
