// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

#include <array>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "net/tls/wire.h"

namespace ehdscan::tls {

struct Address {
  std::string text;  ///< "192.0.2.1", "2001:db8::1"
  sockaddr_storage storage{};
  socklen_t size = 0;
};

/// Every address of a name, or the one address written. Errors: network, naming the host and what the resolver said.
Result<std::vector<Address>> resolve(const std::string& host, std::uint16_t port);

struct ProbeLimits {
  std::chrono::milliseconds probe{5000};      ///< from connect to answer
  std::chrono::milliseconds endpoint{60000};  ///< for all probes of one endpoint
};

struct VersionFinding {
  Version version = Version::ssl2;
  std::optional<bool> offered;  ///< empty: not determined
  Answer answer = Answer::timeout;
  std::optional<int> alert_code;
};

struct EndpointFinding {
  Reply first;                       ///< what the first hello brought, or the first one that was answered in TLS
  std::optional<bool> control_held;  ///< the hello that worked first worked at the end; empty if none ever worked
  int connections = 0;
  std::array<VersionFinding, kVersions.size()> versions{};
};

/// Asks one address for each version, one connection after the other. A version counts as refused only if every list of
/// suites is answered by an alert that means it, an older version or (twice) a clean close, and the control hello works
/// before and after. Silence, resets, other alerts and whatever the time did not suffice for stay not determined.
EndpointFinding examine_versions(const Address& address, const std::string& name, const ProbeLimits& limits,
                                 const std::function<bool()>& stop);

}  // namespace ehdscan::tls
