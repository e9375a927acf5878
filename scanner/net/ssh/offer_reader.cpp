// SPDX-License-Identifier: Apache-2.0
#include "net/ssh/offer_reader.h"

#include <span>

#include "net/tls/wire.h"

namespace ehdscan::ssh {
namespace {

constexpr std::size_t kMaxBefore = 16384;  ///< text that may stand before the banner
constexpr std::size_t kMaxPacket = 35000;  ///< RFC 4253, 6.1
constexpr std::size_t kMaxNames = 500;

bool printable(std::string_view text) {
  for (const char letter : text) {
    if (letter < 0x20 || letter > 0x7e) return false;
  }
  return true;
}

}  // namespace

OfferReader::State OfferReader::feed(std::string_view bytes) {
  if (state_ != State::more) return state_;
  in_ += bytes;
  if (!banner_seen_) read_banner();
  if (banner_seen_ && state_ == State::more) read_packet();
  if (state_ == State::more && in_.size() > kMaxBefore + kMaxPacket) state_ = State::foreign;
  return state_;
}

bool OfferReader::read_banner() {
  while (true) {
    const std::size_t newline = in_.find('\n');
    if (newline == std::string::npos) {
      if (in_.size() > kMaxBefore) state_ = State::foreign;
      return false;
    }
    std::string line = in_.substr(0, newline);
    in_.erase(0, newline + 1);
    if (line.ends_with('\r')) line.pop_back();
    if (!line.starts_with("SSH-")) {
      // Servers may greet with lines of their own, but not with those of another protocol.
      if (line.starts_with("HTTP/") || line.starts_with("220") || !printable(line)) {
        state_ = State::foreign;
        return false;
      }
      continue;
    }
    const std::size_t dash = line.find('-', 4);
    if (dash == std::string::npos || line.size() > 255 || !printable(line)) {
      state_ = State::foreign;
      return false;
    }
    protocol_version_ = line.substr(4, dash - 4);
    const std::size_t blank = line.find(' ', dash);
    software_ = line.substr(dash + 1, blank == std::string::npos ? blank : blank - dash - 1);
    banner_seen_ = true;
    return true;
  }
}

bool OfferReader::read_packet() {
  const auto* data = reinterpret_cast<const std::uint8_t*>(in_.data());
  tls::ByteReader reader(std::span(data, in_.size()));
  if (reader.left() < 6) return false;
  const std::size_t size = reader.u32();
  if (size < 12 || size > kMaxPacket) {
    state_ = State::foreign;
    return false;
  }
  if (reader.left() < size) return false;
  const std::size_t padding = reader.u8();
  const std::uint8_t type = reader.u8();
  if (type != 20 || padding + 2 > size) {
    state_ = State::foreign;
    return false;
  }
  tls::ByteReader payload(reader.take(size - 2 - padding));
  payload.take(16);
  for (auto& list : offer_.lists) {
    const auto bytes = payload.take(payload.u32());
    std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (payload.failed() || !printable(text)) {
      state_ = State::foreign;
      offer_ = {};
      return false;
    }
    while (!text.empty() && list.size() < kMaxNames) {
      const std::size_t comma = text.find(',');
      list.emplace_back(text.substr(0, comma));
      text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    }
  }
  offer_seen_ = true;
  state_ = State::done;
  return true;
}

void OfferReader::write_to(EndpointFinding& found) const {
  found.banner_seen = banner_seen_;
  found.protocol_version = protocol_version_;
  found.software = software_;
  found.offer_seen = offer_seen_;
  found.offer = offer_;
}

}  // namespace ehdscan::ssh
