// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/linux_host/host_context.h"
#include "collectors/linux_host/sshd_effective.h"

namespace ehdscan {

extern const HostSection sshd_section;

/// The SSH daemon of the machine: its configuration, read whole, and its version.
struct HostSshd {
  SshdConfig config;
  SshdVersion version;
  std::vector<SourceId> sources;  ///< per file of the configuration
};

/// Empty if no daemon is installed. Errors: the configuration cannot be read.
Result<std::optional<HostSshd>> read_host_sshd(HostContext& context);

/// Version of an installed Debian package from the text of dpkg's status file; empty if it is not installed.
std::string dpkg_version(std::string_view status, std::string_view package);

/// Settings for one account that connects from anywhere, or the reason why they are not known.
std::vector<SshdSetting> sshd_settings_of(const HostSshd& sshd, const std::string& user,
                                          const std::vector<std::string>& groups);

}  // namespace ehdscan
