// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ehdscan {

/// A line of rsyslog.conf(5) that sends or stores messages.
struct RsyslogAction {
  std::string selector;    ///< `auth,authpriv.*`; empty where an action stands alone, which is everything
  std::string file;        ///< path it writes to; empty for receivers
  std::string receiver;    ///< `host:port`; empty for files
  std::string transport;   ///< udp, tcp, tls, relp
  std::uint32_t line = 0;

  /// True if messages of facilities auth and authpriv go there. Empty if the selector was not understood.
  [[nodiscard]] std::optional<bool> takes_access_records() const;
};

struct RsyslogConfig {
  std::vector<RsyslogAction> actions;
  std::vector<std::string> includes;  ///< patterns of `$IncludeConfig` and `include(file=…)`
};

RsyslogConfig parse_rsyslog(std::string_view text);

}  // namespace ehdscan
