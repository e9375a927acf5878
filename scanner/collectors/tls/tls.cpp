// SPDX-License-Identifier: Apache-2.0
#include "collectors/tls/tls.h"

#include <algorithm>
#include <array>
#include <vector>

#include "collectors/tls/certificates.h"
#include "collectors/tls/options.h"
#include "collectors/tls/rows.h"
#include "net/tls/scan.h"

namespace ehdscan {
namespace {

constexpr auto kTables = [] {
  std::array<const TableSpec*, kTlsTables.size() + TlsCertificates::kTables.size()> all{};
  std::ranges::copy(TlsCertificates::kTables, std::ranges::copy(kTlsTables, all.begin()).out);
  return all;
}();

Result<void> validate(const Target& target) {
  const auto options = read_tls_options(target);
  if (!options) return std::unexpected(options.error());
  return {};
}

Result<void> collect(const Target& target, RowSink& sink, const CollectContext& context) {
  const auto options = read_tls_options(target);
  if (!options) return std::unexpected(options.error());
  std::vector<tls::ScanRequest> requests;
  for (const TlsEndpoint& endpoint : options->endpoints) {
    requests.push_back({.host = endpoint.host,
                        .port = endpoint.port,
                        .starttls = endpoint.starttls,
                        .ssh = endpoint.ssh,
                        .also_without_name = true});
  }
  tls::ScanOptions scan;
  if (options->polite) {
    scan.pace = tls::Pace::polite();
    scan.endpoints_at_once = 4;
  }
  TlsRows rows(sink, context);
  const std::vector<x509::AnchorStore> anchors = public_anchors();
  TlsCertificates certificates(sink, context, anchors);
  tls::scan(requests, scan,
            {.tls =
                 [&](tls::EndpointFinding&& found) {
                   rows.write(found);
                   certificates.write(found);
                 },
             .ssh = [&](ssh::EndpointFinding&& found) { rows.write(found); }},
            [&] { return context.stop(); });
  if (context.stop()) rows.interrupted();
  Result<void> finished = rows.finish();
  if (finished) certificates.finish(context.stop());
  return finished;
}

}  // namespace

CollectorSpec tls_collector() {
  return {.name = "tls",
          .summary = "TLS and SSH endpoints: versions, suites, groups, signature algorithms of each address",
          .evidence = "tls",
          .tables = kTables,
          .validate = &validate,
          .collect = &collect};
}

}  // namespace ehdscan
