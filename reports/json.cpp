// SPDX-License-Identifier: Apache-2.0
#include "reports/json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "reports/percent.h"
#include "reports/view.h"

namespace ehdscan {
namespace {

using Json = nlohmann::ordered_json;

/// Text as JSON; ill-formed bytes become U+FFFD when the value is written out.
Json text(std::string_view value) { return Json(std::string(value)); }

std::string compact(std::string&& written) { return std::move(written); }
std::string compact(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// A record written member by member: a report has a hundred thousand findings, and a tree for each took a second.
class Line {
 public:
  Line& begin(std::string_view key = {}) {
    name(key);
    out_ += '{';
    return *this;
  }
  Line& end() {
    out_ += '}';
    return *this;
  }
  Line& member(std::string_view key, std::string_view value) {
    name(key);
    quote(value);
    return *this;
  }
  Line& literal(std::string_view key, std::string_view value) {
    name(key);
    out_ += value;
    return *this;
  }
  std::string finish() { return std::move(out_); }

 private:
  void name(std::string_view key) {
    if (!out_.empty() && out_.back() != '{') out_ += ',';
    if (!key.empty()) out_.append(1, '"').append(key).append("\":");
  }
  /// Plain ASCII as it is; all else by the library.
  void quote(std::string_view value) {
    const bool plain = std::ranges::all_of(value, [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
    if (plain) {
      out_.append(1, '"').append(value).append(1, '"');
    } else {
      out_ += compact(text(value));
    }
  }

  std::string out_;
};

/// One member of the report after the other; lists have one record a line.
class Members {
 public:
  void value(std::string_view key, const Json& value) { begin(key) += compact(value); }

  template <typename Range, typename Make>
  void list(std::string_view key, const Range& records, const Make& make) {
    std::string& out = begin(key);
    bool first = true;
    for (const auto& record : records) {
      out += first ? "[\n    " : ",\n    ";
      out += compact(make(record));
      first = false;
    }
    out += first ? "[]" : "\n  ]";
  }

  std::string finish() { return std::move(out_) + "\n}\n"; }

 private:
  std::string& begin(std::string_view key) {
    out_ += out_.empty() ? "{\n  " : ",\n  ";
    out_ += compact(text(key));
    out_ += ": ";
    return out_;
  }

  std::string out_;
};

Json counts_json(const VerdictCounts& counts) {
  Json json = Json::object();
  for (const Verdict verdict :
       {Verdict::pass, Verdict::warn, Verdict::fail, Verdict::not_assessed, Verdict::not_applicable}) {
    json[std::string(to_string(verdict))] = counts.of(verdict);
  }
  return json;
}

template <typename Texts>
Json texts_json(const Texts& values) {
  Json json = Json::array();
  for (const auto& value : values) json.push_back(text(value));
  return json;
}

Json score_json(const Score& score) {
  const auto absent_or = [](const std::optional<Ppm>& value) { return value ? Json(*value) : Json(nullptr); };
  Json printed{{"floor", percent_cut(score.floor)},
               {"ceiling", percent_ceiling(score)},
               {"coverage", percent_cut(score.coverage)}};
  printed["assessed"] = score.assessed ? Json(percent_cut(*score.assessed)) : Json(nullptr);
  printed["assurance"] = score.assurance ? Json(percent_cut(*score.assurance)) : Json(nullptr);
  return {{"floor_ppm", score.floor},
          {"ceiling_ppm", score.ceiling},
          {"coverage_ppm", score.coverage},
          {"assessed_ppm", absent_or(score.assessed)},
          {"assurance_ppm", absent_or(score.assurance)},
          {"printed_percent", std::move(printed)}};
}

Json article_json(const ArticleResult& article) {
  return {{"point", text(article.point.point)},
          {"status", text(to_string(article.status))},
          {"for_information", article.for_information},
          {"gate", article.point.gate},
          {"addressee", text(article.point.addressee)},
          {"duty", text(article.point.duty)},
          {"applies_from", text(article.point.applies_from)},
          {"evidence", text(article.point.evidence)},
          {"because", texts_json(article.because)},
          {"gating", texts_json(article.point.gating)},
          {"supporting", texts_json(article.point.supporting)},
          {"note", text(article.point.note)}};
}

Json domain_json(const DomainResult& domain) {
  return {{"id", text(domain.id)},
          {"title", text(domain.title)},
          {"weight", domain.weight},
          {"applicable_weight", domain.total},
          {"score", score_json(domain.score)}};
}

Json part_json(const PartResult& part) {
  return {{"id", text(part.id)},
          {"evidence", text(part.evidence)},
          {"title", text(part.title)},
          {"in_scope", part.in_scope},
          {"checks", texts_json(part.checks)},
          {"reason", text(part.reason)},
          {"results", counts_json(part.results)}};
}

Json control_json(const ReportView& view, const ControlResult& result) {
  Json json{{"id", text(result.id)},
            {"status", text(to_string(result.status))},
            {"credit_ppm", result.credit},
            {"coverage_ppm", result.coverage},
            {"resources", counts_json(result.resources)},
            {"evidence_grade", result.grade ? text(to_string(*result.grade)) : Json(nullptr)},
            {"reasons", texts_json(result.reasons)},
            {"waivers", texts_json(result.waivers)}};
  Json parts = Json::array();
  for (const PartResult& part : result.parts) parts.push_back(part_json(part));
  json["parts"] = std::move(parts);
  if (const Control* control = view.control(result.id); control != nullptr) {
    json["domain"] = text(control->domain);
    json["title"] = text(control->title);
    json["requirement"] = text(control->requirement);
    json["severity"] = text(to_string(control->severity));
    json["basis"] = text(control->basis);
    json["gates"] = control->gates;
    json["applies_when"] = text(control->applies_when);
    json["min_evidence"] = text(to_string(control->min_evidence));
    json["testable_how"] = text(control->testable_how);
    Json references = Json::object();
    for (const auto& [name, ids] : control->references) {
      if (!ids.empty()) references[to_valid_utf8(name)] = texts_json(ids);
    }
    json["references"] = std::move(references);
  }
  return json;
}

Json check_json(const ReportView& view, const CheckOutcome& outcome) {
  const CheckView& found = view.checks().at(outcome.check);
  Json json{{"id", text(outcome.check)},
            {"severity", text(to_string(found.severity))},
            {"counts", counts_json(outcome.counts)},
            {"collected", outcome.collected},
            {"error", text(outcome.error)},
            {"controls", texts_json(found.controls)}};
  if (const Check* check = found.check; check != nullptr) {
    json["title"] = text(check->title);
    json["rationale"] = text(check->rationale);
    json["remediation"] = text(check->remediation);
    json["references"] = texts_json(check->references);
    json["embedded"] = check->embedded;
  }
  return json;
}

std::string finding_json(const Finding& finding) {
  Line line;
  line.begin().member("fingerprint", finding_fingerprint(finding)).member("check", finding.check);
  line.member("verdict", to_string(finding.verdict)).begin("resource");
  line.member("platform", finding.resource.platform).member("type", finding.resource.type);
  line.member("id", finding.resource.id).end();
  line.member("subject", finding.subject).member("message", finding.message).member("reason", finding.reason);
  line.member("target", finding.target).begin("evidence").member("location", finding.location);
  line.literal("line", finding.line == 0 ? "null" : std::to_string(finding.line));
  line.member("grade", to_string(finding.grade)).member("nature", to_string(finding.nature));
  line.literal("third_party", finding.third_party ? "true" : "false").end().end();
  return line.finish();
}

Json source_json(const Source& source) {
  return {{"target", text(source.target)},
          {"collector", text(source.collector)},
          {"location", text(source.location)},
          {"sha256", source.sha256.empty() ? Json(nullptr) : text(source.sha256)},
          {"observed_at", to_string(source.observed_at)},
          {"grade", text(to_string(source.grade))},
          {"nature", text(to_string(source.nature))},
          {"freshness", text(to_string(source.freshness))},
          {"third_party", source.third_party}};
}

Json collection_json(const Collection& collection) {
  return {{"target", text(collection.target)}, {"collector", text(collection.collector)},
          {"table", text(collection.table)},   {"state", text(to_string(collection.state))},
          {"reason", text(collection.reason)}, {"rows", collection.row_count}};
}

Json waiver_json(const WaiverResult& waiver) {
  return {{"id", text(waiver.id)},         {"control", text(waiver.control)}, {"scope", text(waiver.scope)},
          {"state", text(waiver.state)},   {"owner", text(waiver.owner)},     {"approver", text(waiver.approver)},
          {"reason", text(waiver.reason)}, {"expires", text(waiver.expires)}, {"findings", waiver.findings}};
}

Json exclusion_json(const Exclusion& exclusion) {
  return {{"control", text(exclusion.control)},
          {"reason", text(exclusion.reason)},
          {"approver", text(exclusion.approver)},
          {"expires", text(exclusion.expires)}};
}

}  // namespace

Result<std::string> write_json_report(const Readiness& readiness) {
  const ReportView view(readiness);
  const Profile& profile = readiness.profile;
  Members members;
  members.value("schema", "ehdscan-readiness/1");
  members.value("tool", {{"name", "ehdscan"}, {"version", text(readiness.tool_version)}});
  members.value("profile", {{"id", text(profile.id)},
                            {"version", text(profile.version)},
                            {"baseline_date", text(profile.baseline_date)},
                            {"sha256", text(profile.sha256)},
                            {"overlays", texts_json(profile.overlays)}});
  members.value("as_of", to_string(readiness.assessment.as_of));
  members.value("site", {{"name", text(readiness.site)},
                         {"country", text(readiness.country)},
                         {"declared_platforms", texts_json(readiness.declared_platforms)}});
  members.value("verdict",
                {{"value", text(to_string(readiness.verdict))}, {"printed", text(printed_text(readiness.verdict))}});
  members.value("score", score_json(readiness.score));
  members.value("grade", text(readiness.grade));
  members.list("caps", readiness.caps,
               [](const Cap& cap) { return Json{{"grade", text(cap.grade)}, {"reason", text(cap.reason)}}; });
  members.value("integrity_flag", readiness.integrity_flag);
  members.list("articles", readiness.articles, article_json);
  members.list("domains", readiness.domains, domain_json);
  members.list("controls", readiness.controls, [&](const ControlResult& result) { return control_json(view, result); });
  members.list("checks", readiness.assessment.outcomes,
               [&](const CheckOutcome& outcome) { return check_json(view, outcome); });
  members.list("findings", readiness.assessment.findings, finding_json);
  const Overview& overview = readiness.assessment.overview;
  members.list("permits", overview.permits, [](const PermitRow& row) {
    return Json{{"permit", text(row.permit)},
                {"starts_at", text(row.starts_at)},
                {"ends_at", text(row.ends_at)},
                {"delete_by_at", text(row.delete_by_at)},
                {"persons", row.persons}};
  });
  members.value("access_total", overview.access_total);
  members.list("access", overview.access, [](const AccessRow& row) {
    return Json{{"permit", text(row.permit)},           {"project", text(row.project)},
                {"platform", text(row.platform)},       {"holder", text(row.holder)},
                {"holder_kind", text(row.holder_kind)}, {"roles", texts_json(row.roles)},
                {"path", texts_json(row.path)},         {"within", row.within}};
  });
  members.list("breach_clocks", overview.clocks, [](const ClockRow& row) {
    return Json{{"incident", text(row.incident)},       {"regime", text(row.regime)},   {"stage", text(row.stage)},
                {"recipient", text(row.recipient)},     {"zero_at", text(row.zero_at)}, {"due_at", text(row.due_at)},
                {"notified_at", text(row.notified_at)}, {"state", text(row.state)}};
  });
  members.list("waivers", readiness.waivers, waiver_json);
  members.list("exclusions", profile.exclusions, exclusion_json);
  members.list("inputs", readiness.assessment.sources, source_json);
  members.list("collections", readiness.assessment.collections, collection_json);
  members.list("milestones", profile.milestones, [](const Milestone& milestone) {
    return Json{{"date", text(milestone.date)},
                {"what", text(milestone.what)},
                {"source", text(milestone.source)},
                {"provenance", text(milestone.provenance)}};
  });
  return members.finish();
}

}  // namespace ehdscan
