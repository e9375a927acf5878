// SPDX-License-Identifier: Apache-2.0
#include "collectors/certificate_rows.h"

#include <fmt/format.h>

#include "evidence/tables/tls.h"

namespace ehdscan {

void CertificateRows::write_certificate(const x509::Certificate& certificate, const Origin& origin) {
  Row<tables::certificate> row(platform_);
  row.set<"certificate_id">(certificate.id)
      .set<"subject">(certificate.subject)
      .set<"issuer">(certificate.issuer)
      .set<"serial">(certificate.serial)
      .set<"dns_names">(certificate.dns_names)
      .set<"ip_addresses">(certificate.ip_addresses)
      .set<"not_before">(certificate.not_before)
      .set<"not_after">(certificate.not_after);
  row.set<"key_algorithm">(certificate.key_algorithm)
      .set<"key_bits">(certificate.key_bits)
      .set<"curve">(certificate.curve)
      .set<"rsa_exponent">(certificate.rsa_exponent)
      .set<"signature_algorithm">(certificate.signature_algorithm)
      .set<"signature_hash">(certificate.signature_hash);
  row.set<"certificate_authority">(certificate.certificate_authority)
      .set<"path_length">(certificate.path_length)
      .set<"key_usages">(certificate.key_usages)
      .set<"extended_key_usages">(certificate.extended_key_usages)
      .set<"policies">(certificate.policies);
  row.set<"crl_urls">(certificate.crl_urls)
      .set<"ocsp_urls">(certificate.ocsp_urls)
      .set<"must_staple">(certificate.must_staple)
      .set<"embedded_scts">(certificate.embedded_scts)
      .set<"self_signed">(certificate.self_signed)
      .set<"well_formed">(certificate.encoding_problem.empty());
  row.write(sink_, origin);
}

void CertificateRows::write_trust(const ChainSeen& seen, const x509::AnchorStore& anchors, int embedded_scts,
                                  const Origin& origin, std::vector<bool>& needed, bool& path_found) {
  const x509::ChainAnswer answer = x509::check_chain(seen.sent, anchors, {.name = seen.name, .at = now_});
  if (answer.path_valid.value_or(false)) {
    path_found = true;
    for (std::size_t i = 0; i < needed.size(); ++i) needed[i] = needed[i] || answer.needed[i];
  }
  Row<tables::tls_trust> row(platform_);
  row.set<"endpoint_id">(seen.endpoint_id)
      .set<"chain">(seen.chain)
      .set<"anchors">(anchors.name())
      .set<"checked_for_at">(now_)
      .set<"path_valid">(answer.path_valid)
      .set<"in_order">(answer.in_order)
      .set<"missing_intermediate">(answer.missing_intermediate)
      .set<"name_matches">(answer.name_matches)
      .set<"name_in_common_name_only">(answer.name_in_common_name_only);
  if (!answer.problem.empty()) row.set<"problem">(answer.problem);
  // Without a look at handshake and staple only timestamps that are there count.
  if (embedded_scts > 0 || seen.other_scts) row.set<"scts">(embedded_scts + seen.other_scts.value_or(0));
  row.write(sink_, origin);
}

std::string CertificateRows::write(const ChainSeen& seen, const Origin& origin) {
  std::vector<x509::Certificate> certificates;
  for (std::size_t i = 0; i < seen.sent.size(); ++i) {
    auto read = x509::read_certificate(seen.sent[i]);
    if (!read) return fmt::format("certificate {} of the {} chain: {}", i, seen.chain, read.error().message);
    certificates.push_back(*std::move(read));
  }
  std::vector<bool> needed(certificates.size(), false);
  bool path_found = false;
  if (!certificates.empty()) {
    for (const x509::AnchorStore& anchors : anchors_)
      write_trust(seen, anchors, certificates[0].embedded_scts, origin, needed, path_found);
  }
  for (std::size_t i = 0; i < certificates.size(); ++i) {
    if (written_.insert(certificates[i].id).second) write_certificate(certificates[i], origin);
    Row<tables::tls_chain> row(platform_);
    row.set<"endpoint_id">(seen.endpoint_id).set<"chain">(seen.chain).set<"position">(static_cast<int>(i));
    row.set<"certificate_id">(certificates[i].id);
    if (path_found) row.set<"needed">(static_cast<bool>(needed[i]));
    row.write(sink_, origin);
  }
  return {};
}

}  // namespace ehdscan
