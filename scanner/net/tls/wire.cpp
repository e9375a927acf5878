// SPDX-License-Identifier: Apache-2.0
#include "net/tls/wire.h"

#include <random>
#include <utility>

namespace ehdscan::tls {

std::string_view to_string(Version version) {
  switch (version) {
    case Version::ssl2:
      return "SSLv2";
    case Version::ssl3:
      return "SSLv3";
    case Version::tls10:
      return "TLSv1.0";
    case Version::tls11:
      return "TLSv1.1";
    case Version::tls12:
      return "TLSv1.2";
    case Version::tls13:
      return "TLSv1.3";
  }
  std::unreachable();
}

std::string_view to_string(Answer answer) {
  switch (answer) {
    case Answer::server_hello:
      return "server_hello";
    case Answer::retry_request:
      return "retry_request";
    case Answer::alert:
      return "alert";
    case Answer::closed:
      return "closed";
    case Answer::reset:
      return "reset";
    case Answer::refused:
      return "refused";
    case Answer::timeout:
      return "timeout";
    case Answer::other_protocol:
      return "other_protocol";
  }
  std::unreachable();
}

void put8(Bytes& out, std::size_t value) { out.push_back(static_cast<std::uint8_t>(value & 0xff)); }
void put16(Bytes& out, std::size_t value) {
  put8(out, value >> 8);
  put8(out, value);
}
void put24(Bytes& out, std::size_t value) {
  put8(out, value >> 16);
  put16(out, value);
}
void put(Bytes& out, std::span<const std::uint8_t> more) { out.insert(out.end(), more.begin(), more.end()); }
void put_text(Bytes& out, std::string_view text) { out.insert(out.end(), text.begin(), text.end()); }
void put_random(Bytes& out, std::size_t count) {
  static thread_local std::mt19937 engine{std::random_device{}()};  // not a secret: no handshake is finished with it
  for (std::size_t i = 0; i < count; ++i) put8(out, engine());
}

std::span<const std::uint8_t> ByteReader::take(std::size_t count) {
  if (failed_ || count > bytes_.size()) {
    failed_ = true;
    bytes_ = {};
    return {};
  }
  const auto taken = bytes_.first(count);
  bytes_ = bytes_.subspan(count);
  return taken;
}

std::uint32_t ByteReader::number(std::size_t count) {
  std::uint32_t value = 0;
  for (const std::uint8_t byte : take(count)) value = value << 8 | byte;
  return value;
}

}  // namespace ehdscan::tls
