// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace ehdscan {

/// One cloud as `clouds.yaml` or the OS_* variables of openstacksdk and keystoneauth describe it.
struct OsCloud {
  std::string name;
  std::map<std::string, std::string> auth;  ///< keys of `auth:`, as keystoneauth spells them
  std::string auth_type;                    ///< "password", "v3applicationcredential" …; empty: told by what is given
  std::string region;                       ///< empty: the only one
  std::string interface = "public";
  std::string cacert, cert, key;  ///< PEM files
  std::string pinned_key;         ///< our own: "sha256//…"
  bool verify = true;
  std::map<std::string, std::string> endpoint_overrides;  ///< service type with `_`, to address

  [[nodiscard]] std::string get(const std::string& key_name) const {
    const auto found = auth.find(key_name);
    return found == auth.end() ? std::string() : found->second;
  }
};

using Environment = std::function<std::optional<std::string>(const char* name)>;

/// Finds the cloud `name`: in `file` if given, else as openstacksdk does ($OS_CLIENT_CONFIG_FILE, `folder`,
/// ~/.config/openstack, /etc/openstack), `secure.yaml` beside it merged in. With an empty name: $OS_CLOUD, else the
/// OS_* variables, else the only cloud of the file.
/// Errors: not_found, invalid_input; messages never hold values.
Result<OsCloud> find_cloud(const std::string& name, const std::string& file, const std::filesystem::path& folder,
                           const Environment& environment);

}  // namespace ehdscan
