// SPDX-License-Identifier: Apache-2.0
// What was found out about one endpoint. An empty optional is "not determined" throughout.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "net/tls/flight.h"
#include "net/tls/starttls.h"
#include "net/tls/wire.h"

namespace ehdscan::tls {

struct SuiteFinding {
  std::uint16_t code = 0;
  std::optional<int> position;  ///< in the server's order, from 1
};

struct GroupFinding {
  std::uint16_t code = 0;  ///< 0: a prime of the server's own choice
  Bytes prime;             ///< then this one
  std::optional<bool> public_value_reused;
  Bytes last_public_value;  ///< of the search alone
};

struct VersionFinding {
  Version version = Version::ssl2;
  std::optional<bool> offered;
  Answer answer = Answer::timeout;  ///< that decided, or the last one that did not
  std::optional<int> alert_code;
  std::vector<SuiteFinding> suites;       ///< in the order found; not of SSL 2.0
  std::vector<std::uint32_t> ssl2_kinds;  ///< what SSL 2.0 lists
  std::vector<std::uint16_t> picks;       ///< suites that the search for versions brought
  bool picks_of_everything = false;       ///< out of a list of all suites
  bool suites_complete = false;
  std::vector<GroupFinding> groups;
  bool groups_complete = false;
  std::optional<bool> order_by_server;
  std::vector<std::uint16_t> signature_algorithms;
  bool signature_algorithms_complete = false;
};

/// Certificates as the server sent them, in clear or out of a finished handshake.
struct SentChain {
  std::string kind;  ///< "RSA", "ECDSA", "DSS", "EdDSA", "ML-DSA" …
  Version version = Version::tls12;
  std::vector<Bytes> certificates;  ///< DER, in the order sent
  Bytes staple;                     ///< OCSP response, DER; empty if none came
};

struct WeaknessFinding {
  WeaknessFinding(std::string what, std::string sent, std::optional<bool> shows = {}, std::string came = {})
      : weakness(std::move(what)), probe(std::move(sent)), present(shows), answer(std::move(came)) {}
  std::string weakness;  ///< "heartbleed" … as in the evidence
  std::string probe;     ///< what was sent
  std::optional<bool> present;
  std::string answer;  ///< what came back; empty: nothing
};

struct EndpointFinding {
  // What was asked.
  std::string host;
  std::uint16_t port = 0;
  std::string address;  ///< empty: the name does not resolve
  std::string name;     ///< sent as SNI; empty if none was sent
  Starttls starttls = Starttls::none;

  // How it went.
  std::string problem;             ///< why nothing was asked: the name does not resolve
  Answer first = Answer::timeout;  ///< what the first hello brought, or the first one answered in TLS
  std::optional<int> first_alert;
  std::string first_bytes;  ///< of an answer in another protocol
  bool starttls_refused = false;
  std::optional<bool> control_held;  ///< the hello that worked first worked at the end; empty if none ever worked
  bool time_over = false;            ///< the endpoint's deadline or the user ended it
  int connections = 0;
  double seconds = 0;

  std::array<VersionFinding, kVersions.size()> versions{};
  std::vector<SentChain> chains;
  std::vector<WeaknessFinding> weaknesses;

  // From hellos of TLS 1.2 and older.
  std::optional<bool> compression;
  std::optional<bool> secure_renegotiation;
  std::optional<bool> extended_master_secret;
  std::optional<bool> ticket;      ///< the ticket extension is answered
  std::optional<bool> session_id;  ///< a session id is given
  std::optional<bool> heartbeat;
  std::optional<bool> fallback_signal_checked;
  std::optional<bool> client_certificate_asked;
  std::vector<Bytes> client_certificate_issuers;  ///< DER of names
  std::optional<std::vector<std::string>> alpn;
  // From finished handshakes.
  bool handshakes_tried = false;
  std::vector<std::string> chains_not_read;  ///< in words: certificates that there are or may be
  std::optional<bool> session_id_resumption;
  std::optional<bool> ticket_resumption;                ///< by ticket or PSK
  std::optional<std::int64_t> ticket_lifetime_seconds;  ///< the longest
  std::optional<bool> early_data;                       ///< a ticket permits it
  std::optional<bool> client_renegotiation;
  std::optional<int> client_renegotiations;  ///< in a row; not tried beyond kMostRenegotiations
  std::optional<bool> client_certificate_required;
  std::optional<bool> stapled;           ///< a staple came with some chain; no: with none, though all were asked for
  std::optional<bool> large_hello_lost;  ///< hellos over 512 bytes or 128 suites get no answer while small ones do

  EndpointFinding();
  [[nodiscard]] VersionFinding& of(Version version);
  [[nodiscard]] const VersionFinding& of(Version version) const;
  [[nodiscard]] bool spoke_tls() const;
  /// Keeps a chain unless it is known. A second one of a kind is called `RSA 2`; more than eight are not kept.
  void add_chain(SentChain chain);
};

/// One more than the most that a check lets pass.
inline constexpr int kMostRenegotiations = 11;

}  // namespace ehdscan::tls
