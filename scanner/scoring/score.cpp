// SPDX-License-Identifier: Apache-2.0
#include "scoring/score.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

#include "scoring/articles.h"
#include "scoring/control_status.h"
#include "scoring/numbers.h"

namespace ehdscan {
namespace {

/// Evidence that every node can bring, whatever it runs on.
constexpr std::array<std::string_view, 4> kAlwaysInScope{"document", "permit_register", "tls", "export"};
/// What the node is held against. Alone it shows nothing of the node: a register without accounts to compare it with, a
/// policy without the system it speaks of.
constexpr std::array<std::string_view, 2> kYardsticks{"document", "permit_register"};
/// The reasons worth printing with a control; the findings hold all.
constexpr std::size_t kMostReasons = 5;
/// A contradiction here raises the integrity flag even though the control is not critical (scoring model, section 5).
constexpr std::string_view kResidencyContradiction = "RES-06";

std::set<std::string, std::less<>> scope_of(const std::vector<std::string>& evidence_kinds) {
  std::set<std::string, std::less<>> scope(kAlwaysInScope.begin(), kAlwaysInScope.end());
  scope.insert(evidence_kinds.begin(), evidence_kinds.end());
  // Keystone is the identity half of every OpenStack.
  if (scope.contains("openstack")) scope.insert("keystone");
  return scope;
}

/// Reasons with how often they were given.
class Reasons {
 public:
  void add(std::string reason, std::int64_t times = 1) {
    if (!reason.empty()) counts_[std::move(reason)] += times;
  }
  [[nodiscard]] std::vector<std::string> most_frequent() const {
    std::vector<std::pair<std::int64_t, std::string>> sorted;
    for (const auto& [reason, count] : counts_) sorted.emplace_back(-count, reason);
    std::ranges::sort(sorted);
    std::vector<std::string> reasons;
    for (const auto& [count, reason] : sorted) {
      if (reasons.size() == kMostReasons) break;
      reasons.push_back(reason);
    }
    return reasons;
  }

 private:
  std::map<std::string, std::int64_t> counts_;
};

class Maker {
 public:
  explicit Maker(ReadinessInput input) : input_(std::move(input)), scope_(scope_of(input_.evidence_in_scope)) {
    for (const CheckOutcome& outcome : input_.assessment.outcomes) outcomes_.emplace(outcome.check, &outcome);
    for (const Finding& finding : input_.assessment.findings) findings_[finding.check].push_back(&finding);
    for (const Check& check : input_.checks) checks_.emplace(check.id, &check);
    for (const Waiver& waiver : input_.waivers) {
      waived_.push_back(0);
      expired_.push_back(waiver.expires < day_of(input_.assessment.as_of));
    }
  }

  Readiness make() {
    const Profile& profile = input_.profile.profile;
    std::vector<ControlResult> controls;
    for (std::size_t i = 0; i < profile.controls.size(); ++i) {
      controls.push_back(control(profile.controls[i], input_.assessment.groups[i]));
    }
    Numbers numbers = numbers_of(profile, controls);
    const bool integrity_flag = contradicted();
    Grading grading = grade_of(profile, controls, numbers.score, integrity_flag);
    std::vector<ArticleResult> articles = articles_of(profile, controls);
    const ReadinessVerdict verdict = verdict_of(articles);
    std::vector<WaiverResult> waivers = waiver_results();
    return {.tool_version = std::move(input_.tool_version),
            .site = std::move(input_.site),
            .country = std::move(input_.country),
            .profile = std::move(input_.profile.profile),
            .assessment = std::move(input_.assessment),
            .declared_platforms = std::move(input_.declared_platforms),
            .articles = std::move(articles),
            .domains = std::move(numbers.domains),
            .controls = std::move(controls),
            .score = numbers.score,
            .grade = std::move(grading.grade),
            .caps = std::move(grading.caps),
            .integrity_flag = integrity_flag,
            .verdict = verdict,
            .waivers = std::move(waivers),
            .checks = std::move(input_.checks)};
  }

 private:
  ControlResult control(const Control& control, const GroupTally& tally) {
    ControlResult result{.id = control.id, .resources = tally.resources, .grade = tally.lowest_grade};
    Reasons reasons;
    if (tally.below_min_grade > 0) {
      reasons.add(fmt::format("evidence is weaker than {}", to_string(control.min_evidence)), tally.below_min_grade);
    }
    bool any_in_scope = false;
    bool observable = false;
    bool any_observable_in_scope = false;
    for (const Part& part : control.parts) {
      PartResult looked = look_at(part);
      any_in_scope = any_in_scope || looked.in_scope;
      if (std::ranges::find(kYardsticks, part.evidence) == kYardsticks.end()) {
        observable = true;
        any_observable_in_scope = any_observable_in_scope || looked.in_scope;
      }
      if (!looked.reason.empty()) {
        result.resources.add(Verdict::not_assessed);
        reasons.add(looked.reason);
      }
      for (const std::string& check : part.checks) add_reasons(check, reasons);
      result.parts.push_back(std::move(looked));
    }
    Standing standing = standing_of(control.severity, result.resources);
    if (!any_in_scope) {
      standing = {};
      reasons.add(fmt::format("none of its platforms is declared or was read ({})", fmt::join(control.evidence, ", ")));
    }
    if (observable && !any_observable_in_scope && any_in_scope && standing.status != ControlStatus::fail) {
      standing = {};
      reasons.add("nothing of the node itself was declared or read to hold against documents and register");
    }
    const bool all_waived = accepted(control, result);
    if (standing.status == ControlStatus::fail && all_waived) standing = accepted_risk();
    if (standing.status == ControlStatus::not_assessed) absent(control, standing, reasons);
    exclude(control, standing, result, reasons);
    result.status = standing.status;
    result.credit = standing.credit;
    result.coverage = standing.coverage;
    result.reasons = reasons.most_frequent();
    return result;
  }

  PartResult look_at(const Part& part) const {
    PartResult result{.id = part.id, .evidence = part.evidence, .title = part.title, .checks = part.checks};
    result.in_scope = scope_.contains(part.evidence);
    bool collected = false;
    bool ran = false;
    for (const std::string& check : part.checks) {
      const auto found = outcomes_.find(check);
      if (found == outcomes_.end()) continue;
      ran = true;
      collected = collected || found->second->collected;
      for (std::size_t i = 0; i < kVerdictCount; ++i) result.results.count[i] += found->second->counts.count[i];
    }
    if (!result.in_scope) return result;
    if (part.checks.empty()) {
      result.reason = "no check looks at a part of it yet";
    } else if (!ran) {
      result.reason = "its checks were not run";
    } else if (!collected) {
      result.reason = fmt::format("no target was read that could show it ({})", part.evidence);
    }
    return result;
  }

  void add_reasons(const std::string& check, Reasons& reasons) const {
    const auto found = findings_.find(check);
    if (found == findings_.end()) return;
    for (const Finding* finding : found->second) {
      if (finding->verdict == Verdict::not_assessed && finding->nature == Nature::observed) reasons.add(finding->reason);
    }
  }

  static bool covers(const Waiver& waiver, const Finding& finding) {
    if (!waiver.checks.empty() && std::ranges::find(waiver.checks, finding.check) == waiver.checks.end()) return false;
    return waiver.resources.empty() || std::ranges::any_of(waiver.resources, [&](const std::string& pattern) {
             return ::fnmatch(pattern.c_str(), finding.resource.id.c_str(), 0) == 0;
           });
  }

  /// True if an active waiver covers every failing result; counts what each waiver covers, expired ones too.
  bool accepted(const Control& control, ControlResult& result) {
    bool any = false;
    bool all = true;
    std::set<std::size_t> used;
    std::set<std::string_view> checks;
    for (const Part& part : control.parts) checks.insert(part.checks.begin(), part.checks.end());
    for (const std::string_view check : checks) {
      const auto found = findings_.find(check);
      if (found == findings_.end()) continue;
      for (const Finding* finding : found->second) {
        if (finding->verdict != Verdict::fail || finding->nature != Nature::observed) continue;
        any = true;
        bool covered = false;
        for (std::size_t i = 0; i < input_.waivers.size(); ++i) {
          if (input_.waivers[i].control != control.id || !covers(input_.waivers[i], *finding)) continue;
          ++waived_[i];
          if (expired_[i]) continue;
          covered = true;
          used.insert(i);
        }
        all = all && covered;
      }
    }
    for (const std::size_t i : used) result.waivers.push_back(input_.waivers[i].id);
    return any && all;
  }

  /// Its condition is false: every table that would show the thing was read completely and is empty.
  void absent(const Control& control, Standing& standing, Reasons& reasons) const {
    const auto condition = std::ranges::find(input_.profile.profile.conditions, control.applies_when, &Condition::id);
    if (condition == input_.profile.profile.conditions.end() || condition->tables.empty()) return;
    const bool empty = std::ranges::all_of(condition->tables, [&](const std::string& table) {
      bool collected = false;
      for (const Collection& collection : input_.assessment.collections) {
        if (collection.table != table) continue;
        if (collection.state != CollectionState::complete || collection.row_count > 0) return false;
        collected = true;
      }
      return collected;
    });
    if (!empty) return;
    standing = {ControlStatus::not_applicable, 0, 0};
    reasons = {};
    reasons.add(fmt::format("complete evidence shows none: {}", condition->title));
  }

  void exclude(const Control& control, Standing& standing, ControlResult& result, Reasons& reasons) const {
    const auto& exclusions = input_.profile.profile.exclusions;
    const auto exclusion = std::ranges::find(exclusions, control.id, &Exclusion::control);
    if (exclusion == exclusions.end()) return;
    if (const Result<Day> last = parse_day(exclusion->expires); !last || *last < day_of(input_.assessment.as_of)) {
      reasons.add(fmt::format("its exclusion expired on {}", exclusion->expires));
      return;
    }
    standing = {ControlStatus::not_applicable, 0, 0};
    result.by_declaration = true;
    reasons = {};
    reasons.add(fmt::format("excluded until {} by {}: {}", exclusion->expires, exclusion->approver, exclusion->reason));
  }

  /// What the node declares differs from what was observed, on a critical control or on residency.
  [[nodiscard]] bool contradicted() const {
    for (const Control& control : input_.profile.profile.controls) {
      if (control.severity != Severity::critical && control.id != kResidencyContradiction) continue;
      for (const Part& part : control.parts) {
        for (const std::string& id : part.checks) {
          const auto check = checks_.find(id);
          if (check == checks_.end() || !reads_declarations(*check->second)) continue;
          const auto outcome = outcomes_.find(id);
          if (outcome != outcomes_.end() && outcome->second->counts.of(Verdict::fail) > 0) return true;
        }
      }
    }
    return false;
  }

  static bool reads_declarations(const Check& check) {
    return std::ranges::any_of(check.needs, [](const Need& need) {
      return need.table.starts_with("declared_") || need.table == "declaration" || need.table == "document_claim";
    });
  }

  std::vector<WaiverResult> waiver_results() const {
    std::vector<WaiverResult> results;
    for (std::size_t i = 0; i < input_.waivers.size(); ++i) {
      const Waiver& waiver = input_.waivers[i];
      std::vector<std::string> scope(waiver.checks);
      scope.insert(scope.end(), waiver.resources.begin(), waiver.resources.end());
      results.push_back({.id = waiver.id,
                         .control = waiver.control,
                         .scope = scope.empty() ? "the whole control" : fmt::format("{}", fmt::join(scope, ", ")),
                         .owner = waiver.owner,
                         .approver = waiver.approver,
                         .reason = waiver.reason,
                         .expires = to_string(waiver.expires),
                         .state = expired_[i] ? "expired" : (waived_[i] > 0 ? "active" : "unused"),
                         .findings = waived_[i]});
    }
    std::ranges::sort(results, {}, &WaiverResult::id);
    return results;
  }

  ReadinessInput input_;
  std::set<std::string, std::less<>> scope_;
  std::map<std::string, const CheckOutcome*, std::less<>> outcomes_;
  std::map<std::string, std::vector<const Finding*>, std::less<>> findings_;
  std::map<std::string, const Check*, std::less<>> checks_;
  std::vector<std::int64_t> waived_;
  std::vector<bool> expired_;
};

}  // namespace

std::vector<CheckGroup> groups_of(const Profile& profile) {
  std::vector<CheckGroup> groups;
  for (const Control& control : profile.controls) {
    CheckGroup group{.id = control.id, .min_grade = control.min_evidence};
    for (const Part& part : control.parts) group.checks.insert(group.checks.end(), part.checks.begin(), part.checks.end());
    std::ranges::sort(group.checks);
    const auto again = std::ranges::unique(group.checks);
    group.checks.erase(again.begin(), again.end());
    groups.push_back(std::move(group));
  }
  return groups;
}

Readiness make_readiness(ReadinessInput input) { return Maker(std::move(input)).make(); }

}  // namespace ehdscan
