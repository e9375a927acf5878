// SPDX-License-Identifier: Apache-2.0
#include "collectors/openstack/rights.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace ehdscan {
namespace {

constexpr std::string_view kSystemReader = "the role reader in system scope";
constexpr std::string_view kAdminOrAll = "the role reader in every project, or admin";
constexpr std::string_view kBalancers = "the role load-balancer_global_observer, or admin";

/// The rules that our calls meet, and the rules they name. Source: the services' default policies (Zed), as
/// oslopolicy-policy-generator writes them. Neutron and Nova let an admin's context pass before any rule, and Barbican
/// still joins its older default.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kDefaults{{
    {"identity", R"yaml(
admin_required: "role:admin or is_admin:1"
reads: "rule:admin_required or (role:reader and system_scope:all)"
"identity:list_domains": "rule:reads"
"identity:list_projects": "rule:reads or (role:reader and domain_id:%(target.domain_id)s)"
"identity:list_users": "rule:reads or (role:reader and domain_id:%(target.domain_id)s)"
"identity:list_groups": "rule:reads or (role:reader and domain_id:%(target.group.domain_id)s)"
"identity:list_users_in_group": "rule:reads or (role:reader and domain_id:%(target.group.domain_id)s)"
"identity:list_roles": "rule:reads"
"identity:list_role_inference_rules": "rule:reads"
"identity:list_role_assignments": "rule:reads or (role:reader and domain_id:%(target.domain_id)s and not None:%(target.domain_id)s)"
"identity:list_application_credentials": "rule:reads or user_id:%(user_id)s"
"identity:list_trusts": "rule:reads"
"identity:list_credentials": "rule:reads or user_id:%(target.credential.user_id)s"
"identity:list_identity_providers": "rule:reads"
)yaml"},
    {"network", R"yaml(
context_is_admin: "role:admin"
reads: "rule:context_is_admin or role:reader and project_id:%(project_id)s"
get_network: "rule:reads"
get_subnet: "rule:reads"
get_port: "rule:reads"
get_router: "rule:reads"
get_floatingip: "rule:reads"
get_security_group: "rule:reads"
get_security_group_rule: "rule:reads"
get_address_group: "rule:reads"
get_rbac_policy: "rule:reads"
)yaml"},
    {"compute", R"yaml(
"os_compute_api:servers:detail": "rule:project_reader_api or rule:context_is_admin"
context_is_admin: "role:admin"
project_reader_api: "role:reader and project_id:%(project_id)s"
)yaml"},
    {"block-storage", R"yaml(
admin_api: "role:admin"
reads: "(role:admin) or (role:reader and project_id:%(project_id)s)"
"volume:get_all": "rule:reads"
"volume:get_all_snapshots": "rule:reads"
"volume:get_all_transfers": "rule:reads"
"backup:get_all": "rule:reads"
"volume_extension:volume_type_encryption:get": "rule:admin_api"
)yaml"},
    {"image", R"yaml(
get_images: "role:admin or (role:reader and project_id:%(project_id)s)"
get_members: "role:admin or role:reader and (project_id:%(project_id)s or project_id:%(member_id)s)"
)yaml"},
    {"load-balancer", R"yaml(
reads: "role:load-balancer_global_observer or role:load-balancer_admin or role:admin"
"os_load-balancer_api:loadbalancer:get_all-global": "rule:reads"
"os_load-balancer_api:listener:get_all-global": "rule:reads"
)yaml"},
    {"key-manager", R"yaml(
all_but_audit: "role:admin or role:observer or role:creator"
"secrets:get": "rule:all_but_audit or (True:%(enforce_new_defaults)s and role:member)"
)yaml"},
}};

/// Who might be given a role to scan with, the least first.
struct Candidate {
  std::string_view role;
  bool system = false;
};
constexpr std::array<Candidate, 8> kCandidates{{{"reader", true},
                                                {"reader", false},
                                                {"audit", false},
                                                {"observer", false},
                                                {"load-balancer_global_observer", false},
                                                {"creator", false},
                                                {"member", false},
                                                {"admin", false}}};

/// Roles that Keystone adds by itself: admin implies member implies reader.
std::vector<std::string> with_implied(std::string_view role) {
  std::vector<std::string> roles{std::string(role)};
  if (role == "admin") roles.insert(roles.end(), {"manager", "member", "reader"});
  if (role == "member") roles.emplace_back("reader");
  return roles;
}

bool has(const OsloPolicy& policy, const OsRight& right, const Candidate& candidate, bool own_project) {
  OsloCredentials credentials{{"roles", with_implied(candidate.role)},
                              {"user_id", {"scanner"}},
                              {"is_admin", {"False"}},
                              {"system_scope", {candidate.system ? "all" : "None"}},
                              {"project_id", {candidate.system ? "None" : "own"}},
                              {"tenant_id", {candidate.system ? "None" : "own"}},
                              {"domain_id", {"None"}}};
  const std::string project = own_project ? "own" : "other";
  OsloTarget target{{"project_id", project},
                    {"tenant_id", project},
                    {"target.secret.project_id", project},
                    {"user_id", "other"},
                    {"target.user.id", "other"},
                    {"target.domain_id", "other"},
                    {"domain_id", "other"},
                    {"target.group.domain_id", "other"}};
  return policy.allows(right.rule, credentials, target);
}

}  // namespace

std::span<const OsRight> os_rights() {
  static const std::vector<OsRight> all{
      {"domains", "identity", "GET /v3/domains", kSystemReader, "identity:list_domains"},
      {"projects", "identity", "GET /v3/projects", kSystemReader, "identity:list_projects"},
      {"users", "identity", "GET /v3/users?domain_id=…", kSystemReader, "identity:list_users"},
      {"groups", "identity", "GET /v3/groups?domain_id=…", kSystemReader, "identity:list_groups"},
      {"group_users", "identity", "GET /v3/groups/…/users", kSystemReader, "identity:list_users_in_group"},
      {"roles", "identity", "GET /v3/roles", kSystemReader, "identity:list_roles"},
      {"role_inferences", "identity", "GET /v3/role_inferences", kSystemReader, "identity:list_role_inference_rules"},
      {"role_assignments", "identity", "GET /v3/role_assignments", kSystemReader, "identity:list_role_assignments"},
      {"application_credentials", "identity", "GET /v3/users/…/application_credentials", kSystemReader,
       "identity:list_application_credentials"},
      {"trusts", "identity", "GET /v3/OS-TRUST/trusts", kSystemReader, "identity:list_trusts"},
      {"credentials", "identity", "GET /v3/credentials", kSystemReader, "identity:list_credentials"},
      {"identity_providers", "identity", "GET /v3/OS-FEDERATION/identity_providers", kSystemReader,
       "identity:list_identity_providers"},
      {"networks", "network", "GET /v2.0/networks", kAdminOrAll, "get_network"},
      {"subnets", "network", "GET /v2.0/subnets", kAdminOrAll, "get_subnet"},
      {"ports", "network", "GET /v2.0/ports", kAdminOrAll, "get_port"},
      {"routers", "network", "GET /v2.0/routers", kAdminOrAll, "get_router"},
      {"floatingips", "network", "GET /v2.0/floatingips", kAdminOrAll, "get_floatingip"},
      {"security_groups", "network", "GET /v2.0/security-groups", kAdminOrAll, "get_security_group"},
      {"security_group_rules", "network", "GET /v2.0/security-group-rules", kAdminOrAll, "get_security_group_rule"},
      {"address_groups", "network", "GET /v2.0/address-groups", kAdminOrAll, "get_address_group"},
      {"rbac_policies", "network", "GET /v2.0/rbac-policies", kAdminOrAll, "get_rbac_policy"},
      {"servers", "compute", "GET /servers/detail?all_tenants=1", kAdminOrAll, "os_compute_api:servers:detail"},
      {"volumes", "block-storage", "GET /volumes/detail?all_tenants=1", kAdminOrAll, "volume:get_all"},
      {"snapshots", "block-storage", "GET /snapshots/detail?all_tenants=1", kAdminOrAll, "volume:get_all_snapshots"},
      {"backups", "block-storage", "GET /backups/detail?all_tenants=1", kAdminOrAll, "backup:get_all"},
      {"volume_types", "block-storage", "GET /types?is_public=None", "the role admin",
       "volume_extension:volume_type_encryption:get"},
      {"transfers", "block-storage", "GET /os-volume-transfer/detail?all_tenants=1", kAdminOrAll,
       "volume:get_all_transfers"},
      {"images", "image", "GET /v2/images?visibility=all", kAdminOrAll, "get_images"},
      {"members", "image", "GET /v2/images/…/members", kAdminOrAll, "get_members"},
      {"loadbalancers", "load-balancer", "GET /v2/lbaas/loadbalancers", kBalancers,
       "os_load-balancer_api:loadbalancer:get_all-global"},
      {"listeners", "load-balancer", "GET /v2/lbaas/listeners", kBalancers,
       "os_load-balancer_api:listener:get_all-global"},
      {"containers", "object-store", "HEAD /v1/AUTH_…/…", "the role swiftoperator or admin in every project", ""},
      {"secrets", "key-manager", "GET /v1/secrets", "the role observer in every project", "secrets:get"},
  };
  return all;
}

std::string_view os_service(std::string_view type) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kNames{{{"identity", "identity"},
                                                                                  {"identityv3", "identity"},
                                                                                  {"network", "network"},
                                                                                  {"compute", "compute"},
                                                                                  {"volumev3", "block-storage"},
                                                                                  {"block-storage", "block-storage"},
                                                                                  {"block-store", "block-storage"},
                                                                                  {"volume", "block-storage"},
                                                                                  {"image", "image"},
                                                                                  {"object-store", "object-store"},
                                                                                  {"key-manager", "key-manager"},
                                                                                  {"load-balancer", "load-balancer"}}};
  const auto found = std::ranges::find(kNames, type, [](const auto& pair) { return pair.first; });
  return found == kNames.end() ? std::string_view() : found->second;
}

OsPolicies::OsPolicies() {
  for (const auto& [service, text] : kDefaults) {
    const auto parsed = Document::parse_yaml(text, "default policies");
    if (parsed) static_cast<void>(by_service_[std::string(service)].add((*parsed)->root()));
  }
}

Result<void> OsPolicies::add(std::string_view service, const Node& rules) {
  const auto found = by_service_.find(os_service(service));
  if (found == by_service_.end()) {
    return fail(ErrorKind::not_found, fmt::format("there is no policy.yaml of `{}` to be read", service),
                "identity, network, compute, block-storage, image, load-balancer or key-manager");
  }
  return found->second.add(rules);
}

std::optional<std::string> OsPolicies::least(const OsRight& right) const {
  const auto found = by_service_.find(right.service);
  if (right.rule.empty() || found == by_service_.end()) return std::string(right.least);
  const OsloPolicy& policy = found->second;
  // Only Keystone is asked in system scope: the others answer it with a part, silently.
  const auto takes = [&](const Candidate& candidate) { return !candidate.system || right.service == "identity"; };
  const auto first = [&](bool own_project) {
    return std::ranges::find_if(kCandidates, [&](const Candidate& candidate) {
      return takes(candidate) && has(policy, right, candidate, own_project);
    });
  };
  const auto named = [](const Candidate& candidate) {
    return fmt::format("the role {}{}", candidate.role, candidate.system ? " in system scope" : "");
  };
  const auto whole = first(false);
  const auto own = first(true);
  // An admin's view is one that the services give by role; a lesser role sees its own project only.
  const bool walk = right.service != "identity" && right.service != "load-balancer";
  if (walk && own != kCandidates.end() && own->role != "admin") {
    const bool or_admin = whole != kCandidates.end() && right.service != "key-manager";
    return fmt::format("{} in every project{}", named(*own), or_admin ? ", or admin" : "");
  }
  if (whole == kCandidates.end()) return std::nullopt;
  return named(*whole) + (right.service == "load-balancer" && whole->role != "admin" ? ", or admin" : "");
}

}  // namespace ehdscan
