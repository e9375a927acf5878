// SPDX-License-Identifier: Apache-2.0
#include "cli/site_template.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "collectors/collector.h"

namespace ehdscan {
namespace {

struct Trace {
  const char* path;
  const char* what;
  const char* kind;
};

/// Files whose presence tells that a platform is in use here.
constexpr std::array kTraces{
    Trace{"etc/openstack/clouds.yaml", "an OpenStack client", "openstack"},
    Trace{"root/.config/openstack/clouds.yaml", "an OpenStack client", "openstack"},
    Trace{"etc/nova/nova.conf", "OpenStack Nova", "openstack"},
    Trace{"etc/neutron/neutron.conf", "OpenStack Neutron", "openstack"},
    Trace{"etc/keystone/keystone.conf", "OpenStack Keystone", "openstack"},
    Trace{"etc/kolla", "OpenStack (Kolla)", "openstack"},
    Trace{"etc/kubernetes/admin.conf", "a Kubernetes control plane", "kubernetes"},
    Trace{"etc/kubernetes/kubelet.conf", "a Kubernetes node", "kubernetes"},
    Trace{"etc/rancher/k3s/k3s.yaml", "Kubernetes (k3s)", "kubernetes"},
    Trace{"opt/keycloak", "Keycloak", "keycloak"},
    Trace{"root/.aws/config", "an AWS client", "aws"},
    Trace{"etc/slurm/slurm.conf", "Slurm", "slurm"},
};

/// A text as a YAML scalar that is always a text.
std::string yaml_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string seen(const std::vector<Sighting>& machine) {
  if (machine.empty()) return "";
  std::string out =
      "\n# Also seen here. A platform that is declared but not read counts as not assessed, never as good:\n";
  for (const Sighting& sighting : machine) out += fmt::format("#   {}\n", sighting.what);
  return out;
}

}  // namespace

std::vector<Sighting> look_at_machine(const std::filesystem::path& root) {
  std::vector<Sighting> found;
  for (const Trace& trace : kTraces) {
    std::error_code error;
    if (!std::filesystem::exists(root / trace.path, error)) continue;
    found.push_back({fmt::format("{} (/{})", trace.what, trace.path), trace.kind});
  }
  return found;
}

std::string site_template(const SiteTemplate& options) {
  const std::string country = options.country.empty()
                                  ? "country: XX              # your country: two letters of ISO 3166-1, such as FI"
                                  : fmt::format("country: {}", yaml_text(options.country));
  std::string collectors;
  for (const CollectorSpec& collector : all_collectors()) {
    collectors += fmt::format("#   {:<16} {}\n", collector.name, collector.summary);
  }
  return fmt::format(
      R"(# The node as ehdscan reads it. `ehdscan schema site` describes every key; `ehdscan scan site.yaml --out out`
# assesses it. Nothing outside the targets below is contacted.

site: {}
{}

# What the node says should be: address ranges, listeners, caps, platforms, applicable regimes. Checks that need it are
# not assessed without it. `ehdscan schema declarations` describes the file.
# declarations: declarations.yaml

# One target is one collector and what it reads:
{}targets:
  - linux_host: local          # this machine: reads files, /proc, /sys and netlink, starts no process

  # A mounted image or a chroot:
  # - linux_host: {{root: /mnt/image}}
  #   name: base-image

  # The register of data permits; the key of its identity hashes stays here (docs/formats/permit-register.md):
  # - permit_register: {{file: permits.yaml, key_file: hmac.key}}

  # Evidence that other programs wrote, as NDJSON rows of the tables of `ehdscan tables`:
  # - rows: exports/rows.ndjson
{})",
      yaml_text(options.site), country, collectors, seen(options.machine));
}

}  // namespace ehdscan
