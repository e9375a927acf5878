// SPDX-License-Identifier: Apache-2.0
// Roles that platforms bring, and what of their rights counts: a line for each. A role that stands here gives no other
// right that a check asks for.
#include <algorithm>
#include <array>

#include "collectors/terraform/role_rights.h"

namespace ehdscan {
namespace {

struct BuiltIn {
  std::string_view role, right;  ///< no right: none that counts
  bool by_wildcard = false;
};

constexpr auto kBuiltIn = std::to_array<BuiltIn>({
    // AWS managed policies ("AWS managed policy reference").
    {"arn:aws:iam::aws:policy/AdministratorAccess", "platform_admin", true},
    {"arn:aws:iam::aws:policy/PowerUserAccess", "platform_admin", true},
    {"arn:aws:iam::aws:policy/IAMFullAccess", "policy_write", true},
    {"arn:aws:iam::aws:policy/AmazonS3FullAccess", "data_read", true},
    {"arn:aws:iam::aws:policy/AmazonS3FullAccess", "data_share", true},
    {"arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess", "data_read", true},
    {"arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess", "role_pass"},
    {"arn:aws:iam::aws:policy/AmazonEC2FullAccess", "data_share", true},
    {"arn:aws:iam::aws:policy/AmazonEC2FullAccess", "compute_write", true},
    {"arn:aws:iam::aws:policy/SecretsManagerReadWrite", "secret_read", true},
    {"arn:aws:iam::aws:policy/SecretsManagerReadWrite", "data_share", true},
    {"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole", "log_write"},
    {"arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore", "secret_read"},
    {"arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy", {}},
    {"arn:aws:iam::aws:policy/AmazonEKSClusterPolicy", "network_write"},
    {"arn:aws:iam::aws:policy/AmazonEKSClusterPolicy", "volume_attach"},
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
    {"Storage Account Contributor", "credential_create"},
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
    {"roles/storage.admin", "data_share", true},
    {"roles/bigquery.admin", "data_read", true},
    {"roles/bigquery.admin", "data_share", true},
    {"roles/secretmanager.admin", "secret_read", true},
    {"roles/secretmanager.admin", "data_share", true},
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

std::optional<RoleRights> rights_of_built_in(std::string_view role) {
  std::optional<RoleRights> rights;
  for (const BuiltIn& one : kBuiltIn) {
    if (one.role != role) continue;
    if (!rights) rights.emplace();
    if (one.right.empty()) continue;
    (*rights)[one.right] = {.everywhere = true,
                            .resources = {},
                            .conditional = false,
                            .action = std::string(role),
                            .by_wildcard = one.by_wildcard};
  }
  return rights;
}

}  // namespace ehdscan
