// SPDX-License-Identifier: Apache-2.0
// Handshakes that are finished: libssl does the cryptography over buffers in memory, our event loop moves the bytes.
// Enumeration never uses this; what libssl cannot negotiate stays "not determined".
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "net/tls/messages.h"
#include "net/tls/session.h"

struct ssl_session_st;

namespace ehdscan::tls {

struct HandshakePlan {
  explicit HandshakePlan(Version asked) : version(asked) {}
  Version version;                     ///< TLS 1.0 to 1.3: exactly this one
  std::string signature_algorithms{};  ///< as libssl names them, by colons; empty: its own list
  bool tickets = true;                 ///< TLS 1.2 and older: offers the ticket extension
  std::shared_ptr<ssl_session_st> resume{};
  int renegotiations = 0;  ///< TLS 1.2 and older: tries so many in a row afterwards
};

struct HandshakeResult {
  bool finished = false;
  /// Without `finished`: what ended it. Otherwise how the connection ended after our close_notify; server_hello: not.
  Answer end = Answer::server_hello;
  std::optional<int> alert_code;  ///< of the server's last fatal alert or no_renegotiation
  ServerMessages messages;        ///< also of a handshake that did not finish
  bool resumed = false;
  /// After the server ended the connection nothing more can come: tickets that did not come are not given.
  bool saw_the_end = false;
  std::shared_ptr<ssl_session_st> session;  ///< null if it cannot be resumed
  int renegotiated = 0;
  std::optional<bool> renegotiation_refused;  ///< by alert, close or reset; empty: silence, or not tried
};

/// One connection. After the handshake our close_notify makes the server send what it holds back (tickets of TLS 1.3,
/// the refusal of a client without certificate) and end.
Task<HandshakeResult> finish_handshake(Session& session, HandshakePlan plan);

}  // namespace ehdscan::tls
