// SPDX-License-Identifier: Apache-2.0
#include "net/tls/messages.h"

#include <utility>

namespace ehdscan::tls {
namespace {

enum : std::uint8_t { kNewSessionTicket = 4, kCertificate = 11, kCertificateRequest = 13, kCertificateStatus = 22 };
enum : std::uint16_t { kStatusRequest = 5, kSignatureAlgorithms = 13, kEarlyData = 42, kAuthorities = 47 };
constexpr std::size_t kMostCertificates = 100;
constexpr std::size_t kMostIssuers = 1000;
constexpr std::size_t kMostTickets = 64;

Bytes copy(std::span<const std::uint8_t> bytes) { return {bytes.begin(), bytes.end()}; }

void read_codes(ByteReader list, std::vector<std::uint16_t>& out) {
  while (list.left() >= 2) out.push_back(list.u16());
}

/// False if the list does not end where its length says.
bool read_names(ByteReader list, std::vector<Bytes>& out) {
  while (list.left() > 0 && out.size() < kMostIssuers) out.push_back(copy(list.take(list.u16())));
  return !list.failed();
}

}  // namespace

void ServerMessages::read(Version version, std::span<const std::uint8_t> message) {
  ByteReader reader(message);
  const std::uint8_t type = reader.u8();
  const auto body = reader.take(reader.u24());
  if (!reader.at_end()) {
    unreadable = true;
    return;
  }
  const bool tls13 = version == Version::tls13;
  bool good = true;
  if (type == kCertificate) good = read_certificates(tls13, body);
  if (type == kCertificateStatus && !tls13) good = read_staple(body);
  if (type == kCertificateRequest) good = read_request(version, body);
  if (type == kNewSessionTicket) good = read_ticket(tls13, body);
  unreadable = unreadable || !good;
}

bool ServerMessages::read_certificates(bool tls13, std::span<const std::uint8_t> body) {
  ByteReader reader(body);
  if (tls13) reader.take(reader.u8());
  ByteReader list(reader.take(reader.u24()));
  if (!reader.at_end()) return false;
  certificates.clear();  // of the handshake before a renegotiation
  while (list.left() > 0) {
    const auto der = list.take(list.u24());
    ByteReader extensions(tls13 ? list.take(list.u16()) : std::span<const std::uint8_t>());
    if (list.failed() || certificates.size() == kMostCertificates) return false;
    certificates.push_back(copy(der));
    while (extensions.left() > 0) {
      const std::uint16_t type = extensions.u16();
      const auto content = extensions.take(extensions.u16());
      if (extensions.failed()) return false;
      if (type == kStatusRequest && certificates.size() == 1 && !read_staple(content)) return false;
    }
  }
  return true;
}

bool ServerMessages::read_staple(std::span<const std::uint8_t> body) {
  ByteReader reader(body);
  const std::uint8_t type = reader.u8();
  const auto response = reader.take(reader.u24());
  if (type != 1 || !reader.at_end()) return false;
  staple = copy(response);
  return true;
}

bool ServerMessages::read_request(Version version, std::span<const std::uint8_t> body) {
  ByteReader reader(body);
  CertificateRequest request;
  if (version != Version::tls13) {
    reader.take(reader.u8());
    if (version == Version::tls12) read_codes(ByteReader(reader.take(reader.u16())), request.signature_algorithms);
    if (!read_names(ByteReader(reader.take(reader.u16())), request.issuers)) return false;
  } else {
    reader.take(reader.u8());
    ByteReader extensions(reader.take(reader.u16()));
    while (extensions.left() > 0) {
      const std::uint16_t type = extensions.u16();
      ByteReader content(extensions.take(extensions.u16()));
      if (extensions.failed()) return false;
      if (type == kSignatureAlgorithms)
        read_codes(ByteReader(content.take(content.u16())), request.signature_algorithms);
      if (type == kAuthorities && !read_names(ByteReader(content.take(content.u16())), request.issuers)) return false;
      if (content.failed()) return false;
    }
  }
  if (!reader.at_end()) return false;
  certificate_request = std::move(request);
  return true;
}

bool ServerMessages::read_ticket(bool tls13, std::span<const std::uint8_t> body) {
  ByteReader reader(body);
  Ticket ticket{.lifetime_seconds = reader.u32()};
  if (tls13) {
    reader.u32();
    reader.take(reader.u8());
  }
  const auto sealed = reader.take(reader.u16());
  if (tls13) {
    ByteReader extensions(reader.take(reader.u16()));
    while (extensions.left() > 0) {
      const std::uint16_t type = extensions.u16();
      ByteReader content(extensions.take(extensions.u16()));
      if (type == kEarlyData) ticket.early_data_bytes = content.u32();
      if (extensions.failed() || content.failed()) return false;
    }
  }
  if (!reader.at_end()) return false;
  // An empty ticket takes the promise of one back (RFC 5077, 3.3).
  if (!sealed.empty() && tickets.size() < kMostTickets) tickets.push_back(ticket);
  return true;
}

}  // namespace ehdscan::tls
