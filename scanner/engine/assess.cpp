// SPDX-License-Identifier: Apache-2.0
#include "engine/assess.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>

#include "engine/overview.h"
#include "engine/run_state.h"

namespace ehdscan {
namespace {

/// Memory that the checks of one assessment may use together.
constexpr std::int64_t kHeapLimitBytes = std::int64_t{1} << 30;

void note(const AssessOptions& options, std::string_view what) {
  if (options.progress) options.progress(what);
}

/// Findings are large: their places are sorted, and each is moved once.
std::vector<Finding> sorted(std::vector<Finding> findings) {
  std::vector<Finding*> places;
  places.reserve(findings.size());
  for (Finding& finding : findings) places.push_back(&finding);
  std::ranges::sort(places, {}, [](const Finding* finding) -> const Finding& { return *finding; });
  std::vector<Finding> in_order;
  in_order.reserve(findings.size());
  for (Finding* finding : places) in_order.push_back(std::move(*finding));
  return in_order;
}

}  // namespace

Result<Assessment> assess(const Evidence& evidence, std::span<const Check> checks, std::span<const CheckGroup> groups,
                          const Thresholds& thresholds, const AssessOptions& options) {
  sqlite3_hard_heap_limit64(kHeapLimitBytes);
  RunState state(evidence, checks, groups, thresholds, options.as_of);
  if (Result<void> made = register_functions(evidence.handle(), state.functions); !made)
    return std::unexpected(made.error());
  if (Result<void> made = create_threshold_tables(evidence.handle(), state.functions); !made) {
    return std::unexpected(made.error());
  }

  std::map<std::string, std::vector<CheckRun*>> by_table;
  for (CheckRun& run : state.runs) {
    if (run.check->is_short()) by_table[run.check->table].push_back(&run);
  }
  for (auto& [table, runs] : by_table) {
    note(options, table);
    if (Result<void> ran = run_short_form(state, runs); !ran) return std::unexpected(ran.error());
  }
  for (CheckRun& run : state.runs) {
    if (run.check->is_short()) continue;
    note(options, run.check->id);
    if (Result<void> ran = run_long_form(state, run); !ran) return std::unexpected(ran.error());
  }

  Assessment assessment{.as_of = options.as_of};
  for (const CheckRun& run : state.runs) {
    assessment.outcomes.push_back({run.check->id, run.tally.counts(), run.collected, run.error});
  }
  std::ranges::sort(assessment.outcomes, {}, &CheckOutcome::check);
  for (const GroupRun& group : state.groups) {
    assessment.groups.push_back(
        {group.observed.counts(), group.intended.counts(), group.lowest_grade, group.below_min_grade});
  }
  assessment.findings = sorted(std::move(state.findings));
  for (const auto& [id, source] : evidence.sources()) assessment.sources.push_back(source);
  std::ranges::sort(assessment.sources, {}, [](const Source& s) {
    return std::tie(s.target, s.location, s.sha256, s.observed_at.seconds_since_epoch);
  });
  assessment.collections = evidence.collections();
  assessment.overview = make_overview(evidence);
  return assessment;
}

}  // namespace ehdscan
