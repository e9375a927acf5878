// SPDX-License-Identifier: Apache-2.0
#include "reports/ci.h"

#include <algorithm>

#include "base/text.h"

namespace ehdscan {

ReviewPlace review_place(const Finding& finding) {
  ReviewPlace place{.path = to_valid_utf8(finding.location), .line = std::max<std::uint32_t>(finding.line, 1)};
  // "netlink:nftables", "https://…", "keystone:…": a colon before the first slash is no path of ours.
  if (place.path.find(':') < place.path.find('/')) place.path.clear();
  if (place.path.find_first_of("\n\r") != std::string::npos) place.path.clear();
  std::ranges::replace(place.path, '\\', '/');
  while (place.path.starts_with("./")) place.path.erase(0, 2);
  return place;
}

bool is_accepted_risk(const ReportView& view, const CheckView& check) {
  if (check.controls.empty()) return false;
  return std::ranges::all_of(check.controls, [&](std::string_view id) {
    const auto found = std::ranges::find(view.readiness().controls, id, &ControlResult::id);
    return found != view.readiness().controls.end() && found->status == ControlStatus::accepted_risk;
  });
}

std::string review_message(const CheckView& check, const Finding& finding) {
  std::string_view text = finding.message;
  if (text.empty()) text = finding.reason;
  if (text.empty() && check.check != nullptr) text = check.check->title;
  if (text.empty()) text = finding.check;
  std::string message = to_valid_utf8(text);
  if (finding.verdict == Verdict::not_assessed) message = "not assessed: " + message;
  return message;
}

std::vector<std::size_t> actionable_findings(const ReportView& view) {
  std::map<std::string_view, bool> accepted;
  std::vector<std::size_t> chosen;
  for (const std::size_t index : view.findings_by_weight()) {
    const Finding& finding = view.readiness().assessment.findings[index];
    if (finding.verdict != Verdict::fail && finding.verdict != Verdict::warn) continue;
    const auto [entry, first] = accepted.try_emplace(finding.check, false);
    if (first) entry->second = is_accepted_risk(view, view.check_of(finding));
    if (!entry->second) chosen.push_back(index);
  }
  return chosen;
}

std::int64_t not_assessed_findings(const Readiness& readiness) {
  return std::ranges::count(readiness.assessment.findings, Verdict::not_assessed, &Finding::verdict);
}

}  // namespace ehdscan
