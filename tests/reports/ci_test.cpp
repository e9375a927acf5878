// SPDX-License-Identifier: Apache-2.0
// Formats that CI systems read: counts agree, hostile text stays text, limits hold.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <set>

#include "base/text.h"
#include "reports/writer.h"
#include "tests/reports/sample.h"

using namespace ehdscan;

namespace {

std::string written(std::string_view format, const Readiness& readiness) {
  const ReportFormat* found = find_report_format(format);
  REQUIRE(found != nullptr);
  const auto text = found->write(readiness);
  REQUIRE(text);
  return *text;
}

std::int64_t count_of(const Readiness& readiness, Verdict verdict) {
  return std::ranges::count(readiness.assessment.findings, verdict, &Finding::verdict);
}

const std::string kHostile = "=cmd|' /C calc'!A0\x1b]0;x\x07\r\n::error::forged\n<script>|`@all \xff\xef\xbf\xbe";

}  // namespace

TEST_CASE("sarif: every result fails, has a place, a rule of its index and a fingerprint of its own") {
  const Readiness readiness = sample_readiness(400);
  const auto run = nlohmann::json::parse(written("sarif", readiness))["runs"][0];
  CHECK(run["results"].size() > 0);
  CHECK(run["results"].size() <= static_cast<std::size_t>(count_of(readiness, Verdict::fail) + count_of(readiness, Verdict::warn)));
  std::set<std::string> fingerprints;
  for (const auto& result : run["results"]) {
    CHECK(result["kind"] == "fail");
    CHECK(run["tool"]["driver"]["rules"].at(result["ruleIndex"].get<std::size_t>())["id"] == result["ruleId"]);
    const auto& place = result["locations"].at(0)["physicalLocation"];
    CHECK(!place["artifactLocation"]["uri"].get<std::string>().empty());
    CHECK(place["region"]["startLine"].get<int>() >= 1);
    CHECK(fingerprints.insert(result["partialFingerprints"]["ehdscanFinding/v1"].get<std::string>()).second);
  }
  CHECK(run["automationDetails"]["id"].get<std::string>().ends_with("/"));
}

TEST_CASE("sarif: more than 5000 results are cut and a notification says so") {
  const auto run = nlohmann::json::parse(written("sarif", sample_readiness(30'000)))["runs"][0];
  CHECK(run["results"].size() == 5000);
  CHECK(run["invocations"][0]["toolExecutionNotifications"].dump().find("5000 of") != std::string::npos);
}

TEST_CASE("junit: counts equal the children, whatever the text") {
  for (const Readiness& readiness : {sample_readiness(300), hostile_readiness(kHostile)}) {
    pugi::xml_document document;
    const std::string text = written("junit", readiness);
    REQUIRE(document.load_string(text.c_str()));
    const pugi::xml_node suite = document.child("testsuites").child("testsuite");
    int tests = 0;
    int failures = 0;
    int skipped = 0;
    for (const pugi::xml_node test : suite.children("testcase")) {
      ++tests;
      failures += test.child("failure") ? 1 : 0;
      skipped += test.child("skipped") ? 1 : 0;
    }
    CHECK(suite.attribute("tests").as_int() == tests);
    CHECK(suite.attribute("failures").as_int() == failures);
    CHECK(suite.attribute("skipped").as_int() == skipped);
    CHECK(tests > 0);
      for (const char* control : {"&#0", "&#7;", "&#27;", "&#x"}) CHECK_MESSAGE(text.find(control) == text.npos, control);
  }
}

TEST_CASE("gitlab: fingerprints are unique") {
  const auto issues = nlohmann::json::parse(written("gitlab", sample_readiness(500)));
  std::set<std::string> fingerprints;
  for (const auto& issue : issues) CHECK(fingerprints.insert(issue["fingerprint"].get<std::string>()).second);
  CHECK(!fingerprints.empty());
}

TEST_CASE("github: at most ten annotations of a kind, and hostile text forges none") {
  const std::string many = written("github", sample_readiness(5000));
  int errors = 0;
  for (const std::string_view line : split_lines(many)) errors += line.starts_with("::error ") ? 1 : 0;
  CHECK(errors == 10);
  CHECK(many.find("more findings") != std::string::npos);
  const std::string hostile = written("github", hostile_readiness(kHostile));
  for (const std::string_view line : split_lines(hostile)) {
    CHECK_FALSE(line.starts_with("::error::forged"));
    CHECK((line.empty() || line.starts_with("::error ") || line.starts_with("::warning ") || line.starts_with("::notice ")));
  }
}

TEST_CASE("markdown: under 1 MiB with a hundred thousand findings, and no markup from evidence") {
  const std::string text = written("markdown", sample_readiness(100'000));
  CHECK(text.size() < (std::size_t{1} << 20));
  CHECK(text.find("more stand in the other reports") != std::string::npos);
  CHECK(written("markdown", hostile_readiness(kHostile)).find("<script>") == std::string::npos);
}

TEST_CASE("csv: no cell starts a formula") {
  const std::string text = written("csv", hostile_readiness(kHostile));
  CHECK(text.find("\"=cmd") == std::string::npos);
  CHECK(text.find("\"'=cmd") != std::string::npos);
}
