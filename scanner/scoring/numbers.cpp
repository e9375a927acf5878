// SPDX-License-Identifier: Apache-2.0
#include "scoring/numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ehdscan {
namespace {

bool in_sums(const ControlResult& result) { return result.status != ControlStatus::not_applicable; }

bool strong(const ControlResult& result) { return result.grade && *result.grade >= EvidenceGrade::e2; }

std::int64_t weight_of(const Profile& profile, const Control& control) {
  return profile.severity_weights[static_cast<std::size_t>(control.severity)];
}

/// Ceiling and what is derived from floor and coverage, for a domain or the whole.
Score complete(Ppm floor, Ppm coverage, Ppm strong_floor) {
  Score score{.floor = floor, .ceiling = floor + kPpm - coverage, .coverage = coverage};
  if (coverage > 0) score.assessed = kPpm * floor / coverage;
  if (floor > 0) score.assurance = kPpm * strong_floor / floor;
  return score;
}

constexpr std::array<std::pair<Ppm, std::string_view>, 5> kGrades{
    {{900'000, "A"}, {800'000, "B"}, {650'000, "C"}, {500'000, "D"}, {350'000, "E"}}};

/// Higher is worse; "none" is no grade at all.
int rank(std::string_view grade) {
  constexpr std::array<std::string_view, 8> kOrder{"A+", "A", "B", "C", "D", "E", "F", "none"};
  return static_cast<int>(std::ranges::find(kOrder, grade) - kOrder.begin());
}

std::string list_of(const std::vector<std::string>& ids) {
  constexpr std::size_t kMost = 12;
  if (ids.size() <= kMost) return fmt::format("{}", fmt::join(ids, ", "));
  return fmt::format("{} and {} more", fmt::join(ids.begin(), ids.begin() + kMost, ", "), ids.size() - kMost);
}

class Capping {
 public:
  Capping(const Profile& profile, std::span<const ControlResult> controls) : profile_(profile), controls_(controls) {}

  std::vector<Cap> caps(const Score& score, bool integrity_flag) {
    if (score.coverage < 600'000) {
      add("none", "insufficient evidence: less than 60 % of the weight was assessed");
    } else if (score.coverage < 800'000) {
      add("C", "less than 80 % of the weight was assessed");
    } else if (score.coverage < 950'000) {
      add("B", "less than 95 % of the weight was assessed");
    }
    add_for("D", "critical control fails or is accepted risk", [](const Control& control, const ControlResult& result) {
      return control.severity == Severity::critical && failed(result);
    });
    add_for("D", "gate fails, is partial or is accepted risk", [](const Control& control, const ControlResult& result) {
      return control.gates && (failed(result) || result.status == ControlStatus::partial);
    });
    add_for("C", "gate not assessed", [](const Control& control, const ControlResult& result) {
      return control.gates && result.status == ControlStatus::not_assessed;
    });
    if (integrity_flag) add("C", "what the node declares differs from what was observed");
    set_aside();
    std::ranges::stable_sort(caps_, [](const Cap& a, const Cap& b) { return rank(a.grade) > rank(b.grade); });
    return std::move(caps_);
  }

 private:
  static bool failed(const ControlResult& result) {
    return result.status == ControlStatus::fail || result.status == ControlStatus::accepted_risk;
  }

  void add(std::string_view grade, std::string reason) { caps_.push_back({std::string(grade), std::move(reason)}); }

  template <typename Applies>
  void add_for(std::string_view grade, std::string_view what, Applies applies) {
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < controls_.size(); ++i) {
      if (applies(profile_.controls[i], controls_[i])) ids.push_back(controls_[i].id);
    }
    if (!ids.empty()) add(grade, fmt::format("{}: {}", what, list_of(ids)));
  }

  /// More than a tenth of all weight accepted risk, or not applicable by declaration.
  void set_aside() {
    std::int64_t all = 0;
    std::int64_t aside = 0;
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < controls_.size(); ++i) {
      const std::int64_t weight = weight_of(profile_, profile_.controls[i]);
      const bool declared = controls_[i].status == ControlStatus::not_applicable && controls_[i].by_declaration;
      if (!in_sums(controls_[i]) && !declared) continue;
      all += weight;
      if (!declared && controls_[i].status != ControlStatus::accepted_risk) continue;
      aside += weight;
      ids.push_back(controls_[i].id);
    }
    if (10 * aside > all) {
      add("B", fmt::format("{} of {} weight accepted risk or excluded by declaration: {}", aside, all, list_of(ids)));
    }
  }

  const Profile& profile_;
  std::span<const ControlResult> controls_;
  std::vector<Cap> caps_;
};

}  // namespace

Numbers numbers_of(const Profile& profile, std::span<const ControlResult> controls) {
  Numbers numbers;
  std::int64_t weights = 0;
  Ppm floor = 0;
  Ppm coverage = 0;
  Ppm strong_floor = 0;
  for (const Domain& domain : profile.domains) {
    DomainResult result{.id = domain.id, .title = domain.title, .weight = domain.weight};
    std::int64_t earned = 0;
    std::int64_t known = 0;
    std::int64_t well_earned = 0;
    for (std::size_t i = 0; i < controls.size(); ++i) {
      if (profile.controls[i].domain != domain.id || !in_sums(controls[i])) continue;
      const std::int64_t weight = weight_of(profile, profile.controls[i]);
      result.total += weight;
      earned += weight * controls[i].credit;
      known += weight * controls[i].coverage;
      if (strong(controls[i])) well_earned += weight * controls[i].credit;
    }
    if (result.total > 0) {
      const Ppm strong_here = well_earned / result.total;
      result.score = complete(earned / result.total, known / result.total, strong_here);
      weights += domain.weight;
      floor += domain.weight * result.score.floor;
      coverage += domain.weight * result.score.coverage;
      strong_floor += domain.weight * strong_here;
    }
    numbers.domains.push_back(std::move(result));
  }
  if (weights > 0) {
    numbers.score = complete(floor / weights, coverage / weights, strong_floor / weights);
  } else {
    numbers.score = complete(0, 0, 0);
  }
  return numbers;
}

Grading grade_of(const Profile& profile, std::span<const ControlResult> controls, const Score& score,
                 bool integrity_flag) {
  Grading grading{.grade = "F", .caps = Capping(profile, controls).caps(score, integrity_flag)};
  for (const auto& [least, letter] : kGrades) {
    if (score.floor < least) continue;
    grading.grade = letter;
    break;
  }
  if (score.floor >= 970'000 && score.coverage == kPpm && grading.caps.empty()) grading.grade = "A+";
  for (const Cap& cap : grading.caps) {
    if (rank(cap.grade) > rank(grading.grade)) grading.grade = cap.grade;
  }
  return grading;
}

}  // namespace ehdscan
