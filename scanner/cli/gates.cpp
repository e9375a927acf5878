// SPDX-License-Identifier: Apache-2.0
#include "cli/gates.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace ehdscan {
namespace {

/// Checks whose every control is accepted risk.
std::set<std::string> accepted_checks(const Readiness& readiness) {
  std::map<std::string, bool> accepted;
  for (const ControlResult& control : readiness.controls) {
    const bool is_accepted = control.status == ControlStatus::accepted_risk;
    for (const PartResult& part : control.parts) {
      for (const std::string& check : part.checks) {
        const auto [entry, first] = accepted.try_emplace(check, is_accepted);
        if (!first) entry->second = entry->second && is_accepted;
      }
    }
  }
  std::set<std::string> checks;
  for (const auto& [check, all] : accepted) {
    if (all) checks.insert(check);
  }
  return checks;
}

std::int64_t findings_from(const Readiness& readiness, Severity least) {
  std::set<std::string> severe;
  for (const Check& check : readiness.checks) {
    if (check.severity >= least) severe.insert(check.id);
  }
  const std::set<std::string> accepted = accepted_checks(readiness);
  return std::ranges::count_if(readiness.assessment.findings, [&](const Finding& finding) {
    return finding.verdict == Verdict::fail && severe.contains(finding.check) && !accepted.contains(finding.check);
  });
}

/// What the baseline does not excuse, in words.
void add_differences(const Readiness& readiness, const Baseline& baseline, std::string_view fail_on,
                     std::vector<std::string>& failed) {
  const Severity least = parse_severity(fail_on).value_or(Severity::low);
  std::map<std::string, Severity> severity;
  for (const Check& check : readiness.checks) severity.emplace(check.id, check.severity);
  const std::set<std::string> accepted = accepted_checks(readiness);
  const auto counts = [&](const std::string& check) {
    const auto found = severity.find(check);
    return (found == severity.end() || found->second >= least) && !accepted.contains(check);
  };
  const Baseline::Difference difference = baseline.compare(readiness.assessment);
  const auto add = [&](const std::vector<std::size_t>& indexes, std::string_view what) {
    const auto n = std::ranges::count_if(
        indexes, [&](std::size_t i) { return counts(readiness.assessment.findings[i].check); });
    if (n > 0) failed.push_back(fmt::format("{} {} {} against the baseline", n, n == 1 ? "result is" : "results are", what));
  };
  add(difference.fresh, "new");
  add(difference.worse, "worse or changed");
  add(difference.not_assessable, "no longer assessable");
  std::vector<std::string> lost = difference.lost_checks;
  std::erase_if(lost, [&](const std::string& check) { return !counts(check); });
  if (!lost.empty()) failed.push_back(fmt::format("checks that had evidence in the baseline have none: {}", fmt::join(lost, ", ")));
}

double percent(Ppm value) { return static_cast<double>(value) / (static_cast<double>(kPpm) / 100.0); }

}  // namespace

std::vector<std::string> failed_gates(const Readiness& readiness, const OutcomeOptions& options, const Baseline* baseline) {
  std::vector<std::string> failed;
  if (baseline != nullptr) add_differences(readiness, *baseline, options.fail_on, failed);
  if (options.fail_on == "gap") {
    if (readiness.verdict == ReadinessVerdict::gap_found) failed.emplace_back("a gap was found (--fail-on gap)");
  } else if (const std::optional<Severity> least = baseline != nullptr ? std::nullopt : parse_severity(options.fail_on)) {
    const std::int64_t count = findings_from(readiness, *least);
    if (count > 0) {
      failed.push_back(fmt::format("{} failing {} of severity {} or higher (--fail-on {})", count,
                                   count == 1 ? "result" : "results", options.fail_on, options.fail_on));
    }
  }
  const auto least = [&](const std::optional<double>& wanted, Ppm is, std::string_view what, std::string_view option) {
    if (wanted && percent(is) < *wanted) {
      failed.push_back(fmt::format("{} is {:.2f} %, below {:g} % ({})", what, percent(is), *wanted, option));
    }
  };
  least(options.min_score, readiness.score.floor, "the floor", "--min-score");
  least(options.min_coverage, readiness.score.coverage, "coverage", "--min-coverage");
  return failed;
}

std::string nothing_judged(const Readiness& readiness) {
  std::int64_t rows = 0;
  for (const Collection& collection : readiness.assessment.collections) rows += collection.row_count;
  if (rows == 0) return "nothing was read, so nothing was judged";
  const bool any = std::ranges::any_of(readiness.assessment.outcomes, [](const CheckOutcome& outcome) {
    return outcome.collected && outcome.error.empty();
  });
  return any ? std::string() : "no check had evidence, so nothing was judged";
}

std::vector<std::string> incompleteness(const Readiness& readiness) {
  std::vector<std::string> lacks;
  std::map<CollectionState, std::int64_t> states;
  std::int64_t rows = 0;
  for (const Collection& collection : readiness.assessment.collections) {
    ++states[collection.state];
    rows += collection.row_count;
  }
  for (const auto& [state, count] : states) {
    if (state == CollectionState::complete) continue;
    lacks.push_back(fmt::format("{} {} {}", count, count == 1 ? "table" : "tables",
                                state == CollectionState::not_attempted ? "not attempted" : to_string(state)));
  }
  const auto broken = std::ranges::count_if(readiness.assessment.outcomes,
                                            [](const CheckOutcome& outcome) { return !outcome.error.empty(); });
  if (broken > 0) lacks.push_back(fmt::format("{} {} could not run", broken, broken == 1 ? "check" : "checks"));
  if (rows == 0) lacks.emplace_back("not one row of evidence");
  return lacks;
}

}  // namespace ehdscan
