// SPDX-License-Identifier: Apache-2.0
#include "reports/gitlab.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "crypto/digest.h"
#include "reports/ci.h"

namespace ehdscan {
namespace {

std::string_view severity_word(Verdict verdict, Severity severity) {
  if (verdict == Verdict::warn) return "info";
  switch (severity) {
    case Severity::critical:
      return "blocker";
    case Severity::high:
      return "critical";
    case Severity::medium:
      return "major";
    case Severity::low:
      return "minor";
  }
  return "major";
}

}  // namespace

Result<std::string> write_gitlab_report(const Readiness& readiness) {
  using Json = nlohmann::ordered_json;
  const ReportView view(readiness);
  std::map<std::string, int> seen;
  Json issues = Json::array();
  for (const std::size_t index : actionable_findings(view)) {
    const Finding& finding = readiness.assessment.findings[index];
    const CheckView& check = view.check_of(finding);
    const ReviewPlace place = review_place(finding);
    std::string fingerprint = finding_fingerprint(finding);
    if (const int again = seen[fingerprint]++; again > 0) fingerprint = sha256_hex(fmt::format("{}:{}", fingerprint, again));
    issues.push_back({{"description", to_valid_utf8(fmt::format("{}: {}", finding.subject, review_message(check, finding)))},
                      {"check_name", to_valid_utf8(finding.check)},
                      {"fingerprint", fingerprint},
                      {"severity", severity_word(finding.verdict, check.severity)},
                      {"location",
                       {{"path", place.path.empty() ? "site.yaml" : place.path},
                        {"lines", {{"begin", place.path.empty() ? 1 : place.line}}}}}});
  }
  return issues.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace ehdscan
