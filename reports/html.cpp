// SPDX-License-Identifier: Apache-2.0
#include "reports/html.h"

#include <set>

#include "content/content.h"
#include "reports/html/markup.h"
#include "reports/html/pack.h"
#include "reports/html/sections.h"
#include "reports/view.h"

namespace ehdscan {
namespace {

/// Nothing may be loaded, sent or run but the one script and the one style that stand in the page.
std::string content_security_policy(std::string_view script, std::string_view style) {
  return fmt::format(
      "default-src 'none'; script-src {}; style-src {}; base-uri 'none'; form-action 'none'; "
      "require-trusted-types-for 'script'; trusted-types lit-html",
      csp_hash(script), csp_hash(style));
}

struct Entry {
  const char* id;
  const char* title;
};
constexpr Entry kContents[] = {{"verdict", "Verdict"},
                               {"articles", "Regulation"},
                               {"score", "Score"},
                               {"gaps", "Not assessed"},
                               {"access", "Access"},
                               {"breaches", "Breaches"},
                               {"contradictions", "Contradictions"},
                               {"findings", "Findings"},
                               {"controls", "Controls"},
                               {"waivers", "Waivers"},
                               {"inputs", "Inputs"},
                               {"outlook", "Dates"}};

Html contents(const std::set<std::string_view>& absent) {
  Html items;
  for (const Entry& entry : kContents) {
    if (absent.contains(entry.id)) continue;
    items += html("<li><a href=\"#{}\">{}</a></li>\n", entry.id, entry.title);
  }
  return html(
      "<nav class=\"contents\" aria-label=\"Contents\">\n<p class=\"brand\">ehdscan</p>\n<ul>\n{}</ul>\n</nav>\n",
      items);
}

}  // namespace

Result<std::string> write_html_report(const Readiness& readiness) {
  const auto script = find_content("reports/html/asset/report.js");
  const auto style = find_content("reports/html/asset/report.css");
  const auto icons = find_content("reports/html/asset/icons.svg");
  if (!script || !style || !icons)
    return fail(ErrorKind::internal, "this program was built without the assets of its HTML report");

  const ReportView view(readiness);
  const Html outlook = outlook_section(view);
  const Html access = access_section(view);
  const Html clocks = clocks_section(view);
  const Html contradictions = contradictions_section(view);
  std::set<std::string_view> absent;
  for (const auto& [id, section] : {std::pair{"outlook", &outlook}, std::pair{"access", &access},
                                    std::pair{"breaches", &clocks}, std::pair{"contradictions", &contradictions}}) {
    if (section->empty()) absent.insert(id);
  }
  std::string page = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  page +=
      html("<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n", content_security_policy(*script, *style))
          .markup();
  page +=
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" "
      "content=\"light dark\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n";
  page += html("<meta name=\"generator\" content=\"ehdscan {}\">\n<title>{} · {} · readiness report</title>\n",
               readiness.tool_version, readiness.site, printed_text(readiness.verdict))
              .markup();
  page += "<style>";
  page += *style;
  page += "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the report</a>\n";
  page += *icons;
  page += contents(absent).markup();
  page += "<main id=\"main\" tabindex=\"-1\">\n";
  for (const Html& section : {verdict_section(view), articles_section(view), score_section(view), gaps_section(view),
                              access, clocks, contradictions, findings_section(view), controls_section(view),
                              waivers_section(view), inputs_section(view), outlook}) {
    page += section.markup();
  }
  page += html(
              "<footer>\n<p>Made by ehdscan {} from evidence as of {}. This report says what a node can show against a "
              "readiness baseline; it is no "
              "certificate and no legal opinion.</p>\n</footer>\n</main>\n",
              readiness.tool_version, to_string(readiness.assessment.as_of))
              .markup();
  page += data_block(view).markup();
  page += "<script>";
  page += *script;
  page += "</script>\n</body>\n</html>\n";
  return page;
}

}  // namespace ehdscan
