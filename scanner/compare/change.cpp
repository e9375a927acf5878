// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "compare/comparison.h"

namespace ehdscan {
namespace {

/// Only these can be ordered; whatever could not be looked at is never better than what could.
int rank(SiteStatus cell) {
  switch (cell) {
    case SiteStatus::pass:
      return 4;
    case SiteStatus::partial:
      return 3;
    case SiteStatus::accepted_risk:
      return 2;
    case SiteStatus::fail:
      return 1;
    case SiteStatus::not_assessed:
    case SiteStatus::not_applicable:
    case SiteStatus::missing:
    case SiteStatus::incomparable:
      break;
  }
  return 0;
}

std::string direction_of(SiteStatus before, SiteStatus after) {
  if (after == SiteStatus::not_assessed && rank(before) > 1) return "worse";
  if (before == SiteStatus::not_assessed && after == SiteStatus::fail) return "worse";
  if (rank(before) == 0 || rank(after) == 0) return "other";
  return rank(after) > rank(before) ? "better" : "worse";
}

Cause cause_of(const SiteReport& before, const SiteReport& after, const ReportedControl* then,
               const ReportedControl* now) {
  if (then == nullptr || now == nullptr || then->definition != now->definition) return Cause::baseline;
  const bool same_yardstick =
      before.profile_sha256 == after.profile_sha256 && before.tool_version == after.tool_version;
  if (before.evidence_digest == after.evidence_digest) {
    if (same_yardstick) return Cause::as_of;
    return before.as_of == after.as_of ? Cause::baseline : Cause::undecided;
  }
  if (!same_yardstick) return Cause::undecided;
  const bool unseen = then->status == ControlStatus::not_assessed || now->status == ControlStatus::not_assessed;
  return unseen || (then->not_assessed == 0) != (now->not_assessed == 0) ? Cause::coverage : Cause::estate;
}

const ReportedControl* control_of(const SiteReport& report, const std::string& id) {
  const auto found = report.controls.find(id);
  return found == report.controls.end() ? nullptr : &found->second;
}

/// Why silence of this report about a resource says nothing; empty if it does say that nothing is wrong. Passes are not
/// listed, so a check that left anything unassessed may have left out this one.
std::string silent_because(const SiteReport& report, const std::string& check) {
  const auto found = report.checks.find(check);
  if (found == report.checks.end()) return "the check is not part of the other report";
  if (found->second.failed) return "the check could not be run for the other report";
  if (!found->second.collected) return "nothing was collected for the check in the other report";
  if (found->second.not_assessed > 0) return "the check could not assess everything in the other report";
  return {};
}

bool proven(const ReportedFinding& finding) { return finding.verdict != Verdict::not_assessed; }

}  // namespace

SiteStatus cell_of(ControlStatus status) {
  switch (status) {
    case ControlStatus::pass:
      return SiteStatus::pass;
    case ControlStatus::partial:
      return SiteStatus::partial;
    case ControlStatus::fail:
      return SiteStatus::fail;
    case ControlStatus::not_assessed:
      return SiteStatus::not_assessed;
    case ControlStatus::not_applicable:
      return SiteStatus::not_applicable;
    case ControlStatus::accepted_risk:
      return SiteStatus::accepted_risk;
  }
  return SiteStatus::missing;
}

SiteChange change_between(const SiteReport& before, const SiteReport& after) {
  SiteChange change;
  std::set<std::string> ids;
  for (const auto& [id, control] : before.controls) ids.insert(id);
  for (const auto& [id, control] : after.controls) ids.insert(id);
  for (const std::string& id : ids) {
    const ReportedControl* then = control_of(before, id);
    const ReportedControl* now = control_of(after, id);
    ControlChange one{.control = id,
                      .before = then == nullptr ? SiteStatus::missing : cell_of(then->status),
                      .after = now == nullptr ? SiteStatus::missing : cell_of(now->status)};
    const bool asked_otherwise = then == nullptr || now == nullptr || then->definition != now->definition;
    if (one.before == one.after && !asked_otherwise) continue;
    one.direction = asked_otherwise ? "other" : direction_of(one.before, one.after);
    one.cause = cause_of(before, after, then, now);
    change.controls.push_back(std::move(one));
  }
  const auto compare_with = [&](const SiteReport& one, const SiteReport& other, std::vector<FindingChange>& only_here,
                                bool count_unchanged) {
    for (const auto& [key, finding] : one.findings) {
      if (!proven(finding)) continue;
      FindingChange said{.check = finding.check, .subject = finding.subject, .verdict = finding.verdict, .reason = {}};
      const auto there = other.findings.find(key);
      if (there != other.findings.end() && proven(there->second)) {
        if (count_unchanged) ++change.unchanged;
        continue;
      }
      said.reason = there != other.findings.end() ? "the resource could not be assessed in the other report"
                                                  : silent_because(other, finding.check);
      (said.reason.empty() ? only_here : change.incomparable).push_back(std::move(said));
    }
  };
  compare_with(after, before, change.fresh, true);
  compare_with(before, after, change.resolved, false);
  return change;
}

std::vector<FailingSince> failing_since(const std::vector<const SiteReport*>& newest_first) {
  std::vector<FailingSince> rows;
  if (newest_first.size() < 2) return rows;
  for (const auto& [id, now] : newest_first.front()->controls) {
    FailingSince row{.control = id};
    for (const SiteReport* report : newest_first) {
      const ReportedControl* then = control_of(*report, id);
      if (then == nullptr || then->status != ControlStatus::fail || then->definition != now.definition) break;
      row.since = report->as_of;
      ++row.reports;
    }
    if (row.reports > 1) rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace ehdscan
