// SPDX-License-Identifier: Apache-2.0
// Many endpoints at once, on one event loop in the calling thread.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "net/ssh/finding.h"
#include "net/tls/finding.h"
#include "net/tls/pace.h"

namespace ehdscan::tls {

/// Suites, groups and certificates alone; or everything that can be asked in clear.
enum class Depth : std::uint8_t { enumeration, full };

struct ScanRequest {
  std::string host;  ///< name or address; a name is asked on all its addresses
  std::uint16_t port = 443;
  Starttls starttls = Starttls::none;
  bool ssh = false;                ///< banner and key exchange offer of SSH instead of TLS
  bool also_without_name = false;  ///< a second time without SNI
};

struct ScanOptions {
  Pace pace{};
  NetworkLimits limits{};
  Depth depth = Depth::full;
  int endpoints_at_once = 200;
};

struct ScanResults {
  std::function<void(EndpointFinding&&)> tls;  ///< as they finish, one per address and way of asking
  std::function<void(ssh::EndpointFinding&&)> ssh;
};

/// Asks every endpoint and hands over what was found; nothing is kept. A name that does not resolve is handed over with
/// its `problem`. `stop` is looked at often; when it becomes true, what is open ends as "not determined".
void scan(std::span<const ScanRequest> requests, const ScanOptions& options, const ScanResults& results,
          const std::function<bool()>& stop);

}  // namespace ehdscan::tls
