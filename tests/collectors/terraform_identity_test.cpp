// SPDX-License-Identifier: Apache-2.0
// Roles, policies and keys in plans: who gets every action, and who can give itself more.
#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "collectors/terraform_plan.h"
#include "support/program.h"
#include "support/temporary_folder.h"

using namespace ehdscan;

namespace {

/// How often one check says what on a plan of these resources.
std::map<std::string, std::string> verdicts(const std::string& check, const std::vector<Json>& resources) {
  const TemporaryFolder folder;
  std::ofstream(folder.path / "plan.json") << plan(resources).dump();
  std::ofstream(folder.path / "site.yaml") << "site: n\ncountry: FI\ntargets:\n  - terraform: plan.json\n";
  const std::string report = (folder.path / "report.json").string();
  run_program_with({"gate", (folder.path / "site.yaml").string(), "--format", "json=" + report});
  const Json whole = Json::parse(content_of(report));
  std::map<std::string, std::string> found;
  for (const Json& outcome : whole["checks"]) {
    if (outcome["id"] != check) continue;
    for (const char* word : {"pass", "warn", "fail", "not_assessed"})
      if (outcome["counts"].value(word, 0) > 0) found[word] = std::to_string(outcome["counts"].value(word, 0));
  }
  return found;
}

const std::string kWild = "wildcard-roles-held-by-staff";
const std::string kUp = "no-role-raises-itself";
using Counts = std::map<std::string, std::string>;

Json statement(const Json& actions, const std::string& resource = "*", const std::string& effect = "Allow") {
  return {{"Effect", effect}, {"Action", actions}, {"Resource", resource}};
}

Json inline_policy(const std::vector<Json>& statements, const std::string& name = "p") {
  const Json policy = {{"Version", "2012-10-17"}, {"Statement", statements}};
  return created("aws_iam_role_policy", name, {{"name", name}, {"role", "app"}, {"policy", policy.dump()}});
}

Json attached(const std::string& arn) {
  return created("aws_iam_role_policy_attachment", "a", {{"role", "app"}, {"policy_arn", arn}});
}

}  // namespace

TEST_CASE("terraform roles: all actions of a service that holds data, in every way AWS can say it") {
  const std::vector<Json> wild{statement("*"),
                               statement("*:*"),
                               statement("s3:*"),
                               statement("S3:*"),
                               statement("dynamodb:*"),
                               statement({"logs:PutLogEvents", "kms:*"}),
                               {{"Effect", "Allow"}, {"NotAction", "iam:*"}, {"Resource", "*"}},
                               {{"Effect", "Allow"}, {"Action", "s3:GetObject"}, {"NotResource", "arn:aws:s3:::x"}}};
  for (const Json& one : wild) {
    CAPTURE(one.dump());
    CHECK(verdicts(kWild, {inline_policy({one})}) == Counts{{"fail", "1"}});
  }
  const std::vector<Json> fine{statement("s3:GetObject", "arn:aws:s3:::a/*"), statement("s3:Get*"), statement("logs:*"),
                               statement("*", "*", "Deny")};
  for (const Json& one : fine) {
    CAPTURE(one.dump());
    CHECK(verdicts(kWild, {inline_policy({one})}) == Counts{{"pass", "1"}});
  }
  Json open = inline_policy({statement("*")});
  open["change"]["after"].erase("policy");
  open["change"]["after_unknown"]["policy"] = true;
  CHECK(verdicts(kWild, {open}) == Counts{{"not_assessed", "1"}});
  CHECK(verdicts(kWild, {created("aws_s3_bucket", "b", {{"bucket", "b"}})}).empty());
}

TEST_CASE("terraform roles: malformed policies, unknown services and holders that are not named never pass") {
  const auto with = [](const std::string& policy) {
    return created("aws_iam_role_policy", "p", {{"name", "p"}, {"role", "app"}, {"policy", policy}});
  };
  for (const char* policy :
       {R"({"Statement": "Allow"})", R"({"Statement": [{"Effect": "Allow", "Resource": "*"}]})",
        R"({"Statement": [{"Effect": "Allow", "action": "*", "Resource": "*"}]})",
        R"({"Statement": [{"Effect": "allow", "Action": "s3:GetObject", "Resource": "*"}]})",
        R"({"Statement": [{"Effect": "Allow", "Action": [1], "Resource": "*"}]})", R"({})", "not JSON",
        R"({"Statement": [{"Effect": "Allow", "Action": "service-of-next-year:*", "Resource": "*"}]})"}) {
    CAPTURE(policy);
    CHECK(verdicts(kWild, {with(policy)}) == Counts{{"not_assessed", "1"}});
    CHECK(verdicts(kUp, {with(policy)}) == Counts{{"not_assessed", "1"}});
  }
  for (const char* action : {"s3:?*", "s3:**", "s3*", "?*:*", "healthlake:*"})
    CHECK(verdicts(kWild, {inline_policy({statement(action)})}) == Counts{{"fail", "1"}});
  Json nobody = inline_policy({statement("*")});
  nobody["change"]["after"].erase("role");
  CHECK(verdicts(kWild, {nobody}) == Counts{{"fail", "1"}});
}

TEST_CASE("terraform roles: policies that AWS brings, attached or in the role itself") {
  CHECK(verdicts(kWild, {attached("arn:aws:iam::aws:policy/AdministratorAccess")}) == Counts{{"fail", "1"}});
  CHECK(verdicts(kWild, {attached("arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore")}) == Counts{{"pass", "1"}});
  CHECK(verdicts(kWild, {attached("arn:aws:iam::aws:policy/OfNextYear")}) == Counts{{"not_assessed", "1"}});
  const Json role = created("aws_iam_role", "app",
                            {{"name", "app"},
                             {"managed_policy_arns", Json::array({"arn:aws:iam::aws:policy/AdministratorAccess"})},
                             {"inline_policy", Json::array()}});
  CHECK(verdicts(kWild, {role}) == Counts{{"fail", "1"}});
  const Json policy =
      created("aws_iam_policy", "all", {{"name", "all"}, {"policy", Json{{"Statement", statement("*")}}.dump()}});
  CHECK(verdicts(kWild, {policy}) == Counts{{"warn", "1"}});
  // A policy that is made in the same plan does not hide which one is meant.
  Json mine = inline_policy({statement("s3:GetObject")});
  mine["type"] = "aws_iam_policy";
  mine["address"] = "aws_iam_policy.p";
  mine["change"]["after_unknown"]["arn"] = true;
  CHECK(verdicts(kWild, {mine, attached("arn:aws:iam::aws:policy/AdministratorAccess")}) ==
        Counts{{"fail", "1"}, {"pass", "1"}});
}

TEST_CASE("terraform roles: ways up, also by two policies together, and what an explicit deny takes away") {
  for (const char* action :
       {"iam:Put*", "iam:CreateAccessKey", "sts:AssumeRole", "iam:*", "iam:AddUserToGroup", "s3:PutBucketPolicy"})
    CHECK(verdicts(kUp, {inline_policy({statement(action)})}) == Counts{{"fail", "1"}});
  const Json pass = inline_policy({statement("iam:PassRole")}, "pass");
  const Json run = inline_policy({statement("lambda:CreateFunction")}, "run");
  CHECK(verdicts(kUp, {pass}) == Counts{{"not_assessed", "1"}});  // what runs programs is not wholly known
  CHECK(verdicts(kUp, {pass, run}) == Counts{{"fail", "1"}});
  CHECK(verdicts(kUp, {inline_policy({statement("iam:AttachRolePolicy", "arn:aws:iam::1:role/x")})}) ==
        Counts{{"not_assessed", "1"}});
  CHECK(verdicts(kUp, {inline_policy({statement("iam:Put*"), statement("iam:*", "*", "Deny")})}) ==
        Counts{{"pass", "1"}});
  Json bound = statement("iam:*", "*", "Deny");
  bound["Condition"] = {{"Bool", {{"aws:MultiFactorAuthPresent", "false"}}}};
  CHECK(verdicts(kUp, {inline_policy({statement("iam:Put*"), bound})}) == Counts{{"fail", "1"}});
}

TEST_CASE("terraform roles: Azure by name and by definition") {
  const auto given = [](const std::string& role) {
    return created("azurerm_role_assignment", "a",
                   {{"role_definition_name", role},
                    {"principal_id", "1"},
                    {"principal_type", "ServicePrincipal"},
                    {"scope", "/subscriptions/1"}});
  };
  CHECK(verdicts(kWild, {given("Owner")}) == Counts{{"fail", "1"}});
  CHECK(verdicts(kWild, {given("Storage Blob Data Reader")}) == Counts{{"pass", "1"}});
  CHECK(verdicts(kWild, {given("One of the hospital")}) == Counts{{"not_assessed", "1"}});
  CHECK(verdicts(kUp, {given("User Access Administrator")}) == Counts{{"fail", "1"}});
  CHECK(verdicts(kUp, {given("Storage Account Contributor")}) == Counts{{"fail", "1"}});  // it lists keys
  const auto defined = [](const Json& permissions) {
    return created("azurerm_role_definition", "d", {{"name", "d"}, {"permissions", Json::array({permissions})}});
  };
  CHECK(verdicts(kWild, {defined({{"actions", {"*"}}})}) == Counts{{"warn", "1"}});
  CHECK(verdicts(kWild, {defined({{"actions", {"Microsoft.Storage/*/read"}}})}) == Counts{{"pass", "1"}});
  CHECK(verdicts(kWild, {defined({{"data_actions", {"Microsoft.Storage/*"}}})}) == Counts{{"warn", "1"}});
  CHECK(
      verdicts(kWild,
               {defined({{"data_actions", {"Microsoft.Storage/storageAccounts/blobServices/containers/blobs/*"}}})}) ==
      Counts{{"warn", "1"}});
  CHECK(verdicts(kWild, {defined({{"actions", {"Microsoft.Insights/*"}}})}) == Counts{{"pass", "1"}});
  CHECK(verdicts(kWild, {defined({{"data_actions", {"Microsoft.HealthcareApis/*"}}})}) ==
        Counts{{"not_assessed", "1"}});
  CHECK(verdicts(kWild, {defined({{"actions", {"Microsoft.Storage/*"}}}), given("d")}) == Counts{{"fail", "1"}});
}

TEST_CASE("terraform roles: Google Cloud by role and by custom role") {
  const auto given = [](const std::string& role) {
    return created("google_project_iam_member", "m",
                   {{"project", "p"}, {"role", role}, {"member", "serviceAccount:ci@p"}, {"condition", Json::array()}});
  };
  CHECK(verdicts(kWild, {given("roles/editor")}) == Counts{{"fail", "1"}});
  CHECK(verdicts(kWild, {given("roles/storage.objectViewer")}) == Counts{{"pass", "1"}});
  CHECK(verdicts(kUp, {given("roles/iam.serviceAccountTokenCreator")}) == Counts{{"fail", "1"}});
  const Json both = created("google_project_iam_binding", "b",
                            {{"project", "p"}, {"role", "roles/viewer"}, {"members", {"user:a", "group:b"}}});
  CHECK(verdicts(kWild, {both}) == Counts{{"fail", "2"}});
}
