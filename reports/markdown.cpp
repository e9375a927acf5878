// SPDX-License-Identifier: Apache-2.0
#include "reports/markdown.h"

#include <fmt/format.h>

#include "base/text.h"
#include "reports/ci.h"
#include "reports/percent.h"

namespace ehdscan {
namespace {

constexpr std::size_t kBudget = 900'000;
constexpr std::size_t kMaxCell = 400;

/// Text of evidence as plain text inside a table: no markup, no raw HTML, no mention of anybody.
std::string plain(std::string_view raw) {
  std::string out;
  std::string text = to_valid_utf8(raw);
  if (text.size() > kMaxCell) text = to_valid_utf8(text.substr(0, kMaxCell)) + " …";
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '@') {
      out += "&#64;";
    } else if (std::string_view("\\`*_{}[]()#!|~").find(c) != std::string_view::npos) {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += ' ';
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

Result<std::string> write_markdown_report(const Readiness& readiness) {
  const ReportView view(readiness);
  const std::vector<std::size_t> chosen = actionable_findings(view);
  VerdictCounts counts;
  for (const Finding& finding : readiness.assessment.findings) counts.add(finding.verdict);
  std::string out = fmt::format(
      "## ehdscan: {}\n\n{} failing, {} warnings, {} not assessed · floor {} %, coverage {} %\n\n", plain(readiness.site),
      counts.of(Verdict::fail), counts.of(Verdict::warn), counts.of(Verdict::not_assessed), percent_cut(readiness.score.floor),
      percent_cut(readiness.score.coverage));
  if (chosen.empty()) return out + "Nothing fails among what was assessed.\n";
  out += "<details open><summary>Findings, most severe first</summary>\n\n| | check | what | where |\n| --- | --- | --- | --- |\n";
  std::size_t shown = 0;
  for (const std::size_t index : chosen) {
    const Finding& finding = readiness.assessment.findings[index];
    const CheckView& check = view.check_of(finding);
    const ReviewPlace place = review_place(finding);
    const std::string where = place.path.empty() ? finding.resource.id : fmt::format("{}:{}", place.path, place.line);
    const std::string row = fmt::format("| {} | {} | {}: {} | {} |\n",
                                        finding.verdict == Verdict::warn ? "warning" : to_string(check.severity),
                                        plain(finding.check), plain(finding.subject), plain(review_message(check, finding)),
                                        plain(where));
    if (out.size() + row.size() > kBudget) break;
    out += row;
    ++shown;
  }
  out += "\n</details>\n";
  if (shown < chosen.size()) out += fmt::format("\n{} more stand in the other reports.\n", chosen.size() - shown);
  return out;
}

}  // namespace ehdscan
