// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "collectors/collector.h"
#include "collectors/openstack/rights.h"

namespace ehdscan {

/// Reads a running OpenStack cloud over its APIs, with any credentials of Keystone. Options: the name of a cloud in
/// clouds.yaml, or `{cloud, clouds_file, name, issuer, key_file, scopes, pinned_key, timeout_seconds}`.
CollectorSpec openstack_collector();

/// What credentials have of the rights that a scan needs, asked of the cloud itself with one page of each list.
struct OsProbe {
  std::vector<std::string> scopes;  ///< "system: reader", "project genome-data: member, reader"
  std::vector<OsRightState> rights;
};
/// `cloud` and `clouds_file` as in the options of the collector; `folder` is where relative paths begin.
/// Errors: as the collector, one clear line without anything secret.
Result<OsProbe> probe_os_rights(const std::string& cloud, const std::string& clouds_file,
                                const std::filesystem::path& folder, const std::function<bool()>& stop);

}  // namespace ehdscan
