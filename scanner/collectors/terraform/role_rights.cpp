// SPDX-License-Identifier: Apache-2.0
// What actions of AWS let their holder do, in the words of every platform ("Actions, resources, and condition keys for
// AWS services"; ways up: the rights by which an identity gives itself others). An action stands here if having it is
// having the right.
#include "collectors/terraform/role_rights.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace ehdscan {
namespace {

struct Action {
  std::string_view name;  ///< in lower case
  std::string_view right;
};

constexpr auto kActions = std::to_array<Action>({
    {"s3:getobject", "data_read"},
    {"s3:putobject", "data_write"},
    {"s3:deleteobject", "data_delete"},
    {"s3:putbucketpolicy", "data_share"},
    {"s3:putbucketacl", "data_share"},
    {"s3:putobjectacl", "data_share"},
    {"dynamodb:getitem", "data_read"},
    {"dynamodb:query", "data_read"},
    {"dynamodb:scan", "data_read"},
    {"dynamodb:putitem", "data_write"},
    {"dynamodb:updateitem", "data_write"},
    {"dynamodb:deletetable", "data_delete"},
    {"rds-data:executestatement", "data_read"},
    {"rds-db:connect", "data_read"},
    {"rds:modifydbsnapshotattribute", "data_share"},
    {"rds:modifydbinstance", "data_write"},
    {"rds:deletedbinstance", "data_delete"},
    {"redshift:getclustercredentials", "data_read"},
    {"redshift-data:executestatement", "data_read"},
    {"elasticfilesystem:clientmount", "data_read"},
    {"elasticfilesystem:clientwrite", "data_write"},
    {"elasticfilesystem:deletefilesystem", "data_delete"},
    {"fsx:deletefilesystem", "data_delete"},
    {"athena:getqueryresults", "data_read"},
    {"lakeformation:getdataaccess", "data_read"},
    {"ebs:getsnapshotblock", "snapshot_read"},
    {"ec2:modifysnapshotattribute", "data_share"},
    {"ec2:attachvolume", "volume_attach"},
    {"ec2:runinstances", "compute_write"},
    {"ec2:authorizesecuritygroupingress", "network_write"},
    {"ec2-instance-connect:sendsshpublickey", "compute_exec"},
    {"ssm:startsession", "compute_exec"},
    {"ssm:sendcommand", "compute_exec"},
    {"ssm:getparameter", "secret_read"},
    {"secretsmanager:getsecretvalue", "secret_read"},
    {"secretsmanager:putresourcepolicy", "data_share"},
    {"kms:decrypt", "key_decrypt"},
    {"kms:creategrant", "key_admin"},
    {"kms:putkeypolicy", "key_admin"},
    {"kms:schedulekeydeletion", "key_admin"},
    {"iam:attachgrouppolicy", "policy_write"},
    {"iam:attachrolepolicy", "policy_write"},
    {"iam:attachuserpolicy", "policy_write"},
    {"iam:putgrouppolicy", "policy_write"},
    {"iam:putrolepolicy", "policy_write"},
    {"iam:putuserpolicy", "policy_write"},
    {"iam:createpolicyversion", "policy_write"},
    {"iam:setdefaultpolicyversion", "policy_write"},
    {"iam:updateassumerolepolicy", "policy_write"},
    {"iam:addusertogroup", "identity_write"},
    {"iam:createaccesskey", "credential_create"},
    {"iam:createloginprofile", "credential_create"},
    {"iam:updateloginprofile", "credential_create"},
    {"iam:createuser", "identity_write"},
    {"iam:createrole", "identity_write"},
    {"iam:passrole", "role_pass"},
    {"sso:createaccountassignment", "policy_write"},
    {"organizations:attachpolicy", "policy_write"},
    {"sts:assumerole", "role_assume"},
    {"lambda:createfunction", "compute_write"},
    {"lambda:updatefunctioncode", "compute_write"},
    {"ecs:runtask", "compute_write"},
    {"glue:createdevendpoint", "compute_write"},
    {"glue:createjob", "compute_write"},
    {"cloudformation:createstack", "compute_write"},
    {"sagemaker:createnotebookinstance", "compute_write"},
    {"logs:getlogevents", "log_read"},
    {"logs:putlogevents", "log_write"},
    {"logs:deleteloggroup", "log_delete"},
    {"cloudtrail:stoplogging", "log_delete"},
    {"cloudtrail:deletetrail", "log_delete"},
    {"backup:startrestorejob", "backup_restore"},
    {"backup:deleterecoverypoint", "backup_delete"},
});

bool any_matches(const std::vector<std::string>& patterns, std::string_view action) {
  return std::ranges::any_of(patterns, [&](const std::string& one) { return wildcard_matches(to_lower(one), action); });
}

bool names_all(const std::vector<std::string>& resources) {
  return std::ranges::find(resources, "*") != resources.end();
}

bool is_every_action(const std::string& pattern) {
  return !pattern.empty() && pattern.find_first_not_of("*:") == std::string::npos;
}

/// `s3:*`, not `s3:Get*`.
bool is_whole_service(const std::string& pattern) { return is_every_action(pattern) || pattern.ends_with(":*"); }

void give(RoleRights& rights, std::string_view right, const AwsStatement& statement, const std::string& action,
          bool by_wildcard) {
  RoleRight& given = rights[right];
  if (given.action.empty()) given.action = action;
  given.everywhere = given.everywhere || !statement.other_than_resources.empty() || names_all(statement.resources);
  for (const std::string& resource : statement.resources) {
    if (std::ranges::find(given.resources, resource) == given.resources.end()) given.resources.push_back(resource);
  }
  given.conditional = given.conditional && !statement.condition_keys.empty();
  given.by_wildcard = given.by_wildcard || by_wildcard || !statement.other_than_resources.empty();
}

// Names of roles that hold what a right needs, each with what counts of them.
struct BuiltIn {
  std::string_view role, right;  ///< no right: nothing that counts
  bool by_wildcard = false;
};

constexpr auto kBuiltIn = std::to_array<BuiltIn>({
    // AWS managed policies ("AWS managed policy reference").
    {"arn:aws:iam::aws:policy/AdministratorAccess", "platform_admin", true},
    {"arn:aws:iam::aws:policy/PowerUserAccess", "platform_admin", true},
    {"arn:aws:iam::aws:policy/IAMFullAccess", "policy_write", true},
    {"arn:aws:iam::aws:policy/AmazonS3FullAccess", "data_read", true},
    {"arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess", "data_read", true},
    {"arn:aws:iam::aws:policy/AmazonEC2FullAccess", "data_share", true},
    {"arn:aws:iam::aws:policy/SecretsManagerReadWrite", "secret_read", true},
    {"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole", "log_write"},
    {"arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore", {}},
    {"arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy", {}},
    {"arn:aws:iam::aws:policy/AmazonEKSClusterPolicy", {}},
    {"arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy", {}},
    {"arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly", {}},
    {"arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy", "log_write"},
    {"arn:aws:iam::aws:policy/SecurityAudit", {}},
    {"arn:aws:iam::aws:policy/job-function/ViewOnlyAccess", {}},
    // "Azure built-in roles".
    {"Owner", "platform_admin", true},
    {"Contributor", "platform_admin", true},
    {"User Access Administrator", "policy_write", true},
    {"Role Based Access Control Administrator", "policy_write"},
    {"Storage Account Contributor", "data_read", true},
    {"Storage Account Key Operator Service Role", "credential_create"},
    {"Storage Blob Data Owner", "data_read", true},
    {"Storage Blob Data Contributor", "data_write"},
    {"Storage Blob Data Reader", "data_read"},
    {"Key Vault Administrator", "secret_read", true},
    {"Key Vault Secrets User", "secret_read"},
    {"Key Vault Reader", {}},
    {"Key Vault Crypto Service Encryption User", "key_decrypt"},
    {"Reader", {}},
    {"AcrPull", {}},
    {"Monitoring Reader", {}},
    {"Monitoring Metrics Publisher", {}},
    // Google Cloud, "Basic and predefined roles reference".
    {"roles/owner", "platform_admin", true},
    {"roles/editor", "platform_admin", true},
    {"roles/viewer", "data_read", true},
    {"roles/storage.admin", "data_read", true},
    {"roles/bigquery.admin", "data_read", true},
    {"roles/secretmanager.admin", "secret_read", true},
    {"roles/iam.securityAdmin", "policy_write", true},
    {"roles/resourcemanager.projectIamAdmin", "policy_write"},
    {"roles/iam.serviceAccountUser", "role_pass"},
    {"roles/iam.serviceAccountTokenCreator", "impersonate"},
    {"roles/iam.serviceAccountKeyAdmin", "credential_create"},
    {"roles/storage.objectViewer", "data_read"},
    {"roles/storage.objectCreator", "data_write"},
    {"roles/storage.objectUser", "data_write"},
    {"roles/bigquery.dataViewer", "data_read"},
    {"roles/bigquery.jobUser", {}},
    {"roles/cloudsql.client", {}},
    {"roles/secretmanager.secretAccessor", "secret_read"},
    {"roles/cloudkms.cryptoKeyEncrypterDecrypter", "key_decrypt"},
    {"roles/logging.logWriter", "log_write"},
    {"roles/logging.viewer", "log_read"},
    {"roles/monitoring.metricWriter", {}},
    {"roles/monitoring.viewer", {}},
    {"roles/artifactregistry.reader", {}},
    {"roles/run.invoker", {}},
});

}  // namespace

RoleRights rights_of(const std::vector<AwsStatement>& statements) {
  RoleRights rights;
  const auto denied = [&](std::string_view action) {
    return std::ranges::any_of(statements, [&](const AwsStatement& one) {
      return one.denies && one.understood && one.condition_keys.empty() && names_all(one.resources) &&
             any_matches(one.actions, action);
    });
  };
  for (const AwsStatement& statement : statements) {
    if (statement.denies) continue;
    if (!statement.other_than_actions.empty()) give(rights, "platform_admin", statement, "NotAction", true);
    for (const std::string& pattern : statement.actions) {
      if (is_every_action(pattern)) give(rights, "platform_admin", statement, pattern, true);
      const std::string lower = to_lower(pattern);
      for (const Action& action : kActions) {
        if (wildcard_matches(lower, action.name) && !denied(action.name))
          give(rights, action.right, statement, pattern, is_whole_service(pattern));
      }
    }
    if (statement.other_than_actions.empty()) continue;
    for (const Action& action : kActions) {
      if (!any_matches(statement.other_than_actions, action.name) && !denied(action.name))
        give(rights, action.right, statement, "NotAction", true);
    }
  }
  return rights;
}

std::optional<RoleRights> rights_of_built_in(std::string_view role) {
  const auto* const found = std::ranges::find(kBuiltIn, role, &BuiltIn::role);
  if (found == kBuiltIn.end()) return std::nullopt;
  RoleRights rights;
  if (!found->right.empty()) {
    rights[found->right] = {.everywhere = true,
                            .resources = {},
                            .conditional = false,
                            .action = std::string(role),
                            .by_wildcard = found->by_wildcard};
  }
  return rights;
}

}  // namespace ehdscan
