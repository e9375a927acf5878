// SPDX-License-Identifier: Apache-2.0
// From counted resources to controls: parts, scope, waivers, exclusions, conditions.
#include <doctest/doctest.h>

#include <algorithm>

#include "scoring/score.h"

using namespace ehdscan;

namespace {

constexpr const char* kAsOf = "2026-11-24T08:00:00Z";

/// One control with a part for Linux hosts that `ssh-good` decides, and whatever a test adds.
struct Scene {
  ReadinessInput input;

  Scene() {
    Profile& profile = input.profile.profile;
    profile.domains = {{"HST", "hosts", 5}};
    Control control{.id = "HST-02", .domain = "HST", .severity = Severity::high};
    control.applies_when = "always";
    control.parts = {{"settings", "linux", "settings of sshd", {"ssh-good"}}};
    profile.controls.push_back(control);
    input.assessment.as_of = *parse_instant(kAsOf);
    input.assessment.outcomes.push_back({.check = "ssh-good", .collected = true});
    input.assessment.groups.push_back({});
    input.evidence_in_scope = {"linux"};
    Check check{.id = "ssh-good", .severity = Severity::high};
    check.needs = {{"sshd_setting", NeedKind::rows}};
    input.checks.push_back(check);
  }

  Control& control() { return input.profile.profile.controls[0]; }

  void count(Verdict verdict, std::int64_t n) {
    input.assessment.groups[0].resources.add(verdict, n);
    input.assessment.groups[0].lowest_grade = EvidenceGrade::e3;
    input.assessment.outcomes[0].counts.add(verdict, n);
    for (std::int64_t i = 0; i < n && verdict != Verdict::pass; ++i) {
      Finding finding{.check = "ssh-good", .resource = {"host:a", "sshd_setting", "a/default/" + std::to_string(i)}};
      finding.verdict = verdict;
      if (verdict == Verdict::not_assessed) finding.reason = "not readable";
      input.assessment.findings.push_back(finding);
    }
  }

  Readiness make() { return make_readiness(std::move(input)); }
};

Waiver waiver_until(const char* day) {
  return {.id = "W-1", .control = "HST-02", .owner = "a", .approver = "b", .reason = "old client", .expires = *parse_day(day)};
}

}  // namespace

TEST_CASE("readiness: a control passes only if every part in scope was looked at") {
  Scene scene;
  scene.count(Verdict::pass, 3);
  SUBCASE("its only part is checked") { CHECK(scene.make().controls[0].status == ControlStatus::pass); }
  SUBCASE("a part that no check looks at") {
    scene.control().parts.push_back({"wire", "tls", "what the server offers", {}});
    const Readiness readiness = scene.make();
    CHECK(readiness.controls[0].status == ControlStatus::not_assessed);
    CHECK(readiness.controls[0].resources.of(Verdict::not_assessed) == 1);
    REQUIRE(readiness.controls[0].reasons.size() == 1);
    CHECK(readiness.controls[0].reasons[0] == "no check looks at a part of it yet");
  }
  SUBCASE("a part of a platform that the node does not have") {
    scene.control().parts.push_back({"cloud", "openstack", "settings of images", {}});
    const Readiness readiness = scene.make();
    CHECK(readiness.controls[0].status == ControlStatus::pass);
    CHECK(!readiness.controls[0].parts[1].in_scope);
  }
  SUBCASE("a declared platform without a target") {
    scene.control().parts.push_back({"cloud", "openstack", "settings of images", {"image-good"}});
    scene.input.evidence_in_scope = {"linux", "openstack"};
    scene.input.assessment.outcomes.push_back({.check = "image-good", .collected = false});
    const Readiness readiness = scene.make();
    CHECK(readiness.controls[0].status == ControlStatus::not_assessed);
    CHECK(readiness.controls[0].parts[1].reason == "no target was read that could show it (openstack)");
  }
}

TEST_CASE("readiness: register and documents alone never make a control of systems pass") {
  for (const char* yardstick : {"permit_register", "document"}) {
    Scene scene;
    scene.count(Verdict::pass, 3);
    scene.input.evidence_in_scope = {};
    scene.control().parts = {{"register", yardstick, "the register is usable", {"ssh-good"}}, {"accounts", "linux", "accounts against it", {}}};
    const Readiness readiness = scene.make();
    CHECK(readiness.controls[0].status == ControlStatus::not_assessed);
    CHECK(readiness.controls[0].credit == 0);
    CHECK(readiness.score.floor == 0);
  }
  SUBCASE("what they show to be wrong still fails") {
    Scene scene;
    scene.count(Verdict::fail, 1);
    scene.input.evidence_in_scope = {};
    scene.control().parts = {{"register", "permit_register", "the register is usable", {"ssh-good"}}, {"accounts", "linux", "accounts against it", {}}};
    CHECK(scene.make().controls[0].status == ControlStatus::fail);
  }
  SUBCASE("a control of documents only is theirs") {
    Scene scene;
    scene.count(Verdict::pass, 1);
    scene.control().parts = {{"policy", "document", "the policy", {"ssh-good"}}};
    CHECK(scene.make().controls[0].status == ControlStatus::pass);
  }
}

TEST_CASE("readiness: a control whose every platform is out of scope is not assessed") {
  Scene scene;
  scene.input.evidence_in_scope = {};
  const Readiness readiness = scene.make();
  CHECK(readiness.controls[0].status == ControlStatus::not_assessed);
  CHECK(readiness.score.floor == 0);
  CHECK(readiness.grade == "none");
}

TEST_CASE("readiness: nothing applies, and the listing was complete") {
  Scene scene;
  const Readiness readiness = scene.make();
  CHECK(readiness.controls[0].status == ControlStatus::not_applicable);
  CHECK(!readiness.controls[0].by_declaration);
}

TEST_CASE("readiness: a waiver makes accepted risk only if it covers every failing result and has not expired") {
  Scene scene;
  scene.count(Verdict::fail, 2);
  SUBCASE("it covers all") {
    scene.input.waivers = {waiver_until("2026-11-24")};
    const Readiness readiness = scene.make();
    CHECK(readiness.controls[0].status == ControlStatus::accepted_risk);
    CHECK(readiness.controls[0].credit == 0);
    CHECK(readiness.controls[0].coverage == kPpm);
    CHECK(readiness.assessment.findings[0].verdict == Verdict::fail);
    CHECK(readiness.waivers[0].state == "active");
    CHECK(readiness.waivers[0].findings == 2);
  }
  SUBCASE("it covers one of two") {
    scene.input.waivers = {waiver_until("2027-01-01")};
    scene.input.waivers[0].resources = {"a/default/0"};
    const Readiness readiness = scene.make();
    CHECK(readiness.controls[0].status == ControlStatus::fail);
    CHECK(readiness.waivers[0].findings == 1);
  }
  SUBCASE("it covers another check") {
    scene.input.waivers = {waiver_until("2027-01-01")};
    scene.input.waivers[0].checks = {"other"};
    const Readiness readiness = scene.make();
    CHECK(readiness.controls[0].status == ControlStatus::fail);
    CHECK(readiness.waivers[0].state == "unused");
  }
  SUBCASE("it expired yesterday") {
    scene.input.waivers = {waiver_until("2026-11-23")};
    const Readiness readiness = scene.make();
    CHECK(readiness.controls[0].status == ControlStatus::fail);
    CHECK(readiness.waivers[0].state == "expired");
  }
}

TEST_CASE("readiness: an exclusion leaves the sums until it expires, and is named") {
  Scene scene;
  scene.count(Verdict::fail, 1);
  SUBCASE("in force") {
    scene.input.profile.profile.exclusions = {{"HST-02", "no such host", "board", "2026-11-24"}};
    const Readiness readiness = scene.make();
    CHECK(readiness.controls[0].status == ControlStatus::not_applicable);
    CHECK(readiness.controls[0].by_declaration);
    CHECK(readiness.controls[0].reasons[0] == "excluded until 2026-11-24 by board: no such host");
  }
  SUBCASE("expired") {
    scene.input.profile.profile.exclusions = {{"HST-02", "no such host", "board", "2026-11-23"}};
    CHECK(scene.make().controls[0].status == ControlStatus::fail);
  }
}

TEST_CASE("readiness: a condition is false only by complete and empty tables") {
  Scene scene;
  scene.control().applies_when = "kubernetes";
  scene.control().parts = {{"nodes", "export", "nodes", {}}};
  scene.input.profile.profile.conditions = {{"kubernetes", "a cluster is declared or observed", {"kube_node"}}};
  const auto collected = [&](CollectionState state, std::int64_t rows) {
    scene.input.assessment.collections.push_back({"t", "kubernetes", "kube_node", state, "", rows});
  };
  SUBCASE("read completely, none") {
    collected(CollectionState::complete, 0);
    const Readiness readiness = scene.make();
    CHECK(readiness.controls[0].status == ControlStatus::not_applicable);
    CHECK(!readiness.controls[0].by_declaration);
  }
  SUBCASE("one there") {
    collected(CollectionState::complete, 1);
    CHECK(scene.make().controls[0].status == ControlStatus::not_assessed);
  }
  SUBCASE("another target was denied") {
    collected(CollectionState::complete, 0);
    collected(CollectionState::denied, 0);
    CHECK(scene.make().controls[0].status == ControlStatus::not_assessed);
  }
  SUBCASE("never read") { CHECK(scene.make().controls[0].status == ControlStatus::not_assessed); }
}

TEST_CASE("readiness: a contradiction of the node's own declaration on a critical control raises the flag") {
  Scene scene;
  scene.count(Verdict::fail, 1);
  scene.input.checks[0].needs.push_back({"declared_prefix", NeedKind::whole});
  SUBCASE("critical") {
    scene.control().severity = Severity::critical;
    const Readiness readiness = scene.make();
    CHECK(readiness.integrity_flag);
    CHECK(std::ranges::any_of(readiness.caps, [](const Cap& cap) { return cap.reason.find("declares") != std::string::npos; }));
  }
  SUBCASE("not critical") { CHECK(!scene.make().integrity_flag); }
}
