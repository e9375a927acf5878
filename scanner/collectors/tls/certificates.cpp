// SPDX-License-Identifier: Apache-2.0
#include "collectors/tls/certificates.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "collectors/tls/options.h"
#include "collectors/tls/rows.h"
#include "net/tls/address.h"

namespace ehdscan {
namespace {

std::string joined(const std::vector<std::string>& reasons) {
  constexpr std::size_t kMostReasons = 20;
  std::string text;
  for (std::size_t i = 0; i < std::min(reasons.size(), kMostReasons); ++i) text += (i == 0 ? "" : "; ") + reasons[i];
  if (reasons.size() > kMostReasons) text += fmt::format("; and {} more", reasons.size() - kMostReasons);
  return text;
}

}  // namespace

std::vector<x509::AnchorStore> public_anchors() {
  std::vector<x509::AnchorStore> stores;
  constexpr std::size_t kMostBytes = 8U << 20U;
  if (const auto text = read_file(kPublicAnchors, kMostBytes)) {
    if (auto store = x509::AnchorStore::from_pem("public", *text)) stores.push_back(*std::move(store));
  }
  return stores;
}

TlsCertificates::TlsCertificates(RowSink& sink, const CollectContext& context,
                                 std::span<const x509::AnchorStore> anchors)
    : sink_(sink), context_(context), anchors_(anchors), rows_(sink, "tls", anchors, context.started_at) {}

void TlsCertificates::open_question(std::vector<std::string>& reasons, const std::string& id, std::string_view what) {
  reasons.push_back(fmt::format("{}: {}", id, what));
}

void TlsCertificates::write(const tls::EndpointFinding& found) {
  ++asked_;
  const std::string id = tls_endpoint_id(found);
  const std::string endpoint = TlsEndpoint{.host = found.host, .port = found.port}.text();
  const Origin from{.source = sink_.add_source({.target = {},
                                                .collector = {},
                                                .location = endpoint,
                                                .sha256 = {},
                                                .observed_at = context_.started_at,
                                                .grade = EvidenceGrade::e3,
                                                .nature = Nature::observed,
                                                .freshness = Freshness::live,
                                                .third_party = false})};
  write_chains(found, id, from);
  write_weaknesses(found, id, from);
}

void TlsCertificates::write_chains(const tls::EndpointFinding& found, const std::string& id, const Origin& from) {
  if (!found.spoke_tls()) return open_question(open_chains_, id, "no TLS answer");
  const std::string name = !found.name.empty() ? found.name : tls::is_address(found.host) ? found.host : std::string();
  for (const tls::SentChain& chain : found.chains) {
    const ChainSeen seen{
        .endpoint_id = id, .chain = chain.kind, .name = name, .sent = chain.certificates, .other_scts = {}};
    if (const std::string problem = rows_.write(seen, from); !problem.empty()) open_question(open_chains_, id, problem);
  }
  if (!found.control_held.value_or(false)) open_question(open_chains_, id, "the control hello failed at the end");
  for (const tls::VersionFinding& version : found.versions) {
    const bool none = version.offered == false || version.version == tls::Version::ssl2;
    const bool whole = version.offered.value_or(false) && version.suites_complete;
    if (!none && !whole)
      open_question(open_chains_, id, fmt::format("{} not determined to the end", tls::to_string(version.version)));
  }
  if (found.of(tls::Version::tls13).offered.value_or(false) && !found.handshakes_tried)
    open_question(open_chains_, id, "certificates of TLSv1.3 were not asked for");
  for (const std::string& reason : found.chains_not_read) open_question(open_chains_, id, reason);
}

void TlsCertificates::write_weaknesses(const tls::EndpointFinding& found, const std::string& id, const Origin& from) {
  if (!found.spoke_tls()) return open_question(open_weaknesses_, id, "no TLS answer");
  for (const tls::WeaknessFinding& weakness : found.weaknesses) {
    Row<tables::tls_weakness> row("tls");
    row.set<"endpoint_id">(id)
        .set<"weakness">(weakness.weakness)
        .set<"present">(weakness.present)
        .set<"probe">(weakness.probe);
    if (!weakness.answer.empty()) row.set<"answer">(weakness.answer);
    row.write(sink_, from);
    if (!weakness.present) open_question(open_weaknesses_, id, weakness.weakness + " not determined");
  }
}

void TlsCertificates::finish(bool interrupted) {
  if (interrupted) {
    open_chains_.emplace_back("interrupted");
    open_weaknesses_.emplace_back("interrupted");
  }
  for (const TableSpec* table : kTables) {
    const std::vector<std::string>& reasons = table == &tables::tls_weakness ? open_weaknesses_ : open_chains_;
    if (asked_ == 0) {
      sink_.collected(*table, CollectionState::not_attempted, "no TLS endpoint is listed");
    } else if (table == &tables::tls_trust && anchors_.empty()) {
      sink_.collected(*table, CollectionState::not_attempted, fmt::format("{} cannot be read", kPublicAnchors));
    } else {
      sink_.collected(*table, reasons.empty() ? CollectionState::complete : CollectionState::partial, joined(reasons));
    }
  }
}

}  // namespace ehdscan
