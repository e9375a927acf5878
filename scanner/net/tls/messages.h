// SPDX-License-Identifier: Apache-2.0
// Handshake messages as a finished handshake decrypts them (RFC 8446, 4.3 to 4.6; RFC 5246, 7.4; RFC 5077, 3.3).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "net/tls/flight.h"
#include "net/tls/wire.h"

namespace ehdscan::tls {

struct Ticket {
  std::uint32_t lifetime_seconds = 0;  ///< a hint in TLS 1.2; 0 there means "not said"
  std::uint32_t early_data_bytes = 0;  ///< TLS 1.3: most that it permits in the first flight
};

/// What a server sent, collected message by message. Bounded: 100 certificates, 1000 issuers, 64 tickets.
struct ServerMessages {
  std::vector<Bytes> certificates;  ///< DER, as sent
  Bytes staple;                     ///< OCSP response of the leaf, DER; empty if none came
  std::optional<CertificateRequest> certificate_request;
  std::vector<Ticket> tickets;
  bool unreadable = false;  ///< a message breaks the protocol or our limits

  /// One handshake message with its head of type and length; other kinds of message are passed over.
  void read(Version version, std::span<const std::uint8_t> message);

 private:
  bool read_certificates(bool tls13, std::span<const std::uint8_t> body);
  bool read_staple(std::span<const std::uint8_t> body);
  bool read_request(Version version, std::span<const std::uint8_t> body);
  bool read_ticket(bool tls13, std::span<const std::uint8_t> body);
};

}  // namespace ehdscan::tls
