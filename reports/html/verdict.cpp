// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "reports/html/sections.h"

namespace ehdscan {
namespace {

std::string capitalised(std::string_view text) {
  std::string out(text);
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out;
}

/// What the verdict means, for somebody who reads nothing else.
std::string_view meaning(ReadinessVerdict verdict) {
  switch (verdict) {
    case ReadinessVerdict::gap_found:
      return "At least one point of the Regulation that decides the verdict is shown not to be met.";
    case ReadinessVerdict::not_demonstrated:
      return "No deciding point is shown to be broken, but for at least one the evidence does not show that it is met.";
    case ReadinessVerdict::no_gap_found:
      return "Every deciding point is met by the evidence that was given.";
  }
  return {};
}

std::int64_t count_status(const Readiness& readiness, ArticleStatus status) {
  return std::ranges::count_if(readiness.articles, [&](const ArticleResult& article) {
    return !article.for_information && article.status == status;
  });
}

Html tally(const Readiness& readiness) {
  Html items;
  for (const ArticleStatus status :
       {ArticleStatus::not_met, ArticleStatus::not_demonstrated, ArticleStatus::met, ArticleStatus::does_not_arise}) {
    items += html("<li class=\"is-{}\">{}<b>{}</b> <span>{}</span></li>\n", to_string(status), icon(to_string(status)),
                  count_status(readiness, status), in_words(to_string(status)));
  }
  return html("<ul class=\"tally\" aria-label=\"Deciding points of the Regulation\">\n{}</ul>\n", items);
}

Html article_row(const ReportView& view, const ArticleResult& article) {
  Html because;
  if (!article.because.empty()) {
    because = control_links(view, article.because);
  } else {
    const std::vector<std::string>& ids = article.for_information ? article.point.supporting : article.point.gating;
    because = ids.empty() ? html("<span class=\"quiet\">no control reads this</span>") : control_links(view, ids);
  }
  Html note;
  if (!article.point.note.empty()) note = html("<span class=\"note\">{}</span>", article.point.note);
  return html(
      "<tr>\n<td>{}</td>\n<th scope=\"row\">Art.&nbsp;{}</th>\n<td class=\"duty\">{}{}<span class=\"note\">{}, "
      "applies from {}</span></td>\n<td class=\"ids\">{}</td>\n</tr>\n",
      status_badge(to_string(article.status)), article.point.point, article.point.duty, note, article.point.addressee,
      article.point.applies_from.empty() ? std::string_view("a date not set")
                                         : std::string_view(article.point.applies_from),
      because);
}

Html article_table(const ReportView& view, std::string_view caption, bool for_information) {
  Html rows;
  for (const ArticleResult& article : view.readiness().articles) {
    if (article.for_information == for_information) rows += article_row(view, article);
  }
  return html(
      "<table class=\"stack articles\">\n<caption>{}</caption>\n<thead><tr><th scope=\"col\">Status</th><th "
      "scope=\"col\">Point</th>"
      "<th scope=\"col\">Duty</th><th scope=\"col\">Decided by</th></tr></thead>\n<tbody>\n{}</tbody>\n</table>\n",
      caption, rows);
}

}  // namespace

Html verdict_section(const ReportView& view) {
  const Readiness& readiness = view.readiness();
  const std::string_view verdict = to_string(readiness.verdict);
  Html place = html("{}", readiness.site);
  if (!readiness.country.empty()) place += html(" <span class=\"quiet\">({})</span>", readiness.country);
  Html integrity;
  if (readiness.integrity_flag) {
    integrity = html(
        "<p class=\"alert\">{}<b>Integrity flag:</b> what the node declares differs from what was observed on a "
        "critical "
        "control or on RES-06.</p>\n",
        icon("warn"));
  }
  return html(
      "<header class=\"hero\" id=\"verdict\">\n<p class=\"eyebrow\">Readiness report for <b><bdi>{}</bdi></b></p>\n"
      "<h1 class=\"verdict-{}\">{}<span>{}</span></h1>\n<p class=\"lede\">{}</p>\n{}{}"
      "<p class=\"meta\">As of {} · baseline <bdi>{}</bdi> {} · {}, {}</p>\n</header>\n",
      place, verdict, icon(verdict), capitalised(printed_text(readiness.verdict)), meaning(readiness.verdict),
      tally(readiness), integrity, long_date(readiness.assessment.as_of), readiness.profile.id,
      readiness.profile.version, counted(static_cast<std::int64_t>(readiness.controls.size()), "control", "controls"),
      counted(static_cast<std::int64_t>(readiness.checks.size()), "check", "checks"));
}

Html articles_section(const ReportView& view) {
  const auto& articles = view.readiness().articles;
  const std::int64_t information = std::ranges::count_if(articles, &ArticleResult::for_information);
  Html more;
  if (information > 0) {
    more = html(
        "<details class=\"more\">\n<summary>{} for information <span class=\"quiet\">do not decide the "
        "verdict</span></summary>\n{}"
        "</details>\n",
        counted(information, "more point", "more points"),
        article_table(view, "Points for information, by their supporting controls", true));
  }
  return html(
      "<section id=\"articles\" aria-labelledby=\"articles-title\">\n<h2 id=\"articles-title\">Points of the "
      "Regulation</h2>\n"
      "<p class=\"intro\">Regulation (EU) 2025/327. A point is met if every applicable control behind it passes on "
      "evidence; "
      "it is not demonstrated if the evidence is missing, and not met if a control is shown not to hold. The duties "
      "are "
      "in the words of the baseline; the text of the Regulation is authoritative.</p>\n{}{}</section>\n",
      article_table(view, "Points that decide the verdict", false), more);
}

}  // namespace ehdscan
