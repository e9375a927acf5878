// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "collectors/linux_host/host_context.h"

namespace ehdscan {

/// A socket that takes connections or datagrams from others.
struct ListeningSocket {
  std::string protocol;  ///< "tcp", "udp"
  std::string address;
  std::uint16_t port = 0;
  std::optional<bool> v6_only;
  bool loopback = false;
  std::uint32_t uid = 0;
  std::uint64_t inode = 0;
  std::vector<std::int64_t> pids;  ///< processes that hold it; empty if that could not be seen
};

/// TCP sockets in state LISTEN and unconnected UDP sockets of this network namespace, by sock_diag(7).
/// Errors: denied, io, network, limit.
Result<std::vector<ListeningSocket>> listening_sockets(const HostFiles& files);

extern const HostSection listeners_section;

}  // namespace ehdscan
