// SPDX-License-Identifier: Apache-2.0
// Keystone's Identity API v3: authentication and scopes.
#include "collectors/openstack/session.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "collectors/openstack/object.h"
#include "collectors/openstack/redact.h"
#include "net/http/url.h"

namespace ehdscan {
namespace {

constexpr std::size_t kMostScopes = 500;
constexpr int kCreated = 201;
constexpr int kOk = 200;
constexpr int kUnauthorized = 401;

std::string member(std::string_view name, const std::string& value) {
  return fmt::format("{}:{}", json_text(name), json_text(value));
}

/// `{"id": …}` or `{"name": …, "domain": {…}}`.
std::string named(const OsCloud& cloud, const std::string& id, const std::string& name, const std::string& domain_id,
                  const std::string& domain_name) {
  if (!cloud.get(id).empty()) return member("id", cloud.get(id));
  std::string out = member("name", cloud.get(name));
  if (domain_id.empty() && domain_name.empty()) return out;
  if (!cloud.get(domain_id).empty()) return out + ",\"domain\":{" + member("id", cloud.get(domain_id)) + "}";
  const std::string domain = !cloud.get(domain_name).empty() ? cloud.get(domain_name) : cloud.get("default_domain");
  if (!domain.empty()) return out + ",\"domain\":{" + member("name", domain) + "}";
  return out + R"(,"domain":{"id":"default"})";
}

std::string user_of(const OsCloud& cloud, const std::string& secret) {
  return "\"user\":{" + named(cloud, "user_id", "username", "user_domain_id", "user_domain_name") +
         (secret.empty() ? "" : "," + secret) + "}";
}

/// JSON of the configured scope; empty if none is.
std::string configured_scope(const OsCloud& cloud) {
  if (!cloud.get("trust_id").empty()) return "{\"OS-TRUST:trust\":{" + member("id", cloud.get("trust_id")) + "}}";
  if (!cloud.get("system_scope").empty()) return R"({"system":{"all":true}})";
  if (!cloud.get("project_id").empty() || !cloud.get("project_name").empty()) {
    return "{\"project\":{" + named(cloud, "project_id", "project_name", "project_domain_id", "project_domain_name") +
           "}}";
  }
  if (!cloud.get("domain_id").empty() || !cloud.get("domain_name").empty())
    return "{\"domain\":{" + named(cloud, "domain_id", "domain_name", "", "") + "}}";
  return {};
}

std::vector<std::string> methods_of(const OsCloud& cloud) {
  std::string type = to_lower(cloud.auth_type);
  if (type.starts_with("v3")) type = type.substr(2);
  if (type == "multifactor") {
    std::vector<std::string> all;
    for (std::string_view method : split(cloud.get("auth_methods"), ',')) {
      method = trim(method);
      if (method.starts_with("v3")) method.remove_prefix(2);
      if (!method.empty()) all.emplace_back(method == "applicationcredential" ? "application_credential" : method);
    }
    return all;
  }
  if (type == "applicationcredential" ||
      (type.empty() && !cloud.get("application_credential_secret").empty() && cloud.get("password").empty()))
    return {"application_credential"};
  if (type == "token" || (type.empty() && cloud.get("password").empty() && !cloud.get("token").empty()))
    return {"token"};
  if (type == "oidcaccesstoken") return {"oidc"};
  if (type == "totp") return {"totp"};
  return {"password"};
}

/// The body of one method; empty with a reason if something it needs is missing.
Result<std::string> method_body(const OsCloud& cloud, const std::string& method) {
  const auto missing = [&](std::string_view what) {
    return fail(ErrorKind::invalid_input, fmt::format("the cloud `{}` has no {}", cloud.name, what),
                "write it to clouds.yaml or secure.yaml, or set the OS_ variable of the same name");
  };
  if (method == "password") {
    if (cloud.get("password").empty()) return missing("password");
    if (cloud.get("username").empty() && cloud.get("user_id").empty()) return missing("username");
    return "{" + user_of(cloud, member("password", cloud.get("password"))) + "}";
  }
  if (method == "totp") {
    if (cloud.get("passcode").empty()) return missing("passcode (OS_PASSCODE), which its second factor needs");
    return "{" + user_of(cloud, member("passcode", cloud.get("passcode"))) + "}";
  }
  if (method == "token") {
    if (cloud.get("token").empty()) return missing("token");
    return "{" + member("id", cloud.get("token")) + "}";
  }
  if (method == "application_credential") {
    if (cloud.get("application_credential_secret").empty()) return missing("application_credential_secret");
    std::string body = "{";
    if (!cloud.get("application_credential_id").empty()) {
      body += member("id", cloud.get("application_credential_id"));
    } else {
      if (cloud.get("application_credential_name").empty()) return missing("application_credential_id");
      body += member("name", cloud.get("application_credential_name")) + "," + user_of(cloud, "");
    }
    return body + "," + member("secret", cloud.get("application_credential_secret")) + "}";
  }
  return fail(ErrorKind::invalid_input, fmt::format("the sign-in method `{}` is not known", method),
              "password, application_credential, token, totp, v3multifactor or v3oidcaccesstoken");
}

std::string auth_body(const std::string& methods, const std::string& bodies, const std::string& scope) {
  return fmt::format(R"({{"auth":{{"identity":{{"methods":[{}],{}}}{}}}}})", methods, bodies,
                     scope.empty() ? "" : ",\"scope\":" + scope);
}

}  // namespace

bool OsToken::has_role(std::string_view name) const {
  return std::ranges::any_of(roles, [&](const std::string& role) { return equals_ignore_case(role, name); });
}

Result<OsToken> OsSession::read_token(const HttpAnswer& answer, bool with_catalogue) {
  const auto parsed = Document::parse_json(answer.body, "token");
  const auto inner =
      parsed && (*parsed)->root().is(Node::Kind::mapping) ? (*parsed)->root().find("token") : std::nullopt;
  if (!inner || !inner->is(Node::Kind::mapping)) {
    return fail(ErrorKind::network,
                fmt::format("{} answers a sign-in with something that is no token", shown_url(answer.url)),
                "is auth_url that of Keystone?");
  }
  const OsObject object(*inner);
  OsToken token{.id = std::string(answer.header("x-subject-token"))};
  if (token.id.empty())
    return fail(ErrorKind::network, fmt::format("{} gives no token with its answer", shown_url(answer.url)));
  if (const auto project = object.object({"project"})) {
    token.project_id = project->text({"id"}).value_or("");
    token.label = "project " + project->text({"name"}).value_or(token.project_id);
  } else if (const auto domain = object.object({"domain"})) {
    token.domain_id = domain->text({"id"}).value_or("");
    token.label = "domain " + domain->text({"name"}).value_or(token.domain_id);
  } else if (object.object({"system"})) {
    token.system = true;
    token.label = "system";
  } else {
    token.label = "no scope";
  }
  for (const OsObject& role : object.objects({"roles"})) {
    if (const auto name = role.text({"name"})) token.roles.push_back(*name);
  }
  if (with_catalogue && catalogue_.empty()) {
    for (const OsObject& service : object.objects({"catalog"})) {
      for (const OsObject& endpoint : service.objects({"endpoints"})) {
        catalogue_.push_back({.type = service.text({"type"}).value_or(""),
                              .interface = endpoint.text({"interface"}).value_or(""),
                              .region = endpoint.text({"region_id", "region"}).value_or(""),
                              .url = endpoint.text({"url"}).value_or("")});
      }
    }
  }
  return token;
}

Result<OsToken> OsSession::sign_in(const std::function<bool()>& stop) {
  std::vector<std::string> methods = methods_of(cloud_);
  const std::string scope = configured_scope(cloud_);
  may_rescope_ = true;
  own_token_ = methods != std::vector<std::string>{"token"};
  HttpRequest request{.service = "identity", .method = "POST", .url = keystone_ + "/auth/tokens"};
  if (methods == std::vector<std::string>{"oidc"}) {
    const std::string provider = cloud_.get("identity_provider");
    const std::string protocol = cloud_.get("protocol");
    if (provider.empty() || protocol.empty() || cloud_.get("access_token").empty()) {
      return fail(ErrorKind::invalid_input,
                  fmt::format("the cloud `{}` lacks identity_provider, protocol or access_token", cloud_.name));
    }
    request.url = fmt::format("{}/OS-FEDERATION/identity_providers/{}/protocols/{}/auth", keystone_,
                              percent_encode(provider), percent_encode(protocol));
    request.headers.emplace_back("Authorization", "Bearer " + cloud_.get("access_token"));
    const auto answer = client_.send(request, stop);
    if (!answer) return std::unexpected(answer.error());
    if (answer->status != kCreated && answer->status != kOk)
      return fail(ErrorKind::denied,
                  fmt::format("{} refuses the access token ({})", shown_url(request.url), answer->status),
                  "is it expired, or meant for another audience?");
    const auto unscoped = read_token(*answer, false);
    if (!unscoped || scope.empty()) return unscoped;
    if (tokens_.empty()) tokens_.emplace_back();
    tokens_.front().id = unscoped->id;
    const auto scoped = client_.send(rescope(scope), stop);
    if (!scoped) return std::unexpected(scoped.error());
    if (scoped->status != kCreated)
      return fail(ErrorKind::denied, fmt::format("{} refuses the scope ({})", shown_url(request.url), scoped->status));
    return read_token(*scoped, true);
  }
  // Keystone limits an application credential to its project; a trust likewise.
  if (methods.front() == "application_credential" || !cloud_.get("trust_id").empty()) may_rescope_ = false;
  const auto body = [&](const std::vector<std::string>& used) -> Result<std::string> {
    std::string names;
    std::string bodies;
    for (const std::string& method : used) {
      const auto one = method_body(cloud_, method);
      if (!one) return one;
      names += (names.empty() ? "" : ",") + json_text(method);
      bodies += (bodies.empty() ? "" : ",") + json_text(method) + ":" + *one;
    }
    const bool fixed = used.front() == "application_credential";
    return auth_body(names, bodies, fixed ? std::string() : scope);
  };
  const auto first = body(methods);
  if (!first) return std::unexpected(first.error());
  request.body = *first;
  request.headers.emplace_back("Content-Type", "application/json");
  auto answer = client_.send(request, stop);
  if (!answer) return std::unexpected(answer.error());
  if (const std::string receipt(answer->header("openstack-auth-receipt"));
      answer->status == kUnauthorized && !receipt.empty()) {
    const auto second = body({"totp"});
    if (!second) {
      return fail(ErrorKind::denied, fmt::format("{} asks for a second factor", shown_url(request.url)),
                  "set OS_PASSCODE, or use an application credential with the role reader");
    }
    request.body = *second;
    request.headers.emplace_back("Openstack-Auth-Receipt", receipt);
    answer = client_.send(request, stop);
    if (!answer) return std::unexpected(answer.error());
  }
  if (answer->status == kUnauthorized) {
    return fail(ErrorKind::denied,
                fmt::format("{} refuses the credentials of the cloud `{}` (401)", shown_url(request.url), cloud_.name),
                "wrong, expired or disabled; or the user has no role in the scope");
  }
  if (answer->status != kCreated) {
    return fail(ErrorKind::network, fmt::format("{} answers a sign-in with {}", shown_url(request.url), answer->status),
                "is auth_url that of Keystone?");
  }
  return read_token(*answer, true);
}

HttpRequest OsSession::rescope(const std::string& scope_json) const {
  return {.service = "identity",
          .method = "POST",
          .url = keystone_ + "/auth/tokens",
          .headers = {{"Content-Type", "application/json"}},
          .body = auth_body("\"token\"", "\"token\":{" + member("id", tokens_.front().id) + "}", scope_json)};
}

Result<void> OsSession::log_in(const std::function<bool()>& stop) {
  keystone_ = cloud_.get("auth_url");
  while (keystone_.ends_with('/')) keystone_.pop_back();
  if (!keystone_.ends_with("/v3")) keystone_ += "/v3";
  if (!parse_url(keystone_)) {
    return fail(ErrorKind::invalid_input, fmt::format("the auth_url of the cloud `{}` is no http address", cloud_.name),
                "without user name and password: those have their own keys");
  }
  auto token = sign_in(stop);
  if (!token) return std::unexpected(token.error());
  if (tokens_.empty()) tokens_.emplace_back();
  tokens_.front() = *std::move(token);
  scopes_.assign(1, std::string());
  return {};
}

void OsSession::take_scopes(const std::function<bool()>& stop) {
  if (!may_rescope_) return;
  std::vector<std::string> scopes;
  const auto ask = [&](const std::string& path, const std::function<void(const OsObject&)>& take) {
    client_.submit({.service = "identity", .url = keystone_ + path, .headers = {{"X-Auth-Token", tokens_.front().id}}},
                   [this, path, take](Result<HttpAnswer> answer) {
                     if (!answer || answer->status != kOk) {
                       notes_.push_back(fmt::format("{} does not tell which scopes there are", path));
                       return;
                     }
                     const auto parsed = Document::parse_json(answer->body, path);
                     if (parsed && (*parsed)->root().is(Node::Kind::mapping)) take(OsObject((*parsed)->root()));
                   });
  };
  std::vector<std::string> system;
  std::vector<std::string> projects;
  ask("/auth/system", [&](const OsObject& object) {
    if (!object.objects({"system"}).empty() && !tokens_.front().system)
      system.emplace_back(R"({"system":{"all":true}})");
  });
  ask("/auth/projects", [&](const OsObject& object) {
    for (const OsObject& project : object.objects({"projects"})) {
      const auto id = project.text({"id"});
      if (!id || *id == tokens_.front().project_id || !project.boolean({"enabled"}).value_or(true)) continue;
      projects.push_back("{\"project\":{" + member("id", *id) + "}}");
    }
  });
  client_.run(stop);
  std::ranges::sort(projects);
  if (projects.size() > kMostScopes) {
    notes_.push_back(fmt::format("only {} of {} projects are entered", kMostScopes, projects.size()));
    projects.resize(kMostScopes);
  }
  scopes = system;
  scopes.insert(scopes.end(), projects.begin(), projects.end());
  std::vector<OsToken> taken(scopes.size());
  for (std::size_t i = 0; i < scopes.size(); ++i) {
    client_.submit(rescope(scopes[i]), [this, &taken, i](Result<HttpAnswer> answer) {
      if (!answer || answer->status != kCreated) return;
      if (auto token = read_token(*answer, true)) taken[i] = *std::move(token);
    });
  }
  client_.run(stop);
  for (std::size_t i = 0; i < scopes.size(); ++i) {
    if (taken[i].id.empty()) {
      notes_.push_back("a scope that Keystone lists was refused");
      continue;
    }
    tokens_.push_back(std::move(taken[i]));
    scopes_.push_back(scopes[i]);
  }
}

Result<void> OsSession::renew(const std::function<bool()>& stop) {
  auto home = sign_in(stop);
  if (!home) return std::unexpected(home.error());
  tokens_.front().id = home->id;
  for (std::size_t i = 1; i < tokens_.size(); ++i) {
    client_.submit(rescope(scopes_[i]), [this, i](Result<HttpAnswer> answer) {
      if (answer && answer->status == kCreated) tokens_[i].id = answer->header("x-subject-token");
    });
  }
  client_.run(stop);
  return {};
}

void OsSession::log_out() {
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    if (i == 0 && !own_token_) continue;
    client_.submit({.service = "identity",
                    .method = "DELETE",
                    .url = keystone_ + "/auth/tokens",
                    .headers = {{"X-Auth-Token", tokens_[i].id}, {"X-Subject-Token", tokens_[i].id}}},
                   [](const Result<HttpAnswer>&) {});
  }
  client_.run();
}

}  // namespace ehdscan
