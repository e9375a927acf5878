// SPDX-License-Identifier: Apache-2.0
#include "collectors/openstack/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "collectors/openstack/redact.h"
#include "net/http/url.h"

namespace ehdscan {
namespace {

constexpr int kOk = 200;
constexpr int kNoContent = 204;
constexpr int kMultipleChoices = 300;
constexpr int kNewestCompute = 96;  ///< compute API 2.96 (2024.1), the newest whose answers the parsers know
constexpr int kNewestVolume = 70;   ///< volume API 3.70 (Zed)

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

/// Last part of the path removed if it is of a project: `…/v3/<id>`, `…/v1/AUTH_<id>`.
std::string without_project(const std::string& url, const std::deque<OsToken>& tokens) {
  const std::size_t slash = url.rfind('/');
  const std::string_view last = std::string_view(url).substr(slash + 1);
  for (const OsToken& token : tokens) {
    if (!token.project_id.empty() && last.ends_with(token.project_id)) return url.substr(0, slash);
  }
  return last.starts_with("AUTH_") ? url.substr(0, slash) : url;
}

std::string with_version(const std::string& url, std::string_view version) {
  const std::size_t slash = url.rfind('/');
  const std::string_view last = std::string_view(url).substr(slash + 1);
  const bool versioned = last.size() >= 2 && last[0] == 'v' && last[1] >= '0' && last[1] <= '9';
  return versioned ? url : url + "/" + std::string(version);
}

/// The newest microversion that both sides know: "2.93"; empty if the answer tells none.
std::string microversion(std::string_view body, int newest) {
  const auto parsed = Document::parse_json(body, "versions");
  if (!parsed || !(*parsed)->root().is(Node::Kind::mapping)) return {};
  const OsObject root((*parsed)->root());
  std::vector<OsObject> versions = root.objects({"versions"});
  if (const auto one = root.object({"version"})) versions.push_back(*one);
  std::string best;
  int best_minor = -1;
  for (const OsObject& version : versions) {
    const std::string text = version.text({"version"}).value_or("");
    const std::size_t dot = text.find('.');
    if (dot == std::string::npos) continue;
    const auto minor = parse_integer(text.substr(dot + 1));
    if (!minor || *minor <= best_minor) continue;
    best_minor = static_cast<int>(*minor);
    best = fmt::format("{}.{}", text.substr(0, dot), std::min(best_minor, newest));
  }
  return best;
}

const OsRight* right_of(std::string_view list) {
  const auto found = std::ranges::find(os_rights(), list, &OsRight::list);
  return found == os_rights().end() ? nullptr : &*found;
}

std::string least(std::string_view list) {
  const OsRight* right = right_of(list);
  return right == nullptr ? std::string() : std::string(right->least);
}

std::string id_of(const OsItem& item) { return item.object().text({"id"}).value_or(""); }

}  // namespace

std::optional<std::string> OsPlan::endpoint(std::string_view service) {
  for (const auto& [type, url] : session_.cloud().endpoint_overrides) {
    std::string name = type;
    std::ranges::replace(name, '_', '-');
    if (os_service(name) == service) return without_slash(url);
  }
  std::set<std::string> regions;
  std::optional<std::string> found;
  for (const OsEndpoint& candidate : session_.catalogue()) {
    if (os_service(candidate.type) != service || candidate.interface != session_.cloud().interface) continue;
    if (!session_.cloud().region.empty() && candidate.region != session_.cloud().region) continue;
    if (regions.insert(candidate.region).second && !found) found = without_slash(candidate.url);
  }
  if (!found) {
    absent_services_.insert(std::string(service));
    return std::nullopt;
  }
  if (regions.size() > 1) {
    for (const OsRight& right : os_rights()) {
      if (right.service != service) continue;
      reader_.problem(std::string(right.list), CollectionState::partial,
                      fmt::format("the catalogue has {} regions of {}: only `{}` was read (`region_name` chooses)",
                                  regions.size(), service, *regions.begin()));
    }
  }
  if (!parse_url(*found)) {
    for (const OsRight& right : os_rights()) {
      if (right.service == service)
        reader_.problem(std::string(right.list), CollectionState::failed,
                        fmt::format("the catalogue's endpoint of {} is no http address", service));
    }
    return std::nullopt;
  }
  return found;
}

const OsToken* OsPlan::identity_token() const {
  const OsToken* best = nullptr;
  const auto rank = [](const OsToken& token) {
    if (token.system) return 4;
    if (token.has_role("admin") && !token.project_id.empty()) return 3;
    return token.project_id.empty() ? 2 : 1;
  };
  for (const OsToken& token : session_.tokens()) {
    if (best == nullptr || rank(token) > rank(*best)) best = &token;
  }
  return best;
}

const OsToken* OsPlan::admin_token() const {
  for (const OsToken& token : session_.tokens()) {
    if (!token.project_id.empty() && token.has_role("admin")) return &token;
  }
  return nullptr;
}

std::vector<const OsToken*> OsPlan::project_tokens() const {
  std::vector<const OsToken*> all;
  for (const OsToken& token : session_.tokens()) {
    if (!token.project_id.empty()) all.push_back(&token);
  }
  return all;
}

void OsPlan::read() {
  read_identity();
  read_network();
  read_compute();
  read_volumes();
  read_images();
  read_balancers();
  reader_.run();
  after_projects();
  read_absent();
}

/// A catalogue may be filtered for a project: that a service does not exist is told by Keystone's list of services.
void OsPlan::read_absent() {
  const OsToken* token = identity_token();
  if (token == nullptr) return;
  const std::string url = session_.keystone() + "/services";
  reader_.get("GET", "identity", url, token, {}, [this, url, token](const Result<HttpAnswer>& answer) {
    const auto parsed =
        answer && answer->status == kOk ? Document::parse_json(answer->body, url) : fail(ErrorKind::network, "");
    if (!parsed || !(*parsed)->root().find("services")) return;
    std::set<std::string> types;
    for (const OsObject& service : OsObject((*parsed)->root()).objects({"services"})) {
      const std::string type = service.text({"type"}).value_or("");
      types.emplace(os_service(type));
      if (type.starts_with("share")) types.insert("share");
    }
    if (!types.contains("share")) reader_.nothing("shares", "share/shares", url, token);
    for (const OsRight& right : os_rights()) {
      if (absent_services_.contains(right.service) && !types.contains(std::string(right.service)))
        reader_.nothing(std::string(right.list), fmt::format("absent/{}", right.list), url, token);
    }
  });
  // Members are asked for shared images only: with all images listed, none is shared.
  const OsListing* images = reader_.find("image/images");
  if (images != nullptr && images->answered) reader_.nothing("members", "image/members", images->url, images->token);
  reader_.run();
}

void OsPlan::read_identity() {
  const OsToken* token = identity_token();
  if (token == nullptr) return;
  const std::string base = session_.keystone();
  std::set<std::string> reasons;
  if (!token->system && !(token->has_role("admin") && !token->project_id.empty())) {
    reasons.insert(fmt::format("Keystone was read as {}, which need not see all of it ({} would)", token->label,
                               least("projects")));
  }
  const auto list = [=, this](const std::string& kind, const std::string& path,
                              std::function<void(OsListing&)> then = {}, const std::string& name = {},
                              const std::string& key = {}) {
    reader_.list({.list = kind,
                  .key = key,
                  .name = "identity/" + (name.empty() ? kind : name),
                  .service = "identity",
                  .url = base + path,
                  .token = token,
                  .least = least(kind),
                  .reasons = reasons,
                  .then = std::move(then)});
  };
  list("projects", "/projects", [this](OsListing& listing) {
    for (const OsItem& item : listing.items) {
      if (!item.object().boolean({"is_domain"}).value_or(false)) read_objects(id_of(item));
    }
  });
  const auto users = [=](const std::string& query, const std::string& name) {
    list(
        "users", "/users" + query,
        [=](OsListing& listing) {
          for (const OsItem& user : listing.items) {
            const std::string id = id_of(user);
            list("application_credentials", "/users/" + percent_encode(id) + "/application_credentials", {},
                 "application_credentials_of_" + id);
          }
        },
        name);
  };
  const auto groups = [=](const std::string& query, const std::string& name) {
    list(
        "groups", "/groups" + query,
        [=](OsListing& listing) {
          for (const OsItem& group : listing.items) {
            const std::string id = id_of(group);
            list("group_users", "/groups/" + percent_encode(id) + "/users", {}, "group_users_of_" + id, "users");
          }
        },
        name);
  };
  // Users, groups and roles of a domain with its own driver are in no list but the domain's.
  reader_.list({.list = "domains",
                .name = "identity/domains",
                .service = "identity",
                .url = base + "/domains",
                .token = token,
                .least = least("domains"),
                .reasons = reasons,
                .then =
                    [=](OsListing& listing) {
                      for (const OsItem& item : listing.items) {
                        const std::string domain = id_of(item);
                        const std::string query = "?domain_id=" + percent_encode(domain);
                        users(query, "users_domain_" + domain);
                        groups(query, "groups_domain_" + domain);
                        list("roles", "/roles" + query, {}, "roles_domain_" + domain);
                      }
                    },
                .otherwise =
                    [=] {
                      users("", "users");
                      groups("", "groups");
                    }});
  list("roles", "/roles");
  list("role_inferences", "/role_inferences");
  list("role_assignments", "/role_assignments?include_names=true");
  list("credentials", "/credentials");
  list("trusts", "/OS-TRUST/trusts");
  list("identity_providers", "/OS-FEDERATION/identity_providers");
  for (const OsToken* project : project_tokens()) read_secrets(project);
}

void OsPlan::everywhere(OsReader::Call call, const std::function<std::string(const OsToken&)>& url) {
  call.least = least(call.list);
  if (const OsToken* admin = admin_token()) {
    call.token = admin;
    call.url = url(*admin);
    reader_.list(std::move(call));
    return;
  }
  walked_lists_.insert(call.list);
  for (const OsToken* token : project_tokens()) {
    OsReader::Call one = call;
    one.name += "_project_" + token->project_id;
    one.token = token;
    one.url = url(*token);
    reader_.list(std::move(one));
  }
  if (project_tokens().empty())
    reader_.problem(call.list, CollectionState::denied,
                    fmt::format("the credentials enter no project; {} would be enough", call.least));
}

/// An admin by name may be none to this service: a call that only admins may make tells. Lists are cut silently.
void OsPlan::confirm(const std::string& service, const std::string& url, const std::vector<std::string>& lists) {
  const OsToken* admin = admin_token();
  if (admin == nullptr) return;
  reader_.get("GET", service, url, admin, {}, [this, url, admin, lists](const Result<HttpAnswer>& answer) {
    if (answer && answer->status < kMultipleChoices) return;
    for (const std::string& list : lists) {
      reader_.problem(list, CollectionState::partial,
                      fmt::format("{} does not treat {} as an admin: its lists may be cut to one project",
                                  shown_url(url), admin->label));
    }
  });
}

void OsPlan::read_network() {
  auto base = endpoint("network");
  if (!base) return;
  const std::string root = with_version(*base, "v2.0");
  struct Path {
    const char* list;
    const char* path;
    bool extension;
  };
  constexpr std::array<Path, 9> kPaths{{{"networks", "networks", false},
                                        {"subnets", "subnets", false},
                                        {"ports", "ports", false},
                                        {"routers", "routers", true},
                                        {"floatingips", "floatingips", true},
                                        {"address_groups", "address-groups", true},
                                        {"security_groups", "security-groups", true},
                                        {"security_group_rules", "security-group-rules", true},
                                        {"rbac_policies", "rbac-policies", true}}};
  std::vector<std::string> lists;
  for (const Path& path : kPaths) {
    lists.emplace_back(path.list);
    everywhere({.list = path.list,
                .name = fmt::format("network/{}", path.list),
                .service = "network",
                .url = {},
                .absent_is_empty = path.extension},
               [&](const OsToken&) { return fmt::format("{}/{}?limit=1000", root, path.path); });
  }
  confirm("network", root + "/quotas", lists);
}

void OsPlan::read_compute() {
  auto base = endpoint("compute");
  if (!base) return;
  const std::string root = with_version(without_project(*base, session_.tokens()), "v2.1");
  const std::vector<const OsToken*> tokens = project_tokens();
  const OsToken* token = tokens.empty() ? &session_.tokens().front() : tokens.front();
  reader_.get("GET", "compute", root + "/", token, {}, [this, root](const Result<HttpAnswer>& answer) {
    const std::string version =
        answer && answer->status <= kMultipleChoices ? microversion(answer->body, kNewestCompute) : "";
    Headers headers;
    if (!version.empty()) headers.emplace_back("OpenStack-API-Version", "compute " + version);
    everywhere({.list = "servers", .name = "compute/servers", .service = "compute", .url = {}, .headers = headers},
               [&, this](const OsToken&) {
                 return root + (admin_token() != nullptr ? "/servers/detail?all_tenants=1&limit=1000"
                                                         : "/servers/detail?limit=1000");
               });
  });
}

void OsPlan::read_volumes() {
  auto base = endpoint("block-storage");
  if (!base) return;
  const std::string root = with_version(without_project(*base, session_.tokens()), "v3");
  const std::vector<const OsToken*> tokens = project_tokens();
  const OsToken* token = tokens.empty() ? &session_.tokens().front() : tokens.front();
  reader_.get("GET", "block-storage", root + "/", token, {}, [this, root](const Result<HttpAnswer>& answer) {
    const std::string version =
        answer && answer->status <= kMultipleChoices ? microversion(answer->body, kNewestVolume) : "";
    Headers headers;
    if (!version.empty()) headers.emplace_back("OpenStack-API-Version", "volume " + version);
    struct Path {
      const char* list;
      const char* path;
    };
    constexpr std::array<Path, 4> kPaths{{{"volumes", "volumes/detail"},
                                          {"snapshots", "snapshots/detail"},
                                          {"backups", "backups/detail"},
                                          {"transfers", "os-volume-transfer/detail"}}};
    const std::string_view all = admin_token() != nullptr ? "?all_tenants=1&limit=1000" : "?limit=1000";
    std::vector<std::string> lists;
    for (const Path& path : kPaths) {
      lists.emplace_back(path.list);
      everywhere(
          {.list = path.list,
           .name = fmt::format("volume/{}", path.list),
           .service = "block-storage",
           .url = {},
           .headers = headers},
          [&](const OsToken& scope) { return fmt::format("{}/{}/{}{}", root, scope.project_id, path.path, all); });
    }
    everywhere({.list = "volume_types",
                .name = "volume/volume_types",
                .service = "block-storage",
                .url = {},
                .headers = headers,
                .then =
                    [this, root, headers](OsListing& types) {
                      for (std::size_t i = 0; i < types.items.size(); ++i) {
                        const std::string url = fmt::format("{}/{}/types/{}/encryption", root, types.token->project_id,
                                                            percent_encode(id_of(types.items[i])));
                        reader_.get("GET", "block-storage", url, types.token, headers,
                                    [&types, i, url](const Result<HttpAnswer>& encryption) {
                                      const auto parsed = encryption && encryption->status == kOk
                                                              ? Document::parse_json(encryption->body, "encryption")
                                                              : fail(ErrorKind::network, "");
                                      if (parsed && (*parsed)->root().is(Node::Kind::mapping)) {
                                        types.items[i].more.emplace_back("encryption",
                                                                         redacted_json((*parsed)->root()));
                                      } else {
                                        types.reasons.insert(
                                            fmt::format("the encryption of volume types is told to admins only ({})",
                                                        encryption ? std::to_string(encryption->status) : "no answer"));
                                      }
                                    });
                      }
                    }},
               [&](const OsToken& scope) { return fmt::format("{}/{}/types?is_public=None", root, scope.project_id); });
    if (const OsToken* admin = admin_token())
      confirm("block-storage", fmt::format("{}/{}/os-services", root, admin->project_id), lists);
  });
}

void OsPlan::read_images() {
  auto base = endpoint("image");
  if (!base) return;
  const std::string root = with_version(*base, "v2");
  const auto members = [this, root](OsListing& images) {
    for (const OsItem& item : images.items) {
      if (item.object().text({"visibility"}) != std::optional<std::string>("shared")) continue;
      const std::string id = id_of(item);
      // Those who were given an image see only themselves among its members.
      const bool owner = images.token->has_role("admin") || item.object().text({"owner"}) == images.token->project_id;
      if (!owner) continue;
      reader_.list({.list = "members",
                    .name = "image/members_of_" + id,
                    .service = "image",
                    .url = fmt::format("{}/images/{}/members", root, percent_encode(id)),
                    .token = images.token,
                    .least = least("members")});
    }
  };
  for (const char* hidden : {"false", "true"}) {
    everywhere(
        {.list = "images",
         .name = fmt::format("image/images{}", std::string_view(hidden) == "true" ? "_hidden" : ""),
         .service = "image",
         .url = {},
         .then = members},
        [&](const OsToken&) { return fmt::format("{}/images?visibility=all&os_hidden={}&limit=500", root, hidden); });
  }
}

void OsPlan::read_balancers() {
  auto base = endpoint("load-balancer");
  if (!base) return;
  std::string root = *base;
  if (const std::size_t version = root.rfind("/v2"); version != std::string::npos) root.resize(version);
  for (const char* list : {"loadbalancers", "listeners"}) {
    everywhere({.list = list, .name = fmt::format("balancer/{}", list), .service = "load-balancer", .url = {}},
               [&](const OsToken&) { return fmt::format("{}/v2/lbaas/{}?limit=1000", root, list); });
  }
}

/// Swift shows access lists to operators of the account only, and an account to no one else's.
void OsPlan::read_objects(const std::string& project_id) {
  const auto base = endpoint("object-store");
  if (!base) return;
  const auto tokens = project_tokens();
  const auto own = std::ranges::find(tokens, project_id, &OsToken::project_id);
  const OsToken* token = own != tokens.end() ? *own : admin_token();
  if (token == nullptr) {
    reader_.problem("containers", CollectionState::denied,
                    fmt::format("the credentials do not enter the project {}; {} would be enough", project_id,
                                least("containers")));
    return;
  }
  const bool operates =
      token->has_role("ResellerAdmin") ||
      (token->project_id == project_id && (token->has_role("admin") || token->has_role("swiftoperator")));
  const std::string account = with_version(without_project(*base, session_.tokens()), "v1") + "/AUTH_" + project_id;
  reader_.list({.list = "containers",
                .name = "object/containers_project_" + project_id,
                .service = "object-store",
                .url = account + "?format=json",
                .token = token,
                .least = least("containers"),
                .absent_is_empty = true,
                .by_marker = true,
                .then = [this, account, token, operates, project_id](OsListing& containers) {
                  for (std::size_t i = 0; i < containers.items.size(); ++i) {
                    const std::string name = containers.items[i].object().text({"name"}).value_or("");
                    const std::string url = account + "/" + percent_encode(name);
                    reader_.get("HEAD", "object-store", url, token, {},
                                [&containers, i, name, project_id, operates, url](const Result<HttpAnswer>& answer) {
                                  auto& more = containers.items[i].more;
                                  more.emplace_back("container", json_text(name));
                                  more.emplace_back("account", json_text("AUTH_" + project_id));
                                  if (!answer || (answer->status != kOk && answer->status != kNoContent)) {
                                    containers.reasons.insert(
                                        fmt::format("{} answers {}", shown_url(url),
                                                    answer ? std::to_string(answer->status) : "not at all"));
                                    return;
                                  }
                                  const auto add = [&](const char* header, const char* field, bool always) {
                                    const std::string_view value = answer->header(header);
                                    if (!value.empty() || always) more.emplace_back(field, json_text(value));
                                  };
                                  add("x-container-read", "read_acl", operates);
                                  add("x-container-write", "write_acl", operates);
                                  add("x-container-sync-to", "sync_to", false);
                                  add("x-storage-policy", "storage_policy", false);
                                  add("x-history-location", "history-location", false);
                                  add("x-versions-location", "versions-location", false);
                                  if (to_lower(answer->header("x-versions-enabled")) == "true")
                                    more.emplace_back("versions_enabled", "true");
                                });
                  }
                }});
}

/// Metadata and access lists only; a payload is never asked for.
void OsPlan::read_secrets(const OsToken* token) {
  const auto base = endpoint("key-manager");
  if (!base) return;
  const std::string root = with_version(*base, "v1");
  walked_lists_.insert("secrets");
  reader_.list({.list = "secrets",
                .name = "key/secrets_project_" + token->project_id,
                .service = "key-manager",
                .url = root + "/secrets?limit=100&offset=0",
                .token = token,
                .least = least("secrets"),
                .then = [this, root, token](OsListing& secrets) {
                  for (std::size_t i = 0; i < secrets.items.size(); ++i) {
                    secrets.items[i].more.emplace_back("project_id", json_text(token->project_id));
                    const std::string reference = secrets.items[i].object().text({"secret_ref"}).value_or("");
                    const std::string url = fmt::format("{}/secrets/{}/acl", root,
                                                        percent_encode(reference.substr(reference.rfind('/') + 1)));
                    reader_.get("GET", "key-manager", url, token, {}, [&secrets, i](const Result<HttpAnswer>& answer) {
                      const auto parsed = answer && answer->status == kOk ? Document::parse_json(answer->body, "acl")
                                                                          : fail(ErrorKind::network, "");
                      if (parsed && (*parsed)->root().is(Node::Kind::mapping)) {
                        secrets.items[i].more.emplace_back("acl", redacted_json((*parsed)->root()));
                      } else {
                        secrets.reasons.insert("the access lists of some secrets are not told");
                      }
                    });
                  }
                }});
}

/// What was read project by project is whole only if every project was entered.
void OsPlan::after_projects() {
  const OsListing* projects = reader_.find("identity/projects");
  const bool known = projects != nullptr && projects->answered && projects->reasons.empty();
  std::vector<std::string> missing;
  if (known) {
    const auto tokens = project_tokens();
    for (const OsItem& item : projects->items) {
      if (item.object().boolean({"is_domain"}).value_or(false)) continue;
      const std::string id = id_of(item);
      if (std::ranges::find(tokens, id, &OsToken::project_id) == tokens.end()) missing.push_back(id);
    }
  }
  if (known && missing.empty()) return;
  const std::string reason =
      !known ? std::string("Keystone does not tell all projects, so that some may not have been entered")
             : fmt::format("{} of {} projects were not entered, {} among them", missing.size(), projects->items.size(),
                           missing.front());
  for (const std::string& list : walked_lists_) reader_.problem(list, CollectionState::partial, reason);
  if (!known) {
    // Object storage goes by Keystone's list.
    for (const OsToken* token : project_tokens()) read_objects(token->project_id);
    reader_.problem("containers", CollectionState::partial, reason);
    reader_.run();
  }
}

std::vector<OsRightState> OsPlan::rights() const {
  std::vector<OsRightState> all;
  for (const OsRight& right : os_rights()) {
    auto state = reader_.state_of(right.list);
    if (!state && absent_services_.contains(right.service))
      state = {CollectionState::not_attempted, fmt::format("the catalogue shows no {} service", right.service)};
    // What hangs on a thing of another list is asked for where there is one, and is had as far as that list is.
    constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kParents{
        {{"group_users", "groups"}, {"application_credentials", "users"}, {"members", "images"}}};
    const auto parent = std::ranges::find(kParents, right.list, [](const auto& pair) { return pair.first; });
    if (!state && parent != kParents.end()) state = reader_.state_of(parent->second);
    if (!state) state = {CollectionState::complete, ""};
    all.push_back({.right = &right, .state = *std::move(state)});
  }
  return all;
}

OsListState OsPlan::unlisted(const OsKind& kind) const {
  const OsRight* right = right_of(kind.list_key);
  if (right != nullptr && absent_services_.contains(right->service)) {
    return {CollectionState::not_attempted,
            fmt::format("the catalogue shows no {} service of this region and interface", right->service)};
  }
  return {CollectionState::not_attempted, fmt::format("{} were not asked for", kind.name)};
}

}  // namespace ehdscan
