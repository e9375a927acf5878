// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "reports/html/markup.h"
#include "reports/view.h"

namespace ehdscan {

// The parts of the page, in the order in which they stand on it. Each is a pure function; each begins with its heading.
Html verdict_section(const ReportView& view);
Html articles_section(const ReportView& view);
Html score_section(const ReportView& view);
Html gaps_section(const ReportView& view);
// Empty where there is nothing of the kind.
Html access_section(const ReportView& view);
Html clocks_section(const ReportView& view);
Html contradictions_section(const ReportView& view);
Html findings_section(const ReportView& view);
Html controls_section(const ReportView& view);
Html waivers_section(const ReportView& view);
Html inputs_section(const ReportView& view);
Html outlook_section(const ReportView& view);

/// The findings for the script: columns with dictionaries, in a script element that is never executed.
Html data_block(const ReportView& view);

// Pieces that several parts share.

/// A picture from the sprite of the page, hidden from screen readers: a text always stands beside it.
Html icon(std::string_view name);
/// Icon and words of a status ("not_assessed", "met" …), so that colour is never alone.
Html status_badge(std::string_view status);
Html severity_badge(Severity severity);
/// "IAM-01" as a link to its place in the list of controls, with its title.
Html control_link(const ReportView& view, std::string_view id);
Html control_links(const ReportView& view, const std::vector<std::string>& ids);
/// "24 November 2026": dates as people read them in every language of the Union.
std::string long_date(Instant instant);

}  // namespace ehdscan
