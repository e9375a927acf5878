// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "reports/view.h"

namespace ehdscan {

/// Where a reader of a code review looks for a finding.
struct ReviewPlace {
  std::string path;        ///< as written in the target, forward slashes; empty if the finding is in no file
  std::uint32_t line = 1;  ///< at least 1
};

/// A finding in a file has that place; one seen on an interface, a URL or several sources has none.
ReviewPlace review_place(const Finding& finding);

/// Every control that the check decides is accepted risk.
bool is_accepted_risk(const ReportView& view, const CheckView& check);

/// What happened and why it matters, in one line of plain text: message, else reason, else the check's title.
std::string review_message(const CheckView& check, const Finding& finding);

/// Indexes of failing and warning findings that nobody accepted, worst first.
std::vector<std::size_t> actionable_findings(const ReportView& view);

/// Number of findings that could not be assessed.
std::int64_t not_assessed_findings(const Readiness& readiness);

}  // namespace ehdscan
