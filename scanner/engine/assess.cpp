// SPDX-License-Identifier: Apache-2.0
#include "engine/assess.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "engine/overview.h"
#include "engine/run_state.h"

namespace ehdscan {
namespace {

/// Memory that the checks of one assessment may use together.
constexpr std::int64_t kHeapLimitBytes = std::int64_t{1} << 30;

void note(const AssessOptions& options, std::string_view what) {
  if (options.progress) options.progress(what);
}

/// Findings are large: their places are sorted, then each is moved once, along the cycles of the order.
void put_in_order(std::vector<Finding>& findings) {
  std::vector<std::size_t> wanted(findings.size());
  std::iota(wanted.begin(), wanted.end(), std::size_t{0});
  std::ranges::sort(wanted, {}, [&](std::size_t i) -> const Finding& { return findings[i]; });
  for (std::size_t first = 0; first < wanted.size(); ++first) {
    if (wanted[first] == first) continue;
    Finding held = std::move(findings[first]);
    std::size_t at = first;
    while (wanted[at] != first) {
      findings[at] = std::move(findings[wanted[at]]);
      at = std::exchange(wanted[at], at);
    }
    findings[at] = std::move(held);
    wanted[at] = at;
  }
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
  put_in_order(state.findings);
  assessment.findings = std::move(state.findings);
  for (const auto& [id, source] : evidence.sources()) assessment.sources.push_back(source);
  std::ranges::sort(assessment.sources, {}, [](const Source& s) {
    return std::tie(s.target, s.location, s.sha256, s.observed_at.seconds_since_epoch);
  });
  assessment.collections = evidence.collections();
  assessment.overview = make_overview(evidence);
  return assessment;
}

}  // namespace ehdscan
