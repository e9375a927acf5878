// SPDX-License-Identifier: Apache-2.0
// The scoring model's worked example and its seven variants, to the last digit.
#include <doctest/doctest.h>

#include <algorithm>

#include "reports/percent.h"
#include "scoring/worked_example.h"

using namespace ehdscan;
using namespace ehdscan::test;
using enum ControlStatus;

namespace {

std::vector<ExampleControl> with(std::initializer_list<std::pair<std::string, ControlStatus>> changes) {
  std::vector<ExampleControl> example = worked_example();
  for (const auto& [id, status] : changes) {
    const auto line = std::ranges::find(example, id, &ExampleControl::id);
    line->status = status;
    if (status == pass && !line->grade) line->grade = EvidenceGrade::e2;
    if (status == not_assessed) line->grade.reset();
  }
  return example;
}

std::vector<ExampleControl> all(ControlStatus status) {
  std::vector<ExampleControl> example = worked_example();
  for (ExampleControl& line : example) {
    line.status = status;
    line.grade = status == pass ? std::optional(EvidenceGrade::e2) : std::nullopt;
  }
  return example;
}

struct Expected {
  Ppm floor, ceiling, coverage;
  const char* grade;
  ReadinessVerdict verdict;
};

void expect(const std::vector<ExampleControl>& example, const Expected& expected) {
  const ExampleOutcome outcome = outcome_of(example);
  CHECK(outcome.numbers.score.floor == expected.floor);
  CHECK(outcome.numbers.score.ceiling == expected.ceiling);
  CHECK(outcome.numbers.score.coverage == expected.coverage);
  CHECK(outcome.grading.grade == expected.grade);
  CHECK(outcome.verdict == expected.verdict);
}

}  // namespace

TEST_CASE("scoring: the worked example") {
  const ExampleOutcome outcome = outcome_of(worked_example());
  const auto& domains = outcome.numbers.domains;
  CHECK(domains[0].total == 12);
  CHECK(domains[0].score.floor == 916666);
  CHECK(domains[0].score.ceiling == 916666);
  CHECK(domains[0].score.coverage == kPpm);
  CHECK(domains[1].total == 15);
  CHECK(domains[1].score.floor == 333333);
  CHECK(domains[1].score.ceiling == kPpm);
  CHECK(domains[1].score.coverage == 333333);
  CHECK(domains[2].total == 15);
  CHECK(domains[2].score.floor == 666666);
  CHECK(domains[2].score.ceiling == 666666);
  CHECK(domains[2].score.coverage == kPpm);
  const Score& score = outcome.numbers.score;
  CHECK(score.floor == 651514);
  CHECK(score.ceiling == 893939);
  CHECK(score.coverage == 757575);
  CHECK(score.assessed == Ppm{859999});
  CHECK(score.assurance == Ppm{945737});
  CHECK(percent_cut(score.floor) == "65.1");
  CHECK(percent_ceiling(score) == "89.4");
  CHECK(percent_cut(score.coverage) == "75.7");
  CHECK(percent_cut(*score.assessed) == "85.9");
  CHECK(percent_cut(*score.assurance) == "94.5");
  CHECK(outcome.grading.grade == "C");
  CHECK(outcome.verdict == ReadinessVerdict::not_demonstrated);
  REQUIRE(outcome.grading.caps.size() == 2);
  CHECK(outcome.grading.caps[0].grade == "C");
  CHECK(outcome.grading.caps[1].grade == "C");
}

TEST_CASE("scoring: the seven variants of the worked example") {
  SUBCASE("LOG-02 fails") {
    expect(with({{"LOG-02", ControlStatus::fail}}), {651514, 651514, kPpm, "D", ReadinessVerdict::gap_found});
  }
  SUBCASE("LOG-02 passes at E2") {
    expect(with({{"LOG-02", pass}}), {893938, 893938, kPpm, "B", ReadinessVerdict::no_gap_found});
  }
  SUBCASE("LOG-02 passes, LOG-05 fails") {
    expect(with({{"LOG-02", pass}, {"LOG-05", ControlStatus::fail}}), {772726, 772726, kPpm, "D", ReadinessVerdict::gap_found});
  }
  SUBCASE("TLS-01 and TLS-02 not assessed") {
    expect(with({{"TLS-01", not_assessed}, {"TLS-02", not_assessed}}),
           {510100, 964646, 545454, "none", ReadinessVerdict::not_demonstrated});
  }
  SUBCASE("all pass, TLS-02 not applicable by declaration") {
    std::vector<ExampleControl> example = all(pass);
    example.back().status = not_applicable;
    expect(example, {kPpm, kPpm, kPpm, "B", ReadinessVerdict::no_gap_found});
    const ExampleOutcome outcome = outcome_of(example);
    REQUIRE(outcome.grading.caps.size() == 1);
    CHECK(outcome.grading.caps[0].reason.starts_with("5 of 42 weight"));
  }
  SUBCASE("all pass") { expect(all(pass), {kPpm, kPpm, kPpm, "A+", ReadinessVerdict::no_gap_found}); }
  SUBCASE("nothing assessed: where others print 100") {
    expect(all(not_assessed), {0, kPpm, 0, "none", ReadinessVerdict::not_demonstrated});
    const ExampleOutcome outcome = outcome_of(all(not_assessed));
    CHECK(!outcome.numbers.score.assessed);
    CHECK(!outcome.numbers.score.assurance);
  }
}
