// SPDX-License-Identifier: Apache-2.0
#include "reports/sarif.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "reports/ci.h"

namespace ehdscan {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxResults = 5000;
constexpr std::size_t kMaxTags = 20;

Json text(std::string_view value) { return Json(to_valid_utf8(value)); }

/// Percent-encoded as RFC 3986 asks for paths. Absolute ones become file URIs.
std::string uri_of(std::string_view path) {
  std::string uri = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("/-._~").find(c) != std::string_view::npos;
    if (plain) {
      uri += c;
    } else {
      uri += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
  }
  return uri;
}

std::string_view level_of(Verdict verdict, Severity severity) {
  if (verdict == Verdict::warn) return "note";
  return severity >= Severity::high ? "error" : "warning";
}

/// The number that GitHub sorts by.
std::string_view security_severity(Severity severity) {
  switch (severity) {
    case Severity::critical:
      return "9.5";
    case Severity::high:
      return "8.0";
    case Severity::medium:
      return "5.5";
    case Severity::low:
      return "3.0";
  }
  return "5.5";
}

Json rule_json(const CheckView& view) {
  const Check* check = view.check;
  const std::string_view title = check == nullptr ? view.id : std::string_view(check->title);
  std::string help = check == nullptr ? std::string(view.id) : check->rationale;
  std::string markdown = help;
  if (check != nullptr && !check->remediation.empty()) {
    help += "\n\nWhat to do: " + check->remediation;
    markdown += "\n\n**What to do**\n\n```\n" + check->remediation + "\n```\n";
  }
  Json tags = Json::array({"security"});
  for (const std::string_view control : view.controls) {
    if (tags.size() < kMaxTags) tags.push_back(text(control));
  }
  return {{"id", text(view.id)},
          {"shortDescription", {{"text", text(title)}}},
          {"fullDescription", {{"text", text(check == nullptr || check->rationale.empty() ? title : check->rationale)}}},
          {"help", {{"text", text(help.empty() ? title : std::string_view(help))}, {"markdown", text(markdown)}}},
          {"defaultConfiguration", {{"level", level_of(Verdict::fail, view.severity)}}},
          {"properties", {{"security-severity", security_severity(view.severity)}, {"tags", std::move(tags)}}}};
}

Json location_json(const Finding& finding) {
  const ReviewPlace place = review_place(finding);
  Json location{{"physicalLocation",
                 {{"artifactLocation", {{"uri", uri_of(place.path.empty() ? "site.yaml" : place.path)}}},
                  {"region", {{"startLine", place.path.empty() ? 1 : place.line}}}}}};
  const std::string logical = fmt::format("{}/{}/{}", finding.resource.platform, finding.resource.type, finding.resource.id);
  location["logicalLocations"] = Json::array({{{"fullyQualifiedName", text(logical)}, {"kind", "resource"}}});
  return location;
}

}  // namespace

Result<std::string> write_sarif_report(const Readiness& readiness) {
  const ReportView view(readiness);
  const std::vector<std::size_t> chosen = actionable_findings(view);
  std::map<std::string_view, std::size_t> rule_index;
  Json rules = Json::array();
  Json results = Json::array();
  std::map<std::string, int> seen;
  for (const std::size_t index : chosen) {
    if (results.size() == kMaxResults) break;
    const Finding& finding = readiness.assessment.findings[index];
    const CheckView& check = view.check_of(finding);
    const auto [rule, first] = rule_index.try_emplace(check.id, rules.size());
    if (first) rules.push_back(rule_json(check));
    std::string message = review_message(check, finding);
    if (!finding.subject.empty()) message = fmt::format("{}: {}", to_valid_utf8(finding.subject), message);
    const std::string fingerprint = finding_fingerprint(finding);
    results.push_back({{"ruleId", text(check.id)},
                       {"ruleIndex", rule->second},
                       {"kind", "fail"},
                       {"level", level_of(finding.verdict, check.severity)},
                       {"message", {{"text", text(message)}}},
                       {"locations", Json::array({location_json(finding)})},
                       {"partialFingerprints", {{"ehdscanFinding/v1", fmt::format("{}:{}", fingerprint, ++seen[fingerprint])}}}});
  }
  Json notifications = Json::array();
  const auto notify = [&](std::string message) {
    notifications.push_back({{"level", "warning"}, {"message", {{"text", std::move(message)}}}});
  };
  if (chosen.size() > kMaxResults) {
    notify(fmt::format("{} of {} results are shown, the most severe first; the others stand in the JSON report",
                       kMaxResults, chosen.size()));
  }
  if (const std::int64_t unknown = not_assessed_findings(readiness); unknown > 0) {
    notify(fmt::format("{} could not be assessed; they are no results here and no passes either",
                       counted(unknown, "resource", "resources")));
  }
  bool whole = true;
  for (const CheckOutcome& outcome : readiness.assessment.outcomes) {
    if (outcome.error.empty()) continue;
    whole = false;
    notify(fmt::format("check {} could not run: {}", to_valid_utf8(outcome.check), to_valid_utf8(outcome.error)));
  }
  Json invocation{{"executionSuccessful", whole}};
  if (!notifications.empty()) invocation["toolExecutionNotifications"] = std::move(notifications);
  const Json run{{"tool",
                  {{"driver",
                    {{"name", "ehdscan"}, {"version", text(readiness.tool_version)}, {"rules", std::move(rules)}}}}},
                 {"automationDetails", {{"id", text(fmt::format("ehdscan/{}/", readiness.site))}}},
                 {"invocations", Json::array({std::move(invocation)})},
                 {"columnKind", "utf16CodeUnits"},
                 {"results", std::move(results)}};
  const Json log{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"}, {"runs", Json::array({run})}};
  return log.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace ehdscan
