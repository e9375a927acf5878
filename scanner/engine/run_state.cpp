// SPDX-License-Identifier: Apache-2.0
#include "engine/run_state.h"

#include <fmt/format.h>

#include <algorithm>

#include "evidence/tables/all.h"

namespace ehdscan {
namespace {

/// Yardsticks say what should be; they do not observe the system and do not lower its grade.
bool is_yardstick(std::string_view table) {
  const TableSpec* spec = find_table(table);
  return spec != nullptr && (spec->area == "declared" || spec->area == "permit");
}

std::string stale_reason(const Source& source, Instant collected_at, const Thresholds& thresholds) {
  const auto limit = thresholds.integer(fmt::format("evidence_max_age_days.{}", to_string(source.freshness)));
  if (!limit) return {};
  const std::int64_t age = (collected_at.seconds_since_epoch - source.observed_at.seconds_since_epoch) / 86'400;
  if (age <= *limit) return {};
  return fmt::format("the evidence was {} days old when it was collected (limit {})", age, *limit);
}

}  // namespace

RunState::RunState(const Evidence& given, std::span<const Check> checks, std::span<const CheckGroup> check_groups,
                   const Thresholds& given_thresholds, Instant as_of)
    : evidence(given), thresholds(given_thresholds), functions{as_of, &given_thresholds} {
  std::size_t index = 0;
  for (const auto& [id, source] : evidence.sources()) {
    sources_[id] = {&source, stale_reason(source, evidence.collected_at(index++), thresholds)};
    has_intended_ = has_intended_ || source.nature == Nature::intended;
  }
  for (const Collection& collection : evidence.collections()) collections_[collection.table].push_back(&collection);
  for (const CheckGroup& group : check_groups) groups.emplace_back().group = &group;
  for (const Check& check : checks) {
    CheckRun& run = runs.emplace_back();
    run.check = &check;
    for (std::size_t i = 0; i < check_groups.size(); ++i) {
      if (std::ranges::find(check_groups[i].checks, check.id) != check_groups[i].checks.end()) run.groups.push_back(i);
    }
  }
}

std::uint32_t RunState::type_number(std::string_view type) {
  const auto found = types_.find(type);
  if (found != types_.end()) return found->second;
  indices_.emplace_back();
  return types_.emplace(std::string(type), static_cast<std::uint32_t>(indices_.size() - 1)).first->second;
}

const SourceState* RunState::source(SourceId id) const {
  const auto found = sources_.find(id);
  return found == sources_.end() ? nullptr : &found->second;
}

EvidenceGrade RunState::lowest_grade(const std::vector<Need>& needs) const {
  // Which sources wrote to which table is not kept, but which targets did is.
  std::optional<EvidenceGrade> lowest;
  std::vector<std::string_view> tables;
  for (const Need& need : needs) {
    const TableSpec* spec = find_table(need.table);
    if (spec != nullptr && spec->is_derived()) {
      tables.insert(tables.end(), spec->derived_from.begin(), spec->derived_from.end());
    } else {
      tables.emplace_back(need.table);
    }
  }
  const auto look = [&](bool yardsticks) {
    for (const std::string_view table : tables) {
      if (is_yardstick(table) != yardsticks) continue;
      for (const Collection* collection : collections(table)) {
        if (collection->row_count == 0) continue;
        for (const auto& [id, source] : evidence.sources()) {
          if (source.target == collection->target && (!lowest || source.grade < *lowest)) lowest = source.grade;
        }
      }
    }
  };
  look(false);
  if (!lowest) look(true);
  return lowest.value_or(EvidenceGrade::e3);
}

bool RunState::is_intended(std::string_view target) const {
  bool any = false;
  for (const auto& [id, source] : evidence.sources()) {
    if (source.target != target) continue;
    if (source.nature == Nature::observed) return false;
    any = true;
  }
  return any;
}

bool RunState::rests_on_intent(const std::vector<Need>& needs) const {
  bool any = false;
  for (const Need& need : needs) {
    const TableSpec* spec = find_table(need.table);
    std::vector<std::string_view> tables{need.table};
    if (spec != nullptr && spec->is_derived()) tables.assign(spec->derived_from.begin(), spec->derived_from.end());
    for (const std::string_view table : tables) {
      if (is_yardstick(table)) continue;
      for (const Collection* collection : collections(table)) {
        if (!is_intended(collection->target)) return false;
        any = true;
      }
    }
  }
  return any;
}

std::span<const Collection* const> RunState::collections(std::string_view table) const {
  const auto found = collections_.find(table);
  if (found == collections_.end()) return {};
  return found->second;
}

std::int64_t RunState::rows_of(const std::vector<Need>& needs) const {
  std::int64_t rows = 0;
  for (const Need& need : needs) {
    for (const Collection* collection : collections(need.table)) rows += collection->row_count;
  }
  return rows;
}

void RunState::count_group(std::size_t index, std::uint32_t type, std::uint32_t resource, Verdict verdict,
                           EvidenceGrade grade, Nature nature) {
  GroupRun& group = groups[index];
  if (nature == Nature::intended) {
    group.intended.add(type, resource, verdict);
    return;
  }
  const bool assessed = verdict == Verdict::pass || verdict == Verdict::warn || verdict == Verdict::fail;
  if (assessed && grade < group.group->min_grade) {
    group.observed.add(type, resource, Verdict::not_assessed);
    ++group.below_min_grade;
    return;
  }
  group.observed.add(type, resource, verdict);
  if (assessed && (!group.lowest_grade || grade < *group.lowest_grade)) group.lowest_grade = grade;
}

void RunState::record(CheckRun& run, RawResult result) {
  const bool assessed =
      result.verdict == Verdict::pass || result.verdict == Verdict::warn || result.verdict == Verdict::fail;
  if (assessed && result.source != nullptr && !result.source->stale.empty()) {
    result.verdict = Verdict::not_assessed;
    result.reason = result.source->stale;
  }
  const std::uint32_t type = type_number(result.resource.type);
  const std::uint32_t number = index_of(type).number(result.resource.platform, result.resource.id);
  run.tally.add(type, number, result.verdict);
  for (const std::size_t group : run.groups) {
    count_group(group, type, number, result.verdict, result.grade, result.nature);
  }
  if (result.verdict == Verdict::pass && !keep_passes) return;

  Finding finding{.check = run.check->id,
                  .resource = std::move(result.resource),
                  .verdict = result.verdict,
                  .subject = std::move(result.subject),
                  .message = std::move(result.message),
                  .reason = std::move(result.reason)};
  finding.line = result.line;
  finding.grade = result.grade;
  finding.nature = result.nature;
  if (result.source != nullptr) {
    finding.target = result.source->source->target;
    finding.location = result.source->source->location;
    finding.third_party = result.source->source->third_party;
  }
  findings.push_back(std::move(finding));
}

bool RunState::is_collected(const Check& check) const {
  return std::ranges::all_of(check.needs, [&](const Need& need) {
    return need.kind == NeedKind::whole_if_collected || !collections(need.table).empty();
  });
}

void RunState::close(CheckRun& run, bool any_result) {
  run.collected = is_collected(*run.check);
  bool complete = run.collected;
  for (const Need& need : run.check->needs) {
    for (const Collection* collection : collections(need.table)) {
      if (collection->state == CollectionState::complete) continue;
      complete = false;
      RawResult result;
      result.resource = {
          .platform = "", .type = "collection", .id = fmt::format("{}/{}", collection->target, need.table)};
      result.subject = fmt::format("{} of {}", need.table, collection->target);
      result.reason = fmt::format("{} was not read completely ({}): {}", need.table, to_string(collection->state),
                                  collection->reason);
      if (is_intended(collection->target)) result.nature = Nature::intended;
      record(run, std::move(result));
      findings.back().target = collection->target;
    }
  }
  if (any_result || !complete || !run.error.empty()) return;
  RawResult result;
  result.resource = {.platform = "", .type = "selection", .id = run.check->id};
  result.verdict = run.check->empty;
  result.grade = lowest_grade(run.check->needs);
  result.subject = run.check->title;
  // A plan says what is to be made, not what there is: what it leaves out may exist.
  if (rests_on_intent(run.check->needs)) {
    result.nature = Nature::intended;
    result.verdict = Verdict::not_applicable;
    result.reason = "the plan has nothing of this kind";
    return record(run, std::move(result));
  }
  if (result.verdict == Verdict::fail) result.message = "nothing of this kind was found, and there must be one";
  if (result.verdict == Verdict::not_applicable) result.reason = "complete evidence shows nothing of this kind";
  record(run, std::move(result));
}

std::vector<std::string> placeholders(std::string_view text) {
  std::vector<std::string> names;
  std::size_t at = 0;
  while ((at = text.find('{', at)) != std::string_view::npos) {
    const std::size_t end = text.find('}', at);
    if (end == std::string_view::npos) break;
    names.emplace_back(text.substr(at + 1, end - at - 1));
    at = end + 1;
  }
  return names;
}

std::string fill_template(std::string_view text, const std::map<std::string, std::string, std::less<>>& values) {
  std::string filled;
  while (true) {
    const std::size_t at = text.find('{');
    const std::size_t end = at == std::string_view::npos ? at : text.find('}', at);
    if (end == std::string_view::npos) return filled.append(text);
    filled.append(text.substr(0, at));
    const auto found = values.find(text.substr(at + 1, end - at - 1));
    filled += found == values.end() ? "?" : found->second;
    text.remove_prefix(end + 1);
  }
}

}  // namespace ehdscan
