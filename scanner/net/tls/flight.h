// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "net/tls/wire.h"

namespace ehdscan::tls {

/// What a ServerKeyExchange says (RFC 5246, 7.4.3; RFC 8422, 5.4).
struct KeyExchange {
  std::uint16_t group = 0;  ///< named group of ECDHE; 0 otherwise
  Bytes prime;              ///< of DHE, without leading zeros
  Bytes generator;
  Bytes public_value;
  std::optional<std::uint16_t> signature_algorithm;  ///< TLS 1.2
};

struct CertificateRequest {
  std::vector<std::uint16_t> signature_algorithms;
  std::vector<Bytes> issuers;  ///< DER of the names that it accepts
};

/// The server's first flight as far as it is in clear.
struct Flight {
  Answer answer = Answer::timeout;
  std::optional<int> alert_code{};  ///< of a fatal alert
  std::uint16_t version = 0;        ///< that the server chose; 0 without ServerHello
  std::uint16_t suite = 0;
  std::uint8_t compression = 0;
  std::size_t session_id_bytes = 0;
  std::vector<std::uint16_t> extensions;  ///< types in the ServerHello
  std::uint16_t group = 0;                ///< key_share of TLS 1.3, or of the ServerKeyExchange
  std::string alpn;
  std::vector<Bytes> certificates;  ///< DER, as sent
  Bytes staple;                     ///< OCSP response, DER
  std::optional<KeyExchange> key_exchange;
  std::optional<CertificateRequest> certificate_request;
  std::vector<std::uint32_t> ssl2_kinds;
  bool done = false;        ///< ServerHelloDone came (up to TLS 1.2)
  bool unreadable = false;  ///< something after the ServerHello is against the protocol or over our limits
  std::string first_bytes;  ///< of an answer in another protocol, at most 64

  [[nodiscard]] bool spoken() const { return answer == Answer::server_hello || answer == Answer::retry_request; }
  [[nodiscard]] bool chose(Version asked) const { return spoken() && version == static_cast<std::uint16_t>(asked); }
  [[nodiscard]] bool has(std::uint16_t extension) const;
};

/// Puts the first flight together from bytes as they come, however they are cut. Bounded: a flight of more than 256 KiB
/// is unreadable.
class FlightReader {
 public:
  /// `whole`: reads on to ServerHelloDone; otherwise the ServerHello decides.
  FlightReader(Version asked, bool whole) : asked_(asked), whole_(whole) {}

  /// True when the answer is decided; nothing more needs to be read.
  bool feed(std::span<const std::uint8_t> bytes);
  /// The connection ended like this before feed() said so.
  void end(Answer how);
  [[nodiscard]] const Flight& flight() const { return flight_; }
  Flight take() { return std::move(flight_); }

 private:
  bool foreign();
  bool broken();
  bool read_ssl2();
  bool read_record(std::uint8_t type, std::span<const std::uint8_t> payload);
  bool read_messages();
  bool read_message(std::uint8_t type, std::span<const std::uint8_t> body);
  bool read_server_hello(std::span<const std::uint8_t> body);
  bool read_extension(std::uint16_t type, std::span<const std::uint8_t> body);
  bool read_certificates(std::span<const std::uint8_t> body);
  bool read_key_exchange(std::span<const std::uint8_t> body);
  bool read_certificate_request(std::span<const std::uint8_t> body);

  Version asked_;
  bool whole_;
  bool decided_ = false;
  std::size_t total_ = 0;
  Bytes pending_;    ///< bytes of a record that is not whole yet
  Bytes handshake_;  ///< bytes of a message that is not whole yet
  Flight flight_;
};

}  // namespace ehdscan::tls
