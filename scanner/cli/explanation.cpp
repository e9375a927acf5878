// SPDX-License-Identifier: Apache-2.0
#include "cli/explanation.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/wrap.h"
#include "cli/check_output.h"
#include "cli/table_reference.h"
#include "evidence/tables/all.h"

namespace ehdscan {
namespace {

std::string joined(const std::vector<std::string>& texts) { return fmt::format("{}", fmt::join(texts, ", ")); }

std::string line(std::string_view label, std::string_view text) {
  return text.empty() ? std::string() : fmt::format("  {:<14}{}\n", label, text);
}

std::string of_control(const Control& control, const Profile& profile) {
  std::string out = fmt::format("{}\n  {}\n\n{}\n", control.id, control.title, wrap(control.requirement, 2));
  out += line("severity", to_string(control.severity));
  out += line("basis", control.basis);
  out += line("gate", control.gates ? "yes: it decides an article point" : "no");
  out += line("applies", control.applies_when);
  out += line("evidence", fmt::format("{}, at least {}", joined(control.evidence), to_string(control.min_evidence)));
  for (const auto& [name, ids] : control.references) {
    if (!ids.empty()) out += line(name, joined(ids));
  }
  std::vector<std::string> points;
  for (const ArticlePoint& point : profile.articles) {
    if (std::ranges::find(point.gating, control.id) != point.gating.end()) points.push_back(point.point);
  }
  out += line("decides", joined(points));
  out += fmt::format("\nHow it is tested\n{}\nParts\n", wrap(control.testable_how, 2));
  for (const Part& part : control.parts) {
    out += fmt::format("  {:<28}{:<16}{}\n", part.id, part.evidence, part.title);
    out += fmt::format("  {:<28}{}\n", "", part.checks.empty() ? "no check yet: not assessed" : joined(part.checks));
  }
  return out;
}

std::string of_article(const ArticlePoint& point) {
  std::string out = fmt::format("Article {}\n{}\n", point.point, wrap(point.duty, 2));
  out += line("addressee", point.addressee);
  out += line("applies from", point.applies_from);
  out += line("shown by", point.evidence);
  out += line("decided by", joined(point.gating));
  out += line("see also", joined(point.supporting));
  if (!point.note.empty()) out += "\n" + wrap(point.note, 2);
  return out;
}

std::string of_requirement(const Requirement& requirement) {
  std::string out = fmt::format("{} (TEHDAS2 D7.4)\n{}\n", requirement.id, wrap(requirement.summary, 2));
  out += line("level", fmt::format("{}, {}", requirement.level, requirement.importance));
  out += line("role", requirement.role);
  out += line("scope", requirement.scope);
  out += line("shown by", requirement.evidence);
  out += line("controls", joined(requirement.controls));
  if (!requirement.why.empty()) out += "\n" + wrap(requirement.why, 2);
  return out;
}

std::string of_threshold(const std::string& name, const ThresholdValue& value) {
  std::string out = fmt::format("{}\n\n", name);
  out += line("value", value_text(value));
  out += line("control", value.control);
  out += line("source", value.source);
  out += line("provenance", value.provenance);
  return out;
}

/// Controls that a check decides.
std::string deciding(std::string_view check, const Profile& profile) {
  std::vector<std::string> controls;
  for (const Control& control : profile.controls) {
    for (const Part& part : control.parts) {
      if (std::ranges::find(part.checks, check) == part.checks.end()) continue;
      controls.push_back(fmt::format("{} ({})", control.id, part.id));
    }
  }
  return controls.empty() ? "\nNo control of the profile uses it.\n" : fmt::format("\nDecides {}\n", joined(controls));
}

std::string_view without_article(std::string_view id) {
  for (const std::string_view prefix : {"Article ", "article ", "Art. ", "EHDS "}) {
    if (id.starts_with(prefix)) return id.substr(prefix.size());
  }
  return id;
}

}  // namespace

std::string value_text(const ThresholdValue& value) {
  const std::string unit = value.unit.empty() ? "" : " " + value.unit;
  if (const auto* number = std::get_if<std::int64_t>(&value.value)) return fmt::format("{}{}", *number, unit);
  if (const auto* text = std::get_if<std::string>(&value.value)) return fmt::format("{}{}", *text, unit);
  return joined(std::get<std::vector<std::string>>(value.value));
}

std::optional<std::string> explain(std::string_view id, const LoadedProfile& loaded, std::span<const Check> checks) {
  const Profile& profile = loaded.profile;
  if (const auto check = std::ranges::find(checks, id, &Check::id); check != checks.end()) {
    return describe_check(*check) + deciding(check->id, profile);
  }
  for (const Control& control : profile.controls) {
    if (equals_ignore_case(control.id, id)) return of_control(control, profile);
  }
  for (const ArticlePoint& point : profile.articles) {
    if (point.point == without_article(id)) return of_article(point);
  }
  for (const Requirement& requirement : profile.requirements) {
    if (equals_ignore_case(requirement.id, id)) return of_requirement(requirement);
  }
  for (const Semantics& rule : profile.semantics) {
    if (equals_ignore_case(rule.id, id)) {
      return fmt::format("{} (platform semantics, {})\n{}", rule.id, rule.provenance, wrap(rule.rule, 2));
    }
  }
  if (const ThresholdValue* value = loaded.thresholds.find(id)) return of_threshold(std::string(id), *value);
  if (const TableSpec* table = find_table(id)) return describe_table(*table);
  return std::nullopt;
}

std::vector<std::string> explainable_ids(const LoadedProfile& loaded, std::span<const Check> checks) {
  std::vector<std::string> ids;
  for (const Check& check : checks) ids.push_back(check.id);
  for (const Control& control : loaded.profile.controls) ids.push_back(control.id);
  for (const ArticlePoint& point : loaded.profile.articles) ids.push_back(point.point);
  for (const Requirement& requirement : loaded.profile.requirements) ids.push_back(requirement.id);
  for (const Semantics& rule : loaded.profile.semantics) ids.push_back(rule.id);
  for (const auto& [name, value] : loaded.thresholds.values) ids.push_back(name);
  for (const TableSpec* table : all_tables()) ids.emplace_back(table->name);
  return ids;
}

}  // namespace ehdscan
