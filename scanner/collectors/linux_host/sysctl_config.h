// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ehdscan {

/// One sysctl.d file that takes effect, in the order in which files are applied (see conf_fragments).
struct SysctlFile {
  std::string path;
  std::string text;
};

struct SysctlSetting {
  std::string value;  ///< blanks folded to one
  std::size_t file = 0;
  std::uint32_t line = 0;

  friend bool operator==(const SysctlSetting&, const SysctlSetting&) = default;
};

/// What systemd-sysctl (sysctl.d(5)) would write at the next start for each of `names` (dotted): the last file wins; a
/// name given in full wins over globs wherever it stands; `-name` without a value keeps globs off.
/// Names that no file sets are absent. Lines that are neither empty, comment nor assignment are skipped, as systemd
/// does.
std::map<std::string, SysctlSetting, std::less<>> configured_sysctls(std::span<const SysctlFile> files,
                                                                     std::span<const std::string_view> names);

/// The settings that hardening baselines name; sorted.
std::span<const std::string_view> sysctl_names();

/// `net.ipv4.conf.eth0/1.x` becomes `net/ipv4/conf/eth0.1/x`: the path below /proc/sys.
std::string sysctl_path(std::string_view name);

/// Tabs, newlines and runs of blanks become one blank; none at the ends.
std::string fold_blanks(std::string_view text);

}  // namespace ehdscan
