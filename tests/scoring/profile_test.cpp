// SPDX-License-Identifier: Apache-2.0
#include "scoring/profile.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "engine/check_set.h"
#include "engine/lint.h"
#include "scoring/waivers.h"
#include "support/temporary_folder.h"

using namespace ehdscan;

namespace {

std::filesystem::path write(const TemporaryFolder& folder, const char* name, const std::string& text) {
  const std::filesystem::path path = folder.path / name;
  std::ofstream(path) << text;
  return path;
}

std::string overlay(const std::string& rest) {
  return "schema: ehdscan-overlay/1\nid: national\ntitle: stricter here\nversion: '1'\nextends: " +
         std::string(kBaselineProfile) + "\n" + rest;
}

Error error_of(const std::string& text) {
  const TemporaryFolder folder;
  const auto loaded = load_profile(write(folder, "overlay.yaml", text).string());
  REQUIRE(!loaded);
  return loaded.error();
}

}  // namespace

TEST_CASE("profile: the baseline is whole") {
  const auto loaded = load_profile(kBaselineProfile);
  REQUIRE_MESSAGE(loaded, (loaded ? "" : loaded.error().message));
  const Profile& profile = loaded->profile;
  CHECK(profile.controls.size() == 128);
  CHECK(profile.domains.size() == 14);
  CHECK(profile.requirements.size() == 116);
  CHECK(profile.articles.size() == 61);
  CHECK(std::ranges::count_if(profile.controls, &Control::gates) == 37);
  CHECK(profile.sha256.size() == 64);
  CHECK(loaded->thresholds.integer("identity.dormant_days") == 45);
  for (const Control& control : profile.controls) CHECK_MESSAGE(!control.parts.empty(), control.id);
}

TEST_CASE("profile: every gate decides a row of the article table, and every row's gates are gates") {
  const auto loaded = load_profile(kBaselineProfile);
  REQUIRE(loaded);
  std::set<std::string> gating;
  for (const ArticlePoint& point : loaded->profile.articles) gating.insert(point.gating.begin(), point.gating.end());
  for (const Control& control : loaded->profile.controls)
    CHECK_MESSAGE(control.gates == gating.contains(control.id), control.id);
}

TEST_CASE("profile: checks of parts exist, every check decides something, and rests on rules that exist") {
  const auto loaded = load_profile(kBaselineProfile);
  REQUIRE(loaded);
  const CheckSet set = load_checks({});
  REQUIRE(set.errors.empty());
  std::set<std::string> used;
  for (const Control& control : loaded->profile.controls) {
    for (const Part& part : control.parts) used.insert(part.checks.begin(), part.checks.end());
  }
  std::set<std::string> ids;
  for (const Check& check : set.checks) ids.insert(check.id);
  for (const std::string& id : used) CHECK_MESSAGE(ids.contains(id), "part names a check that is not there: ", id);
  for (const std::string& id : ids) CHECK_MESSAGE(used.contains(id), "check belongs to no part: ", id);
  std::set<std::string> rules;
  for (const Semantics& rule : loaded->profile.semantics) rules.insert(rule.id);
  CheckLinter linter(loaded->thresholds, rules);
  for (const Check& check : set.checks) {
    CHECK_MESSAGE(linter.lint(check).empty(), check.id);
  }
}

TEST_CASE("profile: an overlay changes numbers and rows, excludes controls, and changes the digest") {
  const TemporaryFolder folder;
  const auto path = write(folder, "overlay.yaml", overlay(R"(parameters: {identity.dormant_days: 30}
tables:
  end_of_support:
    - {product: debian, version: "12", match: exact, channel: standard, entitlement: false, end_of_support: "2027-01-01"}
exclusions:
  - {control: K8S-01, reason: no clusters by decision, approver: board, expires: "2027-01-31"}
)"));
  const auto base = load_profile(kBaselineProfile);
  const auto loaded = load_profile(path.string());
  REQUIRE(base);
  REQUIRE_MESSAGE(loaded, (loaded ? "" : loaded.error().message));
  CHECK(loaded->thresholds.integer("identity.dormant_days") == 30);
  CHECK(loaded->profile.sha256 != base->profile.sha256);
  CHECK(loaded->profile.overlays == std::vector<std::string>{"national 1"});
  CHECK(loaded->profile.exclusions.size() == 1);
  const auto size_of = [](const LoadedProfile& profile) {
    return std::ranges::find(profile.thresholds.tables, "end_of_support", &ThresholdTable::name)->rows.size();
  };
  CHECK(size_of(*loaded) == size_of(*base));
}

TEST_CASE("profile: what is wrong is said where it stands") {
  SUBCASE("a threshold that does not exist") {
    const Error error = error_of(overlay("parameters: {identity.dormant_day: 30}\n"));
    CHECK(error.message == "there is no threshold `identity.dormant_day`");
    CHECK(error.hint == "did you mean `identity.dormant_days`?");
    CHECK(error.place.line == 6);
  }
  SUBCASE("another kind of value") {
    CHECK(error_of(overlay("parameters: {identity.dormant_days: soon}\n")).message ==
          "`identity.dormant_days` must stay an integer");
  }
  SUBCASE("a gate excluded") {
    const Error error =
        error_of(overlay("exclusions: [{control: LOG-02, reason: r, approver: a, expires: '2027-01-01'}]\n"));
    CHECK(error.message == "`LOG-02` is a gate and cannot be excluded");
  }
  SUBCASE("an exclusion without an end") {
    CHECK(error_of(overlay("exclusions: [{control: K8S-01, reason: r, approver: a}]\n")).message ==
          "missing key `expires`");
  }
  SUBCASE("prose in a column that decides") {
    const Error error =
        error_of(overlay("tables: {end_of_support: [{product: two words, version: '1', channel: standard}]}\n"));
    CHECK(error.message == "`product` holds words without blanks, not `two words`");
  }
  SUBCASE("two rows for one day") {
    const Error error =
        error_of(overlay("tables: {end_of_support: [{product: x, version: '1', channel: standard}, {product: x, "
                         "version: '1', channel: standard}]}\n"));
    CHECK(error.message == "another row of `end_of_support` with the same key holds on the same day");
  }
  SUBCASE("overlays in a circle") {
    const TemporaryFolder folder;
    const auto path =
        write(folder, "a.yaml", "schema: ehdscan-overlay/1\nid: a\ntitle: t\nversion: '1'\nextends: ./a.yaml\n");
    const auto loaded = load_profile(path.string());
    REQUIRE(!loaded);
    CHECK(loaded.error().message == "too many overlays, or overlays that extend one another in a circle");
  }
  SUBCASE("an unknown key") { CHECK(error_of(overlay("waivers: []\n")).message == "unknown key `waivers`"); }
  SUBCASE("an unknown name") {
    const auto loaded = load_profile("ehds-hric-readiness-baselin");
    REQUIRE(!loaded);
    CHECK(loaded.error().hint == "did you mean `ehds-hric-readiness-baseline`?");
  }
}

TEST_CASE("waivers: who, why, until when are required, and nobody accepts a risk for themselves") {
  const TemporaryFolder folder;
  const auto read = [&](const std::string& text) { return read_waivers(write(folder, "waivers.yaml", text)); };
  const std::string head = "schema: ehdscan-waivers/1\nwaivers:\n  - ";
  const auto good =
      read(head + "{id: W-1, control: HST-02, owner: a, approver: b, reason: r, expires: '2027-01-01'}\n");
  REQUIRE(good);
  CHECK(good->front().expires == Day{2027, 1, 1});
  const auto endless = read(head + "{id: W-1, control: HST-02, owner: a, approver: b, reason: r}\n");
  REQUIRE(!endless);
  CHECK(endless.error().message == "missing key `expires`");
  const auto own =
      read(head + "{id: W-1, control: HST-02, owner: Ann, approver: ann, reason: r, expires: '2027-01-01'}\n");
  REQUIRE(!own);
  CHECK(own.error().message == "nobody accepts a risk for themselves");
}
