// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/linux_host/sshd_config.h"
#include "collectors/linux_host/sshd_keywords.h"
#include "collectors/linux_host/sshd_match.h"

namespace ehdscan {

/// One setting in force for a kind of connection, as `sshd -T` prints it.
struct SshdSetting {
  std::string_view keyword;
  /// One entry per line that `sshd -T` prints; empty list: it prints none. No list: not known.
  std::optional<std::vector<std::string>> values;
  bool configured = false;  ///< a line of the configuration sets it, at `place`; else the default of the version
  ConfigPlace place;
};

/// Settings for `connection`, or those outside every Match block without one, sorted by keyword. What cannot be known
/// (a default of another version, a value sshd would refuse, a Match line we cannot decide) has no values.
/// Problems that only show here, as unknown keywords, are added to `problems`.
std::vector<SshdSetting> effective_sshd_settings(const SshdConfig& config, const SshdVersion& version,
                                                 const SshdConnection* connection,
                                                 std::vector<ConfigProblem>* problems = nullptr);

const SshdSetting* find_setting(const std::vector<SshdSetting>& settings, std::string_view keyword);

}  // namespace ehdscan
