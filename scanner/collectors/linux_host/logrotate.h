// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ehdscan {

/// How logrotate(8) keeps the logs of one block.
struct LogrotateRule {
  std::vector<std::string> patterns;  ///< paths and globs as written
  int interval_days = 7;              ///< of daily, weekly, monthly, yearly; hourly is 0
  std::int64_t rotate = 0;            ///< old files kept
  std::optional<std::int64_t> max_age_days;
  bool by_size = false;               ///< `size` or `maxsize`: a rotation may come before its time
  std::uint32_t line = 0;

  /// Days that this promises: old files times interval, cut by maxage. Empty if size may end it earlier.
  [[nodiscard]] std::optional<std::int64_t> promised_days() const;
};

struct LogrotateConfig {
  std::vector<LogrotateRule> rules;
  std::vector<std::string> includes;  ///< files and folders named by `include`
};

/// Reads one file; `defaults` are the settings that stand before it (those of logrotate.conf), changed by this file's
/// own settings outside of blocks.
LogrotateConfig parse_logrotate(std::string_view text, LogrotateRule& defaults);

}  // namespace ehdscan
