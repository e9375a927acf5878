// SPDX-License-Identifier: Apache-2.0
#include "reports/tls_line.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "net/tls/codes.h"
#include "net/x509/certificate.h"

namespace ehdscan {
namespace {

using Json = nlohmann::ordered_json;

template <typename T>
Json known(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json text_or_null(std::string_view text) { return text.empty() ? Json(nullptr) : Json(to_valid_utf8(text)); }

Json suites_of(const tls::VersionFinding& version) {
  Json out = Json::array();
  for (const std::uint32_t kind : version.ssl2_kinds) {
    out.push_back(
        {{"code", tls::code_text(kind)}, {"name", text_or_null(tls::ssl2_cipher_name(kind))}, {"position", nullptr}});
  }
  for (const tls::SuiteFinding& suite : version.suites) {
    out.push_back({{"code", tls::code_text(suite.code)},
                   {"name", text_or_null(tls::suite_parts(static_cast<std::uint16_t>(suite.code)).name)},
                   {"position", known(suite.position)}});
  }
  return out;
}

Json groups_of(const tls::VersionFinding& version) {
  Json out = Json::array();
  for (const tls::GroupFinding& group : version.groups) {
    Json row;
    if (group.code != 0) {
      row["code"] = tls::code_text(group.code);
      row["name"] = text_or_null(tls::group_info(group.code).name);
    } else {
      row["code"] = nullptr;
      row["name"] = text_or_null(tls::known_prime(group.prime));
      row["prime_bytes"] = group.prime.size();
    }
    out.push_back(std::move(row));
  }
  return out;
}

Json protocol_of(const tls::VersionFinding& version) {
  Json out;
  out["protocol"] = tls::to_string(version.version);
  out["offered"] = known(version.offered);
  out["answer"] = tls::to_string(version.answer);
  out["alert_code"] = known(version.alert_code);
  if (!version.offered.value_or(false)) return out;
  out["suites_complete"] = version.suites_complete;
  out["order_by_server"] = known(version.order_by_server);
  out["suites"] = suites_of(version);
  out["groups_complete"] = version.groups_complete;
  out["groups"] = groups_of(version);
  Json signatures = Json::array();
  for (const std::uint16_t code : version.signature_algorithms)
    signatures.push_back({{"code", tls::code_text(code)}, {"name", text_or_null(tls::signature_name(code))}});
  out["signature_algorithms"] = std::move(signatures);
  return out;
}

Json certificate_of(const tls::Bytes& der) {
  const auto read = x509::read_certificate(der);
  if (!read) return {{"problem", read.error().message}};
  const auto instant = [](const std::optional<Instant>& at) { return at ? Json(to_string(*at)) : Json(nullptr); };
  Json out;
  out["sha256"] = read->id;
  out["subject"] = read->subject;
  out["issuer"] = read->issuer;
  out["serial"] = read->serial;
  out["not_before"] = instant(read->not_before);
  out["not_after"] = instant(read->not_after);
  out["key_algorithm"] = read->key_algorithm;
  out["key_bits"] = known(read->key_bits);
  out["curve"] = known(read->curve);
  out["signature_algorithm"] = read->signature_algorithm;
  out["dns_names"] = read->dns_names;
  out["ip_addresses"] = read->ip_addresses;
  out["self_signed"] = known(read->self_signed);
  out["must_staple"] = read->must_staple;
  out["encoding_problem"] = text_or_null(read->encoding_problem);
  return out;
}

Json trust_of(const tls::EndpointFinding& found, const tls::SentChain& chain,
              std::span<const x509::AnchorStore> anchors, Instant now) {
  Json out = Json::array();
  for (const x509::AnchorStore& store : anchors) {
    const x509::ChainAnswer answer =
        x509::check_chain(chain.certificates, store, {.name = found.name.empty() ? found.host : found.name, .at = now});
    out.push_back({{"anchors", to_valid_utf8(store.name())},
                   {"path_valid", known(answer.path_valid)},
                   {"problem", text_or_null(answer.problem)},
                   {"in_order", answer.in_order},
                   {"missing_intermediate", known(answer.missing_intermediate)},
                   {"name_matches", known(answer.name_matches)}});
  }
  return out;
}

}  // namespace

std::string tls_endpoint_text(const tls::EndpointFinding& found) {
  return found.host.contains(':') ? fmt::format("[{}]:{}", found.host, found.port)
                                  : fmt::format("{}:{}", found.host, found.port);
}

std::string tls_line(const tls::EndpointFinding& found, std::span<const x509::AnchorStore> anchors, Instant now) {
  Json out;
  out["schema"] = "ehdscan-tls-endpoint/1";
  out["endpoint"] = to_valid_utf8(tls_endpoint_text(found));
  out["host"] = to_valid_utf8(found.host);
  out["port"] = found.port;
  out["address"] = text_or_null(found.address);
  out["name_sent"] = !found.name.empty();
  out["starttls"] = tls::to_string(found.starttls);
  out["answer"] = !found.problem.empty() ? "name_not_found" : found.spoke_tls() ? "tls" : tls::to_string(found.first);
  out["problem"] = text_or_null(found.problem);
  out["control_held"] = known(found.control_held);
  out["time_over"] = found.time_over;
  out["connections"] = found.connections;
  out["seconds"] = std::round(found.seconds * 1000) / 1000;
  if (found.spoke_tls()) {
    out["protocols"] = Json::array();
    for (const tls::VersionFinding& version : found.versions) out["protocols"].push_back(protocol_of(version));
    out["chains"] = Json::array();
    for (const tls::SentChain& chain : found.chains) {
      Json certificates = Json::array();
      for (const tls::Bytes& der : chain.certificates) certificates.push_back(certificate_of(der));
      out["chains"].push_back({{"chain", chain.kind},
                               {"certificates", std::move(certificates)},
                               {"stapled", !chain.staple.empty()},
                               {"trust", trust_of(found, chain, anchors, now)}});
    }
    out["chains_not_read"] = found.chains_not_read;
    out["compression"] = known(found.compression);
    out["secure_renegotiation"] = known(found.secure_renegotiation);
    out["extended_master_secret"] = known(found.extended_master_secret);
    out["ticket"] = known(found.ticket);
    out["session_id"] = known(found.session_id);
    out["session_id_resumption"] = known(found.session_id_resumption);
    out["ticket_resumption"] = known(found.ticket_resumption);
    out["ticket_lifetime_seconds"] = known(found.ticket_lifetime_seconds);
    out["early_data"] = known(found.early_data);
    out["client_renegotiation"] = known(found.client_renegotiation);
    out["client_renegotiations"] = known(found.client_renegotiations);
    out["heartbeat"] = known(found.heartbeat);
    out["fallback_signal_checked"] = known(found.fallback_signal_checked);
    out["client_certificate_asked"] = known(found.client_certificate_asked);
    out["client_certificate_required"] = known(found.client_certificate_required);
    out["alpn"] = known(found.alpn);
    out["weaknesses"] = Json::array();
    for (const tls::WeaknessFinding& weakness : found.weaknesses) {
      out["weaknesses"].push_back({{"weakness", weakness.weakness},
                                   {"present", known(weakness.present)},
                                   {"probe", weakness.probe},
                                   {"answer", text_or_null(weakness.answer)}});
    }
  }
  return out.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace ehdscan
