// SPDX-License-Identifier: Apache-2.0
// The worked example of the permit register: three permits, eleven accounts of a cloud, one of a host; nineteen
// findings, and nothing else.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <vector>

#include "format/document.h"
#include "support/program.h"

using namespace ehdscan;

namespace {

const std::filesystem::path kData = std::filesystem::path(EHDSCAN_SOURCE_DIR) / "tests";

using Failing = std::map<std::string, std::set<std::string>>;  ///< check → resources

std::string key_of_the_example() {
  std::string key;
  for (char byte = 0; byte < 32; ++byte) key += byte;
  return key;
}

/// Failing resources of a scan of the example, after `change` had its way with the files.
Failing scan(const std::function<void(std::string& permits, std::string& observed)>& change = {}) {
  const TemporaryFolder folder;
  std::string permits = content_of(kData / "collectors/permit_register/register.yaml");
  std::string observed = content_of(kData / "reconciliation/observed.ndjson");
  REQUIRE(!permits.empty());
  REQUIRE(!observed.empty());
  if (change) change(permits, observed);
  std::ofstream(folder.path / "permits.yaml") << permits;
  std::ofstream(folder.path / "observed.ndjson") << observed;
  std::ofstream(folder.path / "hmac.key", std::ios::binary) << key_of_the_example();
  std::ofstream(folder.path / "site.yaml") << "site: example\ncountry: FI\ntargets:\n  - rows: observed.ndjson\n"
                                              "  - permit_register: {file: permits.yaml, key_file: hmac.key}\n";
  const ProgramRun run = run_program({"scan", (folder.path / "site.yaml").string(), "--as-of", "2026-11-23", "--format",
                                      "json=" + (folder.path / "r.json").string()},
                                     {{"SOURCE_DATE_EPOCH", "1795435200"}}, {});
  CAPTURE(run.error);
  const auto report = Document::read(folder.path / "r.json", {});
  REQUIRE(report);
  Failing failing;
  const Node findings = *(*report)->root().find("findings");
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const Node finding = findings[i];
    if (*finding.find("verdict")->as_text() != "fail") continue;
    // ac-1 never ends and nobody administers the system, which other controls find: the example is about the
    // register's.
    const std::string_view check = *finding.find("check")->as_text();
    if (check == "static-keys-bounded" || check == "application-credentials-bounded" || check == "two-can-shut-out")
      continue;
    failing[std::string(*finding.find("check")->as_text())].insert(
        std::string(*finding.find("resource")->find("id")->as_text()));
  }
  return failing;
}

std::set<std::string> of(const Failing& failing, const std::vector<std::string>& checks) {
  std::set<std::string> all;
  for (const std::string& check : checks) {
    const auto found = failing.find(check);
    if (found != failing.end()) all.insert(found->second.begin(), found->second.end());
  }
  return all;
}

using Set = std::set<std::string>;

}  // namespace

TEST_CASE("worked register: exactly the nineteen findings") {
  const Failing failing = scan();
  CHECK(of(failing, {"account-within-permit"}) ==
        Set{"p1/proj-c", "p3/proj-b", "p5/proj-a", "5c1815dae37c/proj-a", "s2"});
  CHECK(of(failing, {"grant-ends-with-permit", "credential-ends-with-permit"}) ==
        Set{"p3/proj-b", "p5/proj-a", "application_credential/ac-1", "application_credential/ac-2"});
  CHECK(of(failing, {"group-stays-in-one-project", "grant-names-one-project", "project-has-permit",
                     "project-in-one-permit"}) == Set{"analysts"});
  CHECK(of(failing, {"account-of-one-person", "identity-of-one-person"}) == Set{"5c1815dae37c"});
  CHECK(of(failing, {"leaver-disabled-in-time"}) == Set{"p3/u-1003", "p5/u-1005", "s2/u-2002"});
  CHECK(of(failing, {"data-gone-after-deadline"}) == Set{"snapshot/snap-b1"});
  CHECK(of(failing, {"dataset-of-the-permit"}) == Set{"proj-a/ds-cohort", "proj-c/ds-registry"});
  CHECK(of(failing, {"backup-plan-within-deadline", "recovery-point-before-deadline"}) == Set{"plan-c", "rp-b1"});
  std::size_t all = 0;
  for (const auto& [check, resources] : failing) {
    CAPTURE(check);
    all += resources.size();
    CHECK(Set{"account-within-permit", "grant-ends-with-permit", "credential-ends-with-permit",
              "group-stays-in-one-project", "account-of-one-person", "leaver-disabled-in-time",
              "data-gone-after-deadline", "dataset-of-the-permit", "backup-plan-within-deadline",
              "recovery-point-before-deadline"}
              .contains(check));
  }
  CHECK(all == 19);
}

TEST_CASE("worked register: an invalid register leaves what can be seen without it") {
  const Failing failing = scan([](std::string& permits, std::string&) {
    permits.replace(permits.find("permit_count: 3"), 15, "permit_count: 4");
  });
  CHECK(failing == Failing{{"account-of-one-person", Set{"5c1815dae37c"}}});  // a guest, whatever the register says
}

TEST_CASE("worked register: without the trailer of the listing what is seen still fails") {
  const Failing failing =
      scan([](std::string&, std::string& observed) { observed.erase(observed.rfind("{\"complete\"")); });
  CHECK(of(failing, {"account-within-permit"}).contains("p3/proj-b"));
  CHECK(of(failing, {"group-stays-in-one-project"}).empty());
}
