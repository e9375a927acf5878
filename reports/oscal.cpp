// SPDX-License-Identifier: Apache-2.0
#include "reports/oscal.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "reports/ci.h"
#include "reports/exchange.h"

namespace ehdscan {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kNameSpace = "urn:ehdscan:oscal";
constexpr std::size_t kMaxObservationsPerControl = 100;

/// OSCAL refuses empty texts, line breaks, and leading or trailing blanks in many places.
Json text(std::string_view value) {
  std::string valid = to_valid_utf8(value);
  for (char& c : valid) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  const std::string_view trimmed = trim(valid);
  return Json(trimmed.empty() ? "-" : std::string(trimmed));
}

/// A token as OSCAL wants it: letters, digits, `.`, `-`, `_`, with a letter or `_` first.
std::string token(std::string_view id) {
  std::string token;
  for (const char c : id) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    const bool other = (c >= '0' && c <= '9') || c == '.' || c == '-';
    if (token.empty() && !letter) token += '_';
    token += letter || other ? c : '_';
  }
  return token.empty() ? "_" : token;
}

Json prop(std::string_view name, std::string_view value) {
  return {{"name", name}, {"ns", kNameSpace}, {"value", text(value)}};
}

struct Builder {
  const ReportView& view;
  std::string root;  ///< what all UUIDs of this report begin with
  std::string when;
  Json observations = Json::array();
  Json risks = Json::array();
  Json findings = Json::array();

  [[nodiscard]] std::string uuid(std::string_view name) const { return stable_uuid(fmt::format("{}/{}", root, name)); }

  /// Documents are examined, systems are tested.
  std::string_view method_of(const Finding& finding) const {
    return finding.grade <= EvidenceGrade::e1 ? "EXAMINE" : "TEST";
  }

  std::string observe(const ControlView& control) {
    const std::string id = uuid("observation/" + control.control->id);
    Json json{{"uuid", id},
              {"title", text(control.control->title)},
              {"description",
               text(fmt::format("{}. {}", counts_in_words(control.result->resources), status_in_words(control)))},
              {"props", Json::array({prop("status", to_string(control.result->status))})},
              {"methods", Json::array({control.result->grade && *control.result->grade <= EvidenceGrade::e1 ? "EXAMINE"
                                                                                                            : "TEST"})},
              {"collected", when}};
    if (control.result->grade) json["props"].push_back(prop("evidence-grade", to_string(*control.result->grade)));
    observations.push_back(std::move(json));
    return id;
  }

  std::string observe(const ControlView& control, const Finding& finding) {
    const CheckView& check = view.check_of(finding);
    const std::string fingerprint = finding_fingerprint(finding);
    const std::string id = uuid(fmt::format("observation/{}/{}", control.control->id, fingerprint));
    Json json{{"uuid", id},
              {"title", text(check.check == nullptr ? check.id : std::string_view(check.check->title))},
              {"description", text(fmt::format("{}: {}", finding.subject, review_message(check, finding)))},
              {"props", Json::array({prop("check", finding.check), prop("verdict", to_string(finding.verdict)),
                                     prop("resource", fmt::format("{}/{}/{}", finding.resource.platform,
                                                                  finding.resource.type, finding.resource.id)),
                                     prop("fingerprint", fingerprint)})},
              {"methods", Json::array({method_of(finding)})},
              {"collected", when}};
    if (!finding.location.empty()) {
      const std::string place =
          finding.line == 0 ? finding.location : fmt::format("{}:{}", finding.location, finding.line);
      json["relevant-evidence"] = Json::array({{{"description", text(place)}}});
    }
    observations.push_back(std::move(json));
    return id;
  }

  std::string risk(const ControlView& control) {
    const std::string id = uuid("risk/" + control.control->id);
    const bool accepted = control.result->status == ControlStatus::accepted_risk;
    Json json{{"uuid", id},
              {"title", text(control.control->title)},
              {"description", text(status_in_words(control))},
              {"statement", text(control.control->requirement)},
              {"props", Json::array({prop("severity", to_string(control.control->severity))})},
              {"status", accepted ? "deviation-approved" : "open"}};
    if (control.waiver != nullptr) {
      json["props"].push_back(prop("waiver", control.waiver->id));
      json["props"].push_back(prop("approver", control.waiver->approver));
      json["props"].push_back(prop("justification", control.waiver->reason));
      if (const Result<Day> end = parse_day(control.waiver->expires)) json["deadline"] = to_string(end_of_day(*end));
    }
    risks.push_back(std::move(json));
    return id;
  }

  void add(const ControlView& control) {
    Json related = Json::array({{{"observation-uuid", observe(control)}}});
    std::size_t shown = 0;
    for (const std::size_t index : control.findings) {
      if (shown++ == kMaxObservationsPerControl) break;
      related.push_back({{"observation-uuid", observe(control, view.readiness().assessment.findings[index])}});
    }
    // OSCAL has no state for "does not apply": such a control is an observation only.
    if (control.result->status == ControlStatus::not_applicable) return;
    const bool passes = control.result->status == ControlStatus::pass;
    const bool fails =
        control.result->status == ControlStatus::fail || control.result->status == ControlStatus::accepted_risk;
    Json finding{{"uuid", uuid("finding/" + control.control->id)},
                 {"title", text(control.control->title)},
                 {"description", text(control.control->requirement)},
                 {"props", Json::array({prop("status", to_string(control.result->status))})},
                 {"target",
                  {{"type", "objective-id"},
                   {"target-id", token(control.control->id)},
                   {"status",
                    {{"state", passes ? "satisfied" : "not-satisfied"},
                     {"reason", passes  ? "pass"
                                : fails ? "fail"
                                        : "other"},
                     {"remarks", text(status_in_words(control))}}}}},
                 {"related-observations", std::move(related)}};
    if (fails) finding["related-risks"] = Json::array({{{"risk-uuid", risk(control)}}});
    findings.push_back(std::move(finding));
  }
};

}  // namespace

Result<std::string> write_oscal_report(const Readiness& readiness) {
  const ReportView view(readiness);
  const Profile& profile = readiness.profile;
  Builder builder{.view = view,
                  .root = fmt::format("{}/{}/{}/{}", readiness.site, to_string(readiness.assessment.as_of), profile.id,
                                      profile.sha256),
                  .when = to_string(readiness.assessment.as_of)};
  Json reviewed = Json::array();
  for (const ControlView& control : control_views(view)) {
    reviewed.push_back({{"control-id", token(control.control->id)}});
    builder.add(control);
  }
  if (reviewed.empty())
    return fail(ErrorKind::invalid_input, "the profile has no controls: OSCAL cannot say that nothing was reviewed");
  Json result{
      {"uuid", builder.uuid("result")},
      {"title", text(fmt::format("Readiness of {}", readiness.site))},
      {"description", text(fmt::format("{}; as of {}; {} {}", printed_text(readiness.verdict), builder.when,
                                       profile.title, profile.version))},
      {"start", builder.when},
      {"props", Json::array({prop("verdict", to_string(readiness.verdict)),
                             prop("floor-ppm", std::to_string(readiness.score.floor)),
                             prop("ceiling-ppm", std::to_string(readiness.score.ceiling)),
                             prop("coverage-ppm", std::to_string(readiness.score.coverage)),
                             prop("grade", readiness.grade), prop("profile-sha256", profile.sha256)})},
      {"reviewed-controls", {{"control-selections", Json::array({{{"include-controls", std::move(reviewed)}}})}}},
      {"observations", std::move(builder.observations)}};
  if (!builder.risks.empty()) result["risks"] = std::move(builder.risks);
  if (!builder.findings.empty()) result["findings"] = std::move(builder.findings);
  const std::string plan = builder.uuid("plan");
  const Json document{
      {"assessment-results",
       {{"uuid", builder.uuid("document")},
        {"metadata",
         {{"title", text(fmt::format("EHDS readiness of {}", readiness.site))},
          {"last-modified", builder.when},
          {"version", text(profile.version)},
          {"oscal-version", "1.1.3"},
          {"props", Json::array({prop("tool", fmt::format("ehdscan {}", readiness.tool_version))})}}},
        {"import-ap", {{"href", "#" + plan}}},
        {"results", Json::array({std::move(result)})},
        {"back-matter",
         {{"resources",
           Json::array(
               {{{"uuid", plan},
                 {"title", "Assessment plan"},
                 {"description",
                  text(fmt::format("Every control of {} {} is reviewed on the evidence that the site's targets give; "
                                   "the profile's parts say by which checks.",
                                   profile.id, profile.version))}}})}}}}}};
  return document.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace ehdscan
