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
    {"cassandra:select", "data_read"},
    {"es:eshttpget", "data_read"},
    {"glacier:getjoboutput", "data_read"},
    {"healthlake:readresource", "data_read"},
    {"kinesis:getrecords", "data_read"},
    {"neptune-db:readdataviaquery", "data_read"},
    {"omics:getreadset", "data_read"},
    {"sqs:receivemessage", "data_read"},
    {"timestream:select", "data_read"},
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
    {"iam:addusertogroup", "policy_write"},
    {"iam:createaccesskey", "credential_create"},
    {"iam:createloginprofile", "credential_create"},
    {"iam:updateloginprofile", "credential_create"},
    {"iam:createservicespecificcredential", "credential_create"},
    {"iam:deleterolepermissionsboundary", "policy_write"},
    {"iam:deleteuserpermissionsboundary", "policy_write"},
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

/// Services that keep no data and open none; of others that stand in no line above it is not known.
constexpr auto kWithoutData = std::to_array<std::string_view>(
    {"acm", "autoscaling", "cloudwatch", "elasticloadbalancing", "events", "route53", "tag", "wafv2"});

bool names_all(const std::vector<std::string>& resources) {
  return std::ranges::find(resources, "*") != resources.end();
}

bool is_every_action(std::string_view pattern) {
  return pattern.find('*') != std::string_view::npos && pattern.find_first_not_of("*?:") == std::string_view::npos;
}

/// `s3:*`, also as `s3:?*`; not `s3:Get*`.
bool is_whole_service(std::string_view pattern) {
  const std::size_t colon = pattern.find(':');
  if (colon == std::string_view::npos) return pattern.ends_with('*');
  return is_every_action(pattern.substr(colon + 1));
}

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

}  // namespace

bool matches_action(const std::vector<std::string>& patterns, std::string_view action) {
  return std::ranges::any_of(patterns, [&](const std::string& one) { return wildcard_matches(to_lower(one), action); });
}

bool rights_are_known(const AwsStatement& statement) {
  if (!statement.understood) return false;
  if (statement.denies) return true;
  return std::ranges::all_of(statement.actions, [](const std::string& pattern) {
    const std::string lower = to_lower(pattern);
    return !is_whole_service(lower) ||
           std::ranges::find(kWithoutData, lower.substr(0, lower.find(':'))) != kWithoutData.end() ||
           std::ranges::any_of(kActions, [&](const Action& action) { return wildcard_matches(lower, action.name); });
  });
}

RoleRights rights_of(const std::vector<AwsStatement>& statements) {
  RoleRights rights;
  const auto denied = [&](std::string_view action) {
    return std::ranges::any_of(statements, [&](const AwsStatement& one) {
      return one.denies && one.understood && one.condition_keys.empty() && names_all(one.resources) &&
             matches_action(one.actions, action);
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
      if (!matches_action(statement.other_than_actions, action.name) && !denied(action.name))
        give(rights, action.right, statement, "NotAction", true);
    }
  }
  return rights;
}

}  // namespace ehdscan
