// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <map>

#include "reports/html/sections.h"

namespace ehdscan {
namespace {

/// Resources printed per check: the table of the script and the JSON report hold all of them.
constexpr std::size_t kResourcesShown = 5;

constexpr std::array kSeverities{Severity::critical, Severity::high, Severity::medium, Severity::low};

Html evidence_of(const Finding& finding) {
  if (finding.location.empty()) return {};
  std::string place = finding.location;
  if (finding.line > 0) place += fmt::format(":{}", finding.line);
  Html marks;
  if (finding.nature == Nature::intended) marks += html(" · <span>planned, not observed</span>");
  if (finding.third_party) marks += html(" · <span>from a third party</span>");
  return html("<span class=\"evidence\"><bdi><code>{}</code></bdi> · {}{}</span>", place, to_string(finding.grade),
              marks);
}

Html finding_row(const Finding& finding) {
  const std::string& words = finding.message.empty() ? finding.reason : finding.message;
  Html target;
  if (!finding.target.empty()) target = html("<span class=\"target\"><bdi>{}</bdi></span>", finding.target);
  return html(
      "<li>\n<span class=\"badge small is-{}\">{}{}</span>\n<div><p><bdi class=\"subject\">{}</bdi> {}</p>\n<p "
      "class=\"where\">{}{}</p></div>\n</li>\n",
      to_string(finding.verdict), icon(to_string(finding.verdict)), in_words(to_string(finding.verdict)),
      finding.subject.empty() ? std::string_view(finding.resource.id) : std::string_view(finding.subject),
      with_code(words), target, evidence_of(finding));
}

Html check_details(const ReportView& view, const CheckView& check) {
  Html body;
  if (check.check != nullptr) {
    if (!check.check->rationale.empty()) body += html("<h4>Why it matters</h4>\n{}", prose(check.check->rationale));
    if (!check.check->remediation.empty()) body += html("<h4>What to do</h4>\n{}", prose(check.check->remediation));
  }
  Html references;
  if (check.check != nullptr) {
    for (const std::string& reference : check.check->references)
      references += html("<li>{}</li>", link_or_text(reference));
  }
  if (!references.empty()) body += html("<h4>References</h4>\n<ul class=\"references\">{}</ul>\n", references);
  Html controls;
  for (const std::string_view id : check.controls)
    controls += html("{}{}", controls.empty() ? "" : " ", control_link(view, id));
  if (!controls.empty()) body += html("<h4>Controls</h4>\n<p class=\"ids\">{}</p>\n", controls);
  return html("<div class=\"about\" id=\"{}\">\n{}</div>\n", anchor("about-", check.id), body);
}

Html check_counts(const CheckView& check) {
  Html counts;
  for (const Verdict verdict : {Verdict::fail, Verdict::warn, Verdict::not_assessed}) {
    const std::int64_t n = check.shown.of(verdict);
    if (n == 0) continue;
    counts += html("<span class=\"count is-{}\">{}{} {}</span> ", to_string(verdict), icon(to_string(verdict)),
                   with_thousands(n), in_words(to_string(verdict)));
  }
  return counts;
}

Html check_entry(const ReportView& view, const CheckView& check) {
  const std::vector<Finding>& findings = view.readiness().assessment.findings;
  Html rows;
  for (std::size_t i = 0; i < std::min(check.findings.size(), kResourcesShown); ++i)
    rows += finding_row(findings[check.findings[i]]);
  Html more;
  if (check.findings.size() > kResourcesShown) {
    more = html(
        "<p class=\"cap\">{} of {} shown here. <a class=\"script-only\" href=\"#findings?check={}\">All in the "
        "table</a></p>\n",
        kResourcesShown, with_thousands(static_cast<std::int64_t>(check.findings.size())), anchor("", check.id));
  }
  return html(
      "<details class=\"check\" id=\"{}\">\n<summary>{}<span class=\"title\">{}</span><span "
      "class=\"counts\">{}</span></summary>\n"
      "<div class=\"inside\">\n<ul class=\"resources\">\n{}</ul>\n{}{}</div>\n</details>\n",
      anchor("check-", check.id), severity_badge(check.severity),
      check.check == nullptr ? check.id : std::string_view(check.check->title), check_counts(check), rows, more,
      check_details(view, check));
}

/// Failing findings by domain and severity, as numbers in a table whose shade follows them.
Html heat_table(const ReportView& view) {
  std::map<std::string_view, std::map<Severity, std::int64_t>> cells;
  std::int64_t most = 0;
  for (const auto& [id, check] : view.checks()) {
    if (check.shown.of(Verdict::fail) == 0) continue;
    for (const std::string_view domain : check.domains) {
      std::int64_t& cell = cells[domain][check.severity];
      cell += check.shown.of(Verdict::fail);
      most = std::max(most, cell);
    }
  }
  if (cells.empty()) return {};
  Html rows;
  for (const Domain& domain : view.readiness().profile.domains) {
    const auto found = cells.find(domain.id);
    if (found == cells.end()) continue;
    Html row;
    for (const Severity severity : kSeverities) {
      const auto cell = found->second.find(severity);
      if (cell == found->second.end()) {
        row += html("<td class=\"n heat-0\">–</td>");
        continue;
      }
      std::int64_t shade = 1;  // 1 to 4 on a scale by fours, so that one huge number does not pale the others
      for (std::int64_t n = most; n > cell->second * 4 && shade < 4; n /= 4) ++shade;
      row += html(
          "<td class=\"n heat-{} sev-{}\"><a href=\"#findings?domain={}&amp;severity={}&amp;verdict=fail\" "
          "aria-label=\"{} {} failing in {}\">{}</a></td>",
          5 - shade, to_string(severity), anchor("", domain.id), to_string(severity), with_thousands(cell->second),
          to_string(severity), domain.id, with_thousands(cell->second));
    }
    rows +=
        html("<tr><th scope=\"row\">{} <span class=\"quiet\">{}</span></th>{}</tr>\n", domain.id, domain.title, row);
  }
  return html(
      "<table class=\"heat\">\n<caption>Failing findings by domain and severity</caption>\n<thead><tr><th "
      "scope=\"col\">Domain</th><th scope=\"col\" class=\"n\">critical</th>"
      "<th scope=\"col\" class=\"n\">high</th><th scope=\"col\" class=\"n\">medium</th><th scope=\"col\" "
      "class=\"n\">low</th></tr></thead>\n<tbody>\n{}</tbody>\n</table>\n",
      rows);
}

}  // namespace

Html findings_section(const ReportView& view) {
  const std::vector<const CheckView*> checks = view.checks_by_weight();
  Html entries;
  for (const CheckView* check : checks) entries += check_entry(view, *check);
  VerdictCounts total;
  for (const Finding& finding : view.readiness().assessment.findings) total.add(finding.verdict);
  if (entries.empty()) entries = html("<p>No finding. If nothing was assessed, this says nothing: see coverage.</p>\n");
  return html(
      "<section id=\"findings\" aria-labelledby=\"findings-title\">\n<h2 id=\"findings-title\">Findings</h2>\n"
      "<p class=\"intro\">{} fail, {} warn, {} could not be assessed. Passing resources are counted in the controls, "
      "not listed.</p>\n{}"
      "<h3>By check</h3>\n<p class=\"intro\">Worst first, with at most {} resources each; the JSON report holds every "
      "one.</p>\n"
      "<div class=\"checks\">\n{}</div>\n"
      "<div id=\"explorer\" hidden></div>\n</section>\n",
      with_thousands(total.of(Verdict::fail)), with_thousands(total.of(Verdict::warn)),
      with_thousands(total.of(Verdict::not_assessed)), heat_table(view), kResourcesShown, entries);
}

}  // namespace ehdscan
