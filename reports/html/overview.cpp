// SPDX-License-Identifier: Apache-2.0
// What is read whole: who reaches what under which permit, the clocks of breaches, and where documents and systems
// differ.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
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

/// One row per person and project: who reads the page for one person finds all they reach in one place.
Html people_table(const std::map<std::string_view, std::vector<const AccessRow*>>& by_person) {
  Html body;
  for (const auto& [holder, rows] : by_person) {
    Html ways;
    bool within = true;
    for (const AccessRow* row : rows) {
      within = within && row->within;
      ways += html("<li>{} <code>{}</code> <span>{}{}</span></li>\n",
                   row->permit.empty() ? std::string_view("no permit") : std::string_view(row->permit), row->project,
                   fmt::format("{}", fmt::join(row->roles, ", ")), row->within ? "" : ", beyond the register");
    }
    const std::string_view kind = rows.front()->holder_kind;
    body += html(
        "<tr>\n<td>{}</td>\n<th scope=\"row\">{}<span class=\"note\">{}</span></th>\n<td><ul "
        "class=\"plain\">\n{}</ul></td>\n</tr>\n",
        status_badge(within ? "pass" : "fail"), holder, kind.empty() ? std::string_view("cannot be told") : kind, ways);
  }
  return html(
      "<h3>By person</h3>\n<table class=\"stack\">\n<caption>Everybody who reaches a project, and which</caption>\n"
      "<thead><tr><th scope=\"col\">Within the register</th><th scope=\"col\">Who</th><th scope=\"col\">Permit, "
      "project and roles</th></tr></thead>\n<tbody>\n{}</tbody>\n</table>\n",
      body);
}

std::string_view status_of(std::string_view clock_state) {
  if (clock_state == "in_time") return "pass";
  if (clock_state == "late" || clock_state == "missing") return "fail";
  return "not_assessed";
}

/// `3 d 4 h`, `2 h 30 min`: the two largest units, as people say it.
std::string span_in_words(std::int64_t seconds) {
  const std::int64_t minutes = seconds / 60;
  constexpr std::int64_t kHour = 60;
  constexpr std::int64_t kDay = 24 * kHour;
  if (minutes >= kDay) return fmt::format("{} d {} h", minutes / kDay, minutes % kDay / kHour);
  if (minutes >= kHour) return fmt::format("{} h {} min", minutes / kHour, minutes % kHour);
  return fmt::format("{} min", minutes);
}

/// The time allowed as a track, its end as a tick, what was used of it as a bar that runs past the tick where it was
/// late. Each clock has its own scale: from its start to its end or to the notice (without one: to today), whichever is
/// later.
Html timeline(const ClockRow& clock, Instant as_of) {
  const Result<Instant> start = parse_instant(clock.zero_at);
  const Result<Instant> due = parse_instant(clock.due_at);
  if (!start || !due || due->seconds_since_epoch <= start->seconds_since_epoch) {
    return html("<span class=\"note\">{}</span>",
                clock.zero_at.empty() ? "its start is not recorded" : "its end cannot be computed");
  }
  const Result<Instant> given = parse_instant(clock.notified_at);
  const std::int64_t allowed = due->seconds_since_epoch - start->seconds_since_epoch;
  const std::int64_t used =
      std::max<std::int64_t>((given ? *given : as_of).seconds_since_epoch - start->seconds_since_epoch, 0);
  constexpr std::int64_t kWidth = 1000;
  // A notice that is years late would press the time allowed into nothing: the bar then runs to the edge.
  const std::int64_t whole = std::min(std::max(allowed, used), 4 * allowed);
  const auto at = [&](std::int64_t seconds) { return std::min(seconds, whole) * (kWidth - 10) / whole; };
  const std::int64_t in_time = at(std::min(used, allowed));
  const bool over = used > allowed;
  std::string words;
  if (given) {
    words = over ? fmt::format("given {} late", span_in_words(used - allowed))
                 : fmt::format("given after {}, {} before the end", span_in_words(used), span_in_words(allowed - used));
  } else {
    words = over ? fmt::format("not given, {} past the end", span_in_words(used - allowed))
                 : fmt::format("not given, {} left", span_in_words(allowed - used));
  }
  const Html late = over ? html("<rect class=\"fill-fail\" x=\"{}\" y=\"5\" width=\"{}\" height=\"8\"/>", in_time,
                                std::max<std::int64_t>(at(used) - in_time, 10))
                         : Html();
  return html(
      "<svg viewBox=\"0 0 1000 18\" width=\"100%\" height=\"18\" preserveAspectRatio=\"none\" role=\"img\" "
      "aria-label=\"{}\"><rect class=\"fill-not_applicable\" x=\"0\" y=\"8\" width=\"{}\" height=\"2\"/><rect "
      "class=\"fill-{}\" x=\"0\" y=\"5\" width=\"{}\" height=\"8\"/>{}<rect fill=\"currentColor\" x=\"{}\" y=\"1\" "
      "width=\"4\" height=\"16\"/></svg><span class=\"note\">{}</span>",
      words, at(whole), given && !over ? "pass" : "not_assessed", in_time, late, at(allowed), words);
}

}  // namespace

Html access_section(const ReportView& view) {
  const Overview& overview = view.readiness().assessment.overview;
  if (overview.access.empty()) return {};
  std::map<std::string_view, std::vector<const AccessRow*>> by_permit;
  std::map<std::string_view, std::vector<const AccessRow*>> by_person;
  for (const AccessRow& row : overview.access) {
    by_permit[row.permit].push_back(&row);
    by_person[row.holder].push_back(&row);
  }
  Html tables;
  for (const PermitRow& permit : overview.permits) {
    const auto found = by_permit.find(permit.permit);
    const std::string caption = fmt::format("{}: {} in force, from {} to {}, data gone by {}", permit.permit,
                                            counted(permit.persons, "person", "persons"), permit.starts_at,
                                            permit.ends_at, permit.delete_by_at);
    if (found == by_permit.end()) {
      tables += html("<p><b>{}</b>: nobody reaches its projects.</p>\n", caption);
    } else {
      tables += access_table(caption, found->second);
    }
  }
  if (const auto none = by_permit.find(""); none != by_permit.end())
    tables += access_table("Projects of no permit", none->second);
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
      "register, or the first digits of a hash; times are UTC.</p>\n{}<h3>By permit</h3>\n{}{}</section>\n",
      people_table(by_person), tables, cut);
}

Html clocks_section(const ReportView& view) {
  const Overview& overview = view.readiness().assessment.overview;
  if (overview.clocks.empty()) return {};
  const Instant as_of = view.readiness().assessment.as_of;
  std::map<std::string_view, Html> by_incident;
  for (const ClockRow& clock : overview.clocks) {
    by_incident[clock.incident] += html(
        "<tr>\n<td>{}</td>\n<th scope=\"row\">{}<span class=\"note\">{}, to {}</span></th>\n<td>{}<span "
        "class=\"note\">{} to {}{}</span></td>\n</tr>\n",
        status_badge(status_of(clock.state)), clock.regime, in_words(clock.stage), in_words(clock.recipient),
        timeline(clock, as_of), clock.zero_at.empty() ? std::string_view("?") : std::string_view(clock.zero_at),
        clock.due_at.empty() ? std::string_view("?") : std::string_view(clock.due_at),
        clock.notified_at.empty() ? std::string() : fmt::format("; given {}", clock.notified_at));
  }
  Html tables;
  for (const auto& [incident, rows] : by_incident) {
    tables += html(
        "<table class=\"stack\">\n<caption>{}</caption>\n<thead><tr><th scope=\"col\">Status</th><th "
        "scope=\"col\">Duty</th><th class=\"chart\" scope=\"col\">Time allowed and time used</th></tr></thead>\n"
        "<tbody>\n{}</tbody>\n</table>\n",
        incident, rows);
  }
  Html cut;
  if (overview.clocks_total > static_cast<std::int64_t>(overview.clocks.size())) {
    cut = html("<p class=\"note\">{} of {} clocks are shown.</p>\n", overview.clocks.size(), overview.clocks_total);
  }
  return html(
      "<section id=\"breaches\" aria-labelledby=\"breaches-title\">\n<h2 id=\"breaches-title\">Breach readiness: the "
      "clocks</h2>\n<p class=\"intro\">For each entry of the breach register and each duty that applies: the time "
      "allowed from its own zero point, and what was used of it. The tick is the end; what lies beyond it is late. "
      "Times are UTC.</p>\n{}{}</section>\n",
      tables, cut);
}

Html contradictions_section(const ReportView& view) {
  const Assessment& assessment = view.readiness().assessment;
  std::int64_t agree = 0;
  for (const CheckOutcome& outcome : assessment.outcomes) {
    if (outcome.check.starts_with(kContradiction)) agree += outcome.counts.of(Verdict::pass);
  }
  Html rows;
  for (const Verdict verdict : {Verdict::fail, Verdict::not_assessed}) {
    for (const Finding& finding : assessment.findings) {
      if (!finding.check.starts_with(kContradiction) || finding.verdict != verdict) continue;
      rows += html("<tr>\n<td>{}</td>\n<th scope=\"row\">{}</th>\n<td>{}</td>\n<td><code>{}</code></td>\n</tr>\n",
                   status_badge(to_string(verdict)), finding.subject,
                   verdict == Verdict::fail ? finding.message : finding.reason, finding.location);
    }
  }
  if (rows.empty() && agree == 0) return {};
  const Html table = rows.empty()
                         ? Html()
                         : html(
                               "<table class=\"stack\">\n<caption>Documents and systems</caption>\n<thead><tr><th "
                               "scope=\"col\">Status</th><th scope=\"col\">Document</th><th scope=\"col\">Says and "
                               "shows</th><th scope=\"col\">Where</th></tr></thead>\n<tbody>\n{}</tbody>\n</table>\n",
                               rows);
  return html(
      "<section id=\"contradictions\" aria-labelledby=\"contradictions-title\">\n<h2 "
      "id=\"contradictions-title\">Contradictions</h2>\n<p class=\"intro\">What a document says and a system shows "
      "otherwise. The system is believed. {}</p>\n{}</section>\n",
      counted(agree, "statement agrees with what systems show.", "statements agree with what systems show."), table);
}

}  // namespace ehdscan
