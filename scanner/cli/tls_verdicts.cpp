// SPDX-License-Identifier: Apache-2.0
#include "cli/tls_verdicts.h"

#include <algorithm>
#include <array>
#include <map>

#include "cli/version.h"
#include "collectors/tls/certificates.h"
#include "collectors/tls/rows.h"
#include "collectors/tls/tls.h"
#include "engine/assess.h"
#include "engine/check_set.h"
#include "evidence/tables/declared.h"
#include "evidence/writer.h"
#include "reports/tls_line.h"

namespace ehdscan {
namespace {

/// Checks of what a handshake shows. DNS, HTTP and the class of the endpoint are not known here.
bool is_for_endpoints(const Check& check) {
  if (!check.id.starts_with("tls-")) return false;
  static constexpr auto kElsewhere = std::to_array<std::string_view>({"dns_caa", "http_response"});
  return std::ranges::none_of(
      check.needs, [](const Need& need) { return std::ranges::find(kElsewhere, need.table) != kElsewhere.end(); });
}

void declare(EvidenceWriter& writer, const std::string& endpoint, std::span<const x509::AnchorStore> anchors,
             Instant now) {
  static constexpr std::array<const TableSpec*, 1> kTables{&tables::declared_endpoint};
  RowSink& sink = writer.begin_target("command line", "declarations", kTables);
  const Origin from{.source = sink.add_source({.target = {},
                                               .collector = {},
                                               .location = "command line",
                                               .sha256 = {},
                                               .observed_at = now,
                                               .grade = EvidenceGrade::e0,
                                               .nature = Nature::observed,
                                               .freshness = Freshness::live,
                                               .third_party = false})};
  Row<tables::declared_endpoint> row("declared");
  row.set<"endpoint">(endpoint).set<"class">("other");
  const bool own = !anchors.empty() && anchors.back().name() != "public";
  row.set<"trust">(own ? "private" : "public");
  if (own) row.set<"trust_anchor">(anchors.back().name());
  row.write(sink, from);
  sink.collected(tables::declared_endpoint, CollectionState::complete, "");
  writer.end_target();
}

}  // namespace

Result<TlsJudge> TlsJudge::create(std::string_view profile, std::span<const x509::AnchorStore> anchors) {
  auto loaded = load_profile(profile);
  if (!loaded) return std::unexpected(std::move(loaded).error());
  CheckSet set = load_checks({});
  if (!set.errors.empty()) return std::unexpected(set.errors.front());
  std::erase_if(set.checks, [](const Check& check) { return !is_for_endpoints(check); });
  return TlsJudge(*std::move(loaded), std::move(set.checks), anchors);
}

Result<std::vector<Finding>> TlsJudge::judge(const tls::EndpointFinding& found, Instant now) const {
  auto writer = EvidenceWriter::in_memory({.site = "command line",
                                           .country = {},
                                           .tool_version = std::string(kToolVersion),
                                           .started_at = now,
                                           .finished_at = now});
  if (!writer) return std::unexpected(std::move(writer).error());
  declare(*writer, tls_endpoint_text(found), anchors_, now);
  const CollectContext context{.started_at = now};
  RowSink& sink = writer->begin_target(tls_endpoint_text(found), "tls", tls_collector().tables);
  TlsRows rows(sink, context);
  TlsCertificates certificates(sink, context, anchors_);
  rows.write(found);
  certificates.write(found);
  const Result<void> finished = rows.finish();
  if (finished) certificates.finish(false);
  writer->end_target(finished ? nullptr : &finished.error());
  const auto evidence = writer->finish_in_memory(now);
  if (!evidence) return std::unexpected(evidence.error());
  auto assessed = assess(*evidence, checks_, {}, profile_.thresholds, {.as_of = now, .progress = {}});
  if (!assessed) return std::unexpected(std::move(assessed).error());
  std::vector<Finding> findings = std::move(assessed->findings);
  std::erase_if(findings, [](const Finding& finding) {
    return finding.verdict == Verdict::pass || finding.verdict == Verdict::not_applicable;
  });
  std::map<std::string_view, Severity> severity;
  for (const Check& check : checks_) severity[check.id] = check.severity;
  std::ranges::stable_sort(findings, std::greater{}, [&](const Finding& one) { return severity[one.check]; });
  return findings;
}

}  // namespace ehdscan
