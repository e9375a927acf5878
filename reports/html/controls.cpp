// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "reports/html/sections.h"
#include "reports/percent.h"

namespace ehdscan {
namespace {

Html resource_counts(const VerdictCounts& counts) {
  Html out;
  for (const Verdict verdict :
       {Verdict::fail, Verdict::warn, Verdict::not_assessed, Verdict::pass, Verdict::not_applicable}) {
    const std::int64_t n = counts.of(verdict);
    if (n > 0)
      out += html("<span class=\"count is-{}\">{}{} {}</span> ", to_string(verdict), icon(to_string(verdict)),
                  with_thousands(n), in_words(to_string(verdict)));
  }
  if (out.empty()) out = html("<span class=\"quiet\">none</span>");
  return out;
}

Html part_row(const ReportView& view, const PartResult& part) {
  Html checks;
  for (const std::string& id : part.checks) {
    const auto found = view.checks().find(id);
    const bool listed = found != view.checks().end() && !found->second.findings.empty();
    const Html name = listed ? html("<a href=\"#{}\">{}</a>", anchor("check-", id), id) : html("{}", id);
    checks += html("{}<code>{}</code>", checks.empty() ? "" : " ", name);
  }
  if (checks.empty()) checks = html("<span class=\"quiet\">no check</span>");
  Html state = resource_counts(part.results);
  if (!part.in_scope) state = html("<span class=\"quiet\">not in scope</span>");
  if (!part.reason.empty()) state += html("<span class=\"note\">{}</span>", with_code(part.reason));
  return html(
      "<tr>\n<th scope=\"row\">{}<span class=\"note\">{}</span></th>\n<td class=\"ids\">{}</td>\n<td>{}</td>\n</tr>\n",
      in_words(part.evidence), part.title, checks, state);
}

Html facts(const ControlResult& result, const Control* control) {
  Html out;
  const auto fact = [&](std::string_view name, const Html& value) {
    out += html("<div><dt>{}</dt><dd>{}</dd></div>\n", name, value);
  };
  fact("Resources", resource_counts(result.resources));
  fact("Credit", html("{} %", percent_cut(result.credit)));
  fact("Coverage", html("{} %", percent_cut(result.coverage)));
  fact("Evidence", html("{}", result.grade ? to_string(*result.grade) : std::string_view("none")));
  if (control != nullptr) {
    fact("At least", html("{}", to_string(control->min_evidence)));
    fact("Basis", html("{}", control->basis));
    if (control->applies_when != "always") fact("Applies when", html("{}", in_words(control->applies_when)));
  }
  if (!result.waivers.empty()) {
    Html waivers;
    for (const std::string& id : result.waivers) waivers += html("<a href=\"#{}\">{}</a> ", anchor("waiver-", id), id);
    fact("Waived by", waivers);
  }
  return html("<dl class=\"facts\">\n{}</dl>\n", out);
}

Html references(const Control& control) {
  Html rows;
  for (const auto& [name, ids] : control.references) {
    if (ids.empty()) continue;
    Html list;
    for (const std::string& id : ids) list += html("{}{}", list.empty() ? "" : ", ", link_or_text(id));
    rows += html("<div><dt>{}</dt><dd>{}</dd></div>\n", name, list);
  }
  return rows.empty() ? Html() : html("<h4>References</h4>\n<dl class=\"facts\">\n{}</dl>\n", rows);
}

Html control_entry(const ReportView& view, const ControlResult& result) {
  const Control* control = view.control(result.id);
  Html body;
  if (control != nullptr) body += html("<p class=\"requirement\">{}</p>\n", control->requirement);
  body += facts(result, control);
  Html reasons;
  for (const std::string& reason : result.reasons) reasons += html("<li>{}</li>\n", with_code(reason));
  if (!reasons.empty()) body += html("<h4>Reasons</h4>\n<ul class=\"plain\">\n{}</ul>\n", reasons);
  Html parts;
  for (const PartResult& part : result.parts) parts += part_row(view, part);
  if (!parts.empty()) {
    body += html(
        "<table class=\"stack parts\">\n<caption>Parts of the control by kind of evidence</caption>\n<thead><tr><th "
        "scope=\"col\">Evidence</th>"
        "<th scope=\"col\">Checks</th><th scope=\"col\">Results</th></tr></thead>\n<tbody>\n{}</tbody>\n</table>\n",
        parts);
  }
  if (control != nullptr) {
    if (!control->testable_how.empty()) body += html("<h4>How it is decided</h4>\n{}", prose(control->testable_how));
    body += references(*control);
  }
  Html gate;
  if (control != nullptr && control->gates)
    gate = html("<span class=\"gate\" title=\"decides a point of the Regulation\">gate</span>");
  return html(
      "<details class=\"control-entry\" id=\"{}\">\n<summary>{}<b class=\"id\">{}</b><span "
      "class=\"title\">{}</span>{}{}</summary>\n<div class=\"inside\">\n{}</div>\n</details>\n",
      anchor("control-", result.id), status_badge(to_string(result.status)), result.id,
      control == nullptr ? std::string_view("not in the profile") : std::string_view(control->title), gate,
      control == nullptr ? Html() : severity_badge(control->severity), body);
}

}  // namespace

Html controls_section(const ReportView& view) {
  Html groups;
  std::vector<Domain> domains = view.readiness().profile.domains;
  domains.push_back({"", "not in the profile", 0});
  for (const Domain& domain : domains) {
    Html entries;
    for (const ControlResult& result : view.readiness().controls) {
      const Control* control = view.control(result.id);
      if ((control == nullptr ? std::string_view() : std::string_view(control->domain)) == domain.id)
        entries += control_entry(view, result);
    }
    if (entries.empty()) continue;
    groups += html("<h3 id=\"{}\">{} <span class=\"quiet\">{}</span></h3>\n<div class=\"entries\">\n{}</div>\n",
                   anchor("domain-", domain.id), domain.id, domain.title, entries);
  }
  return html(
      "<section id=\"controls\" aria-labelledby=\"controls-title\">\n<h2 id=\"controls-title\">Controls</h2>\n"
      "<p class=\"intro\">Each control counts once, however many resources it has. A control marked gate decides a "
      "point of the "
      "Regulation.</p>\n{}</section>\n",
      groups);
}

}  // namespace ehdscan
