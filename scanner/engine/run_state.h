// SPDX-License-Identifier: Apache-2.0
// What short and long form checks share while one assessment runs. For engine/ only.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/assess.h"
#include "engine/sql_functions.h"
#include "engine/tally.h"

namespace ehdscan {

/// What the engine knows of one source.
struct SourceState {
  const Source* source = nullptr;
  std::string stale;  ///< why it is too old to count; empty if it is not
};

/// One check while it runs.
struct CheckRun {
  const Check* check = nullptr;
  Tally tally;
  std::vector<std::size_t> groups;  ///< indices of the groups it belongs to
  std::string error;
  bool collected = false;
};

struct GroupRun {
  const CheckGroup* group = nullptr;
  Tally observed;
  Tally intended;
  std::optional<EvidenceGrade> lowest_grade;
  std::int64_t below_min_grade = 0;
};

/// One result before it is counted.
struct RawResult {
  Resource resource;
  Verdict verdict = Verdict::not_assessed;
  std::string subject;
  std::string message;
  std::string reason;
  const SourceState* source = nullptr;  ///< nullptr if it does not rest on one source
  EvidenceGrade grade = EvidenceGrade::e0;
  Nature nature = Nature::observed;
  std::uint32_t line = 0;
};

class RunState {
 public:
  RunState(const Evidence& evidence, std::span<const Check> checks, std::span<const CheckGroup> groups,
           const Thresholds& thresholds, Instant as_of);

  /// Counts one result for its check and the check's groups; keeps it as a finding unless it is a pass.
  void record(CheckRun& run, RawResult result);

  /// Counts a pass of which nothing else is kept.
  void record_pass(CheckRun& run, std::uint32_t type, std::uint32_t resource, EvidenceGrade grade, Nature nature) {
    run.tally.add(type, resource, Verdict::pass);
    for (const std::size_t group : run.groups) count_group(group, type, resource, Verdict::pass, grade, nature);
  }

  /// Counts a result for one group: intended evidence apart, weak evidence as not assessed.
  void count_group(std::size_t group, std::uint32_t type, std::uint32_t resource, Verdict verdict, EvidenceGrade grade,
                   Nature nature);

  std::uint32_t type_number(std::string_view type);
  ResourceIndex& index_of(std::uint32_t type) { return indices_[type]; }

  [[nodiscard]] const SourceState* source(SourceId id) const;
  /// Lowest grade among the sources that wrote to these tables, yardsticks (declared and permit tables) left out.
  [[nodiscard]] EvidenceGrade lowest_grade(const std::vector<Need>& needs) const;
  /// Collections of a table, over all targets.
  [[nodiscard]] std::span<const Collection* const> collections(std::string_view table) const;
  [[nodiscard]] std::int64_t rows_of(const std::vector<Need>& needs) const;
  /// Whether a target read nothing but plans and manifests.
  [[nodiscard]] bool is_intended(std::string_view target) const;
  /// Whether what these tables hold comes from plans and manifests alone, yardsticks left out.
  [[nodiscard]] bool rests_on_intent(const std::vector<Need>& needs) const;
  [[nodiscard]] bool has_intended() const { return has_intended_; }

  /// Some target collects each table that the check needs; declarations that it only takes where there are any may be
  /// absent.
  [[nodiscard]] bool is_collected(const Check& check) const;
  /// Adds the not-assessed resources of incomplete collections, and what an empty selection means.
  void close(CheckRun& run, bool any_result);

  const Evidence& evidence;
  const Thresholds& thresholds;
  FunctionContext functions;
  std::vector<CheckRun> runs;
  std::vector<GroupRun> groups;
  std::vector<Finding> findings;
  bool keep_passes = false;  ///< examples look at passes too; assessments only count them

 private:
  std::unordered_map<SourceId, SourceState> sources_;
  std::map<std::string, std::vector<const Collection*>, std::less<>> collections_;
  std::map<std::string, std::uint32_t, std::less<>> types_;
  std::vector<ResourceIndex> indices_;
  bool has_intended_ = false;
};

/// Short-form checks of one table, in one pass over it. `runs` all have this table.
Result<void> run_short_form(RunState& state, std::span<CheckRun* const> runs);
/// One long-form check.
Result<void> run_long_form(RunState& state, CheckRun& run);

/// Text with `{column}` replaced by its value; "?" where it is NULL or unknown.
std::string fill_template(std::string_view text, const std::map<std::string, std::string, std::less<>>& values);
std::vector<std::string> placeholders(std::string_view text);

}  // namespace ehdscan
