// SPDX-License-Identifier: Apache-2.0
#include "reports/hdf.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "crypto/digest.h"
#include "reports/ci.h"
#include "reports/exchange.h"

namespace ehdscan {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxResultsPerControl = 500;

Json text(std::string_view value) { return Json(to_valid_utf8(value)); }

double impact_of(const ControlView& control) {
  if (control.result->status == ControlStatus::not_applicable) return 0.0;  // how readers know "not applicable"
  switch (control.control->severity) {
    case Severity::critical:
      return 0.9;
    case Severity::high:
      return 0.7;
    case Severity::medium:
      return 0.5;
    case Severity::low:
      return 0.3;
  }
  return 0.5;
}

Json result_json(std::string_view status, std::string_view what, std::string_view message, std::string_view when) {
  Json json{{"status", status}, {"code_desc", text(what)}, {"start_time", when}};
  json[status == "skipped" ? "skip_message" : "message"] = text(message);
  return json;
}

Json results_json(const ReportView& view, const ControlView& control, std::string_view when) {
  const Readiness& readiness = view.readiness();
  Json results = Json::array();
  const std::string counts = counts_in_words(control.result->resources);
  if (control.result->status == ControlStatus::pass) {
    results.push_back(result_json("passed", counts, status_in_words(control), when));
    return results;
  }
  const bool may_fail =
      control.result->status == ControlStatus::fail || control.result->status == ControlStatus::accepted_risk;
  std::size_t left_out = 0;
  for (const std::size_t index : control.findings) {
    if (results.size() == kMaxResultsPerControl) {
      ++left_out;
      continue;
    }
    const Finding& finding = readiness.assessment.findings[index];
    const CheckView& check = view.check_of(finding);
    const bool failed = may_fail && finding.verdict == Verdict::fail;
    const std::string message =
        fmt::format("{}: {}", in_words(to_string(finding.verdict)), review_message(check, finding));
    results.push_back(result_json(failed ? "failed" : "skipped", fmt::format("{}: {}", finding.check, finding.subject),
                                  message, when));
  }
  const std::string rest = left_out == 0 ? std::string()
                                         : fmt::format("; {} more are in the JSON report",
                                                       with_thousands(static_cast<std::int64_t>(left_out)));
  results.push_back(result_json("skipped", counts + rest, status_in_words(control), when));
  // A failing control whose failures were all cut off, or that no finding names, still fails.
  if (may_fail && std::ranges::none_of(results, [](const Json& result) { return result["status"] == "failed"; })) {
    results.push_back(result_json("failed", counts, status_in_words(control), when));
  }
  return results;
}

Json control_json(const ReportView& view, const ControlView& control, std::string_view when) {
  Json tags = Json::object();
  for (const auto& [catalogue, ids] : control.control->references) {
    if (ids.empty()) continue;
    Json list = Json::array();
    for (const std::string& id : ids) list.push_back(text(id));
    tags[catalogue == "nist80053" ? "nist" : to_valid_utf8(catalogue)] = std::move(list);
  }
  tags["severity"] = to_string(control.control->severity);
  tags["domain"] = text(control.control->domain);
  tags["ehdscan_status"] = to_string(control.result->status);
  tags["evidence_grade"] = control.result->grade ? Json(to_string(*control.result->grade)) : Json(nullptr);
  Json json{{"id", text(control.control->id)},
            {"title", text(control.control->title)},
            {"desc", text(control.control->requirement)},
            {"descriptions", Json::array({{{"label", "check"}, {"data", text(control.control->testable_how)}}})},
            {"impact", impact_of(control)},
            {"refs", Json::array()},
            {"tags", std::move(tags)},
            {"code", ""},
            {"source_location", Json::object()},
            {"results", results_json(view, control, when)}};
  if (control.waiver != nullptr) {
    json["waiver_data"] = {
        {"expiration_date", text(control.waiver->expires)},
        {"justification", text(control.waiver->reason)},
        {"run", true},
        {"skipped_due_to_waiver", false},
        {"message", text(fmt::format("accepted by {}, owned by {}", control.waiver->approver, control.waiver->owner))}};
  }
  return json;
}

}  // namespace

Result<std::string> write_hdf_report(const Readiness& readiness) {
  const ReportView view(readiness);
  const std::string when = to_string(readiness.assessment.as_of);
  Json controls = Json::array();
  for (const ControlView& control : control_views(view)) controls.push_back(control_json(view, control, when));
  const Profile& profile = readiness.profile;
  Json one{{"name", text(profile.id)},
           {"version", text(profile.version)},
           {"sha256", text(profile.sha256)},
           {"title", text(profile.title)},
           {"summary", text(fmt::format("Readiness of {}: {}; {}", readiness.site, printed_text(readiness.verdict),
                                        "resources that could not be assessed are skipped, never passed"))},
           {"supports", Json::array()},
           {"attributes", Json::array()},
           {"groups", Json::array()},
           {"status", "loaded"},
           {"controls", std::move(controls)}};
  const Json report{
      {"platform",
       {{"name", "ehdscan"}, {"release", text(readiness.tool_version)}, {"target_id", text(readiness.site)}}},
      {"version", text(readiness.tool_version)},
      {"statistics", Json::object()},
      {"profiles", Json::array({std::move(one)})}};
  return report.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace ehdscan
