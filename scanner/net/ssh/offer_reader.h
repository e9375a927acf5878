// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "net/ssh/finding.h"

namespace ehdscan::ssh {

/// Reads banner and key exchange offer of a server from bytes as they come (RFC 4253, 4.2 and 7.1), both in clear.
class OfferReader {
 public:
  enum class State : std::uint8_t { more, done, foreign };
  State feed(std::string_view bytes);
  [[nodiscard]] State state() const { return state_; }
  /// Fills banner, software and offer as far as they came.
  void write_to(EndpointFinding& found) const;

 private:
  bool read_banner();
  bool read_packet();

  State state_ = State::more;
  std::string in_;
  bool banner_seen_ = false;
  std::string protocol_version_;
  std::string software_;
  bool offer_seen_ = false;
  KeyExchangeOffer offer_;
};

}  // namespace ehdscan::ssh
