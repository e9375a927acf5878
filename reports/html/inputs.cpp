// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "reports/html/sections.h"

namespace ehdscan {
namespace {

constexpr std::size_t kSourcesShown = 200;
constexpr std::size_t kCollectionsShown = 200;

Html waiver_row(const ReportView& view, const WaiverResult& waiver) {
  return html(
      "<tr id=\"{}\">\n<th scope=\"row\">{}<span class=\"note state-{}\">{}, until {}</span></th>\n<td "
      "class=\"ids\">{}<span class=\"note\">{}</span></td>\n"
      "<td>{}<span class=\"note\">approved by {} · owner {}</span></td>\n<td class=\"n\" "
      "data-label=\"findings\">{}</td>\n</tr>\n",
      anchor("waiver-", waiver.id), waiver.id, waiver.state, waiver.state, waiver.expires,
      control_link(view, waiver.control), waiver.scope, waiver.reason, waiver.approver, waiver.owner,
      with_thousands(waiver.findings));
}

Html exclusions(const ReportView& view) {
  Html rows;
  for (const Exclusion& exclusion : view.readiness().profile.exclusions) {
    rows += html("<li>{} <span>{}<span class=\"note\">approved by {}, until {}</span></span></li>\n",
                 control_link(view, exclusion.control), exclusion.reason, exclusion.approver, exclusion.expires);
  }
  if (rows.empty()) return {};
  return html("<h3>Controls excluded by an overlay</h3>\n<ul class=\"plain\">\n{}</ul>\n", rows);
}

Html source_row(const Source& source) {
  Html marks = html("{} · {}", to_string(source.grade), to_string(source.nature));
  if (source.third_party) marks += html(" · third party");
  return html(
      "<tr>\n<th scope=\"row\"><bdi><code>{}</code></bdi><span class=\"note\"><bdi>{}</bdi> by "
      "{}</span></th>\n<td>{}<span class=\"note\">{}</span></td>\n<td>{}</td>\n<td class=\"digest\">{}</td>\n</tr>\n",
      source.location, source.target, source.collector, to_string(day_of(source.observed_at)),
      to_string(source.freshness), marks,
      source.sha256.empty() ? html("<span class=\"quiet\">no bytes to hash</span>")
                            : html("<code>{}</code>", source.sha256));
}

Html sources_table(const std::vector<Source>& sources) {
  if (sources.empty())
    return html("<p class=\"alert\">{}Nothing was read: this report rests on no evidence.</p>\n", icon("warn"));
  Html rows;
  for (std::size_t i = 0; i < std::min(sources.size(), kSourcesShown); ++i) rows += source_row(sources[i]);
  Html cap;
  if (sources.size() > kSourcesShown) {
    cap = html("<p class=\"cap\">The first {} of {} inputs are shown; the JSON report lists every one.</p>\n",
               kSourcesShown, with_thousands(static_cast<std::int64_t>(sources.size())));
  }
  return html(
      "<table class=\"stack inputs\">\n<caption>Where the facts come from</caption>\n<thead><tr><th "
      "scope=\"col\">Source</th><th scope=\"col\">Observed</th><th scope=\"col\">Grade</th>"
      "<th scope=\"col\">SHA-256</th></tr></thead>\n<tbody>\n{}</tbody>\n</table>\n{}",
      rows, cap);
}

Html collections(const std::vector<Collection>& all) {
  std::vector<const Collection*> open;
  for (const Collection& collection : all) {
    if (collection.state != CollectionState::complete) open.push_back(&collection);
  }
  const auto complete = static_cast<std::int64_t>(all.size() - open.size());
  Html rows;
  for (std::size_t i = 0; i < std::min(open.size(), kCollectionsShown); ++i) {
    const Collection& collection = *open[i];
    rows += html(
        "<tr>\n<td>{}</td>\n<th scope=\"row\"><code>{}</code><span class=\"note\"><bdi>{}</bdi> by "
        "{}</span></th>\n<td>{}</td>\n<td class=\"n\" data-label=\"rows\">{}</td>\n</tr>\n",
        html("<span class=\"badge small is-{}\">{}{}</span>",
             collection.state == CollectionState::partial ? "partial" : "not_assessed",
             icon(collection.state == CollectionState::partial ? "partial" : "not_assessed"),
             in_words(to_string(collection.state))),
        collection.table, collection.target, collection.collector, with_code(collection.reason),
        with_thousands(collection.row_count));
  }
  Html out = html("<h3>How collection went</h3>\n<p class=\"intro\">{} read completely, {} not.</p>\n",
                  counted(complete, "table was", "tables were"),
                  counted(static_cast<std::int64_t>(open.size()), "was", "were"));
  if (!open.empty()) {
    out += html(
        "<table class=\"stack\">\n<caption>Tables that were not read completely</caption>\n<thead><tr><th "
        "scope=\"col\">State</th><th scope=\"col\">Table</th><th scope=\"col\">Reason</th>"
        "<th scope=\"col\" class=\"n\">Rows</th></tr></thead>\n<tbody>\n{}</tbody>\n</table>\n",
        rows);
  }
  if (open.size() > kCollectionsShown) {
    out += html("<p class=\"cap\">The first {} of {} are shown; the JSON report lists every one.</p>\n",
                kCollectionsShown, with_thousands(static_cast<std::int64_t>(open.size())));
  }
  return out;
}

Html profile_facts(const Readiness& readiness) {
  const Profile& profile = readiness.profile;
  Html overlays;
  for (const std::string& overlay : profile.overlays)
    overlays += html("{}<code>{}</code>", overlays.empty() ? "" : ", ", overlay);
  if (overlays.empty()) overlays = html("none");
  return html(
      "<dl class=\"facts\">\n<div><dt>Profile</dt><dd><bdi>{}</bdi> {}, baseline of {}</dd></div>\n<div><dt>Digest of "
      "the profile</dt><dd class=\"digest\"><code>{}</code></dd></div>\n"
      "<div><dt>Overlays</dt><dd>{}</dd></div>\n<div><dt>As of</dt><dd>{}</dd></div>\n<div><dt>Made by</dt><dd>ehdscan "
      "{}</dd></div>\n</dl>\n",
      profile.id, profile.version, profile.baseline_date, profile.sha256, overlays,
      to_string(readiness.assessment.as_of), readiness.tool_version);
}

}  // namespace

Html waivers_section(const ReportView& view) {
  Html rows;
  for (const WaiverResult& waiver : view.readiness().waivers) rows += waiver_row(view, waiver);
  Html body = html("<p>No waiver was given.</p>\n");
  if (!rows.empty()) {
    body = html(
        "<table class=\"stack\">\n<caption>Waivers</caption>\n<thead><tr><th scope=\"col\">Waiver</th><th "
        "scope=\"col\">Covers</th><th scope=\"col\">Reason</th>"
        "<th scope=\"col\" class=\"n\">Findings</th></tr></thead>\n<tbody>\n{}</tbody>\n</table>\n",
        rows);
  }
  return html(
      "<section id=\"waivers\" aria-labelledby=\"waivers-title\">\n<h2 id=\"waivers-title\">Waivers and "
      "exclusions</h2>\n"
      "<p class=\"intro\">A waiver changes no verdict and earns nothing: it says that management knows and accepts the "
      "risk until a date.</p>\n{}{}</section>\n",
      body, exclusions(view));
}

Html inputs_section(const ReportView& view) {
  const Readiness& readiness = view.readiness();
  const std::vector<Source>& sources = readiness.assessment.sources;
  Html oldest;
  if (!sources.empty()) {
    const Source& first = *std::ranges::min_element(sources, {}, &Source::observed_at);
    oldest = html(" The oldest is of {}.", long_date(first.observed_at));
  }
  return html(
      "<section id=\"inputs\" aria-labelledby=\"inputs-title\">\n<h2 id=\"inputs-title\">Evidence and inputs</h2>\n"
      "<p class=\"intro\">Same inputs, same profile and same as-of date give this report byte for byte.{} E3 is own "
      "observation, E2 a dated and hashed export of the system, "
      "E1 an approved document, E0 a bare statement.</p>\n{}{}{}</section>\n",
      oldest, profile_facts(readiness), sources_table(sources), collections(readiness.assessment.collections));
}

Html outlook_section(const ReportView& view) {
  Html rows;
  for (const Milestone& milestone : view.readiness().profile.milestones) {
    rows += html("<li><time datetime=\"{}\">{}</time> <span>{}<span class=\"note\">{} · {}</span></span></li>\n",
                 milestone.date, milestone.date, milestone.what, milestone.source, milestone.provenance);
  }
  if (rows.empty()) return {};
  return html(
      "<section id=\"outlook\" aria-labelledby=\"outlook-title\">\n<h2 id=\"outlook-title\">Dates ahead</h2>\n<ol "
      "class=\"milestones\">\n{}</ol>\n</section>\n",
      rows);
}

}  // namespace ehdscan
