// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "collectors/linux_host/host_context.h"

namespace ehdscan {

/// Files with that ending in `folders` (earlier ones win over later ones with the same name), sorted by name across the
/// folders; empty files and links to /dev/null mask their namesakes and are left out. The rule of sysctl.d(5),
/// modprobe.d(5) and of systemd's drop-ins. Errors: a folder that is there but cannot be listed.
Result<std::vector<std::string>> conf_fragments(const HostFiles& files, std::initializer_list<std::string_view> folders,
                                                std::string_view ending);

/// One assignment of an INI-like file of systemd (systemd.syntax(7)).
struct SystemdSetting {
  std::string section;
  std::string key;
  std::string value;
  SourceId source = 0;
  std::uint32_t line = 0;
};

/// Comments, continuation lines and sections; what is none of these is skipped, as systemd does.
std::vector<SystemdSetting> parse_systemd(std::string_view text, SourceId source);

/// A configuration file of systemd with its drop-ins, in the order in which they are applied.
struct SystemdConfig {
  std::vector<SystemdSetting> settings;
  std::string problem;  ///< what could not be read; empty if all could

  /// The last value; empty if none is set. An empty assignment takes back what was set before.
  [[nodiscard]] std::string value(std::string_view section, std::string_view key) const;
  /// Values of a list option, every assignment split at blanks.
  [[nodiscard]] std::vector<std::string> words(std::string_view section, std::string_view key) const;
  [[nodiscard]] const SystemdSetting* last(std::string_view section, std::string_view key) const;
};

/// `name` such as "journald.conf": the first of /etc/systemd, /run/systemd, /usr/local/lib/systemd and
/// /usr/lib/systemd that has it, then the fragments of `journald.conf.d` in all of them.
SystemdConfig read_systemd_config(HostContext& context, std::string_view name);

/// systemd.time(7): "1month 2weeks", "90d", "3600". Empty if it is not a span.
std::optional<std::int64_t> span_seconds(std::string_view text);
/// The same in whole days, rounded down.
std::optional<std::int64_t> span_days(std::string_view text);

/// systemd's booleans: yes, true, on, 1 and their opposites. Empty if neither.
std::optional<bool> systemd_boolean(std::string_view text);

}  // namespace ehdscan
