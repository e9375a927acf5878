// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "collectors/certificate_rows.h"
#include "collectors/collector.h"
#include "evidence/tables/tls.h"
#include "net/tls/finding.h"

namespace ehdscan {

/// Where Debian and most others keep the certificates that the public trusts.
inline constexpr const char* kPublicAnchors = "/etc/ssl/certs/ca-certificates.crt";

/// The set called `public`, alone; empty if it cannot be read.
std::vector<x509::AnchorStore> public_anchors();

/// Certificates, chains and known weaknesses of TLS endpoints as rows.
class TlsCertificates {
 public:
  static constexpr std::array<const TableSpec*, 4> kTables{&tables::certificate, &tables::tls_chain, &tables::tls_trust,
                                                           &tables::tls_weakness};

  /// `anchors` must outlive the writer.
  TlsCertificates(RowSink& sink, const CollectContext& context, std::span<const x509::AnchorStore> anchors);

  void write(const tls::EndpointFinding& found);
  /// Reports every table; `interrupted` makes all of them partial.
  void finish(bool interrupted);

 private:
  void write_chains(const tls::EndpointFinding& found, const std::string& id, const Origin& from);
  void write_weaknesses(const tls::EndpointFinding& found, const std::string& id, const Origin& from);
  static void open_question(std::vector<std::string>& reasons, const std::string& id, std::string_view what);

  RowSink& sink_;
  const CollectContext& context_;
  std::span<const x509::AnchorStore> anchors_;
  CertificateRows rows_;
  std::vector<std::string> open_chains_;
  std::vector<std::string> open_weaknesses_;
  int asked_ = 0;
};

}  // namespace ehdscan
