// SPDX-License-Identifier: Apache-2.0
#include "collectors/openstack/clouds.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "format/document.h"

namespace ehdscan {
namespace {

constexpr std::array<std::string_view, 25> kAuthKeys{"auth_url",
                                                     "username",
                                                     "user_id",
                                                     "password",
                                                     "user_domain_name",
                                                     "user_domain_id",
                                                     "project_name",
                                                     "project_id",
                                                     "project_domain_name",
                                                     "project_domain_id",
                                                     "domain_name",
                                                     "domain_id",
                                                     "system_scope",
                                                     "application_credential_id",
                                                     "application_credential_name",
                                                     "application_credential_secret",
                                                     "token",
                                                     "trust_id",
                                                     "passcode",
                                                     "access_token",
                                                     "identity_provider",
                                                     "protocol",
                                                     "auth_methods",
                                                     "default_domain",
                                                     "tenant_name"};

std::string scalar(const Node& node) {
  return node.is(Node::Kind::sequence) || node.is(Node::Kind::mapping) || node.is(Node::Kind::null)
             ? std::string()
             : std::string(node.scalar());
}

void take(OsCloud& cloud, const Node& entry, const std::filesystem::path& folder) {
  const auto path = [&](const Node& node) {
    std::string written = scalar(node);
    return written.empty() ? written : (folder / written).lexically_normal().string();
  };
  for (std::size_t i = 0; i < entry.size(); ++i) {
    const std::string key(entry.key_at(i).scalar());
    const Node value = entry[i];
    if (key == "auth") {
      for (std::size_t k = 0; k < value.size(); ++k) {
        const std::string name(value.key_at(k).scalar());
        if (const std::string text = scalar(value[k]); !text.empty()) cloud.auth[name] = text;
      }
    } else if (key == "auth_methods" || key == "passcode") {
      std::string joined = scalar(value);
      for (std::size_t k = 0; value.is(Node::Kind::sequence) && k < value.size(); ++k) {
        joined += (joined.empty() ? "" : ",") + scalar(value[k]);
      }
      cloud.auth[key] = joined;
    } else if (key == "auth_type") {
      cloud.auth_type = scalar(value);
    } else if (key == "region_name") {
      cloud.region = scalar(value);
    } else if (key == "interface" || key == "endpoint_type") {
      cloud.interface = scalar(value);
    } else if (key == "cacert") {
      cloud.cacert = path(value);
    } else if (key == "cert") {
      cloud.cert = path(value);
    } else if (key == "key") {
      cloud.key = path(value);
    } else if (key == "verify") {
      cloud.verify = to_lower(scalar(value)) != "false";
    } else if (key.ends_with("_endpoint_override")) {
      cloud.endpoint_overrides[key.substr(0, key.size() - std::string_view("_endpoint_override").size())] =
          scalar(value);
    }
  }
  std::erase_if(cloud.endpoint_overrides, [](const auto& pair) { return pair.second.empty(); });
  if (cloud.interface.ends_with("URL")) cloud.interface.resize(cloud.interface.size() - 3);
}

OsCloud from_environment(const Environment& environment) {
  OsCloud cloud{.name = "envvars"};
  for (const std::string_view key : kAuthKeys) {
    std::string name = "OS_";
    for (const char c : key) name += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    if (const auto value = environment(name.c_str()); value && !value->empty()) cloud.auth[std::string(key)] = *value;
  }
  const auto set = [&](const char* name, std::string& place) {
    if (const auto value = environment(name); value && !value->empty()) place = *value;
  };
  set("OS_AUTH_TYPE", cloud.auth_type);
  set("OS_REGION_NAME", cloud.region);
  set("OS_INTERFACE", cloud.interface);
  set("OS_CACERT", cloud.cacert);
  set("OS_CERT", cloud.cert);
  set("OS_KEY", cloud.key);
  if (const auto value = environment("OS_INSECURE"); value && to_lower(*value) == "true") cloud.verify = false;
  return cloud;
}

Result<OsCloud> finish(OsCloud cloud) {
  if (cloud.get("auth_url").empty()) {
    return fail(ErrorKind::invalid_input, fmt::format("the cloud `{}` has no auth_url", cloud.name),
                "`auth: {auth_url: https://keystone.example:5000/v3, …}` in clouds.yaml, or OS_AUTH_URL");
  }
  if (!cloud.get("tenant_name").empty() && cloud.get("project_name").empty())
    cloud.auth["project_name"] = cloud.get("tenant_name");
  return cloud;
}

std::filesystem::path first_file(const std::string& file, const std::filesystem::path& folder,
                                 const Environment& environment) {
  if (!file.empty()) return folder / file;
  if (const auto named = environment("OS_CLIENT_CONFIG_FILE"); named && !named->empty()) return *named;
  std::vector<std::filesystem::path> places{folder};
  if (const auto home = environment("HOME")) places.emplace_back(std::filesystem::path(*home) / ".config/openstack");
  places.emplace_back("/etc/openstack");
  for (const auto& place : places) {
    for (const char* name : {"clouds.yaml", "clouds.yml"}) {
      std::error_code error;
      if (std::filesystem::exists(place / name, error)) return place / name;
    }
  }
  return {};
}

/// Secrets stand in these files: an error must not quote the line it is in.
Error without_snippet(Error error) {
  error.snippet.clear();
  return error;
}

}  // namespace

Result<OsCloud> find_cloud(const std::string& name, const std::string& file, const std::filesystem::path& folder,
                           const Environment& environment) {
  std::string wanted = name;
  if (wanted.empty()) wanted = environment("OS_CLOUD").value_or("");
  if (wanted == "envvars" || (wanted.empty() && file.empty() && environment("OS_AUTH_URL")))
    return finish(from_environment(environment));
  const std::filesystem::path path = first_file(file, folder, environment);
  if (path.empty()) {
    return fail(ErrorKind::not_found, "there is no clouds.yaml, and OS_AUTH_URL is not set",
                "write clouds.yaml beside site.yaml, or name it: `openstack: {cloud: NAME, clouds_file: FILE}`");
  }
  const auto document = Document::read(path);
  if (!document) return std::unexpected(without_snippet(document.error()));
  const auto clouds = (*document)->root().find("clouds");
  if (!clouds || !clouds->is(Node::Kind::mapping) || clouds->size() == 0)
    return std::unexpected(without_snippet((*document)->root().error("there is no `clouds:` in it")));
  if (wanted.empty()) {
    if (clouds->size() > 1) {
      return std::unexpected(without_snippet(
          clouds->error("several clouds are in it, and none is chosen", "`openstack: {cloud: NAME}`, or OS_CLOUD")));
    }
    wanted = clouds->key_at(0).scalar();
  }
  const auto entry = clouds->find(wanted);
  if (!entry || !entry->is(Node::Kind::mapping)) {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < clouds->size(); ++i) names.push_back(clouds->key_at(i).scalar());
    return std::unexpected(without_snippet(clouds->error(fmt::format("there is no cloud `{}` in it", wanted),
                                                         fmt::format("it has {}", fmt::join(names, ", ")))));
  }
  OsCloud cloud{.name = wanted};
  take(cloud, *entry, path.parent_path());
  const std::filesystem::path secure = path.parent_path() / "secure.yaml";
  std::error_code error;
  if (std::filesystem::exists(secure, error)) {
    const auto secrets = Document::read(secure);
    if (!secrets) return std::unexpected(without_snippet(secrets.error()));
    const auto all = (*secrets)->root().find("clouds");
    const auto more = all ? all->find(wanted) : std::nullopt;
    if (more && more->is(Node::Kind::mapping)) take(cloud, *more, path.parent_path());
  }
  return finish(std::move(cloud));
}

}  // namespace ehdscan
