// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "reports/html/sections.h"
#include "reports/percent.h"

namespace ehdscan {
namespace {

/// Ppm as a length on an axis of 1000 units, for SVG: integers only, so that every machine draws the same.
std::int64_t on_axis(Ppm value) { return value / 1000; }

/// The interval from floor to ceiling on an axis from 0 to 100: solid what is shown, hatched what was not assessed.
Html interval(const Score& score, std::string_view kind, std::string_view label) {
  const std::int64_t floor = on_axis(score.floor);
  const std::int64_t ceiling = on_axis(score.ceiling);
  return html(
      "<svg class=\"interval {}\" viewBox=\"0 0 1000 40\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}\">"
      "<rect class=\"axis\" x=\"0\" y=\"0\" width=\"1000\" height=\"40\"/>"
      "<rect class=\"open\" x=\"{}\" y=\"0\" width=\"{}\" height=\"40\"/>"
      "<rect class=\"open hatch\" x=\"{}\" y=\"0\" width=\"{}\" height=\"40\"/>"
      "<rect class=\"floor\" x=\"0\" y=\"0\" width=\"{}\" height=\"40\"/></svg>",
      kind, label, floor, ceiling - floor, floor, ceiling - floor, floor);
}

std::string interval_text(const Score& score) {
  return fmt::format("floor {} %, ceiling {} %, coverage {} %", percent_cut(score.floor), percent_ceiling(score),
                     percent_cut(score.coverage));
}

Html number(std::string_view name, std::string_view value, std::string_view unit, std::string_view meaning) {
  return html(
      "<div class=\"number\">\n<dt>{}</dt>\n<dd><span class=\"value\">{}<small>{}</small></span> <span "
      "class=\"quiet\">{}</span></dd>\n</div>\n",
      name, value, unit, meaning);
}

Html numbers(const Readiness& readiness) {
  const Score& score = readiness.score;
  Html out = number("Floor", percent_cut(score.floor), " %", "shown by evidence; what was not assessed earns nothing");
  out += number("Ceiling", percent_ceiling(score), " %", "if everything not assessed turned out well");
  out += number("Coverage", percent_cut(score.coverage), " %", "of the weight was assessed");
  const bool graded = readiness.grade != "none";
  out += number("Grade", graded ? std::string_view(readiness.grade) : std::string_view("none"), "",
                graded ? "on the floor, after the caps below" : "insufficient evidence for a grade");
  return html("<dl class=\"numbers\">\n{}</dl>\n", out);
}

Html caps(const Readiness& readiness) {
  if (readiness.caps.empty()) return html("<p>No cap applies.</p>\n");
  Html rows;
  for (const Cap& cap : readiness.caps) {
    rows += html("<li><b class=\"grade\">{}</b> {}</li>\n",
                 cap.grade == "none" ? std::string_view("no grade") : std::string_view(cap.grade), cap.reason);
  }
  return html("<ul class=\"caps\">\n{}</ul>\n", rows);
}

Html formula(const Readiness& readiness) {
  const Score& score = readiness.score;
  const std::string assessed = score.assessed ? percent_cut(*score.assessed) + " %" : "absent, nothing was assessed";
  const std::string assurance = score.assurance ? percent_cut(*score.assurance) + " %" : "absent, the floor is 0";
  return html(
      "<details class=\"more\">\n<summary>How these numbers come about</summary>\n<div class=\"prose\">\n"
      "<p>Every control counts once: 10 if critical, 5 if high, 2 if medium, 1 if low. A control that passes earns all "
      "of its "
      "weight, a partial one its share but at most half, any other nothing. A domain's floor is what its controls "
      "earned "
      "divided by the weight of all its applicable controls; the whole is the mean of the domains by their "
      "weights.</p>\n"
      "<p><b>Floor</b> counts what was not assessed as not earned. <b>Coverage</b> is the share of weight that was "
      "assessed. "
      "<b>Ceiling</b> is floor plus what was not assessed. Floor and coverage are cut off to one decimal, never "
      "rounded up.</p>\n"
      "<p>On the assessed part alone the score is {} (never to be read without coverage {} %). Of the floor, {} rests "
      "on "
      "evidence of grade E2 or E3, that is, exports of the system itself or own observation.</p>\n"
      "<p><b>Grade</b> by the floor: A from 90, B 80, C 65, D 50, E 35, else F; then the worst cap wins. Below 60 % "
      "coverage there is no "
      "grade. A failing critical or deciding control caps at D, a deciding control not assessed at C, coverage below "
      "80 % at C and "
      "below 95 % at B. Verdict and grade are independent: no number turns a gap into a "
      "pass.</p>\n</div>\n</details>\n",
      assessed, percent_cut(score.coverage), assurance);
}

struct StatusCounts {
  std::array<std::int64_t, 6> of{};
};

constexpr std::array kStatuses{ControlStatus::pass,         ControlStatus::partial,
                               ControlStatus::fail,         ControlStatus::accepted_risk,
                               ControlStatus::not_assessed, ControlStatus::not_applicable};

StatusCounts count_controls(const ReportView& view, std::string_view domain) {
  StatusCounts counts;
  for (const ControlResult& result : view.readiness().controls) {
    const Control* control = view.control(result.id);
    if (!domain.empty() && (control == nullptr || control->domain != domain)) continue;
    ++counts.of[static_cast<std::size_t>(result.status)];
  }
  return counts;
}

Html control_bar(const ReportView& view) {
  const StatusCounts counts = count_controls(view, {});
  std::int64_t total = 0;
  for (const std::int64_t n : counts.of) total += n;
  if (total == 0) return {};
  Html bars;
  Html legend;
  std::int64_t before = 0;
  for (const ControlStatus status : kStatuses) {
    const std::int64_t n = counts.of[static_cast<std::size_t>(status)];
    const std::int64_t x = before * 1000 / total;
    before += n;
    if (n > 0) {
      bars += html("<rect class=\"fill-{}\" x=\"{}\" y=\"0\" width=\"{}\" height=\"40\"/>", to_string(status), x,
                   before * 1000 / total - x);
    }
    legend += html("<li class=\"is-{}\">{}<b>{}</b> {}</li>\n", to_string(status), icon(to_string(status)), n,
                   in_words(to_string(status)));
  }
  return html(
      "<figure class=\"statuses\">\n<figcaption>{} by status</figcaption>\n<svg viewBox=\"0 0 1000 40\" "
      "preserveAspectRatio=\"none\" "
      "aria-hidden=\"true\" focusable=\"false\">{}</svg>\n<ul class=\"legend\">\n{}</ul>\n</figure>\n",
      counted(total, "control", "controls"), bars, legend);
}

Html domain_table(const ReportView& view) {
  Html rows;
  for (const DomainResult& domain : view.readiness().domains) {
    const StatusCounts counts = count_controls(view, domain.id);
    Html statuses;
    for (const ControlStatus status : kStatuses) {
      const std::int64_t n = counts.of[static_cast<std::size_t>(status)];
      if (n == 0) continue;
      statuses +=
          html("<span class=\"count is-{}\" title=\"{}\">{}<span class=\"visually-hidden\">{} </span>{}</span> ",
               to_string(status), in_words(to_string(status)), icon(to_string(status)), in_words(to_string(status)), n);
    }
    rows += html(
        "<tr>\n<th scope=\"row\"><a href=\"#{}\">{}</a> <span class=\"quiet\">{}</span></th>\n<td class=\"n\" "
        "data-label=\"weight\">{}</td>\n"
        "<td class=\"chart\">{}</td>\n<td class=\"n\" data-label=\"floor\">{}</td>\n<td class=\"n\" "
        "data-label=\"ceiling\">{}</td>\n"
        "<td class=\"n\" data-label=\"coverage\">{}</td>\n<td class=\"ids\">{}</td>\n</tr>\n",
        anchor("domain-", domain.id), domain.id, domain.title, domain.weight,
        interval(domain.score, "row", domain.id + ": " + interval_text(domain.score)), percent_cut(domain.score.floor),
        percent_ceiling(domain.score), percent_cut(domain.score.coverage), statuses);
  }
  return html(
      "<table class=\"stack domains\">\n<caption>Domains, in percent <span class=\"key\"><span class=\"swatch "
      "floor\"></span>shown "
      "<span class=\"swatch open\"></span>not assessed</span></caption>\n<thead><tr><th scope=\"col\">Domain</th><th "
      "scope=\"col\" class=\"n\">Weight</th>"
      "<th scope=\"col\">Floor to ceiling</th><th scope=\"col\" class=\"n\">Floor</th><th scope=\"col\" "
      "class=\"n\">Ceiling</th>"
      "<th scope=\"col\" class=\"n\">Coverage</th><th "
      "scope=\"col\">Controls</th></tr></thead>\n<tbody>\n{}</tbody>\n</table>\n",
      rows);
}

}  // namespace

Html score_section(const ReportView& view) {
  const Readiness& readiness = view.readiness();
  return html(
      "<section id=\"score\" aria-labelledby=\"score-title\">\n<h2 id=\"score-title\">Score, coverage and "
      "grade</h2>\n{}"
      "<figure class=\"whole\">\n{}\n<div class=\"scale\" "
      "aria-hidden=\"true\"><span>0</span><span>25</span><span>50</span><span>75</span><span>100</span></div>\n"
      "<figcaption><span class=\"swatch floor\"></span>shown <span class=\"swatch open\"></span>not assessed: between "
      "floor and ceiling "
      "the evidence says nothing</figcaption>\n</figure>\n<h3>What limits the grade</h3>\n{}{}{}{}</section>\n",
      numbers(readiness), interval(readiness.score, "whole", interval_text(readiness.score)), caps(readiness),
      formula(readiness), control_bar(view), domain_table(view));
}

}  // namespace ehdscan
