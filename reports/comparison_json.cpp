// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "reports/comparison.h"

namespace ehdscan {
namespace {

using Json = nlohmann::ordered_json;

std::string compact(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json text(std::string_view value) { return Json(std::string(value)); }

template <typename Range, typename Make>
void append_list(std::string& out, std::string_view key, const Range& records, const Make& make) {
  out += fmt::format(",\n  \"{}\": [", key);
  bool first = true;
  for (const auto& record : records) {
    out += first ? "\n    " : ",\n    ";
    out += compact(make(record));
    first = false;
  }
  out += first ? "]" : "\n  ]";
}

Json counts_json(const StatusCounts& counts) {
  Json json = Json::object();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    json[std::string(to_string(static_cast<SiteStatus>(i)))] = counts[i];
  }
  return json;
}

Json score_json(const Score& score) {
  return {{"floor_ppm", score.floor}, {"ceiling_ppm", score.ceiling}, {"coverage_ppm", score.coverage}};
}

Json report_json(const GivenReport& given) {
  Json json{{"file", text(given.file)},
            {"standing", text(to_string(given.standing))},
            {"refused", text(given.refused)},
            {"signature",
             {{"state", text(to_string(given.signature))},
              {"signer", text(given.signer)},
              {"key_id", text(given.key_id)},
              {"signed_at", text(given.signed_at)}}},
            {"remarks", given.remarks},
            {"claims", nullptr}};
  if (!given.report) return json;
  const SiteReport& report = *given.report;
  json["claims"] = {{"sha256", text(report.sha256)},
                    {"site", text(report.site)},
                    {"country", text(report.country)},
                    {"as_of", to_string(report.as_of)},
                    {"oldest_evidence", to_string(report.oldest_evidence)},
                    {"tool_version", text(report.tool_version)},
                    {"profile",
                     {{"id", text(report.profile_id)},
                      {"version", text(report.profile_version)},
                      {"sha256", text(report.profile_sha256)},
                      {"overlays", report.overlays}}},
                    {"declared_platforms", report.platforms},
                    {"verdict", text(report.verdict)},
                    {"grade", text(report.grade)},
                    {"score", score_json(report.score)}};
  return json;
}

Json finding_json(const FindingChange& finding) {
  return {{"check", text(finding.check)},
          {"subject", text(finding.subject)},
          {"verdict", text(to_string(finding.verdict))},
          {"reason", text(finding.reason)}};
}

Json findings_json(const std::vector<FindingChange>& findings) {
  Json json = Json::array();
  for (const FindingChange& finding : findings) json.push_back(finding_json(finding));
  return json;
}

Json change_json(const SiteChange& change, const std::string& before) {
  Json controls = Json::array();
  for (const ControlChange& control : change.controls) {
    controls.push_back({{"control", text(control.control)},
                        {"before", text(to_string(control.before))},
                        {"after", text(to_string(control.after))},
                        {"direction", text(control.direction)},
                        {"cause", text(to_string(control.cause))}});
  }
  return {{"before", text(before)},
          {"controls", std::move(controls)},
          {"new", findings_json(change.fresh)},
          {"resolved", findings_json(change.resolved)},
          {"unchanged", change.unchanged},
          {"incomparable", findings_json(change.incomparable)}};
}

Json site_json(const Comparison& comparison, const ComparedSite& site) {
  Json json{{"site", text(site.name)},
            {"report", site.current ? text(comparison.given[*site.current].file) : Json(nullptr)},
            {"absent", text(site.absent)},
            {"report_age_days", site.current ? Json(site.report_age_days) : Json(nullptr)},
            {"evidence_age_days", site.current ? Json(site.evidence_age_days) : Json(nullptr)},
            {"counts", counts_json(site.counts)}};
  Json domains = Json::array();
  Json waivers = Json::array();
  if (site.current) {
    for (const ReportedDomain& domain : comparison.given[*site.current].report->domains) {
      domains.push_back({{"id", text(domain.id)}, {"title", text(domain.title)}, {"score", score_json(domain.score)}});
    }
    for (const ReportedWaiver& waiver : comparison.given[*site.current].report->waivers) {
      waivers.push_back({{"id", text(waiver.id)},
                         {"control", text(waiver.control)},
                         {"state", text(waiver.state)},
                         {"expires", text(waiver.expires)}});
    }
  }
  json["domains"] = std::move(domains);
  json["waivers"] = std::move(waivers);
  Json failing = Json::array();
  for (const FailingSince& row : site.failing_since) {
    failing.push_back({{"control", text(row.control)}, {"since", to_string(row.since)}, {"reports", row.reports}});
  }
  json["failing_since"] = std::move(failing);
  json["change"] = site.change ? change_json(*site.change, comparison.given[site.change->before].file) : Json(nullptr);
  return json;
}

Json control_json(const Comparison& comparison, std::size_t index) {
  const ComparedControl& control = comparison.controls[index];
  Json statuses = Json::array();
  for (const ComparedSite& site : comparison.sites) statuses.push_back(text(to_string(site.cells[index])));
  Json outliers = Json::array();
  for (const std::size_t site : control.outliers) outliers.push_back(text(comparison.sites[site].name));
  return {{"id", text(control.id)},          {"domain", text(control.domain)},
          {"title", text(control.title)},    {"definition", text(control.definition)},
          {"statuses", std::move(statuses)}, {"counts", counts_json(control.counts)},
          {"differs", control.differs},      {"nobody_passes", control.nobody_passes},
          {"outliers", std::move(outliers)}};
}

}  // namespace

std::string write_comparison_json(const Comparison& comparison) {
  std::string out = "{\n  \"schema\": \"ehdscan-compare/1\"";
  out += fmt::format(",\n  \"as_of\": {}", compact(Json(to_string(comparison.as_of))));
  out += fmt::format(",\n  \"max_age_days\": {}", comparison.max_age_days);
  out += fmt::format(",\n  \"profiles\": {}", comparison.profiles);
  append_list(out, "reports", comparison.given, report_json);
  append_list(out, "sites", comparison.sites, [&](const ComparedSite& site) { return site_json(comparison, site); });
  std::vector<std::size_t> indexes;
  for (std::size_t i = 0; i < comparison.controls.size(); ++i) indexes.push_back(i);
  append_list(out, "controls", indexes, [&](std::size_t i) { return control_json(comparison, i); });
  return out + "\n}\n";
}

}  // namespace ehdscan
