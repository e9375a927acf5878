// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace ehdscan {

/// Something on a machine that a collector could read, and the lines of site.yaml that say so.
struct Sighting {
  std::string what;   ///< "clouds.yaml of an OpenStack client: /etc/openstack/clouds.yaml"
  std::string kind;   ///< evidence kind, for `platforms:` of the declarations
};

/// What runs below `root`, as far as a few well-known files tell.
std::vector<Sighting> look_at_machine(const std::filesystem::path& root);

struct SiteTemplate {
  std::string site;
  std::string country;  ///< empty: not known, a placeholder is written
  std::vector<Sighting> machine;
};

/// A commented site.yaml that can be scanned as it is.
std::string site_template(const SiteTemplate& options);

}  // namespace ehdscan
