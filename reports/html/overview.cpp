// SPDX-License-Identifier: Apache-2.0
// What is read whole: who reaches what under which permit, the clocks of breaches, and where documents and systems
// differ.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "reports/html/sections.h"

namespace ehdscan {
namespace {

constexpr std::string_view kContradiction = "document-contradicts-";

Html access_table(std::string_view caption, const std::vector<const AccessRow*>& rows) {
  Html body;
  for (const AccessRow* row : rows) {
    Html path;
    for (const std::string& step : row->path) path += html("{}{}", path.empty() ? "" : " → ", step);
    body += html(
        "<tr>\n<td>{}</td>\n<th scope=\"row\">{}<span class=\"note\">{}</span></th>\n<td><code>{}</code><span "
        "class=\"note\">{}</span></td>\n<td>{}<span "
        "class=\"note\">{}</span></td>\n</tr>\n",
        status_badge(row->within ? "pass" : "fail"), row->holder,
        row->holder_kind.empty() ? std::string_view("cannot be told") : std::string_view(row->holder_kind),
        row->project, row->platform, fmt::format("{}", fmt::join(row->roles, ", ")), path);
  }
  return html(
      "<table class=\"stack\">\n<caption>{}</caption>\n<thead><tr><th scope=\"col\">Within the register</th><th "
      "scope=\"col\">Who</th><th "
      "scope=\"col\">Project</th><th scope=\"col\">Roles and the way to "
      "them</th></tr></thead>\n<tbody>\n{}</tbody>\n</table>\n",
      caption, body);
}

std::string_view day_of(std::string_view instant) { return instant.substr(0, 10); }

std::string_view status_of(std::string_view clock_state) {
  if (clock_state == "in_time") return "pass";
  if (clock_state == "late" || clock_state == "missing") return "fail";
  return "not_assessed";
}

}  // namespace

Html access_section(const ReportView& view) {
  const Overview& overview = view.readiness().assessment.overview;
  if (overview.access.empty()) return {};
  std::map<std::string_view, std::vector<const AccessRow*>> by_permit;
  std::map<std::string_view, std::pair<std::size_t, std::size_t>> by_person;  ///< rows, and those beyond the register
  for (const AccessRow& row : overview.access) {
    by_permit[row.permit].push_back(&row);
    auto& [rows, beyond] = by_person[row.holder];
    ++rows;
    if (!row.within) ++beyond;
  }
  Html tables;
  for (const PermitRow& permit : overview.permits) {
    const auto found = by_permit.find(permit.permit);
    const std::string caption =
        fmt::format("{}: {} persons in force, from {} to {}, data gone by {}", permit.permit, permit.persons,
                    day_of(permit.starts_at), day_of(permit.ends_at), day_of(permit.delete_by_at));
    if (found == by_permit.end()) {
      tables += html("<p><b>{}</b>: nobody reaches its projects.</p>\n", caption);
    } else {
      tables += access_table(caption, found->second);
    }
  }
  if (const auto none = by_permit.find(""); none != by_permit.end())
    tables += access_table("Projects of no permit", none->second);
  Html people;
  for (const auto& [holder, counts] : by_person) {
    if (counts.second > 0)
      people += html("<li>{}: {} of {} ways in are beyond the register</li>\n", holder, counts.second, counts.first);
  }
  if (!people.empty())
    people = html("<h3>Persons and accounts beyond the register</h3>\n<ul class=\"plain\">\n{}</ul>\n", people);
  Html cut;
  if (overview.access_total > static_cast<std::int64_t>(overview.access.size())) {
    cut = html("<p class=\"note\">{} of {} rows are shown; `ehdscan query` reads them all from effective_access.</p>\n",
               overview.access.size(), overview.access_total);
  }
  return html(
      "<section id=\"access\" aria-labelledby=\"access-title\">\n<h2 id=\"access-title\">Who can reach what, under "
      "which permit</h2>\n<p "
      "class=\"intro\">Every enabled account that reaches a project, by whatever way, beside what the permit register "
      "says today. Names are those of the "
      "register, or the first digits of a hash.</p>\n{}{}{}</section>\n",
      people, tables, cut);
}

Html clocks_section(const ReportView& view) {
  const Overview& overview = view.readiness().assessment.overview;
  if (overview.clocks.empty()) return {};
  Html body;
  for (const ClockRow& clock : overview.clocks) {
    body += html(
        "<tr>\n<td>{}</td>\n<th scope=\"row\">{}</th>\n<td>{}<span class=\"note\">{}, to "
        "{}</span></td>\n<td>{}</td>\n<td>{}</td>\n<td>{}</td>\n</tr>\n",
        status_badge(status_of(clock.state)), clock.incident, clock.regime, in_words(clock.stage),
        in_words(clock.recipient), clock.zero_at, clock.due_at,
        clock.notified_at.empty() ? in_words(clock.state)
                                  : fmt::format("{} ({})", clock.notified_at, in_words(clock.state)));
  }
  return html(
      "<section id=\"breaches\" aria-labelledby=\"breaches-title\">\n<h2 id=\"breaches-title\">Breach readiness: the "
      "clocks</h2>\n<p class=\"intro\">For each "
      "entry of the breach register and each duty that applies: when its clock started, when it ended, and when the "
      "notice was given. Times are "
      "UTC.</p>\n<table class=\"stack\">\n<caption>Clocks of incidents</caption>\n<thead><tr><th "
      "scope=\"col\">Status</th><th scope=\"col\">Incident</th><th "
      "scope=\"col\">Duty</th><th scope=\"col\">Started</th><th scope=\"col\">Due</th><th "
      "scope=\"col\">Given</th></tr></thead>\n<tbody>\n{}</tbody>\n"
      "</table>\n</section>\n",
      body);
}

Html contradictions_section(const ReportView& view) {
  Html rows;
  for (const Finding& finding : view.readiness().assessment.findings) {
    if (!finding.check.starts_with(kContradiction) || finding.verdict != Verdict::fail) continue;
    rows += html("<tr>\n<td>{}</td>\n<th scope=\"row\">{}</th>\n<td>{}</td>\n<td><code>{}</code></td>\n</tr>\n",
                 status_badge("fail"), finding.subject, finding.message, finding.location);
  }
  if (rows.empty()) return {};
  return html(
      "<section id=\"contradictions\" aria-labelledby=\"contradictions-title\">\n<h2 "
      "id=\"contradictions-title\">Contradictions</h2>\n<p class=\"intro\">What a "
      "document says and a system shows otherwise. The system is believed.</p>\n<table "
      "class=\"stack\">\n<caption>Documents and systems</caption>\n<thead><tr><th "
      "scope=\"col\">Status</th><th scope=\"col\">Document</th><th scope=\"col\">Says and shows</th><th "
      "scope=\"col\">Where</th></tr></thead>\n<tbody>\n{}"
      "</tbody>\n</table>\n</section>\n",
      rows);
}

}  // namespace ehdscan
