// SPDX-License-Identifier: Apache-2.0
#include "scoring/articles.h"

#include <doctest/doctest.h>

using namespace ehdscan;
using enum ControlStatus;

namespace {

ArticleResult row(std::vector<ControlStatus> statuses, bool by_declaration = false, bool gating = true) {
  Profile profile;
  ArticlePoint point{.point = "73(1)(a)"};
  std::vector<ControlResult> controls;
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    const std::string id = "C-" + std::to_string(i);
    (gating ? point.gating : point.supporting).push_back(id);
    controls.push_back({.id = id, .status = statuses[i], .by_declaration = by_declaration});
  }
  profile.articles = {point};
  return articles_of(profile, controls).front();
}

}  // namespace

TEST_CASE("article table: what a row says") {
  CHECK(row({pass, pass}).status == ArticleStatus::met);
  CHECK(row({pass, not_applicable}).status == ArticleStatus::met);
  CHECK(row({pass, ControlStatus::fail, not_assessed}).status == ArticleStatus::not_met);
  CHECK(row({pass, partial}).status == ArticleStatus::not_met);
  CHECK(row({pass, accepted_risk}).status == ArticleStatus::not_met);
  CHECK(row({pass, not_assessed}).status == ArticleStatus::not_demonstrated);
  CHECK(row({not_applicable, not_applicable}).status == ArticleStatus::does_not_arise);
  CHECK(row({not_applicable}, true).status == ArticleStatus::not_demonstrated);
  CHECK(row({}, false, false).status == ArticleStatus::not_demonstrated);
  CHECK(row({pass, ControlStatus::fail}).because == std::vector<std::string>{"C-1"});
}

TEST_CASE("article table: rows for information do not make the verdict") {
  const ArticleResult met = row({pass});
  const ArticleResult information = row({ControlStatus::fail}, false, false);
  CHECK(information.for_information);
  CHECK(information.status == ArticleStatus::not_met);
  CHECK(verdict_of(std::vector{met, information}) == ReadinessVerdict::no_gap_found);
  CHECK(verdict_of(std::vector{met, row({not_assessed})}) == ReadinessVerdict::not_demonstrated);
  CHECK(verdict_of(std::vector{met, row({not_applicable})}) == ReadinessVerdict::no_gap_found);
  CHECK(verdict_of(std::vector{row({not_assessed}), row({ControlStatus::fail})}) == ReadinessVerdict::gap_found);
  CHECK(verdict_of(std::vector{information}) == ReadinessVerdict::not_demonstrated);
}
