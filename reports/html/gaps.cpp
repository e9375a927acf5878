// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "reports/html/sections.h"

namespace ehdscan {
namespace {

constexpr std::size_t kReasonsShown = 60;

struct Gap {
  std::string_view reason;
  std::vector<std::string> controls;
};

/// Reasons of controls that are not assessed, or only in part, the most frequent first.
std::vector<Gap> gaps_of(const Readiness& readiness) {
  std::map<std::string_view, std::vector<std::string>> by_reason;
  for (const ControlResult& result : readiness.controls) {
    if (result.status == ControlStatus::not_applicable) continue;
    const bool open = result.status == ControlStatus::not_assessed || result.resources.of(Verdict::not_assessed) > 0;
    if (!open) continue;
    for (const std::string& reason : result.reasons) {
      std::vector<std::string>& controls = by_reason[reason];
      if (controls.empty() || controls.back() != result.id) controls.push_back(result.id);
    }
    if (result.reasons.empty()) by_reason["no reason was recorded"].push_back(result.id);
  }
  std::vector<Gap> gaps;
  for (auto& [reason, controls] : by_reason) gaps.push_back({reason, std::move(controls)});
  std::ranges::stable_sort(gaps, [](const Gap& a, const Gap& b) { return a.controls.size() > b.controls.size(); });
  return gaps;
}

Html check_errors(const Readiness& readiness) {
  Html rows;
  for (const CheckOutcome& outcome : readiness.assessment.outcomes) {
    if (!outcome.error.empty()) rows += html("<li><code>{}</code>: {}</li>\n", outcome.check, with_code(outcome.error));
  }
  if (rows.empty()) return {};
  return html("<h3>Checks that could not run</h3>\n<ul class=\"plain\">\n{}</ul>\n", rows);
}

Html not_applicable(const ReportView& view) {
  Html rows;
  for (const ControlResult& result : view.readiness().controls) {
    if (result.status != ControlStatus::not_applicable) continue;
    Html reasons;
    for (const std::string& reason : result.reasons)
      reasons += html("{}{}", reasons.empty() ? "" : "; ", with_code(reason));
    rows += html("<li>{} <span>{}</span></li>\n", control_link(view, result.id), reasons);
  }
  if (rows.empty()) return {};
  return html(
      "<h3>Left out of the sums</h3>\n<p class=\"intro\">These controls are not applicable, by complete evidence or by "
      "an exclusion "
      "with approver and expiry.</p>\n<ul class=\"plain\">\n{}</ul>\n",
      rows);
}

}  // namespace

Html gaps_section(const ReportView& view) {
  const std::vector<Gap> gaps = gaps_of(view.readiness());
  Html rows;
  for (std::size_t i = 0; i < std::min(gaps.size(), kReasonsShown); ++i) {
    rows += html("<tr>\n<td class=\"n\">{}</td>\n<td>{}</td>\n<td class=\"ids\">{}</td>\n</tr>\n",
                 gaps[i].controls.size(), with_code(gaps[i].reason), control_links(view, gaps[i].controls));
  }
  Html body = html("<p>Everything that applies was assessed.</p>\n");
  if (!gaps.empty()) {
    body = html(
        "<table class=\"stack gaps\">\n<caption>Reasons, most controls first</caption>\n<thead><tr><th scope=\"col\" "
        "class=\"n\">Controls</th>"
        "<th scope=\"col\">Reason</th><th scope=\"col\">Which</th></tr></thead>\n<tbody>\n{}</tbody>\n</table>\n",
        rows);
  }
  if (gaps.size() > kReasonsShown) {
    body +=
        html("<p class=\"cap\">The {} most frequent of {} reasons are shown; each control below lists its own.</p>\n",
             kReasonsShown, gaps.size());
  }
  return html(
      "<section id=\"gaps\" aria-labelledby=\"gaps-title\">\n<h2 id=\"gaps-title\">What was not assessed, and "
      "why</h2>\n"
      "<p class=\"intro\">What could not be looked at is never counted as good. It lies between floor and ceiling; "
      "closing these "
      "gaps raises coverage first.</p>\n{}{}{}</section>\n",
      body, check_errors(view.readiness()), not_applicable(view));
}

}  // namespace ehdscan
