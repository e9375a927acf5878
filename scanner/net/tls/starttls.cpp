// SPDX-License-Identifier: Apache-2.0
#include "net/tls/starttls.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace ehdscan::tls {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kMaxDialogue = 16384;
constexpr auto kWords =
    std::to_array<std::string_view>({"none", "smtp", "imap", "pop3", "ftp", "ldap", "xmpp", "postgres", "mysql"});

// ExtendedRequest with the name 1.3.6.1.4.1.1466.20037 (RFC 4511, 4.14.1).
constexpr std::string_view kLdapStart =
    "\x30\x1d\x02\x01\x01\x77\x18\x80\x16"
    "1.3.6.1.4.1.1466.20037"sv;
constexpr std::string_view kPostgresStart = "\x00\x00\x00\x08\x04\xd2\x16\x2f"sv;
// SSLRequest: CLIENT_LONG_PASSWORD, CLIENT_PROTOCOL_41, CLIENT_SSL, CLIENT_SECURE_CONNECTION.
constexpr std::string_view kMysqlStart = "\x20\x00\x00\x01\x01\x8a\x00\x00\x00\x00\x00\x01\x21"sv;

std::size_t byte(char letter) { return static_cast<unsigned char>(letter); }

}  // namespace

std::string_view to_string(Starttls protocol) { return kWords.at(static_cast<std::size_t>(protocol)); }

std::optional<Starttls> starttls_of(std::string_view word) {
  const auto* const found = std::ranges::find(kWords, word);
  if (found == kWords.end()) return std::nullopt;
  return static_cast<Starttls>(found - kWords.begin());
}

StarttlsDialogue::StarttlsDialogue(Starttls protocol, std::string name) : protocol_(protocol), name_(std::move(name)) {
  switch (protocol_) {
    case Starttls::none:
      state_ = State::ready;
      break;
    case Starttls::ldap:
      out_ = kLdapStart;
      break;
    case Starttls::postgres:
      out_ = kPostgresStart;
      break;
    case Starttls::xmpp:
      out_ =
          "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
          "to='" +
          (name_.empty() ? std::string("localhost") : name_) + "' version='1.0'>";
      break;
    default:
      break;  // the server greets first
  }
}

void StarttlsDialogue::feed(std::string_view bytes) {
  in_ += bytes;
  while (state_ == State::talking && step()) {
  }
  if (state_ == State::talking && in_.size() > kMaxDialogue) state_ = State::foreign;
}

bool StarttlsDialogue::end(State state) {
  state_ = state;
  return false;
}

bool StarttlsDialogue::step() {
  switch (protocol_) {
    case Starttls::smtp:
    case Starttls::ftp:
      return step_numbered();
    case Starttls::imap:
    case Starttls::pop3:
      return step_lines();
    case Starttls::ldap:
      return step_ldap();
    case Starttls::xmpp:
      return step_xmpp();
    case Starttls::postgres:
      if (in_.empty()) return false;
      if (in_[0] != 'S' && in_[0] != 'N') return end(State::foreign);
      {
        const bool taken = in_[0] == 'S';
        in_.erase(0, 1);
        return end(taken ? State::ready : State::refused);
      }
    case Starttls::mysql:
      return step_mysql();
    case Starttls::none:
      break;
  }
  return end(State::ready);
}

/// SMTP (RFC 3207) and FTP (RFC 4217): "250-…" continues, "250 …" ends an answer.
bool StarttlsDialogue::step_numbered() {
  std::size_t at = 0;
  while (true) {
    const std::size_t newline = in_.find('\n', at);
    if (newline == std::string::npos) {
      // Long before a whole line it shows whether the answer begins with a code.
      const std::string_view head = std::string_view(in_).substr(0, 3);
      if (!std::ranges::all_of(head, [](char c) { return c >= '0' && c <= '9'; })) return end(State::foreign);
      return false;
    }
    const std::string_view line = std::string_view(in_).substr(at, newline - at);
    const bool numbered =
        line.size() >= 3 && std::ranges::all_of(line.substr(0, 3), [](char c) { return c >= '0' && c <= '9'; });
    if (!numbered && (at == 0 || protocol_ == Starttls::smtp)) return end(State::foreign);
    at = newline + 1;
    if (numbered && (line.size() == 3 || line[3] != '-')) break;
  }
  const std::string code = in_.substr(0, 3);
  in_.erase(0, at);
  const bool smtp = protocol_ == Starttls::smtp;
  switch (stage_++) {
    case 0:
      if (code != "220") return end(code[0] == '4' || code[0] == '5' ? State::refused : State::foreign);
      out_ +=
          smtp ? "EHLO " + (name_.empty() ? std::string("localhost") : name_) + "\r\n" : std::string("AUTH TLS\r\n");
      if (!smtp) ++stage_;
      return true;
    case 1:
      if (code != "250") return end(State::refused);
      out_ += "STARTTLS\r\n";
      return true;
    default:
      return end(code == (smtp ? "220" : "234") ? State::ready : State::refused);
  }
}

/// IMAP (RFC 3501, 6.2.1) and POP3 (RFC 2595).
bool StarttlsDialogue::step_lines() {
  const std::size_t newline = in_.find('\n');
  const bool imap = protocol_ == Starttls::imap;
  const std::string_view greeting = imap ? "* " : "+OK";
  if (stage_ == 0 && !std::string_view(in_).starts_with(greeting.substr(0, std::min(greeting.size(), in_.size()))))
    return end(State::foreign);
  if (newline == std::string::npos) return false;
  const std::string line = in_.substr(0, newline);
  in_.erase(0, newline + 1);
  if (stage_ == 0) {
    if (imap && !line.starts_with("* OK")) return end(State::refused);
    out_ += imap ? "a1 STARTTLS\r\n" : "STLS\r\n";
    ++stage_;
    return true;
  }
  if (imap && line.starts_with("* ")) return true;
  return end(line.starts_with(imap ? "a1 OK" : "+OK") ? State::ready : State::refused);
}

bool StarttlsDialogue::step_ldap() {
  if (in_.size() < 2) return false;
  if (in_[0] != '\x30') return end(State::foreign);
  std::size_t size = byte(in_[1]);
  std::size_t head = 2;
  if (size > 0x80) {
    const std::size_t digits = size & 0x7f;
    if (digits > 4) return end(State::foreign);
    if (in_.size() < 2 + digits) return false;
    size = 0;
    for (std::size_t i = 0; i < digits; ++i) size = size << 8 | byte(in_[2 + i]);
    head = 2 + digits;
  }
  if (size > kMaxDialogue) return end(State::foreign);
  if (in_.size() < head + size) return false;
  const std::string message = in_.substr(head, size);
  in_.erase(0, head + size);
  // message id, then ExtendedResponse [APPLICATION 24] whose first element is the result code.
  const std::size_t response = message.find('\x78');
  if (response == std::string::npos) return end(State::foreign);
  const std::size_t code = message.find("\x0a\x01", response);
  if (code == std::string::npos || code + 2 >= message.size()) return end(State::foreign);
  return end(message[code + 2] == 0 ? State::ready : State::refused);
}

/// RFC 6120, 5.4.
bool StarttlsDialogue::step_xmpp() {
  const std::size_t first = in_.find_first_not_of(" \t\r\n");
  if (first != std::string::npos && in_[first] != '<') return end(State::foreign);
  if (stage_ == 0) {
    const std::size_t features = in_.find("</stream:features>");
    if (features == std::string::npos) {
      if (in_.contains("<stream:error") || in_.contains("</stream:stream>")) return end(State::refused);
      return false;
    }
    if (!in_.contains("<starttls")) return end(State::refused);
    in_.erase(0, features + 18);
    out_ += "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
    ++stage_;
    return true;
  }
  const std::size_t proceed = in_.find("<proceed");
  if (proceed != std::string::npos) {
    const std::size_t close = in_.find('>', proceed);
    if (close == std::string::npos) return false;
    in_.erase(0, close + 1);
    return end(State::ready);
  }
  if (in_.contains("<failure")) return end(State::refused);
  return false;
}

/// Protocol::HandshakeV10: the capabilities stand behind version, thread id and the first part of the scramble.
bool StarttlsDialogue::step_mysql() {
  if (in_.size() < 5) return false;
  const std::size_t size = byte(in_[0]) | byte(in_[1]) << 8 | byte(in_[2]) << 16;
  if (size > kMaxDialogue || in_[3] != 0) return end(State::foreign);
  if (in_[4] == '\xff') return end(State::refused);  // an error packet, such as "host is not allowed to connect"
  if (in_[4] != 10) return end(State::foreign);
  if (in_.size() < 4 + size) return false;
  const std::string packet = in_.substr(4, size);
  const std::size_t version_end = packet.find('\0', 1);
  if (version_end == std::string::npos || version_end + 1 + 4 + 8 + 1 + 2 > packet.size()) return end(State::foreign);
  const std::size_t capabilities = byte(packet[version_end + 14]) | byte(packet[version_end + 15]) << 8;
  in_.erase(0, 4 + size);
  if ((capabilities & 0x0800) == 0) return end(State::refused);
  out_ += kMysqlStart;
  out_.append(23, '\0');
  return end(State::ready);
}

}  // namespace ehdscan::tls
