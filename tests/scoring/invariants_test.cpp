// SPDX-License-Identifier: Apache-2.0
// What must hold for every node, over random ones: a fixed seed, so that a red run can be repeated.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "scoring/articles.h"
#include "scoring/control_status.h"
#include "scoring/numbers.h"

using namespace ehdscan;

namespace {

struct Node {
  Profile profile;
  std::vector<VerdictCounts> resources;
};

ControlResult result_of(const Control& control, const VerdictCounts& resources) {
  const Standing standing = standing_of(control.severity, resources);
  return {.id = control.id,
          .status = standing.status,
          .credit = standing.credit,
          .coverage = standing.coverage,
          .resources = resources,
          .grade = EvidenceGrade::e3};
}

std::vector<ControlResult> results_of(const Node& node) {
  std::vector<ControlResult> results;
  for (std::size_t i = 0; i < node.resources.size(); ++i) {
    results.push_back(result_of(node.profile.controls[i], node.resources[i]));
  }
  return results;
}

Score score_of(const Node& node) { return numbers_of(node.profile, results_of(node)).score; }

Node random_node(std::mt19937& random) {
  const auto upto = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most + 1)); };
  Node node;
  const int domains = 1 + upto(4);
  for (int d = 0; d < domains; ++d) {
    node.profile.domains.push_back({std::string("D") + std::to_string(d), "domain", 1 + upto(14)});
    const int controls = upto(5);
    for (int c = 0; c < controls; ++c) {
      Control control{.id = "D" + std::to_string(d) + "-" + std::to_string(c), .domain = "D" + std::to_string(d)};
      control.severity = static_cast<Severity>(upto(3));
      control.gates = upto(3) == 0;
      node.profile.controls.push_back(control);
      VerdictCounts counts;
      if (upto(9) > 0) {
        for (const Verdict verdict : {Verdict::pass, Verdict::warn, Verdict::fail, Verdict::not_assessed}) {
          counts.add(verdict, upto(2) == 0 ? 0 : upto(4));
        }
      }
      node.resources.push_back(counts);
    }
  }
  return node;
}

constexpr int kRuns = 4000;

}  // namespace

TEST_CASE("scoring invariants: floor, ceiling and coverage keep their order") {
  std::mt19937 random(73);
  for (int run = 0; run < kRuns; ++run) {
    const Node node = random_node(random);
    const Score score = score_of(node);
    REQUIRE(0 <= score.floor);
    REQUIRE(score.floor <= score.ceiling);
    REQUIRE(score.ceiling <= kPpm);
    REQUIRE(score.ceiling - score.floor == kPpm - score.coverage);
    REQUIRE(score.assessed.has_value() == (score.coverage > 0));
    REQUIRE(score.assurance.has_value() == (score.floor > 0));
    for (const DomainResult& domain : numbers_of(node.profile, results_of(node)).domains) {
      REQUIRE(domain.score.floor <= domain.score.ceiling);
      REQUIRE(domain.score.ceiling <= kPpm);
    }
  }
}

TEST_CASE("scoring invariants: adding a pass to an applicable control never lowers the floor") {
  std::mt19937 random(68);
  for (int run = 0; run < kRuns; ++run) {
    Node node = random_node(random);
    if (node.resources.empty()) continue;
    const Ppm before = score_of(node).floor;
    const std::size_t changed = random() % node.resources.size();
    const bool applies = results_of(node)[changed].status != ControlStatus::not_applicable;
    if (!applies) continue;
    node.resources[changed].add(Verdict::pass);
    REQUIRE(score_of(node).floor >= before);
  }
}

TEST_CASE("scoring invariants: for a critical control, learning of a failure raises nothing but coverage") {
  std::mt19937 random(12);
  for (int run = 0; run < kRuns; ++run) {
    Node node = random_node(random);
    for (std::size_t i = 0; i < node.resources.size(); ++i) {
      if (node.profile.controls[i].severity != Severity::critical) continue;
      if (results_of(node)[i].status != ControlStatus::not_assessed) continue;
      const Score before = score_of(node);
      node.resources[i].add(Verdict::not_assessed, -1);
      node.resources[i].add(Verdict::fail);
      const Score after = score_of(node);
      REQUIRE(after.floor == before.floor);
      REQUIRE(after.ceiling <= before.ceiling);
      REQUIRE(after.coverage >= before.coverage);
      break;
    }
  }
}

TEST_CASE("scoring invariants: what is not assessed earns nothing") {
  std::mt19937 random(2025);
  for (int run = 0; run < kRuns; ++run) {
    Node node = random_node(random);
    for (VerdictCounts& counts : node.resources) {
      std::int64_t all = 0;
      for (const Verdict verdict : {Verdict::pass, Verdict::warn, Verdict::fail, Verdict::not_assessed}) all += counts.of(verdict);
      counts = {};
      counts.add(Verdict::not_assessed, all);
    }
    const Score score = score_of(node);
    REQUIRE(score.floor == 0);
    REQUIRE(score.coverage == 0);
    REQUIRE(grade_of(node.profile, results_of(node), score, false).grade == "none");
  }
}

TEST_CASE("scoring invariants: the order of controls decides nothing") {
  std::mt19937 random(327);
  for (int run = 0; run < kRuns / 4; ++run) {
    Node node = random_node(random);
    const Score before = score_of(node);
    for (std::size_t i = node.resources.size(); i > 1; --i) {
      const std::size_t other = random() % i;
      std::swap(node.resources[i - 1], node.resources[other]);
      std::swap(node.profile.controls[i - 1], node.profile.controls[other]);
    }
    REQUIRE(score_of(node) == before);
  }
}

TEST_CASE("scoring invariants: no grade passes a failing gate") {
  std::mt19937 random(5);
  for (int run = 0; run < kRuns; ++run) {
    const Node node = random_node(random);
    const std::vector<ControlResult> results = results_of(node);
    const Score score = numbers_of(node.profile, results).score;
    const std::string grade = grade_of(node.profile, results, score, false).grade;
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (!node.profile.controls[i].gates) continue;
      const ControlStatus status = results[i].status;
      if (status == ControlStatus::fail || status == ControlStatus::partial) {
        REQUIRE((grade == "D" || grade == "E" || grade == "F" || grade == "none"));
      } else if (status == ControlStatus::not_assessed) {
        REQUIRE((grade != "A+" && grade != "A" && grade != "B"));
      }
    }
  }
}
