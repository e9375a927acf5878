// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/row.h"
#include "net/x509/chain.h"

namespace ehdscan {

/// A chain as one endpoint sent it.
struct ChainSeen {
  std::string endpoint_id;
  std::string chain;              ///< `RSA`, `ECDSA` …
  std::string name;               ///< host name or address that was asked for; empty: none
  std::vector<x509::Der> sent;    ///< leaf first
  std::optional<int> other_scts;  ///< timestamps by handshake or staple; empty: not looked at
};

/// Writes `certificate`, `tls_chain` and `tls_trust`. A certificate seen at several endpoints is written once.
class CertificateRows {
 public:
  /// `anchors` must outlive the writer. Nothing of `tls_trust` is written without any.
  CertificateRows(RowSink& sink, std::string_view platform, std::span<const x509::AnchorStore> anchors, Instant now)
      : sink_(sink), platform_(platform), anchors_(anchors), now_(now) {}

  /// Returns what could not be read, in words; empty if everything could.
  std::string write(const ChainSeen& seen, const Origin& origin);

 private:
  void write_certificate(const x509::Certificate& certificate, const Origin& origin);
  void write_trust(const ChainSeen& seen, const x509::AnchorStore& anchors, int embedded_scts, const Origin& origin,
                   std::vector<bool>& needed, bool& path_found);

  RowSink& sink_;
  std::string platform_;
  std::span<const x509::AnchorStore> anchors_;
  Instant now_;
  std::set<std::string> written_;
};

}  // namespace ehdscan
