// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "reports/html/sections.h"

namespace ehdscan {

Html icon(std::string_view name) {
  return html("<svg class=\"icon\" aria-hidden=\"true\" focusable=\"false\"><use href=\"#icon-{}\"/></svg>", name);
}

Html status_badge(std::string_view status) {
  return html("<span class=\"badge is-{}\">{}{}</span>", status, icon(status), in_words(status));
}

Html severity_badge(Severity severity) {
  return html("<span class=\"severity sev-{}\">{}{}</span>", to_string(severity),
              icon(std::string("sev-").append(to_string(severity))), to_string(severity));
}

Html control_link(const ReportView& view, std::string_view id) {
  const Control* control = view.control(id);
  return html("<a class=\"control\" href=\"#{}\" title=\"{}\">{}</a>", anchor("control-", id),
              control == nullptr ? std::string_view("not in the profile") : std::string_view(control->title), id);
}

Html control_links(const ReportView& view, const std::vector<std::string>& ids) {
  Html links;
  for (const std::string& id : ids) {
    if (!links.empty()) links += html(" ");
    links += control_link(view, id);
  }
  return links;
}

std::string long_date(Instant instant) {
  static constexpr std::array kMonths{"January", "February", "March",     "April",   "May",      "June",
                                      "July",    "August",   "September", "October", "November", "December"};
  const Day day = day_of(instant);
  return fmt::format("{} {} {}", day.day, kMonths[day.month - 1], day.year);
}

}  // namespace ehdscan
