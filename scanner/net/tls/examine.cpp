// SPDX-License-Identifier: Apache-2.0
#include "net/tls/examine.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "net/tls/codes.h"
#include "net/tls/suites.h"

namespace ehdscan::tls {
namespace {

std::vector<std::uint16_t> popular_suites() {
  const auto& all = legacy_suites();
  return {all.begin(), all.begin() + kPopularSuites};
}

std::string_view kind_of(const Flight& flight) {
  if (flight.version == std::to_underlying(Version::ssl2)) return "RSA";
  // Suites of ECDSA take EdDSA too; the signature tells them apart (RFC 8422, 5.10).
  const auto signature = flight.key_exchange ? flight.key_exchange->signature_algorithm : std::nullopt;
  if (signature == 0x0807 || signature == 0x0808) return "EdDSA";
  const SuiteParts parts = suite_parts(flight.suite);
  return parts.authentication.empty() || parts.authentication == "anon" ? "unknown" : parts.authentication;
}

/// Once a control hello is known. Where a long hello brings nothing, a short one may.
Task<> ask_again(Prober& prober, Hello& hello, bool large, ProbeResult& result) {
  result = co_await prober.ask(hello, hello.version != Version::tls13);
  const bool small =
      hello.version == Version::tls13 || hello.version == Version::ssl2 || hello.suites.size() == kPopularSuites;
  if ((result.decided && !result.by_closing) || large || small) co_return;
  hello = small_hello(prober, hello.version, popular_suites());
  result = co_await prober.ask(hello, true);
}

/// Some close or stay silent on a hello for TLS 1.3 alone. Given older versions too a server takes the newest that it
/// has (RFC 8446, 4.2.1), so an older answer says that it has no TLS 1.3.
Task<> settle_tls13(Prober& prober, EndpointFinding& found) {
  VersionFinding& version = found.of(Version::tls13);
  if (version.offered || version.answer == Answer::alert || !prober.control() || prober.session().over()) co_return;
  std::vector<std::uint16_t> suites = tls13_suites();
  std::ranges::copy(popular_suites(), std::back_inserter(suites));
  Hello hello = small_hello(prober, Version::tls13, std::move(suites));
  hello.key_shares = nobodys_key_shares();
  hello.or_older = true;
  const ProbeResult result = co_await prober.ask(std::move(hello), false);
  if (!result.flight.spoken()) co_return;
  version.answer = result.flight.answer;
  version.alert_code.reset();
  version.offered = result.flight.chose(Version::tls13);
  if (*version.offered) version.picks.push_back(result.flight.suite);
}

}  // namespace

Hello full_hello(const Prober& prober, Version version, std::vector<std::uint16_t> suites) {
  Hello hello{.version = version, .suites = std::move(suites)};
  hello.name = const_cast<Prober&>(prober).session().place().name;
  hello.groups = all_groups();
  hello.signature_algorithms = usual_signature_algorithms();
  return hello;
}

Hello small_hello(const Prober& prober, Version version, std::vector<std::uint16_t> suites) {
  Hello hello = full_hello(prober, version, std::move(suites));
  hello.groups =
      version == Version::tls13 ? usual_groups() : std::vector<std::uint16_t>{29, 23, 24, 25, 30, 256, 22, 26};
  if (version != Version::tls13)
    hello.signature_algorithms = {0x0403, 0x0503, 0x0603, 0x0807, 0x0804, 0x0805,
                                  0x0806, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201};
  return hello;
}

void note_flight(const Flight& flight, EndpointFinding& found) {
  if (!flight.spoken()) return;
  const auto* const slot = std::ranges::find_if(
      found.versions, [&](const VersionFinding& v) { return std::to_underlying(v.version) == flight.version; });
  if (slot == found.versions.end()) return;
  note_group(found.of(slot->version), flight);
  if (slot->version == Version::ssl2) return;
  if (slot->version != Version::tls13) {
    if (flight.has(0xff01))
      found.secure_renegotiation = true;
    else if (!found.secure_renegotiation)
      found.secure_renegotiation = false;
    found.session_id = found.session_id.value_or(false) || flight.session_id_bytes > 0;
    if (flight.done) {
      const bool asked = flight.certificate_request.has_value();
      if (asked) {
        found.client_certificate_asked = true;
        found.client_certificate_issuers = flight.certificate_request->issuers;
      } else if (!found.client_certificate_asked) {
        found.client_certificate_asked = false;
      }
    }
  }
  found.add_chain({.kind = std::string(kind_of(flight)),
                   .version = slot->version,
                   .certificates = flight.certificates,
                   .staple = flight.staple});
}

void note_group(VersionFinding& version, const Flight& flight) {
  const Bytes* prime = nullptr;
  const Bytes* value = nullptr;
  std::uint16_t code = flight.group;
  if (flight.key_exchange) {
    value = &flight.key_exchange->public_value;
    if (!flight.key_exchange->prime.empty()) {
      prime = &flight.key_exchange->prime;
      const std::string_view name = known_prime(*prime);
      for (const std::uint16_t named : std::to_array<std::uint16_t>({256, 257, 258, 259, 260})) {
        if (group_info(named).name == name) code = named;
      }
      if (code != 0) prime = nullptr;
    }
  }
  if (code == 0 && prime == nullptr) return;
  for (GroupFinding& known : version.groups) {
    if (known.code != code || (prime != nullptr && known.prime != *prime)) continue;
    if (value != nullptr) {
      if (!known.last_public_value.empty())
        known.public_value_reused = known.public_value_reused.value_or(false) || known.last_public_value == *value;
      known.last_public_value = *value;
    }
    return;
  }
  GroupFinding group{.code = code, .prime = prime == nullptr ? Bytes() : *prime};
  if (value != nullptr) group.last_public_value = *value;
  version.groups.push_back(std::move(group));
}

Task<> find_versions(Prober& prober, EndpointFinding& found, std::vector<SuiteFinding>& tls12_picks) {
  asio::io_context& loop = prober.session().network().loop();
  struct Asked {
    explicit Asked(Hello what) : hello(std::move(what)) {}
    Hello hello;
    ProbeResult result;
  };
  std::vector<Asked> asked;
  for (std::size_t i = kVersions.size(); i-- > 0;) {
    const Version version = kVersions.at(i);
    // Below TLS 1.2 a refusal should be final at once, so everything is listed.
    asked.emplace_back(version == Version::tls13   ? small_hello(prober, version, tls13_suites())
                       : version == Version::tls12 ? small_hello(prober, version, popular_suites())
                                                   : full_hello(prober, version, legacy_suites()));
  }
  // The list of everything, backwards: shows whether large hellos are answered, and whose order counts.
  std::vector<std::uint16_t> backwards = legacy_suites();
  std::ranges::reverse(backwards);
  asked.emplace_back(full_hello(prober, Version::tls12, backwards));
  const auto ask = [&](Asked& one) -> Task<> {
    one.result = co_await prober.once(one.hello, one.hello.version != Version::tls13);
  };
  // A polite run, or one of many, first sees whether anybody answers at all.
  const bool alone_first = prober.session().pace().in_flight == 1 || prober.session().network().crowded();
  TaskGroup group(loop);
  std::size_t next = 0;
  if (alone_first) {
    for (; next < 2; ++next) {
      co_await ask(asked.at(next));
      if (asked.at(next).result.decided) {
        ++next;
        break;
      }
    }
  }
  const bool silent =
      next > 0 && std::all_of(asked.begin(), asked.begin() + static_cast<std::ptrdiff_t>(next), [](const Asked& one) {
        const Answer answer = one.result.flight.answer;
        return answer == Answer::timeout || answer == Answer::refused || one.result.starttls_refused;
      });
  std::size_t answered = next;
  if (!silent) {
    for (; next < asked.size(); ++next) group.spawn(ask(asked.at(next)));
    answered = asked.size();
  }
  co_await group.wait();

  // The newest version that works is the control; SSL 2.0 is none.
  found.first = asked.front().result.flight.answer;
  found.first_alert = asked.front().result.flight.alert_code;
  found.first_bytes = asked.front().result.flight.first_bytes;
  for (const Asked& one : asked) {
    found.starttls_refused = found.starttls_refused || one.result.starttls_refused;
    if (!one.result.flight.spoken()) continue;
    if (!found.spoke_tls()) {
      found.first = one.result.flight.answer;
      found.first_alert.reset();
      found.first_bytes.clear();
    }
    if (!prober.control() && one.hello.version != Version::ssl2 && one.result.flight.chose(one.hello.version))
      prober.set_control(one.hello);
  }
  for (std::size_t i = 0; i < answered; ++i) {
    Asked& one = asked.at(i);
    const bool large = i + 1 == asked.size();
    VersionFinding& version = found.of(one.hello.version);
    if (!one.result.decided && prober.control() && !prober.session().over() &&
        !(large && version.offered == false && version.answer == Answer::alert))
      co_await ask_again(prober, one.hello, large, one.result);
    const Flight& flight = one.result.flight;
    if (large) {
      if (one.result.decided && !one.result.by_closing) {
        found.large_hello_lost = false;
      } else if (prober.control()) {
        found.large_hello_lost = true;
      }
    }
    if (flight.chose(version.version)) {
      version.offered = true;
      version.answer = flight.answer;
      version.alert_code.reset();
      note_flight(flight, found);
      if (version.version == Version::ssl2) {
        for (const std::uint32_t kind : flight.ssl2_kinds) version.ssl2_kinds.push_back(kind);
        version.suites_complete = true;
        version.groups_complete = true;
      } else if (version.version == Version::tls12) {
        tls12_picks.push_back({.code = flight.suite, .position = large ? 1 : 0});
      } else {
        version.picks.push_back(flight.suite);
        version.picks_of_everything = one.hello.suites.size() == legacy_suites().size();
      }
      continue;
    }
    if (large && version.offered.value_or(false)) continue;
    version.answer = flight.answer;
    version.alert_code = flight.alert_code;
    if (!one.result.decided) continue;
    // An older version, or "this version is not taken": no list of suites would change that.
    const bool everything = one.hello.suites.size() == legacy_suites().size() && !one.result.by_closing;
    const bool final = flight.spoken() || flight.alert_code == 70 || version.version == Version::ssl2 || everything;
    if (final) version.offered = false;
  }
  co_await settle_tls13(prober, found);
}

Task<> examine(Prober& prober, Depth depth, EndpointFinding& found) {
  const Clock::time_point start = Clock::now();
  std::vector<SuiteFinding> tls12_picks;
  co_await find_versions(prober, found, tls12_picks);
  if (!prober.control()) co_return;
  const Clock::duration round = Clock::now() - start;
  // Far away, or slow: many questions beside each other cost less time than few one after the other.
  const bool polite = prober.session().pace().in_flight < 16;
  const bool wide = !polite && round > std::chrono::milliseconds(25) && !prober.session().network().crowded();
  SuiteSearch search(prober, found, wide, depth);
  co_await search.run(tls12_picks);
  if (depth == Depth::full && !prober.session().over()) co_await find_details(prober, found);
}

Task<> conclude(Prober& prober, EndpointFinding& found) {
  found.time_over = prober.session().over();
  if (prober.control()) {
    bool held = false;
    for (int tries = 0; tries < 3 && !held && !prober.session().over(); ++tries) {
      if (tries > 0) {
        prober.session().slow_down();
        co_await pause(prober.session().network().loop(), std::chrono::milliseconds(100) * (1 << tries));
      }
      held = co_await prober.control_works();
    }
    found.control_held = held;
  }
  if (!found.control_held.value_or(false)) {
    for (VersionFinding& version : found.versions) {
      if (version.offered == false) version.offered.reset();
      version.suites_complete = version.suites_complete && version.version == Version::ssl2;
      version.groups_complete = version.groups_complete && version.version == Version::ssl2;
      version.signature_algorithms_complete = false;
    }
    // A close may have been a limit's work.
    if (found.client_renegotiation == false) found.client_renegotiation.reset();
  }
  found.connections = prober.session().connections();
}

}  // namespace ehdscan::tls
