// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"

namespace ehdscan::tls {

struct Address {
  std::string text;  ///< "192.0.2.1", "2001:db8::1"
  sockaddr_storage storage{};
  socklen_t size = 0;
};

/// Every address of a name, or the one address written. Errors: network, naming the host and what the resolver said.
Result<std::vector<Address>> resolve(const std::string& host, std::uint16_t port);

bool is_address(const std::string& host);  ///< IPv4 or IPv6 as written

/// The network that shares one budget: /24 of IPv4, /48 of IPv6.
std::string network_of(const Address& address);

}  // namespace ehdscan::tls
