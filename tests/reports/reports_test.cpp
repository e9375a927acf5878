// SPDX-License-Identifier: Apache-2.0
// Golden reports of the sample. EHDSCAN_UPDATE_GOLDEN=1 writes them anew: read the difference before it is committed.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "base/file.h"
#include "base/text.h"
#include "reports/html.h"
#include "reports/json.h"
#include "reports/percent.h"
#include "reports/terminal.h"
#include "tests/reports/sample.h"

using namespace ehdscan;

namespace {

constexpr std::size_t kFindings = 12;

void check_golden(const std::string& name, const std::string& text) {
  const std::filesystem::path path = std::filesystem::path(EHDSCAN_SOURCE_DIR) / "tests/golden/reports" / name;
  if (std::getenv("EHDSCAN_UPDATE_GOLDEN") != nullptr) REQUIRE(write_file_atomically(path, text));
  const auto golden = read_file(path);
  REQUIRE(golden);
  const auto is = split_lines(text);
  const auto was = split_lines(*golden);
  CHECK(is.size() == was.size());
  const auto [left, right] = std::ranges::mismatch(is, was);
  if (left != is.end() && right != was.end()) CHECK_MESSAGE(*left == *right, name << ":" << (left - is.begin()) + 1);
}

}  // namespace

TEST_CASE("reports: the JSON of the sample is as it was") {
  const auto json = write_json_report(sample_readiness(kFindings));
  REQUIRE(json);
  check_golden("sample.json", *json);
}

TEST_CASE("reports: the summary on the terminal is as it was, and at most 15 lines of the width asked for") {
  const std::string summary = terminal_summary(sample_readiness(kFindings), {});
  check_golden("sample.txt", summary);
  for (const int width : {40, 80, 200}) {
    for (const std::size_t findings : {std::size_t{0}, std::size_t{1}, std::size_t{5000}}) {
      const std::string text = terminal_summary(sample_readiness(findings), {.colour = false, .width = width});
      const auto lines = split_lines(text);
      CHECK(lines.size() <= 15);
      CHECK(text.find('\x1b') == std::string::npos);
    }
  }
}

TEST_CASE("reports: hostile text reaches the terminal without its control characters") {
  const std::string text = terminal_summary(hostile_readiness("\x1b]0;owned\x07\r\n\xe2\x80\xae" "evil"), {});
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find('\x07') == std::string::npos);
  CHECK(text.find("\xe2\x80\xae") == std::string::npos);
  CHECK(split_lines(text).size() <= 15);
}

TEST_CASE("reports: the page asks for nothing from outside and runs nothing but its own script") {
  const auto html = write_html_report(sample_readiness(kFindings));
  REQUIRE(html);
  CHECK(html->find("Content-Security-Policy") != std::string::npos);
  CHECK(html->find("require-trusted-types-for &#39;script&#39;") != std::string::npos);
  CHECK(html->find("unsafe-inline") == std::string::npos);
  for (const char* request : {"src=\"http", "<link rel=\"stylesheet", "url(http", "<iframe", "<img"}) CHECK_MESSAGE(html->find(request) == std::string::npos, request);
  const auto again = write_html_report(sample_readiness(kFindings));
  REQUIRE(again);
  CHECK(*again == *html);
}

TEST_CASE("reports: percentages are never rounded in a node's favour") {
  CHECK(percent_cut(Ppm{999'999}) == "99.9");
  CHECK(percent_cut(Ppm{0}) == "0.0");
  CHECK(percent_cut(Ppm{1'000'000}) == "100.0");
  CHECK(percent_cut(Ppm{449}) == "0.0");
}
