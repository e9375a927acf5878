// SPDX-License-Identifier: Apache-2.0
// What the program's checks say of manifests and plans, without starting the program.
#pragma once

#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <set>
#include <string>

#include "collectors/declarations.h"
#include "collectors/kubernetes/kubernetes.h"
#include "derive/derive.h"
#include "engine/assess.h"
#include "engine/check_set.h"
#include "evidence/writer.h"
#include "scoring/profile.h"
#include "support/temporary_folder.h"

namespace ehdscan::test {

struct Judged {
  std::optional<Error> refused;                                    ///< why the whole target failed
  std::map<std::string, std::map<std::string, Verdict>> findings;  ///< check → resource → verdict, passes left out
  std::map<std::string, VerdictCounts> counts;
  std::map<std::string, std::string> states;  ///< table → state of its collection

  [[nodiscard]] std::set<std::string> of(std::string_view check, Verdict verdict) const {
    std::set<std::string> resources;
    const auto found = findings.find(std::string(check));
    if (found == findings.end()) return resources;
    for (const auto& [resource, said] : found->second) {
      if (said == verdict) resources.insert(resource);
    }
    return resources;
  }
  [[nodiscard]] bool fails(std::string_view check) const { return !of(check, Verdict::fail).empty(); }
};

/// Checks of clusters, read once.
inline const std::vector<Check>& kube_checks() {
  static const std::vector<Check> checks = [] {
    std::vector<Check> all;
    for (Check& check : load_checks({}).checks) {
      if (check.id.starts_with("kube-")) all.push_back(std::move(check));
    }
    return all;
  }();
  return checks;
}

/// `files` by name; `options` is what stands behind the name of the collector. `declarations` may be empty.
inline Judged judge_files(const CollectorSpec& collector, const std::vector<Check>& checks,
                          const std::map<std::string, std::string>& files, const std::string& options,
                          const std::string& declarations = {}) {
  static const LoadedProfile profile = *load_profile(kBaselineProfile);
  const Instant now = *parse_instant("2026-11-23T08:00:00Z");
  const TemporaryFolder folder;
  for (const auto& [name, content] : files) std::ofstream(folder.path / name, std::ios::binary) << content;
  EvidenceWriter writer = *EvidenceWriter::in_memory(
      {.site = "s", .country = "", .tool_version = "", .started_at = now, .finished_at = now});
  Judged judged;
  const auto collect = [&](const CollectorSpec& spec, const std::string& name, const std::string& text) {
    const auto document = Document::parse_yaml(text, "site.yaml");
    REQUIRE(document);
    const Target target{.name = name,
                        .collector = std::string(spec.name),
                        .document = *document,
                        .options = (*document)->root(),
                        .folder = folder.path,
                        .place = {}};
    RowSink& sink = writer.begin_target(name, spec.name, spec.tables);
    Result<void> collected = spec.validate(target);
    if (collected) collected = spec.collect(target, sink, {.started_at = now});
    if (!collected) {
      for (const TableSpec* table : spec.tables)
        sink.collected(*table, CollectionState::failed, collected.error().message);
      judged.refused = collected.error();
    }
    writer.end_target();
  };
  collect(collector, "k", options);
  if (!declarations.empty()) {
    std::ofstream(folder.path / "declarations.yaml") << declarations;
    collect(declarations_collector(), "declarations", "declarations.yaml");
  }
  Evidence evidence = std::move(*writer.finish_in_memory(now));
  REQUIRE(derive(evidence));
  for (const Collection& collection : evidence.collections())
    judged.states[collection.table] = std::string(to_string(collection.state));
  const Result<Assessment> assessment =
      assess(evidence, checks, {}, profile.thresholds, {.as_of = now, .progress = {}});
  REQUIRE(assessment);
  for (const CheckOutcome& outcome : assessment->outcomes) {
    CHECK_MESSAGE(outcome.error.empty(), outcome.check << ": " << outcome.error);
    judged.counts[outcome.check] = outcome.counts;
  }
  for (const Finding& finding : assessment->findings)
    judged.findings[finding.check][finding.resource.id] = finding.verdict;
  return judged;
}

/// `options` is what stands behind `kubernetes:`.
inline Judged judge_cluster(const std::map<std::string, std::string>& files, const std::string& options,
                            const std::string& declarations = {}) {
  return judge_files(kubernetes_collector(), kube_checks(), files, options, declarations);
}

}  // namespace ehdscan::test
