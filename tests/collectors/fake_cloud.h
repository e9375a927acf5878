// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "support/http_server.h"

namespace ehdscan {

/// Secrets that its answers hold, and its credentials: none may be found anywhere afterwards.
inline constexpr const char* kCanaries[] = {
    "CANARY-password", "CANARY-token-home", "CANARY-token-p2", "CANARY-token-system", "CANARY-blob",
    "CANARY-userdata", "CANARY-metadata",   "CANARY-authkey",  "CANARY-errorbody",    "CANARY-adminpass"};

/// A small OpenStack: two projects, two users, one thing of every kind. `override_` may answer any request differently.
class FakeCloud {
 public:
  std::function<std::optional<ServedAnswer>(const ServedRequest&)> override_;
  bool admin = true;          ///< the configured scope has the role admin
  bool system = true;         ///< a system scope may be taken
  bool both_projects = true;  ///< the second project may be entered

  FakeCloud() : server([this](const ServedRequest& request) { return answer(request); }) {}

  [[nodiscard]] std::string clouds_yaml() const {
    return "clouds:\n  fake:\n    auth: {auth_url: \"" + server.url() +
           "/v3\", username: scanner, password: CANARY-password, project_name: one, user_domain_name: Default, "
           "project_domain_name: Default}\n";
  }

 private:
  [[nodiscard]] ServedAnswer token(const std::string& body) const {
    std::string scope;
    std::string id = "CANARY-token-home";
    std::string role = admin ? "admin" : "reader";
    if (body.find("\"system\"") != std::string::npos) {
      scope = R"("system":{"all":true})";
      id = "CANARY-token-system";
      role = "reader";
    } else if (body.find("\"p2\"") != std::string::npos) {
      scope = R"("project":{"id":"p2","name":"two","domain":{"id":"default"}})";
      id = "CANARY-token-p2";
    } else {
      scope = R"("project":{"id":"p1","name":"one","domain":{"id":"default"}})";
    }
    std::string catalogue;
    const std::string u = server.url();
    for (const auto& [type, path] : std::map<std::string, std::string>{{"network", "/net"},
                                                                       {"compute", "/nova/v2.1"},
                                                                       {"volumev3", "/cinder/v3/p1"},
                                                                       {"image", "/glance"},
                                                                       {"object-store", "/swift/v1/AUTH_p1"},
                                                                       {"key-manager", "/barbican"},
                                                                       {"load-balancer", "/octavia"}}) {
      catalogue += (catalogue.empty() ? "" : ",") + std::string(R"({"type":")") + type +
                   R"(","endpoints":[{"interface":"public","region_id":"R","url":")" + u + path + "\"}]}";
    }
    return {.status = 201,
            .body = R"({"token":{"methods":["password"],"roles":[{"id":"r","name":")" + role + R"("}],)" + scope +
                    R"(,"catalog":[)" + catalogue + "]}}",
            .headers = {{"Content-Type", "application/json"}, {"X-Subject-Token", id}}};
  }

  ServedAnswer answer(const ServedRequest& request) {
    if (override_) {
      if (auto other = override_(request)) return *other;
    }
    const std::string path = request.path.substr(0, request.path.find('?'));
    const std::string query =
        request.path.find('?') == std::string::npos ? "" : request.path.substr(request.path.find('?') + 1);
    if (path == "/v3/auth/tokens") return request.method == "POST" ? token(request.body) : ServedAnswer{.status = 204};
    if (path == "/v3/auth/system") return {.body = system ? R"({"system":[{"all":true}]})" : R"({"system":[]})"};
    if (path == "/v3/auth/projects")
      return {
          .body =
              both_projects
                  ? R"({"projects":[{"id":"p1","name":"one","enabled":true},{"id":"p2","name":"two","enabled":true}]})"
                  : R"({"projects":[{"id":"p1","name":"one","enabled":true}]})"};
    const bool identity = path.starts_with("/v3/");
    if (identity && !admin && request.headers.at("x-auth-token") != "CANARY-token-system")
      return {.status = 403, .body = R"({"error":{"code":403,"message":"CANARY-errorbody"}})"};
    const std::string project = request.headers.at("x-auth-token") == "CANARY-token-p2" ? "p2" : "p1";
    if (path == "/net/v2.0/quotas") return {.status = admin ? 200 : 403, .body = R"({"quotas":[]})"};
    if (path.starts_with("/cinder/") && path.ends_with("os-services"))
      return {.status = admin ? 200 : 403, .body = R"({"services":[]})"};
    const std::map<std::string, std::string> bodies{
        {"/v3/domains",
         R"({"domains":[{"id":"default","name":"Default","enabled":true}],"links":{"self":"http://keystone.inside/v3/domains","next":null}})"},
        {"/v3/projects",
         R"({"projects":[{"id":"p1","name":"one","domain_id":"default","enabled":true,"is_domain":false,"tags":["permit=P-1"]},{"id":"p2","name":"two","domain_id":"default","enabled":true,"is_domain":false}],"links":{"self":"http://keystone.inside/v3/projects","next":null}})"},
        {"/v3/users",
         R"({"users":[{"id":"u1","name":"ann","domain_id":"default","enabled":true,"options":{}},{"id":"u2","name":"bo","domain_id":"default","enabled":false,"options":{}}],"links":{"self":"http://keystone.inside/v3/users","next":null}})"},
        {"/v3/groups", R"({"groups":[{"id":"g1","name":"all","domain_id":"default"}],"links":{}})"},
        {"/v3/groups/g1/users", R"({"users":[{"id":"u1","name":"ann","domain_id":"default"}],"links":{}})"},
        {"/v3/users/u1/application_credentials",
         R"({"application_credentials":[{"id":"a1","name":"night","project_id":"p1","user_id":"u1","unrestricted":true,"expires_at":null,"roles":[{"id":"r","name":"reader"}],"secret":"CANARY-password"}],"links":{}})"},
        {"/v3/users/u2/application_credentials", R"({"application_credentials":[],"links":{}})"},
        {"/v3/roles", R"({"roles":[{"id":"r","name":"reader","domain_id":null}],"links":{}})"},
        {"/v3/role_inferences", R"({"role_inferences":[]})"},
        {"/v3/role_assignments",
         R"({"role_assignments":[{"role":{"id":"r"},"user":{"id":"u1"},"scope":{"project":{"id":"p1"}}}],"links":{"self":"http://keystone.inside/v3/role_assignments"}})"},
        {"/v3/credentials",
         R"({"credentials":[{"id":"c1","type":"ec2","user_id":"u1","project_id":"p1","blob":"{\"access\":\"k\",\"secret\":\"CANARY-blob\"}"}],"links":{}})"},
        {"/v3/OS-TRUST/trusts", R"({"trusts":[],"links":{}})"},
        {"/v3/OS-FEDERATION/identity_providers", R"({"identity_providers":[],"links":{}})"},
        {"/v3/services", R"({"services":[{"type":"identity"},{"type":"network"},{"type":"compute"}]})"},
        {"/net/v2.0/networks",
         R"({"networks":[{"id":"n-PROJECT","name":"n","project_id":"PROJECT","router:external":false,"shared":false,"admin_state_up":true}]})"},
        {"/net/v2.0/subnets",
         R"({"subnets":[{"id":"s-PROJECT","network_id":"n-PROJECT","cidr":"10.0.0.0/24","ip_version":4,"project_id":"PROJECT"}]})"},
        {"/net/v2.0/ports",
         R"({"ports":[{"id":"o-PROJECT","network_id":"n-PROJECT","project_id":"PROJECT","device_owner":"compute:nova","device_id":"i1","fixed_ips":[{"subnet_id":"s-PROJECT","ip_address":"10.0.0.5"}],"security_groups":["sg-PROJECT"],"port_security_enabled":true,"status":"ACTIVE"}]})"},
        {"/net/v2.0/routers", R"({"routers":[]})"},
        {"/net/v2.0/floatingips", R"({"floatingips":[]})"},
        {"/net/v2.0/security-groups",
         R"({"security_groups":[{"id":"sg-PROJECT","name":"default","project_id":"PROJECT","security_group_rules":[]}]})"},
        {"/net/v2.0/security-group-rules",
         R"({"security_group_rules":[{"id":"rule-PROJECT","security_group_id":"sg-PROJECT","project_id":"PROJECT","direction":"ingress","ethertype":"IPv4","protocol":"6","port_range_min":22,"port_range_max":22,"remote_ip_prefix":"0.0.0.0/1"}]})"},
        {"/net/v2.0/rbac-policies", R"({"rbac_policies":[]})"},
        {"/nova/v2.1/", R"({"version":{"id":"v2.1","version":"2.93","min_version":"2.1"}})"},
        {"/nova/v2.1/servers/detail",
         R"({"servers":[{"id":"i-PROJECT","name":"vm","tenant_id":"PROJECT","status":"ACTIVE","adminPass":"CANARY-adminpass","OS-EXT-SRV-ATTR:user_data":"CANARY-userdata","metadata":{"db_password":"CANARY-metadata","owner":"ann"}}]})"},
        {"/cinder/v3/", R"({"versions":[{"id":"v3.0","version":"3.70"}]})"},
        {"/glance/v2/images", R"({"images":[],"schema":"/v2/schemas/images","first":"/v2/images"})"},
        {"/octavia/v2/lbaas/loadbalancers", R"({"loadbalancers":[]})"},
        {"/octavia/v2/lbaas/listeners", R"({"listeners":[]})"},
        {"/barbican/v1/secrets", R"({"secrets":[],"total":0})"},
    };
    std::string body;
    if (const auto found = bodies.find(path); found != bodies.end()) {
      body = found->second;
    } else if (path.ends_with("/types")) {
      body = R"({"volume_types":[{"id":"t1","name":"luks","is_public":true}]})";
    } else if (path.ends_with("/types/t1/encryption")) {
      body = R"({"provider":"luks","cipher":"aes-xts-plain64","key_size":256,"control_location":"front-end"})";
    } else if (path.ends_with("/volumes/detail")) {
      body =
          R"({"volumes":[{"id":"v-PROJECT","name":"v","size":1,"status":"available","volume_type":"luks","encrypted":true,"os-vol-tenant-attr:tenant_id":"PROJECT"}]})";
    } else if (path.ends_with("/snapshots/detail")) {
      body = R"({"snapshots":[]})";
    } else if (path.ends_with("/backups/detail")) {
      body = R"({"backups":[]})";
    } else if (path.ends_with("/os-volume-transfer/detail")) {
      body = R"({"transfers":[{"id":"x-PROJECT","volume_id":"v-PROJECT","name":"t","auth_key":"CANARY-authkey"}]})";
    } else if (path == "/swift/v1/AUTH_p1" || path == "/swift/v1/AUTH_p2") {
      if (path != "/swift/v1/AUTH_" + project) return {.status = 403};
      return {.body = query.find("marker") == std::string::npos ? R"([{"name":"data","count":1,"bytes":5}])" : "[]",
              .headers = {{"X-Account-Container-Count", "1"}, {"X-Account-Meta-Temp-URL-Key", "CANARY-authkey"}}};
    } else if (path.ends_with("/data")) {
      // Swift shows access lists to operators only, and says nothing to others.
      return admin ? ServedAnswer{.status = 204, .headers = {{"X-Container-Read", ".r:*,.rlistings"}}}
                   : ServedAnswer{.status = 204, .headers = {}};
    } else {
      return {.status = 404, .body = R"({"error":"not found"})"};
    }
    // The admin's list shows both projects; a project's own shows only its things.
    const std::string project_list =
        admin && query.find("all_tenants") == std::string::npos && !path.starts_with("/net") ? "p1" : project;
    for (std::size_t at = body.find("PROJECT"); at != std::string::npos; at = body.find("PROJECT", at))
      body.replace(at, 7, project_list);
    return {.body = body};
  }

 public:
  HttpServer server;  ///< last: it ends first
};

}  // namespace ehdscan
