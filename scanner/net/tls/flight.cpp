// SPDX-License-Identifier: Apache-2.0
#include "net/tls/flight.h"

#include <algorithm>
#include <utility>

#include "net/tls/codes.h"

namespace ehdscan::tls {
namespace {

constexpr std::size_t kMaxRecord = 16384 + 2048;
constexpr std::size_t kMaxServerHello = 16384;
constexpr std::size_t kMaxFlight = std::size_t{256} * 1024;
constexpr std::size_t kMaxCertificates = 64;

// SHA-256 of "HelloRetryRequest" (RFC 8446, 4.1.3).
constexpr std::array<std::uint8_t, 32> kRetry{0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c,
                                              0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb,
                                              0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

Bytes copy(std::span<const std::uint8_t> bytes) { return {bytes.begin(), bytes.end()}; }

Bytes without_zeros(std::span<const std::uint8_t> bytes) {
  while (!bytes.empty() && bytes.front() == 0) bytes = bytes.subspan(1);
  return copy(bytes);
}

}  // namespace

bool Flight::has(std::uint16_t extension) const { return std::ranges::find(extensions, extension) != extensions.end(); }

bool FlightReader::foreign() {
  flight_ = Flight{.answer = Answer::other_protocol, .first_bytes = std::move(flight_.first_bytes)};
  return decided_ = true;
}

bool FlightReader::broken() {
  if (!flight_.spoken()) return foreign();
  flight_.unreadable = true;
  return decided_ = true;
}

void FlightReader::end(Answer how) {
  if (decided_) return;
  decided_ = true;
  if (flight_.spoken()) {
    flight_.unreadable = true;
    return;
  }
  // Half an answer and then the end is no refusal.
  flight_.answer = how == Answer::closed && total_ > 0 ? Answer::other_protocol : how;
}

bool FlightReader::feed(std::span<const std::uint8_t> bytes) {
  if (decided_) return true;
  if (flight_.first_bytes.size() < 64) {
    const auto head = bytes.first(std::min(bytes.size(), 64 - flight_.first_bytes.size()));
    flight_.first_bytes.append(head.begin(), head.end());
  }
  total_ += bytes.size();
  if (total_ > kMaxFlight) return broken();
  put(pending_, bytes);
  const bool ssl2_answer =
      !flight_.first_bytes.empty() && (static_cast<unsigned char>(flight_.first_bytes[0]) & 0x80) != 0;
  if (asked_ == Version::ssl2 && ssl2_answer) return read_ssl2();
  std::size_t at = 0;
  while (at < pending_.size()) {
    const auto left = std::span<const std::uint8_t>(pending_).subspan(at);
    if (left[0] < 20 || left[0] > 23 || (left.size() > 1 && left[1] != 3)) return broken();
    if (left.size() < 5) break;
    const std::size_t size = static_cast<std::size_t>(left[3]) << 8 | left[4];
    if (size == 0 || size > kMaxRecord) return broken();
    if (left.size() < 5 + size) break;
    if (read_record(left[0], left.subspan(5, size))) return true;
    at += 5 + size;
  }
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(at));
  return false;
}

bool FlightReader::read_ssl2() {
  const std::size_t size =
      (static_cast<std::size_t>(pending_[0] & 0x7f) << 8) | (pending_.size() > 1 ? pending_[1] : 0);
  if (pending_.size() < 2 || pending_.size() < 2 + size) return false;
  ByteReader reader(std::span<const std::uint8_t>(pending_).subspan(2, size));
  const std::uint8_t type = reader.u8();
  if (type == 0 && !reader.failed()) {
    flight_.answer = Answer::alert;
    return decided_ = true;
  }
  if (type != 4) return foreign();
  reader.take(1);  // session id hit
  reader.take(1);  // type of certificate
  flight_.version = reader.u16();
  const std::size_t certificate = reader.u16();
  const std::size_t kinds = reader.u16();
  reader.u16();
  const auto der = reader.take(certificate);
  ByteReader list(reader.take(kinds));
  if (reader.failed() || kinds % 3 != 0) return foreign();
  while (list.left() > 0) flight_.ssl2_kinds.push_back(list.u24());
  if (!der.empty()) flight_.certificates.push_back(copy(der));
  flight_.answer = Answer::server_hello;
  return decided_ = true;
}

bool FlightReader::read_record(std::uint8_t type, std::span<const std::uint8_t> payload) {
  if (type == 21) {
    if (payload.size() != 2 || payload[0] < 1 || payload[0] > 2) return broken();
    if (payload[0] == 1) return false;  // a warning
    if (!flight_.spoken()) flight_.answer = Answer::alert;
    flight_.alert_code = payload[1];
    return decided_ = true;
  }
  if (type != 22) return broken();
  put(handshake_, payload);
  return read_messages();
}

bool FlightReader::read_messages() {
  std::size_t at = 0;
  while (handshake_.size() - at >= 4) {
    const auto left = std::span<const std::uint8_t>(handshake_).subspan(at);
    if (!flight_.spoken() && left[0] != 2) return foreign();
    const std::size_t size = static_cast<std::size_t>(left[1]) << 16 | static_cast<std::size_t>(left[2]) << 8 | left[3];
    if (size > (left[0] == 2 ? kMaxServerHello : kMaxFlight)) return broken();
    if (left.size() < 4 + size) break;
    if (read_message(left[0], left.subspan(4, size))) return true;
    at += 4 + size;
  }
  handshake_.erase(handshake_.begin(), handshake_.begin() + static_cast<std::ptrdiff_t>(at));
  return false;
}

bool FlightReader::read_message(std::uint8_t type, std::span<const std::uint8_t> body) {
  switch (type) {
    case 2:
      if (flight_.spoken()) return broken();
      return read_server_hello(body);
    case 11:
      return read_certificates(body);
    case 12:
      return read_key_exchange(body);
    case 13:
      return read_certificate_request(body);
    case 14:
      flight_.done = true;
      return decided_ = true;
    case 22: {
      ByteReader reader(body);
      if (reader.u8() == 1) {
        const auto staple = reader.take(reader.u24());
        if (reader.failed()) return broken();
        flight_.staple = copy(staple);
      }
      return false;
    }
    default:
      return false;  // NPN and what else stands there
  }
}

bool FlightReader::read_server_hello(std::span<const std::uint8_t> body) {
  ByteReader reader(body);
  const std::uint16_t legacy = reader.u16();
  const auto random = reader.take(32);
  const std::size_t session = reader.u8();
  if (session > 32) return foreign();
  reader.take(session);
  const std::uint16_t suite = reader.u16();
  const std::uint8_t compression = reader.u8();
  if (reader.failed()) return foreign();
  flight_.version = legacy;
  flight_.suite = suite;
  flight_.compression = compression;
  flight_.session_id_bytes = session;
  if (!reader.at_end()) {
    ByteReader list(reader.take(reader.u16()));
    if (!reader.at_end()) return foreign();
    while (list.left() > 0) {
      const std::uint16_t type = list.u16();
      const auto extension = list.take(list.u16());
      if (list.failed()) return foreign();
      flight_.extensions.push_back(type);
      if (!read_extension(type, extension)) return foreign();
    }
  }
  flight_.answer = std::ranges::equal(random, kRetry) ? Answer::retry_request : Answer::server_hello;
  // What follows in TLS 1.3 is encrypted.
  if (!whole_ || flight_.version >= std::to_underlying(Version::tls13) || flight_.answer == Answer::retry_request)
    return decided_ = true;
  return false;
}

bool FlightReader::read_extension(std::uint16_t type, std::span<const std::uint8_t> body) {
  ByteReader reader(body);
  if (type == 43) {
    flight_.version = reader.u16();
    return reader.at_end();
  }
  if (type == 51) {
    flight_.group = reader.u16();
    return !reader.failed();
  }
  if (type == 16) {
    ByteReader list(reader.take(reader.u16()));
    const auto name = list.take(list.u8());
    if (list.failed() || reader.failed()) return false;
    flight_.alpn.assign(name.begin(), name.end());
  }
  return true;
}

bool FlightReader::read_certificates(std::span<const std::uint8_t> body) {
  ByteReader reader(body);
  ByteReader list(reader.take(reader.u24()));
  if (!reader.at_end()) return broken();
  while (list.left() > 0) {
    const auto der = list.take(list.u24());
    if (list.failed() || flight_.certificates.size() == kMaxCertificates) return broken();
    flight_.certificates.push_back(copy(der));
  }
  return false;
}

bool FlightReader::read_key_exchange(std::span<const std::uint8_t> body) {
  const SuiteParts parts = suite_parts(flight_.suite);
  ByteReader reader(body);
  KeyExchange exchange;
  if (parts.key_exchange == "ECDHE") {
    if (parts.authentication == "PSK") reader.take(reader.u16());
    if (reader.u8() != 3) return broken();  // explicit curves are not taken apart
    exchange.group = reader.u16();
    exchange.public_value = copy(reader.take(reader.u8()));
  } else if (parts.key_exchange.starts_with("DHE")) {
    if (parts.authentication == "PSK") reader.take(reader.u16());
    exchange.prime = without_zeros(reader.take(reader.u16()));
    exchange.generator = without_zeros(reader.take(reader.u16()));
    exchange.public_value = copy(reader.take(reader.u16()));
  } else {
    return false;
  }
  if (reader.failed()) return broken();
  if (parts.authentication != "anon" && flight_.version >= std::to_underlying(Version::tls12) && reader.left() >= 2)
    exchange.signature_algorithm = reader.u16();
  flight_.group = exchange.group;
  flight_.key_exchange = std::move(exchange);
  return false;
}

bool FlightReader::read_certificate_request(std::span<const std::uint8_t> body) {
  ByteReader reader(body);
  CertificateRequest request;
  reader.take(reader.u8());
  if (flight_.version >= std::to_underlying(Version::tls12)) {
    ByteReader algorithms(reader.take(reader.u16()));
    while (algorithms.left() >= 2) request.signature_algorithms.push_back(algorithms.u16());
  }
  ByteReader names(reader.take(reader.u16()));
  while (names.left() > 0 && request.issuers.size() < 1000) request.issuers.push_back(copy(names.take(names.u16())));
  if (reader.failed() || names.failed()) return broken();
  flight_.certificate_request = std::move(request);
  return false;
}

}  // namespace ehdscan::tls
