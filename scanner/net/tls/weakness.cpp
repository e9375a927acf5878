// SPDX-License-Identifier: Apache-2.0
#include "net/tls/weakness.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

#include "net/tls/codes.h"
#include "net/tls/examine.h"

namespace ehdscan::tls {
namespace {

enum : std::uint8_t { kChangeCipherSpec = 20, kAlert = 21, kHandshake = 22, kApplicationData = 23, kHeartbeat = 24 };

Bytes record(std::uint8_t type, Version version, std::span<const std::uint8_t> payload) {
  Bytes out;
  put8(out, type);
  put16(out, static_cast<std::size_t>(version));
  put16(out, payload.size());
  put(out, payload);
  return out;
}

/// What came after a probe, record by record.
struct Aftermath {
  bool heartbeat = false;  ///< a heartbeat record with content
  std::size_t heartbeat_bytes = 0;
  std::optional<int> alert;
  Answer end = Answer::server_hello;  ///< how the connection ended; server_hello: it did not, an alert came first
};

std::string words(const Aftermath& came) {
  std::string text = came.heartbeat ? fmt::format("a heartbeat of {} bytes", came.heartbeat_bytes) : std::string();
  if (came.alert) text += fmt::format("{}alert {}", text.empty() ? "" : ", ", *came.alert);
  if (!came.alert) text += fmt::format("{}{}", text.empty() ? "" : ", ", to_string(came.end));
  return text;
}

/// Opens a connection, speaks up to ServerHelloDone, sends `probe`, and reads until an alert or the end.
Task<std::optional<Aftermath>> exchange(Prober& prober, Hello hello, Bytes probe) {
  Opened opened = co_await prober.session().open();
  if (!opened.connection) co_return std::nullopt;
  FlightReader reader(hello.version, true);
  const Bytes first = to_record(hello);
  const std::span<const std::uint8_t> out(first);
  co_await opened.connection->send(out);
  bool whole = false;
  while (!whole) {
    const Received received = co_await opened.connection->receive();
    if (received.bytes.empty()) co_return std::nullopt;
    whole = reader.feed(received.bytes);
  }
  if (!reader.flight().done || !reader.flight().chose(hello.version)) co_return std::nullopt;
  const std::span<const std::uint8_t> second(probe);
  co_await opened.connection->send(second);

  Aftermath came;
  Bytes pending;
  constexpr std::size_t kMostBytes = 128U << 10U;
  std::size_t total = 0;
  while (total < kMostBytes) {
    const Received received = co_await opened.connection->receive();
    if (received.bytes.empty()) {
      came.end = received.end;
      break;
    }
    total += received.bytes.size();
    put(pending, received.bytes);
    while (pending.size() >= 5) {
      const std::size_t size = static_cast<std::size_t>(pending[3]) << 8U | pending[4];
      if (pending.size() < 5 + size) break;
      if (pending[0] == kHeartbeat && size > 3) {
        came.heartbeat = true;
        came.heartbeat_bytes = size;
      }
      if (pending[0] == kAlert && size == 2) came.alert = pending[6];
      pending.erase(pending.begin(), pending.begin() + static_cast<std::ptrdiff_t>(5 + size));
    }
    if (came.alert || came.heartbeat) break;
  }
  co_return came;
}

Hello hello_of(const Prober& prober, const VersionFinding& version) {
  std::vector<std::uint16_t> suites;
  for (const SuiteFinding& suite : version.suites) suites.push_back(static_cast<std::uint16_t>(suite.code));
  Hello hello = full_hello(prober, version.version, std::move(suites));
  hello.groups = usual_groups();
  hello.with_extensions = true;
  return hello;
}

const VersionFinding* newest_old(const EndpointFinding& found, bool without_ssl3) {
  for (const Version version : {Version::tls12, Version::tls11, Version::tls10, Version::ssl3}) {
    if (version == Version::ssl3 && without_ssl3) break;
    if (found.of(version).offered.value_or(false) && !found.of(version).suites.empty()) return &found.of(version);
  }
  return nullptr;
}

bool all_refused(const EndpointFinding& found, std::initializer_list<Version> versions) {
  return std::ranges::all_of(versions, [&](Version version) { return found.of(version).offered == false; });
}

constexpr std::initializer_list<Version> kOld{Version::ssl3, Version::tls10, Version::tls11, Version::tls12};

Task<> try_heartbleed(Prober& prober, EndpointFinding& found) {
  WeaknessFinding result("heartbleed",
                         "heartbeat of 3 bytes that claims 1 byte of payload, then early application data");
  const VersionFinding* version = newest_old(found, true);
  if (all_refused(found, {Version::tls10, Version::tls11, Version::tls12})) {
    result.present = false;
    result.answer = "TLS 1.0 to 1.2 are refused";
  } else if (found.heartbeat == false) {
    result.present = false;
    result.answer = "the heartbeat extension is not answered";
  } else if (version != nullptr) {
    Hello hello = hello_of(prober, *version);
    // heartbeat_request, payload_length 1, no payload, no padding (RFC 6520, 4: such a message must be discarded).
    const Bytes heartbeat{1, 0, 1};
    const Bytes early{0};
    Bytes probe = record(kHeartbeat, version->version, heartbeat);
    put(probe, record(kApplicationData, version->version, early));
    const std::optional<Aftermath> came = co_await exchange(prober, std::move(hello), std::move(probe));
    if (came) {
      result.answer = words(*came);
      if (came->heartbeat) {
        result.present = true;
      } else if (came->alert) {
        result.present = false;
      }
    }
  }
  found.weaknesses.push_back(std::move(result));
}

Task<> try_early_ccs(Prober& prober, EndpointFinding& found) {
  WeaknessFinding result("ccs_injection", "ChangeCipherSpec before any key exchange, then a record in clear");
  const VersionFinding* version = newest_old(found, false);
  if (all_refused(found, kOld)) {
    result.present = false;
    result.answer = "TLS 1.2 and older are refused";
  } else if (version != nullptr) {
    Hello hello = hello_of(prober, *version);
    const Bytes change{1};
    Bytes noise;
    put_random(noise, 64);
    Bytes probe = record(kChangeCipherSpec, version->version, change);
    put(probe, record(kHandshake, version->version, noise));
    const std::optional<Aftermath> came = co_await exchange(prober, std::move(hello), std::move(probe));
    if (came) {
      result.answer = words(*came);
      // bad_record_mac or decryption_failed: the record was decrypted, so the change had been taken.
      if (came->alert == 20 || came->alert == 21) {
        result.present = true;
      } else if (came->alert) {
        result.present = false;
      }
    }
  }
  found.weaknesses.push_back(std::move(result));
}

using Predicate = std::function<bool(const SuiteParts&)>;

/// Yes if a suite of these versions is meant; no if none is, and every list ended.
WeaknessFinding by_suites(const EndpointFinding& found, std::string_view name, std::string_view probe,
                          std::initializer_list<Version> versions, const Predicate& meant) {
  WeaknessFinding result{std::string(name), std::string(probe)};
  bool open = false;
  for (const Version version : versions) {
    const VersionFinding& seen = found.of(version);
    for (const SuiteFinding& suite : seen.suites) {
      const SuiteParts parts = suite_parts(static_cast<std::uint16_t>(suite.code));
      if (!meant(parts)) continue;
      result.present = true;
      result.answer = fmt::format("{} with {}", to_string(version), parts.name);
      return result;
    }
    open = open || !seen.offered || (*seen.offered && !seen.suites_complete);
  }
  if (!open) {
    result.present = false;
    result.answer = "every such offer is refused";
  }
  return result;
}

bool is_cbc(const SuiteParts& parts) { return parts.encryption.contains("_CBC") || parts.encryption.ends_with("CBC"); }
bool has_small_blocks(const SuiteParts& parts) {
  return is_cbc(parts) && (parts.encryption.starts_with("3DES") || parts.encryption.starts_with("DES") ||
                           parts.encryption.starts_with("IDEA") || parts.encryption.starts_with("RC2"));
}

std::size_t bits_of(const Bytes& prime) {
  std::size_t bits = prime.size() * 8;
  for (unsigned mask = 0x80; !prime.empty() && mask != 0 && (prime.front() & mask) == 0; mask >>= 1U) --bits;
  return bits;
}

WeaknessFinding logjam(const EndpointFinding& found) {
  WeaknessFinding result = by_suites(found, "logjam", "hellos with DHE suites, export ones among them", kOld,
                                     [](const SuiteParts& parts) { return parts.key_exchange == "DHE_EXPORT"; });
  if (result.present == true) return result;
  for (const Version version : kOld) {
    for (const GroupFinding& group : found.of(version).groups) {
      if (group.code != 0 || bits_of(group.prime) > 1024 || group.prime.empty()) continue;
      result.present = true;
      result.answer = fmt::format("{} with a prime of {} bits", to_string(version), bits_of(group.prime));
      return result;
    }
    if (found.of(version).offered.value_or(false) && !found.of(version).groups_complete) {
      result.present = std::nullopt;
      result.answer.clear();
    }
  }
  return result;
}

WeaknessFinding by_flag(const EndpointFinding& found, std::string_view name, std::string_view probe,
                        const std::optional<bool>& weak, std::string_view yes, std::string_view no) {
  WeaknessFinding result{std::string(name), std::string(probe)};
  if (all_refused(found, kOld)) {
    result.present = false;
    result.answer = "TLS 1.2 and older are refused";
  } else if (weak) {
    result.present = weak;
    result.answer = *weak ? yes : no;
  }
  return result;
}

}  // namespace

Task<> try_weaknesses(Prober& prober, EndpointFinding& found) {
  if (!found.spoke_tls()) co_return;
  co_await try_heartbleed(prober, found);
  co_await try_early_ccs(prober, found);
}

void conclude_weaknesses(EndpointFinding& found) {
  std::vector<WeaknessFinding>& all = found.weaknesses;
  WeaknessFinding drown{"drown", "SSL 2.0 ClientHello"};
  drown.present = found.of(Version::ssl2).offered;
  if (drown.present) drown.answer = *drown.present ? "SSL 2.0 is taken" : "SSL 2.0 is refused";
  all.push_back(std::move(drown));
  all.push_back(by_suites(found, "poodle_ssl", "SSL 3.0 hellos", {Version::ssl3}, &is_cbc));
  all.push_back(by_suites(found, "freak", "hellos with RSA export suites", kOld,
                          [](const SuiteParts& parts) { return parts.key_exchange.starts_with("RSA_EXPORT"); }));
  all.push_back(logjam(found));
  all.push_back(by_suites(found, "sweet32", "hellos with ciphers of 64-bit blocks", kOld, &has_small_blocks));
  all.push_back(by_suites(found, "beast", "TLS 1.0 hellos", {Version::ssl3, Version::tls10}, &is_cbc));
  all.push_back(by_flag(found, "crime", "hello that offers DEFLATE", found.compression, "DEFLATE is chosen",
                        "no compression is chosen"));
  const auto insecure = found.secure_renegotiation ? std::optional<bool>(!*found.secure_renegotiation) : std::nullopt;
  all.push_back(by_flag(found, "insecure_renegotiation", "hello with TLS_EMPTY_RENEGOTIATION_INFO_SCSV", insecure,
                        "renegotiation_info is not answered", "renegotiation_info is answered"));
  for (const char* open : {"robot", "poodle_tls", "ticketbleed"}) {
    WeaknessFinding untried{open, "none"};
    if (all_refused(found, kOld)) {
      untried.present = false;
      untried.answer = "TLS 1.2 and older are refused";
    } else {
      untried.answer = "not tried";
    }
    all.push_back(std::move(untried));
  }
  if (found.starttls != Starttls::none) all.push_back({"starttls_injection", "none", std::nullopt, "not tried"});
  // Where hellos stopped working, a refusal may have been something else.
  if (!found.control_held.value_or(false)) {
    for (WeaknessFinding& weakness : all) {
      if (weakness.present == false) weakness.present = std::nullopt;
    }
  }
}

}  // namespace ehdscan::tls
