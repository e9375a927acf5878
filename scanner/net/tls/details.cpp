// SPDX-License-Identifier: Apache-2.0
// What hellos show besides suites and groups.
#include <algorithm>
#include <utility>

#include "net/tls/codes.h"
#include "net/tls/examine.h"

namespace ehdscan::tls {
namespace {

using Codes = std::vector<std::uint16_t>;

Codes suites_of(const VersionFinding& version) {
  Codes out;
  for (const SuiteFinding& suite : version.suites) out.push_back(suite.code);
  return out;
}

/// Newest version below TLS 1.3 that the server takes; nullptr if none.
VersionFinding* newest_below_tls13(EndpointFinding& found) {
  for (const Version version : {Version::tls12, Version::tls11, Version::tls10, Version::ssl3}) {
    if (found.of(version).offered.value_or(false)) return &found.of(version);
  }
  return nullptr;
}

bool old_ones_refused(const EndpointFinding& found) {
  return std::ranges::all_of(found.versions, [](const VersionFinding& version) {
    return version.version == Version::tls13 || version.offered == false;
  });
}

Task<> find_extensions(Prober& prober, const VersionFinding& version, EndpointFinding& found) {
  Hello hello = full_hello(prober, version.version, suites_of(version));
  hello.groups = usual_groups();
  hello.with_extensions = true;
  hello.compression = true;
  const ProbeResult result = co_await prober.ask(std::move(hello), true);
  if (!result.flight.chose(version.version)) co_return;
  note_flight(result.flight, found);
  found.compression = result.flight.compression != 0;
  if (version.version == Version::ssl3) co_return;
  found.extended_master_secret = result.flight.has(23);
  found.ticket = result.flight.has(35);
  found.heartbeat = result.flight.has(15);
}

Task<> find_alpn(Prober& prober, const VersionFinding& version, EndpointFinding& found) {
  if (version.version == Version::ssl3) co_return;
  std::vector<std::string> left{"h2",   "http/1.1", "http/1.0", "spdy/3.1",    "acme-tls/1", "dot", "imap",
                                "pop3", "ftp",      "mqtt",     "xmpp-client", "postgresql", "ldap"};
  std::vector<std::string> taken;
  while (!left.empty() && !prober.session().over()) {
    Hello hello = full_hello(prober, version.version, suites_of(version));
    hello.groups = usual_groups();
    hello.alpn = left;
    const ProbeResult result = co_await prober.once(std::move(hello), false);
    const bool refused = result.flight.alert_code == 120;  // no_application_protocol (RFC 7301)
    if (!refused && !result.flight.chose(version.version)) co_return;
    if (refused || result.flight.alpn.empty()) {
      found.alpn = std::move(taken);
      co_return;
    }
    if (std::erase(left, result.flight.alpn) == 0) co_return;  // one that was not offered
    taken.push_back(result.flight.alpn);
  }
}

Task<> find_fallback(Prober& prober, EndpointFinding& found) {
  // The newest but one, as long as it is below TLS 1.3.
  const VersionFinding* marked = nullptr;
  int offered = 0;
  for (std::size_t i = kVersions.size(); i-- > 0;) {
    const VersionFinding& version = found.versions.at(i);
    if (version.version == Version::ssl2 || !version.offered.value_or(false)) continue;
    if (++offered == 2) marked = &version;
  }
  if (marked == nullptr) co_return;
  Hello hello = full_hello(prober, marked->version, suites_of(*marked));
  hello.groups = usual_groups();
  hello.fallback = true;
  const ProbeResult result = co_await prober.once(std::move(hello), false);
  if (result.flight.spoken()) found.fallback_signal_checked = false;
  if (result.flight.alert_code == 86) found.fallback_signal_checked = true;
}

/// The ServerKeyExchange of TLS 1.2 names its algorithm: by elimination.
Task<> find_signatures_tls12(Prober& prober, VersionFinding& version) {
  Codes suites;
  for (const SuiteFinding& suite : version.suites) {
    const SuiteParts parts = suite_parts(suite.code);
    const bool ephemeral = parts.key_exchange == "ECDHE" || parts.key_exchange == "DHE";
    if (ephemeral && parts.authentication != "anon" && parts.authentication != "PSK") suites.push_back(suite.code);
  }
  if (suites.empty()) {
    version.signature_algorithms_complete = version.suites_complete;
    co_return;
  }
  Codes left = all_signature_algorithms();
  while (!left.empty() && !prober.session().over()) {
    Hello hello = full_hello(prober, version.version, suites);
    hello.groups = usual_groups();
    hello.signature_algorithms = left;
    const ProbeResult result = co_await prober.ask(std::move(hello), true);
    if (result.refused()) {
      version.signature_algorithms_complete = version.suites_complete;
      co_return;
    }
    const Flight& flight = result.flight;
    if (!flight.chose(version.version) || !flight.key_exchange || !flight.key_exchange->signature_algorithm) co_return;
    const std::uint16_t code = *flight.key_exchange->signature_algorithm;
    const bool offered = std::erase(left, code) > 0;
    if (std::ranges::find(version.signature_algorithms, code) == version.signature_algorithms.end())
      version.signature_algorithms.push_back(code);
    if (!offered) {
      // It signs with what nobody offered, so no list would make it stop: that one is its default.
      version.signature_algorithms_complete = version.suites_complete;
      co_return;
    }
  }
}

Task<> ask_signature_tls13(Prober& prober, VersionFinding& version, std::uint16_t code, bool& complete) {
  Hello hello = full_hello(prober, Version::tls13, suites_of(version));
  hello.groups = {29, 23};
  hello.key_shares = nobodys_key_shares();
  hello.signature_algorithms = {code};
  const ProbeResult result = co_await prober.ask(std::move(hello), false);
  if (result.flight.chose(Version::tls13) && result.flight.answer == Answer::server_hello) {
    version.signature_algorithms.push_back(code);
  } else if (!result.refused()) {
    complete = false;
  }
}

/// CertificateVerify is encrypted, but a server that cannot use the only algorithm refuses before it: one hello each.
Task<> find_signatures_tls13(Prober& prober, VersionFinding& version) {
  const bool our_groups = std::ranges::any_of(
      version.groups, [](const GroupFinding& group) { return group.code == 29 || group.code == 23; });
  if (!our_groups) co_return;
  bool complete = true;
  TaskGroup group(prober.session().network().loop());
  for (const std::uint16_t code : all_signature_algorithms()) {
    const int hash = code >> 8;
    const bool can_sign_tls13 =
        hash == 8 || hash == 7 || hash == 9 || code == 0x0403 || code == 0x0503 || code == 0x0603;
    if (can_sign_tls13) group.spawn(ask_signature_tls13(prober, version, code, complete));
  }
  co_await group.wait();
  const auto& order = all_signature_algorithms();
  std::ranges::sort(version.signature_algorithms, {},
                    [&](std::uint16_t code) { return std::ranges::find(order, code); });
  version.signature_algorithms_complete = complete && !prober.session().over();
}

}  // namespace

Task<> find_details(Prober& prober, EndpointFinding& found) {
  TaskGroup group(prober.session().network().loop());
  if (VersionFinding* version = newest_below_tls13(found)) {
    group.spawn(find_extensions(prober, *version, found));
    group.spawn(find_alpn(prober, *version, found));
    if (version->version == Version::tls12) group.spawn(find_signatures_tls12(prober, *version));
  } else if (old_ones_refused(found)) {
    found.compression = false;  // TLS 1.3 has none (RFC 8446, 4.1.2)
  }
  group.spawn(find_fallback(prober, found));
  if (found.of(Version::tls13).offered.value_or(false))
    group.spawn(find_signatures_tls13(prober, found.of(Version::tls13)));
  co_await group.wait();
}

}  // namespace ehdscan::tls
