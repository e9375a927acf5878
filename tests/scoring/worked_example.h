// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "model/readiness.h"
#include "scoring/articles.h"
#include "scoring/control_status.h"
#include "scoring/numbers.h"

namespace ehdscan::test {

/// One line of the scoring model's worked example.
struct ExampleControl {
  std::string id;
  std::string domain;
  Severity severity = Severity::medium;
  bool gate = false;
  ControlStatus status = ControlStatus::not_assessed;
  std::optional<EvidenceGrade> grade;
};

/// Six controls in three domains (IAM 14, LOG 12, TLS 7).
inline std::vector<ExampleControl> worked_example() {
  using enum ControlStatus;
  return {{"IAM-01", "IAM", Severity::critical, true, pass, EvidenceGrade::e2},
          {"IAM-13", "IAM", Severity::medium, false, partial, EvidenceGrade::e1},
          {"LOG-02", "LOG", Severity::critical, true, not_assessed, {}},
          {"LOG-05", "LOG", Severity::high, true, pass, EvidenceGrade::e2},
          {"TLS-01", "TLS", Severity::critical, false, pass, EvidenceGrade::e3},
          {"TLS-02", "TLS", Severity::high, false, fail, EvidenceGrade::e3}};
}

struct ExampleOutcome {
  Numbers numbers;
  Grading grading;
  ReadinessVerdict verdict = ReadinessVerdict::not_demonstrated;
};

inline ExampleOutcome outcome_of(const std::vector<ExampleControl>& example) {
  Profile profile;
  profile.domains = {{"IAM", "identity", 14}, {"LOG", "logging", 12}, {"TLS", "endpoints", 7}};
  std::vector<ControlResult> results;
  for (const ExampleControl& line : example) {
    Control control{.id = line.id, .domain = line.domain, .severity = line.severity};
    control.gates = line.gate;
    profile.controls.push_back(control);
    ControlResult result{.id = line.id, .status = line.status, .grade = line.grade};
    switch (line.status) {
      case ControlStatus::pass:
        result.credit = result.coverage = kPpm;
        break;
      case ControlStatus::partial:
        result.credit = kPpm / 2;
        result.coverage = kPpm;
        break;
      case ControlStatus::fail:
      case ControlStatus::accepted_risk:
        result.coverage = kPpm;
        break;
      case ControlStatus::not_applicable:
        result.by_declaration = true;
        break;
      case ControlStatus::not_assessed:
        break;
    }
    results.push_back(result);
    if (line.gate) {
      ArticlePoint point{.point = "73 " + line.id};
      point.gate = true;
      point.gating = {line.id};
      profile.articles.push_back(point);
    }
  }
  ExampleOutcome outcome{.numbers = numbers_of(profile, results)};
  outcome.grading = grade_of(profile, results, outcome.numbers.score, false);
  outcome.verdict = verdict_of(articles_of(profile, results));
  return outcome;
}

}  // namespace ehdscan::test
