// SPDX-License-Identifier: Apache-2.0
// What shows only in finished handshakes: certificates of TLS 1.3, resumption, tickets, renegotiation, and whether a
// client without certificate is let in.
#include "net/tls/finished.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "net/tls/codes.h"
#include "net/tls/handshake.h"

namespace ehdscan::tls {
namespace {

/// What a client must offer so that the server shows its certificate of one kind. The PKCS #1 algorithms cannot sign a
/// handshake of TLS 1.3 but permit certificates that are signed with them (RFC 8446, 4.2.3).
struct CertificateKind {
  std::string_view name;
  std::string_view algorithms;
  std::string_view codes_of;  ///< start of the algorithms' IANA names
};
constexpr std::string_view kAlso = ":rsa_pkcs1_sha256:rsa_pkcs1_sha384:rsa_pkcs1_sha512";
constexpr std::array kKinds{
    CertificateKind{"RSA", "rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512", "rsa_pss_rsae_"},
    CertificateKind{"ECDSA", "ecdsa_secp256r1_sha256:ecdsa_secp384r1_sha384:ecdsa_secp521r1_sha512", "ecdsa_secp"},
    CertificateKind{"EdDSA", "ed25519:ed448", "ed"},
    CertificateKind{"RSA-PSS", "rsa_pss_pss_sha256:rsa_pss_pss_sha384:rsa_pss_pss_sha512", "rsa_pss_pss_"}};

const CertificateKind* kind_of(std::uint16_t signature_algorithm) {
  const std::string_view name = signature_name(signature_algorithm);
  // ecdsa_secp…, but not ecdsa_brainpool…; ed25519 and ed448 alone begin with "ed" and a digit.
  for (const CertificateKind& kind : kKinds) {
    if (name.starts_with(kind.codes_of)) return &kind;
  }
  return nullptr;
}

std::string why_not(const HandshakeResult& result) {
  if (result.alert_code) return fmt::format("alert {}", *result.alert_code);
  return result.end == Answer::server_hello ? std::string("our library cannot negotiate it")
                                            : std::string(to_string(result.end));
}

class Handshakes {
 public:
  Handshakes(Prober& prober, EndpointFinding& found) : prober_(prober), found_(found) {}

  Task<> run() {
    TaskGroup group(prober_.session().network().loop());
    if (found_.of(Version::tls13).offered.value_or(false)) group.spawn(look_at_tls13());
    if (const auto version = newest_old()) {
      group.spawn(look_at_ids(*version));
      group.spawn(look_at_tickets(*version));
      group.spawn(renegotiate(*version));
    }
    co_await group.wait();
    conclude();
  }

 private:
  /// libssl of Debian has no SSL 3.0.
  [[nodiscard]] std::optional<Version> newest_old() const {
    for (const Version version : {Version::tls12, Version::tls11, Version::tls10}) {
      if (found_.of(version).offered.value_or(false)) return version;
    }
    return std::nullopt;
  }
  [[nodiscard]] bool old_refused() const {
    return std::ranges::all_of(found_.versions, [](const VersionFinding& version) {
      return version.version == Version::tls13 || version.offered == false;
    });
  }

  /// Once more, if neither the handshake nor a refusal came and hellos still work.
  Task<HandshakeResult> try_twice(HandshakePlan plan) {
    HandshakeResult result = co_await finish_handshake(prober_.session(), plan);
    const bool answered = result.finished || result.alert_code || result.end == Answer::server_hello;
    if (answered || !prober_.control() || prober_.session().over()) co_return result;
    const bool works = co_await prober_.control_works();
    if (works) result = co_await finish_handshake(prober_.session(), std::move(plan));
    co_return result;
  }

  void note_common(const HandshakeResult& result, Version version) {
    if (result.messages.certificate_request) {
      found_.client_certificate_asked = true;
      if (found_.client_certificate_issuers.empty())
        found_.client_certificate_issuers = result.messages.certificate_request->issuers;
      // Below TLS 1.3 the server looks before it finishes; there it may refuse afterwards (RFC 8446, 4.4.2.4).
      if (result.alert_code && (!result.finished || version == Version::tls13)) {
        found_.client_certificate_required = true;
      } else if (result.finished && (version != Version::tls13 || result.saw_the_end)) {
        found_.client_certificate_required = found_.client_certificate_required.value_or(false);
      }
    } else if (result.finished && !result.resumed && !found_.client_certificate_asked) {
      found_.client_certificate_asked = false;
    }
    for (const Ticket& ticket : result.messages.tickets) {
      const std::int64_t lifetime = ticket.lifetime_seconds;
      if (version == Version::tls13 || lifetime > 0)
        found_.ticket_lifetime_seconds = std::max(found_.ticket_lifetime_seconds.value_or(0), lifetime);
      if (version == Version::tls13)
        found_.early_data = found_.early_data.value_or(false) || ticket.early_data_bytes > 0;
    }
  }

  void note_chain(const HandshakeResult& result, std::string_view kind) {
    found_.add_chain({.kind = std::string(kind),
                      .version = Version::tls13,
                      .certificates = result.messages.certificates,
                      .staple = result.messages.staple});
  }

  Task<> look_at_tls13() {
    const VersionFinding& version = found_.of(Version::tls13);
    HandshakeResult first;
    bool connected = false;
    for (const CertificateKind& kind : kKinds) {
      const bool used = std::ranges::any_of(version.signature_algorithms,
                                            [&](std::uint16_t code) { return tls::kind_of(code) == &kind; });
      if (!used && version.signature_algorithms_complete) continue;
      HandshakePlan plan(Version::tls13);
      plan.signature_algorithms = fmt::format("{}{}", kind.algorithms, kAlso);
      HandshakeResult result = co_await try_twice(std::move(plan));
      const bool read = !result.messages.certificates.empty() && !result.messages.unreadable;
      if (read) note_chain(result, kind.name);
      // An alert says that there is none of the kind, unless the server has just shown that it uses it.
      const bool none = result.alert_code && !used;
      if (!read && !none)
        found_.chains_not_read.push_back(fmt::format("TLSv1.3 {} certificate: {}", kind.name, why_not(result)));
      note_common(result, Version::tls13);
      if (result.finished && !connected) {
        first = std::move(result);
        connected = true;
      }
    }
    for (const std::uint16_t code : version.signature_algorithms) {
      if (tls::kind_of(code) == nullptr)
        found_.chains_not_read.push_back(
            fmt::format("TLSv1.3 certificate for {}: our library cannot negotiate it", signature_name(code)));
    }
    if (connected) co_await resume_tls13(std::move(first));
  }

  Task<> resume_tls13(HandshakeResult first) {
    tls13_tickets_ = first.messages.tickets.empty() ? (first.saw_the_end ? std::optional<bool>(false) : std::nullopt)
                                                    : std::optional<bool>(true);
    if (!first.session) co_return;
    HandshakePlan plan(Version::tls13);
    plan.resume = first.session;
    const HandshakeResult again = co_await try_twice(std::move(plan));
    note_common(again, Version::tls13);
    if (again.finished) tls13_resumed_ = again.resumed;
  }

  /// Whether a second handshake resumes the first. Machines behind one address may not share what they remember.
  Task<std::optional<bool>> resumes(Version version, bool tickets) {
    HandshakePlan plan(version);
    plan.tickets = tickets;
    const HandshakeResult first = co_await try_twice(plan);
    note_common(first, version);
    if (!first.finished) co_return std::nullopt;
    if (tickets && first.messages.tickets.empty()) co_return false;
    if (!first.session) co_return false;  // neither id nor ticket
    plan.resume = first.session;
    std::optional<bool> resumed;
    for (int tries = 0; tries < 2 && !resumed.value_or(false); ++tries) {
      const HandshakeResult again = co_await try_twice(plan);
      note_common(again, version);
      if (again.finished) resumed = again.resumed;
    }
    co_return resumed;
  }

  Task<> look_at_ids(Version version) { found_.session_id_resumption = co_await resumes(version, false); }
  Task<> look_at_tickets(Version version) { old_resumed_ = co_await resumes(version, true); }

  Task<> renegotiate(Version version) {
    HandshakePlan plan(version);
    plan.renegotiations = kMostRenegotiations;
    const HandshakeResult result = co_await try_twice(std::move(plan));
    note_common(result, version);
    if (!result.finished) co_return;
    if (result.renegotiated > 0) {
      found_.client_renegotiation = true;
      found_.client_renegotiations = result.renegotiated;
    } else if (result.renegotiation_refused.value_or(false)) {
      found_.client_renegotiation = false;
      found_.client_renegotiations = 0;
    }
  }

  void conclude() {
    const bool tls13_refused = found_.of(Version::tls13).offered == false;
    // Resumption by id went with TLS 1.2, and nothing older has a first flight of data (RFC 8446, 2.2 and 2.3).
    if (old_refused()) {
      found_.session_id_resumption = false;
      old_resumed_ = false;
    }
    if (tls13_refused || tls13_tickets_ == false) {
      tls13_resumed_ = false;
      if (found_.ticket_lifetime_seconds && !found_.early_data) found_.early_data = false;
    }
    if (tls13_resumed_ == true || old_resumed_ == true) {
      found_.ticket_resumption = true;
    } else if (tls13_resumed_ == false && old_resumed_ == false) {
      found_.ticket_resumption = false;
    }
  }

  Prober& prober_;
  EndpointFinding& found_;
  std::optional<bool> tls13_tickets_;
  std::optional<bool> tls13_resumed_;
  std::optional<bool> old_resumed_;
};

}  // namespace

Task<> try_handshakes(Prober& prober, EndpointFinding& found) {
  if (!found.spoke_tls() || prober.session().over()) co_return;
  found.handshakes_tried = true;
  Handshakes handshakes(prober, found);
  co_await handshakes.run();
  const bool some = std::ranges::any_of(found.chains, [](const SentChain& chain) { return !chain.staple.empty(); });
  if (some || (found.chains_not_read.empty() && !found.chains.empty())) found.stapled = some;
}

}  // namespace ehdscan::tls
