// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "net/tls/wire.h"

namespace ehdscan::tls {

/// What is spoken before TLS.
enum class Starttls : std::uint8_t { none, smtp, imap, pop3, ftp, ldap, xmpp, postgres, mysql };
std::string_view to_string(Starttls protocol);
std::optional<Starttls> starttls_of(std::string_view word);

/// The dialogue up to where the TLS handshake begins, without input or output of its own.
///
///     StarttlsDialogue dialogue(Starttls::smtp, "mail.node.example");
///     // send dialogue.to_send(), feed what comes, until state() is no longer `talking`
class StarttlsDialogue {
 public:
  enum class State : std::uint8_t {
    talking,
    ready,    ///< the next byte is TLS
    refused,  ///< the server speaks the protocol but has no STARTTLS
    foreign   ///< it does not speak the protocol
  };
  /// `name` goes into the greeting of xmpp and smtp.
  StarttlsDialogue(Starttls protocol, std::string name);

  void feed(std::string_view bytes);
  /// What to send now; empty afterwards.
  std::string to_send() { return std::exchange(out_, {}); }
  [[nodiscard]] State state() const { return state_; }
  /// Bytes that came together with the last answer of the dialogue, before TLS began.
  [[nodiscard]] const std::string& rest() const { return in_; }

 private:
  bool step();
  bool step_lines();
  bool step_numbered();
  bool step_ldap();
  bool step_xmpp();
  bool step_mysql();
  bool end(State state);

  Starttls protocol_;
  std::string name_;
  State state_ = State::talking;
  int stage_ = 0;
  std::string in_;
  std::string out_;
};

}  // namespace ehdscan::tls
