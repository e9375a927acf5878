// SPDX-License-Identifier: Apache-2.0
// Missing is never good, also between sites: what was not sent, not asked or not looked at never counts as a pass.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compare/comparison.h"
#include "reports/comparison.h"
#include "reports/json.h"
#include "support/program.h"
#include "tests/reports/sample.h"

using namespace ehdscan;

namespace {

using Json = nlohmann::ordered_json;

/// A small report: controls of one letter each with their status ("pass"), and findings "check resource verdict".
struct Draft {
  std::string site = "alpha";
  std::string as_of = "2026-11-20T00:00:00Z";
  std::string profile = "1111";
  std::string tool = "0.1.0";
  std::string input = "2026-11-19T00:00:00Z";
  std::vector<std::pair<std::string, std::string>> controls{{"A", "pass"}, {"B", "fail"}};
  std::vector<std::array<std::string, 3>> findings;
  std::string requirement = "do it";
  std::int64_t check_not_assessed = 0;
  std::int64_t floor = 100;
  std::int64_t failing_under_pass = 0;

  [[nodiscard]] std::string text() const {
    Json json{{"schema", "ehdscan-readiness/1"},
              {"tool", {{"name", "ehdscan"}, {"version", tool}}},
              {"profile", {{"id", "p"}, {"version", "1"}, {"sha256", profile}, {"overlays", Json::array()}}},
              {"as_of", as_of},
              {"site", {{"name", site}, {"country", "FI"}, {"declared_platforms", Json::array()}}},
              {"verdict", {{"value", "gap_found"}, {"printed", "x"}}},
              {"score", {{"floor_ppm", floor}, {"ceiling_ppm", 500}, {"coverage_ppm", 400}}},
              {"grade", "F"},
              {"domains", Json::array()},
              {"controls", Json::array()},
              {"checks", Json::array()},
              {"findings", Json::array()},
              {"waivers", Json::array()},
              {"inputs", Json::array()},
              {"collections", Json::array()}};
    for (const auto& [id, status] : controls) {
      const std::int64_t failing = status == "fail" ? 1 : failing_under_pass;
      json["controls"].push_back(
          {{"id", id},
           {"status", status},
           {"domain", "D"},
           {"title", "t"},
           {"requirement", requirement},
           {"severity", "high"},
           {"basis", ""},
           {"applies_when", ""},
           {"min_evidence", "E1"},
           {"testable_how", ""},
           {"gates", false},
           {"parts", Json::array()},
           {"resources", {{"fail", failing}, {"not_assessed", status == "not_assessed" ? 1 : 0}}}});
    }
    json["checks"].push_back(
        {{"id", "c"}, {"collected", true}, {"error", ""}, {"counts", {{"not_assessed", check_not_assessed}}}});
    for (const auto& [check, resource, verdict] : findings) {
      json["findings"].push_back({{"check", check},
                                  {"verdict", verdict},
                                  {"subject", resource},
                                  {"resource", {{"platform", "p"}, {"type", "t"}, {"id", resource}}},
                                  {"evidence", {{"nature", "observed"}}}});
    }
    json["inputs"].push_back({{"target", "t"}, {"location", "f"}, {"sha256", nullptr}, {"observed_at", input}});
    return json.dump();
  }
  [[nodiscard]] GivenReport given() const {
    Result<SiteReport> report = read_site_report(text(), site + as_of);
    REQUIRE_MESSAGE(report, (report ? std::string() : report.error().message));
    return {.file = site + as_of, .report = std::move(*report)};
  }
};

Comparison compare(const std::vector<Draft>& drafts, std::vector<std::string> expected = {}) {
  std::vector<GivenReport> given;
  for (const Draft& draft : drafts) given.push_back(draft.given());
  return compare_reports(std::move(given),
                         {.as_of = *parse_instant("2026-12-01T00:00:00Z"), .expected = std::move(expected)});
}

const ComparedControl& control(const Comparison& comparison, std::string_view id) {
  const auto found = std::ranges::find(comparison.controls, id, &ComparedControl::id);
  REQUIRE(found != comparison.controls.end());
  return *found;
}

std::size_t count(const ComparedControl& control, SiteStatus status) {
  return control.counts[static_cast<std::size_t>(status)];
}

std::string refusal(const std::string& text) {
  const Result<SiteReport> report = read_site_report(text, "r.json");
  return report ? std::string() : report.error().message;
}

}  // namespace

TEST_CASE("compare: a site that sent nothing, or was not asked, never counts as a pass") {
  Draft small{.site = "beta"};
  small.controls = {{"B", "fail"}};
  const Comparison comparison = compare({Draft{}, small}, {"gamma"});
  REQUIRE(comparison.sites.size() == 3);
  CHECK(count(control(comparison, "A"), SiteStatus::pass) == 1);
  CHECK(count(control(comparison, "A"), SiteStatus::missing) == 2);
  CHECK_FALSE(comparison.sites[2].current);
  CHECK(comparison.sites[2].absent == "no report was given");
  CHECK(control(comparison, "B").nobody_passes);
}

TEST_CASE("compare: only identical controls are compared") {
  Draft other{.site = "gamma", .profile = "2222"};
  other.requirement = "do something easier";
  const Comparison comparison = compare({Draft{}, Draft{.site = "beta"}, other});
  CHECK(count(control(comparison, "A"), SiteStatus::pass) == 2);
  CHECK(count(control(comparison, "A"), SiteStatus::incomparable) == 1);
  CHECK(comparison.profiles == 2);
  other.profile = "1111";
  const Comparison liar = compare({Draft{}, Draft{.site = "beta"}, other});
  REQUIRE(liar.given[2].remarks.size() == 1);
  CHECK(liar.given[2].remarks[0].find("not those of that profile") != std::string::npos);
}

TEST_CASE("compare: the one site that fails what most pass comes first") {
  Draft bad{.site = "delta"};
  bad.controls = {{"A", "fail"}, {"B", "fail"}};
  const Comparison comparison = compare({Draft{}, Draft{.site = "beta"}, Draft{.site = "gamma"}, bad});
  REQUIRE(comparison.controls[0].id == "A");
  REQUIRE(comparison.controls[0].outliers.size() == 1);
  CHECK(comparison.sites[comparison.controls[0].outliers[0]].name == "delta");
  const Comparison with_absent =
      compare({Draft{}, Draft{.site = "beta"}, Draft{.site = "gamma"}, bad}, {"x", "y", "z"});
  CHECK(control(with_absent, "A").outliers.empty());  // three of seven are not most
}

TEST_CASE("compare: two reports of one site and day contest each other, copies count once, the future is refused") {
  Draft forged;
  forged.controls = {{"A", "pass"}, {"B", "pass"}};
  const Comparison contested = compare({Draft{}, forged, Draft{.as_of = "2026-08-01T00:00:00Z"}});
  CHECK(contested.given[0].standing == ReportStanding::contested);
  CHECK(contested.given[1].standing == ReportStanding::contested);
  REQUIRE(contested.sites.size() == 1);
  CHECK_FALSE(contested.sites[0].current);  // the older one does not stand in
  const Comparison twice = compare({Draft{}, Draft{}});
  CHECK(twice.given[1].standing == ReportStanding::duplicate);
  CHECK(twice.sites[0].current);
  const Comparison future = compare({Draft{.as_of = "2027-01-01T00:00:00Z"}});
  CHECK(future.given[0].standing == ReportStanding::refused);
  CHECK_FALSE(future.sites[0].current);
}

TEST_CASE("compare: findings of two reports of one site are new, resolved, unchanged or incomparable") {
  Draft before{.as_of = "2026-08-01T00:00:00Z", .input = "2026-07-31T00:00:00Z"};
  before.findings = {{"c", "kept", "fail"}, {"c", "gone", "fail"}, {"d", "unasked", "fail"}};
  Draft after;
  after.findings = {{"c", "kept", "fail"}, {"c", "added", "warn"}};
  const Comparison comparison = compare({after, before});
  REQUIRE(comparison.sites[0].change);
  const SiteChange& change = *comparison.sites[0].change;
  CHECK(change.unchanged == 1);
  REQUIRE(change.fresh.size() == 1);
  CHECK(change.fresh[0].subject == "added");
  REQUIRE(change.resolved.size() == 1);
  CHECK(change.resolved[0].subject == "gone");
  REQUIRE(change.incomparable.size() == 1);
  CHECK(change.incomparable[0].subject == "unasked");
  after.check_not_assessed = 1;  // it may have looked away
  CHECK(compare({after, before}).sites[0].change->resolved.empty());
}

TEST_CASE("compare: failing since the first of an unbroken row of reports") {
  Draft first{.as_of = "2026-03-01T00:00:00Z"};
  Draft second{.as_of = "2026-06-01T00:00:00Z"};
  const Comparison unbroken = compare({Draft{}, first, second});
  REQUIRE(unbroken.sites[0].failing_since.size() == 1);
  CHECK(unbroken.sites[0].failing_since[0].control == "B");
  CHECK(unbroken.sites[0].failing_since[0].reports == 3);
  CHECK(to_string(unbroken.sites[0].failing_since[0].since) == "2026-03-01T00:00:00Z");
  second.controls[1].second = "not_assessed";  // could not look: the row ends
  CHECK(compare({Draft{}, first, second}).sites[0].failing_since.empty());
  second = {.as_of = "2026-06-01T00:00:00Z"};
  first.requirement = "something else";
  CHECK(compare({Draft{}, first, second}).sites[0].failing_since[0].reports == 2);
}

TEST_CASE("compare: old evidence judged by a newer profile shows what the baseline did, if asked for") {
  Draft stricter{.profile = "2222"};
  stricter.controls = {{"A", "fail"}, {"B", "fail"}};
  CHECK(compare({Draft{}, stricter}).given[0].standing == ReportStanding::contested);
  const auto reassessed = [](const std::vector<Draft>& drafts) {
    std::vector<GivenReport> given;
    for (const Draft& draft : drafts) given.push_back(draft.given());
    return compare_reports(std::move(given), {.as_of = *parse_instant("2026-12-01T00:00:00Z"), .reassessed = true});
  };
  const Comparison comparison = reassessed({Draft{}, stricter});
  REQUIRE(comparison.sites[0].change);
  REQUIRE(comparison.sites[0].change->controls.size() == 1);
  CHECK(comparison.sites[0].change->controls[0].cause == Cause::baseline);
  CHECK(comparison.sites[0].change->controls[0].after == SiteStatus::fail);
  stricter.input = "2026-11-18T00:00:00Z";  // other evidence: one of the two is not true
  CHECK(reassessed({Draft{}, stricter}).given[0].standing == ReportStanding::contested);
  stricter = Draft{};
  stricter.controls = {{"A", "fail"}, {"B", "fail"}};  // the same profile cannot give both
  CHECK(reassessed({Draft{}, stricter}).given[0].standing == ReportStanding::contested);
}

TEST_CASE("compare: why a control stands otherwise") {
  const Draft before{.as_of = "2026-08-01T00:00:00Z"};
  Draft after;
  after.controls = {{"A", "fail"}, {"B", "fail"}};
  const auto cause = [&] {
    const SiteChange change = change_between(*before.given().report, *after.given().report);
    REQUIRE_FALSE(change.controls.empty());
    return change.controls[0].cause;
  };
  CHECK(cause() == Cause::as_of);
  after.input = "2026-11-18T00:00:00Z";
  CHECK(cause() == Cause::estate);
  after.profile = "2222";
  CHECK(cause() == Cause::undecided);
  after.profile = "1111";
  after.controls = {{"A", "not_assessed"}, {"B", "fail"}};
  CHECK(cause() == Cause::coverage);
  CHECK(change_between(*before.given().report, *after.given().report).controls[0].direction == "worse");
  after.requirement = "do more";
  CHECK(cause() == Cause::baseline);
}

TEST_CASE("compare: hostile reports are refused with their place") {
  CHECK(refusal("{}").find("no JSON report") != std::string::npos);
  CHECK_FALSE(refusal("").empty());
  CHECK_FALSE(refusal(std::string(100'000, '[')).empty());
  Draft draft;
  draft.failing_under_pass = 1;
  CHECK(refusal(draft.text()).find("says pass over 1 failing") != std::string::npos);
  CHECK(refusal(Draft{.floor = 501}.text()).find("above the ceiling") != std::string::npos);
  draft = Draft{};
  draft.controls = {{"A", "pass"}, {"A", "fail"}};
  CHECK(refusal(draft.text()).find("stands twice") != std::string::npos);
  draft.controls = {{"A", "excellent"}};
  CHECK(refusal(draft.text()).find("no status") != std::string::npos);
  CHECK(refusal(Draft{.site = std::string(300, 'x')}.text()).find("longer than") != std::string::npos);
  const std::string good = Draft{}.text();
  for (std::size_t i = 0; i < good.size(); i += 7) CHECK_FALSE(refusal(good.substr(0, i)).empty());
  const Json whole = Json::parse(good);
  for (const auto& [key, value] : whole.items()) {
    Json broken = whole;
    broken.erase(key);
    CHECK_MESSAGE(!refusal(broken.dump()).empty(), key);
    broken[key] = 5;
    CHECK_MESSAGE(!refusal(broken.dump()).empty(), key);
  }
}

TEST_CASE("compare: markup, escapes and formulas in a report stay text") {
  const Comparison comparison = compare({Draft{.site = "=cmd\x1b[31m<script>"}});
  CHECK(write_comparison_summary(comparison).find('\x1b') == std::string::npos);
  CHECK(write_comparison_csv(comparison).find("\"'=cmd") != std::string::npos);
  CHECK(Json::parse(write_comparison_json(comparison))["sites"][0]["site"] == "=cmd\x1b[31m<script>");
}

TEST_CASE("compare: our own reports are taken, and the order of the files does not matter for the matrix") {
  Readiness readiness = sample_readiness(20);
  for (ControlResult& one : readiness.controls) {  // the sample is made up: the program lets none of these pass
    if (one.status == ControlStatus::pass)
      one.resources.add(Verdict::not_assessed, -one.resources.of(Verdict::not_assessed));
  }
  const std::string text = *write_json_report(readiness);
  const Result<SiteReport> report = read_site_report(text, "report.json");
  REQUIRE_MESSAGE(report, (report ? std::string() : report.error().message));
  CHECK(report->controls.size() == readiness.controls.size());
  const Comparison one = compare({Draft{}, Draft{.site = "beta"}});
  const Comparison two = compare({Draft{.site = "beta"}, Draft{}});
  CHECK(write_comparison_csv(one) == write_comparison_csv(two));
}

TEST_CASE("compare: the program refuses unsigned reports where keys are asked for, and says what is absent") {
  const TemporaryFolder folder;
  const auto put = [&](const std::string& name, const std::string& text) {
    std::ofstream(folder.path / name, std::ios::binary) << text;
    return (folder.path / name).string();
  };
  const std::string alpha = put("a.json", Draft{}.text());
  const std::string beta = put("b.json", Draft{.site = "beta"}.text());
  const std::string as_of = "--as-of=2026-12-01";
  const ProgramRun fine = run_program_with({"compare", alpha, beta, as_of});
  CHECK_MESSAGE(fine.code == 0, fine.error);
  CHECK(fine.out.find("2 reports of 2 sites") != std::string::npos);
  CHECK(run_program_with({"compare", alpha, beta, as_of, "--expect", "gamma"}).code == 3);
  std::filesystem::create_directories(folder.path / "keys");
  CHECK(run_program_with({"compare", alpha, put("broken.json", "{"), as_of}).code == 3);
  CHECK(run_program_with({"compare", put("broken.json", "{"), as_of}).code == 2);
  CHECK(run_program_with({"compare", alpha, as_of, "--format", "pdf=-"}).code == 2);
  const ProgramRun json = run_program_with({"compare", alpha, beta, as_of, "--format", "json=-"});
  CHECK(Json::parse(json.out)["schema"] == "ehdscan-compare/1");
}
