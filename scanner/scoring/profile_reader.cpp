// SPDX-License-Identifier: Apache-2.0
#include "scoring/profile_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "format/fields.h"

namespace ehdscan {
namespace {

std::string nearest_hint(std::string_view word, const std::vector<std::string_view>& names) {
  const std::string_view near = nearest(word, names);
  return near.empty() ? fmt::format("there is {}", fmt::join(names, ", ")) : fmt::format("did you mean `{}`?", near);
}

template <typename T>
std::vector<std::string_view> ids_of(const std::vector<T>& members) {
  std::vector<std::string_view> ids;
  for (const T& member : members) ids.push_back(member.id);
  return ids;
}

/// Refuses the first of `written` that is no id of a control.
void expect_controls(Fields& fields, std::string_view key, const std::vector<std::string>& written,
                     const Profile& profile) {
  const Node list = fields.at(key);
  for (std::size_t i = 0; i < written.size(); ++i) {
    if (std::ranges::find(profile.controls, written[i], &Control::id) != profile.controls.end()) continue;
    const std::vector<std::string_view> ids = ids_of(profile.controls);
    const std::string_view near = nearest(written[i], ids);
    fields.refuse(list[i].error(fmt::format("there is no control `{}`", written[i]),
                                near.empty() ? "" : fmt::format("did you mean `{}`?", near)));
  }
}

void read_domains(const Node& list, std::optional<Error>& error, Profile& profile,
                  std::vector<std::pair<Node, std::int64_t>>& counts) {
  for (std::size_t i = 0; i < list.size() && !error; ++i) {
    Fields fields(list[i], error, {"id", "title", "weight", "controls"});
    Domain domain{.id = fields.word("id"), .title = fields.text("title")};
    const std::int64_t weight = fields.integer("weight");
    if (!error && (weight < 1 || weight > 1000)) fields.refuse(fields.at("weight").error("a weight lies between 1 and 1000"));
    domain.weight = static_cast<int>(weight);
    counts.emplace_back(fields.at("controls"), fields.integer("controls"));
    profile.domains.push_back(std::move(domain));
  }
}

void read_weights(const Node& node, std::optional<Error>& error, Profile& profile) {
  Fields fields(node, error, {"critical", "high", "medium", "low"});
  for (const Severity severity : {Severity::low, Severity::medium, Severity::high, Severity::critical}) {
    const std::int64_t weight = fields.integer(to_string(severity));
    if (!error && (weight < 1 || weight > 1000)) fields.refuse(node.error("a weight lies between 1 and 1000"));
    profile.severity_weights[static_cast<std::size_t>(severity)] = static_cast<int>(weight);
  }
}

void read_conditions(const Node& list, std::optional<Error>& error, Profile& profile) {
  for (std::size_t i = 0; i < list.size() && !error; ++i) {
    Fields fields(list[i], error, {"id", "title", "tables"});
    profile.conditions.push_back({fields.word("id"), fields.text("title"), fields.texts("tables")});
  }
}

Part read_part(const Node& node, std::optional<Error>& error, const Control& control) {
  Fields fields(node, error, {"id", "evidence", "title", "checks"});
  Part part{.id = fields.word("id"), .evidence = fields.word("evidence"), .title = fields.text("title")};
  part.checks = fields.texts("checks");
  if (!error && std::ranges::find(control.evidence, part.evidence) == control.evidence.end()) {
    fields.refuse(fields.at("evidence").error(
        fmt::format("`{}` is no evidence kind of {}", part.evidence, control.id),
        nearest_hint(part.evidence, {control.evidence.begin(), control.evidence.end()})));
  }
  return part;
}

void read_parts(const Node& list, std::optional<Error>& error, Control& control) {
  std::set<std::string> ids;
  for (std::size_t i = 0; i < list.size() && !error; ++i) {
    Part part = read_part(list[i], error, control);
    if (!error && !ids.insert(part.id).second) error = list[i].error(fmt::format("the part `{}` is given twice", part.id));
    control.parts.push_back(std::move(part));
  }
  if (!error && control.parts.empty()) error = list.error("a control without parts could never be assessed");
}

Control read_control(const Node& node, std::optional<Error>& error, const Profile& profile) {
  Fields fields(node, error,
                {"id", "domain", "title", "requirement", "severity", "basis", "gates", "false_pass", "reconciliation",
                 "origin", "applies_when", "min_evidence", "evidence", "references", "testable_how", "parts"});
  Control control{.id = fields.word("id"), .domain = fields.word("domain"), .title = fields.text("title")};
  control.requirement = fields.text("requirement");
  control.severity =
      parse_severity(fields.choice("severity", {"low", "medium", "high", "critical"})).value_or(Severity::medium);
  control.basis = fields.choice("basis", {"law", "guideline", "practice"});
  control.gates = fields.boolean("gates");
  control.false_pass = fields.choice("false_pass", {"critical", "misleading", "minor"});
  control.reconciliation = fields.boolean("reconciliation");
  control.origin = fields.choice("origin", {"core", "added"});
  control.applies_when = fields.word("applies_when");
  control.min_evidence =
      parse_evidence_grade(fields.choice("min_evidence", {"E0", "E1", "E2", "E3"})).value_or(EvidenceGrade::e2);
  control.evidence = fields.texts("evidence");
  control.testable_how = fields.text("testable_how");
  if (const std::optional<Node> references = fields.mapping("references")) {
    for (std::size_t i = 0; i < references->size() && !error; ++i) {
      const std::string name(references->key_at(i).scalar());
      control.references.emplace_back(name, Fields(*references, error, {"ehds", "tehdas2", "gdpr", "iso27001", "nis2_ir",
                                                                        "nist80053", "cis", "satre", "other"})
                                                .texts(name));
    }
  }
  if (const std::optional<Node> parts = fields.sequence("parts")) read_parts(*parts, error, control);
  if (error) return control;
  if (std::ranges::find(profile.domains, control.domain, &Domain::id) == profile.domains.end()) {
    fields.refuse(fields.at("domain").error(fmt::format("there is no domain `{}`", control.domain),
                                            nearest_hint(control.domain, ids_of(profile.domains))));
  }
  if (control.applies_when != "always" &&
      std::ranges::find(profile.conditions, control.applies_when, &Condition::id) == profile.conditions.end()) {
    fields.refuse(fields.at("applies_when")
                      .error(fmt::format("there is no condition `{}`", control.applies_when),
                             nearest_hint(control.applies_when, ids_of(profile.conditions))));
  }
  return control;
}

}  // namespace

Result<void> read_controls(const Document& document, Profile& profile) {
  std::optional<Error> error;
  Fields fields(document.root(), error,
                {"schema", "id", "title", "version", "baseline_date", "thresholds", "requirements", "articles",
                 "semantics", "domains", "severity_weights", "conditions", "controls"});
  profile.id = fields.word("id");
  profile.title = fields.text("title");
  profile.version = fields.word("version");
  profile.baseline_date = fields.day("baseline_date");
  std::vector<std::pair<Node, std::int64_t>> counts;
  if (const auto domains = fields.sequence("domains")) read_domains(*domains, error, profile, counts);
  if (const auto weights = fields.mapping("severity_weights")) read_weights(*weights, error, profile);
  if (const auto conditions = fields.sequence("conditions")) read_conditions(*conditions, error, profile);
  const std::optional<Node> controls = fields.sequence("controls");
  std::set<std::string> ids;
  for (std::size_t i = 0; controls && i < controls->size() && !error; ++i) {
    Control control = read_control((*controls)[i], error, profile);
    if (!error && !ids.insert(control.id).second) {
      error = (*controls)[i].error(fmt::format("the control `{}` is given twice", control.id));
    }
    profile.controls.push_back(std::move(control));
  }
  for (std::size_t i = 0; i < counts.size() && !error; ++i) {
    const auto is = std::ranges::count(profile.controls, profile.domains[i].id, &Control::domain);
    if (is != counts[i].second) {
      error = counts[i].first.error(
          fmt::format("{} has {} controls, not {}", profile.domains[i].id, is, counts[i].second));
    }
  }
  if (!error && profile.controls.empty()) error = document.root().error("a profile without controls judges nothing");
  if (error) return std::unexpected(*error);
  return {};
}

Result<void> read_requirements(const Document& document, Profile& profile) {
  std::optional<Error> error;
  Fields file(document.root(), error, {"schema", "source", "provenance", "requirements"});
  file.choice("schema", {"ehdscan-requirements/1"});
  const std::optional<Node> list = file.sequence("requirements");
  for (std::size_t i = 0; list && i < list->size() && !error; ++i) {
    Fields fields((*list)[i], error,
                  {"id", "level", "importance", "role", "scope", "summary", "evidence", "controls", "why"});
    Requirement requirement{.id = fields.word("id"), .level = fields.text("level"), .importance = fields.word("importance")};
    requirement.role = fields.text("role");
    requirement.scope = fields.word("scope");
    requirement.summary = fields.text("summary");
    requirement.evidence = fields.choice("evidence", {"machine", "document", "reconciliation", "outside"});
    requirement.controls = fields.texts("controls");
    requirement.why = fields.text_if("why");
    expect_controls(fields, "controls", requirement.controls, profile);
    profile.requirements.push_back(std::move(requirement));
  }
  if (error) return std::unexpected(*error);
  return {};
}

Result<void> read_articles(const Document& document, Profile& profile) {
  std::optional<Error> error;
  Fields file(document.root(), error, {"schema", "regulation", "provenance", "points"});
  file.choice("schema", {"ehdscan-articles/1"});
  const std::optional<Node> list = file.sequence("points");
  for (std::size_t i = 0; list && i < list->size() && !error; ++i) {
    Fields fields((*list)[i], error,
                  {"point", "addressee", "duty", "applies_from", "evidence", "gate", "gating", "supporting", "note"});
    ArticlePoint point{.point = fields.text("point"), .addressee = fields.text("addressee"), .duty = fields.text("duty")};
    point.applies_from = fields.text("applies_from");
    point.evidence = fields.choice("evidence", {"machine", "document", "reconciliation", "outside"});
    point.gate = fields.boolean("gate");
    point.gating = fields.texts("gating");
    point.supporting = fields.texts("supporting");
    point.note = fields.text_if("note");
    expect_controls(fields, "gating", point.gating, profile);
    expect_controls(fields, "supporting", point.supporting, profile);
    if (!error && point.gate != !point.gating.empty()) {
      error = fields.at("gate").error("`gate` is true exactly where gating controls are named");
    }
    profile.articles.push_back(std::move(point));
  }
  if (error) return std::unexpected(*error);
  return {};
}

Result<void> read_semantics(const Document& document, Profile& profile) {
  std::optional<Error> error;
  Fields file(document.root(), error, {"schema", "version", "semantics"});
  file.choice("schema", {"ehdscan-platform-semantics/1"});
  const std::optional<Node> list = file.sequence("semantics");
  for (std::size_t i = 0; list && i < list->size() && !error; ++i) {
    Fields fields((*list)[i], error, {"id", "provenance", "rule"});
    profile.semantics.push_back({fields.word("id"), fields.word("provenance"), fields.text("rule")});
  }
  if (error) return std::unexpected(*error);
  return {};
}

Result<void> read_exclusions(Node exclusions, Profile& profile) {
  if (!exclusions.is(Node::Kind::sequence)) return std::unexpected(exclusions.error("expected a list of exclusions"));
  std::optional<Error> error;
  for (std::size_t i = 0; i < exclusions.size() && !error; ++i) {
    Fields fields(exclusions[i], error, {"control", "reason", "approver", "expires"});
    Exclusion exclusion{fields.word("control"), fields.text("reason"), fields.text("approver"), fields.day("expires")};
    if (error) break;
    const auto control = std::ranges::find(profile.controls, exclusion.control, &Control::id);
    if (control == profile.controls.end()) {
      error = fields.at("control").error(fmt::format("there is no control `{}`", exclusion.control),
                                         nearest_hint(exclusion.control, ids_of(profile.controls)));
    } else if (control->gates) {
      error = fields.at("control").error(fmt::format("`{}` is a gate and cannot be excluded", exclusion.control),
                                         "accept the risk in a waiver: it stays visible there");
    } else if (std::ranges::find(profile.exclusions, exclusion.control, &Exclusion::control) != profile.exclusions.end()) {
      error = fields.at("control").error(fmt::format("`{}` is excluded twice", exclusion.control));
    }
    profile.exclusions.push_back(std::move(exclusion));
  }
  if (error) return std::unexpected(*error);
  return {};
}

}  // namespace ehdscan
