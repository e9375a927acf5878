// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace ehdscan::ssh {

/// The ten name-lists of SSH_MSG_KEXINIT, in its order (RFC 4253, 7.1).
struct KeyExchangeOffer {
  std::array<std::vector<std::string>, 10> lists;
  [[nodiscard]] const std::vector<std::string>& kex() const { return lists[0]; }
  [[nodiscard]] const std::vector<std::string>& host_key() const { return lists[1]; }
  [[nodiscard]] const std::vector<std::string>& cipher(bool to_server) const { return lists[to_server ? 2 : 3]; }
  [[nodiscard]] const std::vector<std::string>& mac(bool to_server) const { return lists[to_server ? 4 : 5]; }
  [[nodiscard]] const std::vector<std::string>& compression(bool to_server) const { return lists[to_server ? 6 : 7]; }
};

struct EndpointFinding {
  std::string host;
  std::uint16_t port = 22;
  std::string address;  ///< empty: the name does not resolve
  std::string problem;  ///< why there is no banner or no offer; empty if both came
  bool banner_seen = false;
  std::string protocol_version;  ///< "2.0"
  std::string software;          ///< "OpenSSH_9.2p1"
  bool offer_seen = false;
  KeyExchangeOffer offer;
};

}  // namespace ehdscan::ssh
