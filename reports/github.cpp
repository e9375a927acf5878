// SPDX-License-Identifier: Apache-2.0
#include "reports/github.h"

#include <fmt/format.h>

#include "base/text.h"
#include "reports/ci.h"

namespace ehdscan {
namespace {

constexpr std::size_t kShown = 10;

/// Line ends and percent signs would end or forge a command; in properties colons and commas too.
std::string escaped(std::string_view raw, bool property) {
  std::string out;
  for (const char c : to_valid_utf8(raw)) {
    const bool special = c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ','));
    if (special) {
      out += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += "\xEF\xBF\xBD";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

Result<std::string> write_github_report(const Readiness& readiness) {
  const ReportView view(readiness);
  std::string out;
  std::size_t errors = 0;
  std::size_t warnings = 0;
  std::size_t left = 0;
  for (const std::size_t index : actionable_findings(view)) {
    const Finding& finding = readiness.assessment.findings[index];
    const CheckView& check = view.check_of(finding);
    const bool is_error = finding.verdict == Verdict::fail;
    std::size_t& shown = is_error ? errors : warnings;
    if (shown == kShown) {
      ++left;
      continue;
    }
    ++shown;
    const ReviewPlace place = review_place(finding);
    out += is_error ? "::error " : "::warning ";
    if (!place.path.empty()) out += fmt::format("file={},line={},", escaped(place.path, true), place.line);
    out += fmt::format("title={}::{}\n", escaped(fmt::format("{} ({})", finding.check, to_string(check.severity)), true),
                       escaped(fmt::format("{}: {}", finding.subject, review_message(check, finding)), false));
  }
  const std::int64_t unknown = not_assessed_findings(readiness);
  if (left > 0 || unknown > 0) {
    out += fmt::format("::notice title=ehdscan::{} more findings and {} results not assessed stand in the reports\n", left, unknown);
  }
  return out;
}

}  // namespace ehdscan
