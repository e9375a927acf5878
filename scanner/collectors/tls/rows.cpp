// SPDX-License-Identifier: Apache-2.0
#include "collectors/tls/rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "collectors/tls/options.h"
#include "crypto/digest.h"
#include "net/tls/address.h"
#include "net/tls/codes.h"
#include "net/x509/certificate.h"

namespace ehdscan {
namespace {

using tls::Version;

std::string endpoint_text(const std::string& host, std::uint16_t port) {
  return TlsEndpoint{.host = host, .port = port}.text();
}

std::string_view endpoint_answer(const tls::EndpointFinding& found) {
  if (!found.problem.empty()) return "name_not_found";
  return found.spoke_tls() ? std::string_view("tls") : tls::to_string(found.first);
}

/// True if all known are true, false if one is false.
std::optional<bool> order_by_server(const tls::EndpointFinding& found) {
  std::optional<bool> all;
  bool unknown = false;
  for (const tls::VersionFinding& version : found.versions) {
    if (version.version == Version::ssl2 || version.version == Version::tls13 || version.suites.size() < 2) continue;
    if (version.order_by_server == false) return false;
    unknown = unknown || !version.order_by_server;
    if (version.order_by_server) all = true;
  }
  return unknown ? std::nullopt : all;
}

std::optional<std::string_view> some(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional<std::string_view>(text);
}

void write_cipher(RowSink& sink, const std::string& id, Version version, std::uint32_t code,
                  const tls::SuiteParts& parts, std::optional<int> position, const Origin& from) {
  Row<tables::tls_cipher> row("tls");
  row.set<"endpoint_id">(id).set<"protocol">(tls::to_string(version)).set<"code">(tls::code_text(code));
  row.set<"name">(some(parts.name)).set<"position">(position).set<"key_exchange">(some(parts.key_exchange));
  row.set<"authentication">(some(parts.authentication)).set<"encryption">(some(parts.encryption));
  row.set<"mac">(some(parts.mac)).write(sink, from);
}

std::string digest_of(const tls::Bytes& bytes) {
  return sha256_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

int bits_of(const tls::Bytes& prime) {
  int bits = static_cast<int>(prime.size()) * 8;
  for (int mask = 0x80; !prime.empty() && mask != 0 && (prime.front() & mask) == 0; mask >>= 1) --bits;
  return bits;
}

}  // namespace

std::string tls_endpoint_id(const tls::EndpointFinding& found) {
  std::string id = endpoint_text(found.host, found.port) + "@" + found.address;
  if (found.starttls != tls::Starttls::none) id += fmt::format("/{}", tls::to_string(found.starttls));
  if (found.name.empty() && !found.address.empty() && !tls::is_address(found.host)) id += "!";
  return id;
}

Origin TlsRows::origin(const std::string& endpoint) {
  return {.source = sink_.add_source({.target = {},
                                      .collector = {},
                                      .location = endpoint,
                                      .sha256 = {},
                                      .observed_at = context_.started_at,
                                      .grade = EvidenceGrade::e3,
                                      .nature = Nature::observed,
                                      .freshness = Freshness::live,
                                      .third_party = false})};
}

void TlsRows::open_question(const TableSpec& table, const std::string& id, const std::string& what) {
  open_[&table].push_back(fmt::format("{}: {}", id, what));
}

void TlsRows::write_endpoint(const tls::EndpointFinding& found, const std::string& id, const Origin& from) {
  Row<tables::tls_endpoint> row("tls");
  row.set<"endpoint_id">(id)
      .set<"endpoint">(endpoint_text(found.host, found.port))
      .set<"host">(found.host)
      .set<"listen_port">(found.port)
      .set<"name_sent">(!found.name.empty())
      .set<"transport">("tcp")
      .set<"starttls">(tls::to_string(found.starttls))
      .set<"answer">(endpoint_answer(found))
      .set<"control_held">(found.control_held)
      .set<"connections">(found.connections)
      .set<"order_by_server">(order_by_server(found))
      .set<"compression">(found.compression)
      .set<"secure_renegotiation">(found.secure_renegotiation)
      .set<"extended_master_secret">(found.extended_master_secret)
      .set<"fallback_signal_checked">(found.fallback_signal_checked)
      .set<"heartbeat">(found.heartbeat)
      .set<"alpn">(found.alpn);
  if (!found.address.empty()) row.set<"address">(found.address);
  row.set<"session_id_resumption">(found.session_id_resumption)
      .set<"ticket_resumption">(found.ticket_resumption)
      .set<"ticket_lifetime_seconds">(found.ticket_lifetime_seconds)
      .set<"early_data">(found.early_data)
      .set<"client_renegotiation">(found.client_renegotiation)
      .set<"client_renegotiations">(found.client_renegotiations);
  if (found.client_certificate_asked == false) {
    row.set<"client_certificate">("not_asked");
  } else if (found.client_certificate_asked == true) {
    if (found.client_certificate_required)
      row.set<"client_certificate">(*found.client_certificate_required ? "required" : "optional");
    std::vector<std::string> issuers;
    for (const tls::Bytes& issuer : found.client_certificate_issuers) issuers.push_back(x509::read_name(issuer));
    row.set<"client_certificate_issuers">(issuers);
  }
  // What a staple says is not judged yet; that none came is known.
  if (found.stapled == false) row.set<"staple">("none");
  row.write(sink_, from);
}

void TlsRows::write_groups(const tls::VersionFinding& version, const std::string& id, const Origin& from) {
  for (const tls::GroupFinding& group : version.groups) {
    Row<tables::tls_group> row("tls");
    row.set<"endpoint_id">(id).set<"protocol">(tls::to_string(version.version));
    if (group.code != 0) {
      const tls::GroupInfo info = tls::group_info(group.code);
      row.set<"code">(tls::code_text(group.code)).set<"name">(some(info.name));
      if (info.bits != 0) row.set<"group_bits">(info.bits);
    } else {
      const std::string_view name = tls::known_prime(group.prime);
      row.set<"code">("dh:" + digest_of(group.prime)).set<"name">(some(name));
      row.set<"group_bits">(bits_of(group.prime)).set<"known_prime">(!name.empty());
    }
    row.set<"public_value_reused">(group.public_value_reused);
    row.write(sink_, from);
  }
}

void TlsRows::write_version(const tls::VersionFinding& version, const std::string& id, const Origin& from) {
  Row<tables::tls_protocol> row("tls");
  row.set<"endpoint_id">(id).set<"protocol">(tls::to_string(version.version)).set<"offered">(version.offered);
  row.set<"answer">(tls::to_string(version.answer)).set<"alert_code">(version.alert_code);
  if (version.offered.value_or(false))
    row.set<"suites_complete">(version.suites_complete).set<"groups_complete">(version.groups_complete);
  row.write(sink_, from);
  for (const std::uint32_t kind : version.ssl2_kinds)
    write_cipher(sink_, id, version.version, kind, tls::ssl2_cipher_parts(kind), {}, from);
  for (const tls::SuiteFinding& suite : version.suites)
    write_cipher(sink_, id, version.version, suite.code, tls::suite_parts(suite.code), suite.position, from);
  write_groups(version, id, from);
  for (const std::uint16_t code : version.signature_algorithms) {
    Row<tables::tls_signature_algorithm> algorithm("tls");
    algorithm.set<"endpoint_id">(id).set<"protocol">(tls::to_string(version.version));
    algorithm.set<"code">(tls::code_text(code)).set<"name">(some(tls::signature_name(code)));
    algorithm.write(sink_, from);
  }
}

void TlsRows::write(const tls::EndpointFinding& found) {
  ++tls_asked_;
  const std::string id = tls_endpoint_id(found);
  const Origin from = origin(endpoint_text(found.host, found.port));
  write_endpoint(found, id, from);
  for (const tls::VersionFinding& version : found.versions) write_version(version, id, from);

  if (!found.spoke_tls()) {
    const std::string why = !found.problem.empty()   ? found.problem
                            : found.starttls_refused ? std::string("STARTTLS is refused")
                                                     : std::string(endpoint_answer(found));
    for (const TableSpec* table : kTlsTables) {
      if (table != &tables::ssh_endpoint && table != &tables::ssh_algorithm) open_question(*table, id, why);
    }
    return;
  }
  ++answered_;
  if (!found.control_held.value_or(false)) {
    for (const TableSpec* table : kTlsTables) {
      if (table != &tables::ssh_endpoint && table != &tables::ssh_algorithm)
        open_question(*table, id, found.time_over ? "the time for it was over" : "the control hello failed at the end");
    }
    return;
  }
  for (const tls::VersionFinding& version : found.versions) {
    const std::string name(tls::to_string(version.version));
    if (!version.offered) {
      for (const TableSpec* table :
           {&tables::tls_protocol, &tables::tls_cipher, &tables::tls_group, &tables::tls_signature_algorithm})
        open_question(*table, id, name + " not determined");
      continue;
    }
    if (!*version.offered) continue;
    if (!version.suites_complete) open_question(tables::tls_cipher, id, name + " suites not determined to the end");
    if (!version.groups_complete) open_question(tables::tls_group, id, name + " groups not determined to the end");
    if (version.version >= Version::tls12 && !version.signature_algorithms_complete)
      open_question(tables::tls_signature_algorithm, id, name + " signature algorithms not determined to the end");
  }
}

void TlsRows::write(const ssh::EndpointFinding& found) {
  ++ssh_asked_;
  const std::string endpoint = endpoint_text(found.host, found.port);
  const std::string id = endpoint + "@" + found.address;
  const Origin from = origin(endpoint);
  Row<tables::ssh_endpoint> row("ssh");
  row.set<"endpoint_id">(id).set<"endpoint">(endpoint).set<"answered">(found.banner_seen);
  if (!found.address.empty()) row.set<"address">(found.address);
  if (found.banner_seen) row.set<"protocol_version">(found.protocol_version).set<"software">(found.software);
  row.write(sink_, from);
  if (found.banner_seen) ++answered_;
  if (!found.offer_seen) {
    if (!found.banner_seen) open_question(tables::ssh_endpoint, id, found.problem);
    open_question(tables::ssh_algorithm, id, "no key exchange offer: " + found.problem);
    return;
  }
  struct Kind {
    std::string_view name;
    const std::vector<std::string>& to_server;
    const std::vector<std::string>& to_client;
  };
  const ssh::KeyExchangeOffer& offer = found.offer;
  for (const Kind& kind :
       {Kind{"kex", offer.kex(), offer.kex()}, Kind{"host_key", offer.host_key(), offer.host_key()},
        Kind{"cipher", offer.cipher(true), offer.cipher(false)}, Kind{"mac", offer.mac(true), offer.mac(false)},
        Kind{"compression", offer.compression(true), offer.compression(false)}}) {
    std::vector<std::string> names = kind.to_server;
    for (const std::string& name : kind.to_client) {
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
    int position = 0;
    for (std::size_t i = 0; i < names.size(); ++i) {
      ++position;
      const auto here = names.begin() + static_cast<std::ptrdiff_t>(i);
      if (std::find(names.begin(), here, *here) != here) continue;  // named twice
      Row<tables::ssh_algorithm> algorithm("ssh");
      algorithm.set<"endpoint_id">(id).set<"kind">(kind.name).set<"name">(names[i]).set<"position">(position);
      algorithm.set<"to_server">(std::ranges::find(kind.to_server, names[i]) != kind.to_server.end());
      algorithm.set<"to_client">(std::ranges::find(kind.to_client, names[i]) != kind.to_client.end());
      algorithm.write(sink_, from);
    }
  }
}

void TlsRows::interrupted() {
  for (const TableSpec* table : kTlsTables) open_[table].emplace_back("interrupted");
}

Result<void> TlsRows::finish() {
  if (answered_ == 0) {
    std::string reasons;
    for (const TableSpec* table : {&tables::tls_endpoint, &tables::ssh_algorithm}) {
      for (const std::string& reason : open_[table]) reasons += (reasons.empty() ? "" : "; ") + reason;
    }
    return fail(ErrorKind::network, reasons.empty() ? "interrupted before the first answer" : reasons);
  }
  for (const TableSpec* table : kTlsTables) {
    const bool of_ssh = table == &tables::ssh_endpoint || table == &tables::ssh_algorithm;
    // A target without a single endpoint of a kind says nothing about that kind.
    if ((of_ssh ? ssh_asked_ : tls_asked_) == 0) {
      sink_.collected(*table, CollectionState::not_attempted,
                      of_ssh ? "no SSH endpoint is listed" : "no TLS endpoint is listed");
      continue;
    }
    constexpr std::size_t kMaxReasons = 20;
    const std::vector<std::string>& reasons = open_[table];
    std::string text;
    for (std::size_t i = 0; i < std::min(reasons.size(), kMaxReasons); ++i)
      text += (text.empty() ? "" : "; ") + reasons[i];
    if (reasons.size() > kMaxReasons) text += fmt::format("; and {} more", reasons.size() - kMaxReasons);
    sink_.collected(*table, reasons.empty() ? CollectionState::complete : CollectionState::partial, text);
  }
  return {};
}

}  // namespace ehdscan
