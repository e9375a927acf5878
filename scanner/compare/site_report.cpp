// SPDX-License-Identifier: Apache-2.0
#include "compare/site_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "crypto/digest.h"
#include "format/document.h"

namespace ehdscan {
namespace {

constexpr DocumentLimits kLimits{.max_bytes = kMaxSiteReportBytes, .max_depth = 32, .max_nodes = 8'000'000};
constexpr std::size_t kMaxControls = 10'000;
constexpr std::size_t kMaxNameBytes = 256;
constexpr std::size_t kMaxTextBytes = std::size_t{64} << 10;

/// Keeps the first thing that is wrong; everything after it yields empty values.
class Reader {
 public:
  std::optional<Error> error;

  void refuse(const Node& node, std::string message, std::string hint = {}) {
    if (!error) error = node.error(std::move(message), std::move(hint));
  }

  std::optional<Node> member(const Node& node, std::string_view key) {
    if (error) return std::nullopt;
    Result<Node> found = node.require(key);
    if (found) return *found;
    error = found.error();
    return std::nullopt;
  }

  std::optional<Node> member(const Node& node, std::string_view key, Node::Kind kind) {
    std::optional<Node> found = member(node, key);
    if (!found || found->is(kind)) return found;
    refuse(*found, fmt::format("`{}` is of the wrong type", key));
    return std::nullopt;
  }

  std::string text(const Node& node, std::string_view key, std::size_t max_bytes = kMaxTextBytes) {
    const std::optional<Node> found = member(node, key);
    if (!found) return {};
    const Result<std::string_view> value = found->as_text();
    if (!value) {
      if (!error) error = value.error();
      return {};
    }
    if (value->size() <= max_bytes) return std::string(*value);
    refuse(*found, fmt::format("`{}` is longer than {} bytes", key, max_bytes));
    return {};
  }

  std::string name(const Node& node, std::string_view key) {
    std::string value = text(node, key, kMaxNameBytes);
    if (value.empty()) refuse(node, fmt::format("`{}` is empty", key));
    return value;
  }

  std::int64_t count(const Node& node, std::string_view key, std::int64_t highest = INT64_MAX) {
    const std::optional<Node> found = member(node, key);
    if (!found) return 0;
    const Result<std::int64_t> value = found->as_integer();
    if (!value) {
      if (!error) error = value.error();
      return 0;
    }
    if (*value < 0 || *value > highest) refuse(*found, fmt::format("`{}` is out of range", key));
    return *value;
  }

  bool boolean(const Node& node, std::string_view key) {
    const std::optional<Node> found = member(node, key, Node::Kind::boolean);
    return found && found->as_boolean().value_or(false);
  }

  Instant instant(const Node& node, std::string_view key) {
    const std::optional<Node> found = member(node, key);
    if (!found) return {};
    const Result<Instant> value = found->as_instant();
    if (value) return *value;
    if (!error) error = value.error();
    return {};
  }

  std::vector<std::string> texts(const Node& node, std::string_view key) {
    std::vector<std::string> values;
    each(node, key, [&](const Node& element) {
      if (const Result<std::string_view> value = element.as_text()) {
        values.emplace_back(*value);
      } else if (!error) {
        error = value.error();
      }
    });
    return values;
  }

  template <typename Take>
  void each(const Node& node, std::string_view key, const Take& take) {
    const std::optional<Node> list = member(node, key, Node::Kind::sequence);
    if (!list) return;
    for (std::size_t i = 0; i < list->size() && !error; ++i) take((*list)[i]);
  }
};

constexpr std::array kStatuses{ControlStatus::pass,           ControlStatus::partial,
                               ControlStatus::fail,           ControlStatus::not_assessed,
                               ControlStatus::not_applicable, ControlStatus::accepted_risk};

Score read_score(Reader& reader, const Node& holder) {
  Score score;
  const std::optional<Node> node = reader.member(holder, "score", Node::Kind::mapping);
  if (!node) return score;
  score.floor = reader.count(*node, "floor_ppm", kPpm);
  score.ceiling = reader.count(*node, "ceiling_ppm", kPpm);
  score.coverage = reader.count(*node, "coverage_ppm", kPpm);
  if (score.floor > score.ceiling) reader.refuse(*node, "the floor stands above the ceiling: no program wrote this");
  return score;
}

/// Texts one after the other, each with its length in front, so that none can be mistaken for two.
void append_counted(std::string& out, std::string_view text) { out += fmt::format("{}:{}", text.size(), text); }

std::string definition_of(Reader& reader, const Node& control) {
  std::string all;
  for (const std::string_view key :
       {"domain", "title", "requirement", "severity", "basis", "applies_when", "min_evidence", "testable_how"}) {
    append_counted(all, reader.text(control, key));
  }
  all += reader.boolean(control, "gates") ? "gates" : "free";
  reader.each(control, "parts", [&](const Node& part) {
    for (const std::string_view key : {"id", "evidence", "title"}) append_counted(all, reader.text(part, key));
    for (const std::string& check : reader.texts(part, "checks")) append_counted(all, check);
    all += ';';
  });
  return sha256_hex(all);
}

void read_control(Reader& reader, const Node& node, SiteReport& report) {
  const std::string id = reader.name(node, "id");
  ReportedControl control{.domain = reader.text(node, "domain", kMaxNameBytes), .title = reader.text(node, "title")};
  control.definition = definition_of(reader, node);
  const std::string status = reader.text(node, "status", kMaxNameBytes);
  const std::optional<Node> resources = reader.member(node, "resources", Node::Kind::mapping);
  if (!resources) return;
  const auto known = std::ranges::find_if(kStatuses, [&](ControlStatus one) { return to_string(one) == status; });
  if (known == kStatuses.end()) return reader.refuse(node, fmt::format("`{}` is no status of a control", status));
  control.status = *known;
  control.not_assessed = reader.count(*resources, "not_assessed");
  const std::int64_t failing = reader.count(*resources, "fail");
  if (control.status == ControlStatus::pass && (failing > 0 || control.not_assessed > 0)) {
    reader.refuse(node,
                  fmt::format("control `{}` says pass over {} failing and {} not assessed resources", id, failing,
                              control.not_assessed),
                  "the report contradicts itself: ask for the evidence and assess it");
  }
  if (!report.controls.emplace(id, std::move(control)).second)
    reader.refuse(node, fmt::format("control `{}` stands twice", id));
  if (report.controls.size() > kMaxControls) reader.refuse(node, "too many controls");
}

void read_finding(Reader& reader, const Node& node, SiteReport& report) {
  const std::string verdict = reader.text(node, "verdict", kMaxNameBytes);
  const std::optional<Verdict> known = parse_verdict(verdict);
  if (!known) return reader.refuse(node, fmt::format("`{}` is no verdict", verdict));
  if (*known == Verdict::not_applicable || *known == Verdict::pass) return;
  const std::optional<Node> resource = reader.member(node, "resource", Node::Kind::mapping);
  const std::optional<Node> evidence = reader.member(node, "evidence", Node::Kind::mapping);
  if (!resource || !evidence) return;
  ReportedFinding finding{
      .verdict = *known, .check = reader.name(node, "check"), .subject = reader.text(node, "subject")};
  std::string key;
  append_counted(key, finding.check);
  append_counted(key, reader.text(*evidence, "nature"));
  for (const std::string_view part : {"platform", "type", "id"}) append_counted(key, reader.text(*resource, part));
  const auto [at, fresh] = report.findings.try_emplace(std::move(key), finding);
  if (!fresh && at->second.verdict < finding.verdict) at->second = std::move(finding);
}

void read_inputs(Reader& reader, const Node& root, SiteReport& report) {
  report.oldest_evidence = report.as_of;
  std::set<std::string> seen;
  reader.each(root, "inputs", [&](const Node& input) {
    const Instant observed = reader.instant(input, "observed_at");
    report.oldest_evidence = std::min(report.oldest_evidence, observed);
    const std::optional<Node> digest = reader.member(input, "sha256");
    std::string one;
    append_counted(one, reader.text(input, "target"));
    append_counted(one, reader.text(input, "location"));
    append_counted(one, digest ? digest->scalar() : std::string_view{});
    append_counted(one, to_string(observed));
    seen.insert(std::move(one));
  });
  reader.each(root, "collections", [&](const Node& collection) {
    std::string one;
    for (const std::string_view key : {"target", "table", "state"}) append_counted(one, reader.text(collection, key));
    one += std::to_string(reader.count(collection, "rows"));
    seen.insert(std::move(one));
  });
  Sha256 digest;
  for (const std::string& one : seen) digest.update(one);
  report.evidence_digest = digest.hex();
}

void read_head(Reader& reader, const Node& root, SiteReport& report) {
  if (const auto tool = reader.member(root, "tool", Node::Kind::mapping))
    report.tool_version = reader.text(*tool, "version", kMaxNameBytes);
  if (const auto profile = reader.member(root, "profile", Node::Kind::mapping)) {
    report.profile_id = reader.name(*profile, "id");
    report.profile_version = reader.name(*profile, "version");
    report.profile_sha256 = reader.name(*profile, "sha256");
    report.overlays = reader.texts(*profile, "overlays");
  }
  report.as_of = reader.instant(root, "as_of");
  if (const auto site = reader.member(root, "site", Node::Kind::mapping)) {
    report.site = reader.name(*site, "name");
    report.country = reader.text(*site, "country", kMaxNameBytes);
    report.platforms = reader.texts(*site, "declared_platforms");
  }
  if (const auto verdict = reader.member(root, "verdict", Node::Kind::mapping)) {
    report.verdict = reader.text(*verdict, "value", kMaxNameBytes);
    if (report.verdict != "gap_found" && report.verdict != "not_demonstrated" && report.verdict != "no_gap_found")
      reader.refuse(*verdict, fmt::format("`{}` is no verdict of a report", report.verdict));
  }
  report.grade = reader.text(root, "grade", kMaxNameBytes);
  report.score = read_score(reader, root);
}

}  // namespace

Result<SiteReport> read_site_report(std::string_view text, const std::string& name) {
  const auto document = Document::parse_json(text, name, kLimits);
  if (!document) return std::unexpected(document.error());
  const Node root = (*document)->root();
  const std::optional<Node> schema = root.find("schema");
  if (!schema || !schema->is(Node::Kind::text) || schema->scalar() != "ehdscan-readiness/1") {
    return std::unexpected(root.error("this is no JSON report of ehdscan", "give the report.json of each site"));
  }
  SiteReport report{.file = name, .sha256 = sha256_hex(text)};
  Reader reader;
  read_head(reader, root, report);
  reader.each(root, "domains", [&](const Node& domain) {
    report.domains.push_back(
        {.id = reader.name(domain, "id"), .title = reader.text(domain, "title"), .score = read_score(reader, domain)});
    if (report.domains.size() > kMaxControls) reader.refuse(domain, "too many domains");
  });
  reader.each(root, "controls", [&](const Node& control) { read_control(reader, control, report); });
  reader.each(root, "checks", [&](const Node& check) {
    const std::optional<Node> counts = reader.member(check, "counts", Node::Kind::mapping);
    if (!counts) return;
    report.checks[reader.name(check, "id")] = {.collected = reader.boolean(check, "collected"),
                                               .not_assessed = reader.count(*counts, "not_assessed"),
                                               .failed = !reader.text(check, "error").empty()};
  });
  reader.each(root, "findings", [&](const Node& finding) { read_finding(reader, finding, report); });
  reader.each(root, "waivers", [&](const Node& waiver) {
    report.waivers.push_back({.id = reader.text(waiver, "id"),
                              .control = reader.text(waiver, "control"),
                              .state = reader.text(waiver, "state"),
                              .expires = reader.text(waiver, "expires")});
  });
  read_inputs(reader, root, report);
  if (reader.error) return std::unexpected(*reader.error);
  if (report.controls.empty()) return std::unexpected(root.error("the report has no controls"));
  return report;
}

}  // namespace ehdscan
