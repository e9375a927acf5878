// SPDX-License-Identifier: Apache-2.0
#include "reports/ocsf.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "reports/ci.h"
#include "reports/exchange.h"

namespace ehdscan {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kCategory = 2;
constexpr int kClass = 2003;
constexpr int kActivityCreate = 1;

Json text(std::string_view value) { return Json(to_valid_utf8(value)); }

struct Level {
  int id;
  const char* name;
};

Level severity_of(Severity severity, Verdict verdict) {
  if (verdict == Verdict::pass) return {1, "Informational"};
  switch (severity) {
    case Severity::critical:
      return {5, "Critical"};
    case Severity::high:
      return {4, "High"};
    case Severity::medium:
      return {3, "Medium"};
    case Severity::low:
      return {2, "Low"};
  }
  return {3, "Medium"};
}

Level compliance_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return {1, "Pass"};
    case Verdict::warn:
      return {2, "Warning"};
    case Verdict::fail:
      return {3, "Fail"};
    default:
      return {0, "Unknown"};
  }
}

/// What every event says.
Json event_of(const Readiness& readiness, Severity severity, Verdict verdict) {
  const Level level = severity_of(severity, verdict);
  const Profile& profile = readiness.profile;
  return {{"category_uid", kCategory},
          {"category_name", "Findings"},
          {"class_uid", kClass},
          {"class_name", "Compliance Finding"},
          {"activity_id", kActivityCreate},
          {"activity_name", "Create"},
          {"type_uid", kClass * 100 + kActivityCreate},
          {"type_name", "Compliance Finding: Create"},
          {"time", readiness.assessment.as_of.seconds_since_epoch * 1000},
          {"severity_id", level.id},
          {"severity", level.name},
          {"metadata",
           {{"version", "1.5.0"},
            {"product", {{"name", "ehdscan"}, {"vendor_name", "ehdscan"}, {"version", text(readiness.tool_version)}}},
            {"tenant_uid", text(readiness.site)}}},
          {"unmapped",
           {{"profile", text(fmt::format("{} {}", profile.id, profile.version))},
            {"profile_sha256", text(profile.sha256)}}}};
}

Json compliance_json(const Readiness& readiness, const std::vector<std::string_view>& controls, const ReportView& view,
                     Verdict verdict, std::string_view detail) {
  const Level status = compliance_of(verdict);
  Json json{{"status_id", status.id}, {"status", status.name}};
  if (!detail.empty()) json["status_detail"] = text(detail);
  json["standards"] = Json::array(
      {text(fmt::format("{} {}", readiness.profile.title, readiness.profile.version)), "Regulation (EU) 2025/327"});
  Json requirements = Json::array();
  for (const std::string_view id : controls) {
    requirements.push_back(text(id));
    if (const Control* control = view.control(id); control != nullptr) {
      for (const std::string& article : articles_of(*control)) {
        if (std::ranges::find(requirements, Json(article)) == requirements.end()) requirements.push_back(text(article));
      }
    }
  }
  if (!controls.empty()) json["control"] = text(controls.front());
  if (!requirements.empty()) json["requirements"] = std::move(requirements);
  return json;
}

Json finding_event(const ReportView& view, const Finding& finding) {
  const Readiness& readiness = view.readiness();
  const CheckView& check = view.check_of(finding);
  Json event = event_of(readiness, check.severity, finding.verdict);
  const std::string message = review_message(check, finding);
  const bool accepted = finding.verdict == Verdict::fail && is_accepted_risk(view, check);
  event["status_id"] = accepted ? 3 : 1;
  event["status"] = accepted ? "Suppressed" : "New";
  event["message"] = text(fmt::format("{}: {}", finding.subject, message));
  event["finding_info"] = {{"uid", finding_fingerprint(finding)},
                           {"title", text(check.check == nullptr ? check.id : std::string_view(check.check->title))},
                           {"desc", text(message)},
                           {"types", Json::array({text(finding.check)})}};
  event["compliance"] =
      compliance_json(readiness, check.controls, view, finding.verdict,
                      finding.verdict == Verdict::not_assessed ? "not assessed: " + finding.reason : message);
  event["resources"] = Json::array(
      {{{"uid", text(fmt::format("{}/{}/{}", finding.resource.platform, finding.resource.type, finding.resource.id))},
        {"name", text(finding.subject)},
        {"type", text(finding.resource.type)}}});
  if (check.check != nullptr && !check.check->remediation.empty()) {
    event["remediation"] = {{"desc", text(check.check->remediation)}};
  }
  event["unmapped"]["evidence"] = {{"location", text(finding.location)},
                                   {"line", finding.line == 0 ? Json(nullptr) : Json(finding.line)},
                                   {"grade", to_string(finding.grade)},
                                   {"nature", to_string(finding.nature)},
                                   {"third_party", finding.third_party}};
  return event;
}

Json control_event(const ReportView& view, const ControlView& control) {
  const Readiness& readiness = view.readiness();
  Json event = event_of(readiness, control.control->severity, Verdict::pass);
  event["status_id"] = 4;  // nothing is left to do
  event["status"] = "Resolved";
  event["message"] = text(counts_in_words(control.result->resources));
  event["finding_info"] = {{"uid", stable_uuid(fmt::format("{}/control/{}", readiness.site, control.control->id))},
                           {"title", text(control.control->title)},
                           {"desc", text(control.control->requirement)},
                           {"types", Json::array({text(control.control->id)})}};
  event["compliance"] = compliance_json(readiness, {control.control->id}, view, Verdict::pass, "");
  return event;
}

}  // namespace

Result<std::string> write_ocsf_report(const Readiness& readiness) {
  const ReportView view(readiness);
  std::string out = "[";
  const auto append = [&](const Json& event) {
    out += out.size() == 1 ? "\n" : ",\n";
    out += event.dump(-1, ' ', false, Json::error_handler_t::replace);
  };
  for (const std::size_t index : view.findings_by_weight()) {
    const Finding& finding = readiness.assessment.findings[index];
    if (finding.verdict == Verdict::not_applicable || finding.verdict == Verdict::pass) continue;
    append(finding_event(view, finding));
  }
  for (const ControlView& control : control_views(view)) {
    if (control.result->status == ControlStatus::pass) append(control_event(view, control));
  }
  return out + "\n]\n";
}

}  // namespace ehdscan
