// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "net/tls/wire.h"

namespace ehdscan::tls {

struct KeyShare {
  std::uint16_t group = 0;
  Bytes key;
};

/// A ClientHello for exactly one version, unless `or_older`. In TLS 1.3 no key share at all makes the server answer
/// with a HelloRetryRequest, which names a suite and a group and costs it no computation (RFC 8446, 4.1.4).
struct Hello {
  Version version = Version::tls12;
  std::vector<std::uint16_t> suites;
  std::string name;                                 ///< sent as SNI unless empty; never in SSL
  std::vector<std::uint16_t> groups;                ///< no extension if empty
  std::vector<std::uint16_t> signature_algorithms;  ///< TLS 1.2 and 1.3; no extension if empty
  std::vector<KeyShare> key_shares;                 ///< TLS 1.3
  std::vector<std::string> alpn;
  bool compression = false;      ///< offers DEFLATE (RFC 3749) before none
  bool with_extensions = false;  ///< asks for staple, ticket, extended master secret, heartbeat, SCTs
  bool fallback = false;         ///< marks a downgrade (RFC 7507)
  bool or_older = false;         ///< of TLS 1.3: lists TLS 1.2 to 1.0 behind it (RFC 8446, 4.2.1)
};

/// Groups and signature algorithms that fit into a small hello, which every server takes.
const std::vector<std::uint16_t>& usual_groups();
const std::vector<std::uint16_t>& usual_signature_algorithms();

/// The record to send. SSL 2.0 lists its own kinds and takes nothing from the rest. Lengths of 256 to 511 bytes, which
/// old load balancers lose, are padded to 512 (RFC 7685), but for SSL 3.0 and when nothing else is there to pad.
Bytes to_record(const Hello& hello);

/// Key shares that are valid but nobody's: any 32 bytes for x25519, the base point of P-256.
std::vector<KeyShare> nobodys_key_shares();

}  // namespace ehdscan::tls
