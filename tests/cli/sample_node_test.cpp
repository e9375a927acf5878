// SPDX-License-Identifier: Apache-2.0
// The sample node of the documentation: the faults planted in it are found and nothing else, each repair takes away
// just what its fault gave, and losing a file never makes anything good.
#include <doctest/doctest.h>

#include <fstream>
#include <set>

#include "format/document.h"
#include "support/program.h"

using namespace ehdscan;

namespace {

const std::filesystem::path kNode = std::filesystem::path(EHDSCAN_SOURCE_DIR) / "docs/examples/node";

using Set = std::set<std::string>;

struct Fault {
  std::string id, file, repaired, planted;
  Set findings;
};

std::vector<Fault> faults() {
  const auto document = Document::read(kNode / "faults.yaml");
  REQUIRE_MESSAGE(document, document.error().message);
  const Node list = *(*document)->root().find("faults");
  std::vector<Fault> all;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto text = [&](std::string_view key) { return std::string(list[i].find(key)->scalar()); };
    Fault fault{text("id"), text("file"), text("repaired"), text("planted"), {}};
    const Node findings = *list[i].find("findings");
    for (std::size_t f = 0; f < findings.size(); ++f) fault.findings.emplace(findings[f].scalar());
    all.push_back(std::move(fault));
  }
  return all;
}

/// A copy of the sample node that may be changed. Git keeps no permission bits, so those of the machine are set here.
class Copy {
 public:
  Copy() {
    std::filesystem::copy(kNode, root(),
                          std::filesystem::copy_options::recursive | std::filesystem::copy_options::copy_symlinks);
    using std::filesystem::perms;
    std::filesystem::permissions(root() / "hosts/login01/etc/shadow", perms::owner_read | perms::owner_write);
    std::filesystem::permissions(root() / "hosts/login01/etc/sudoers", perms::owner_read);
  }
  [[nodiscard]] std::filesystem::path root() const { return folder_.path / "node"; }

  void replace(const std::string& file, const std::string& from, const std::string& to) const {
    std::string text = content_of(root() / file);
    const std::size_t at = text.find(from);
    REQUIRE_MESSAGE(at != std::string::npos, file);
    std::ofstream(root() / file, std::ios::binary | std::ios::trunc) << text.replace(at, from.size(), to);
  }

 private:
  TemporaryFolder folder_;
};

struct Outcome {
  Set failing;  ///< "check resource"
  Set passing;  ///< controls
  std::string verdict;
};

Outcome scan(const Copy& copy) {
  const std::filesystem::path report = copy.root() / "report.json";
  const ProgramRun run = run_program_with(
      {"scan", (copy.root() / "site.yaml").string(), "--as-of", "2026-11-23", "--format", "json=" + report.string()},
      {{"SOURCE_DATE_EPOCH", "1795435200"}});
  REQUIRE_MESSAGE((run.code == 0 || run.code == 3), run.error);
  const auto document = Document::read(report, {.max_bytes = std::size_t{64} << 20});
  REQUIRE_MESSAGE(document, document.error().message);
  const Node root = (*document)->root();
  Outcome result;
  result.verdict = root.find("verdict")->find("value")->scalar();
  const Node findings = *root.find("findings");
  for (std::size_t i = 0; i < findings.size(); ++i) {
    if (findings[i].find("verdict")->scalar() != "fail") continue;
    result.failing.insert(std::string(findings[i].find("check")->scalar()) + " " +
                          std::string(findings[i].find("resource")->find("id")->scalar()));
  }
  const Node controls = *root.find("controls");
  for (std::size_t i = 0; i < controls.size(); ++i) {
    if (controls[i].find("status")->scalar() == "pass") result.passing.emplace(controls[i].find("id")->scalar());
  }
  return result;
}

Set without(Set all, const Set& some) {
  for (const std::string& one : some) all.erase(one);
  return all;
}

}  // namespace

TEST_CASE("sample node: every planted fault is found, and nothing else") {
  const std::vector<Fault> planted = faults();
  CHECK(planted.size() >= 30);
  Set expected;
  for (const Fault& fault : planted) {
    CHECK_MESSAGE(!fault.findings.empty(), fault.id);
    expected.insert(fault.findings.begin(), fault.findings.end());
  }
  const Outcome result = scan(Copy());
  CHECK(without(result.failing, expected) == Set{});
  CHECK(without(expected, result.failing) == Set{});
}

TEST_CASE("sample node: repaired, nothing fails and no gap is found") {
  const Copy copy;
  for (const Fault& fault : faults()) copy.replace(fault.file, fault.planted, fault.repaired);
  const Outcome result = scan(copy);
  CHECK(result.failing == Set{});
  CHECK(result.verdict != "gap_found");
}

TEST_CASE("sample node: each fault repaired alone takes its findings away and no others") {
  const std::vector<Fault> planted = faults();
  for (const Fault& fault : planted) {
    CAPTURE(fault.id);
    Set others;
    for (const Fault& other : planted) {
      if (other.id != fault.id) others.insert(other.findings.begin(), other.findings.end());
    }
    const Copy copy;
    copy.replace(fault.file, fault.planted, fault.repaired);
    CHECK(scan(copy).failing == others);
  }
}

TEST_CASE("sample node: a file that is lost never makes a control pass") {
  Copy repaired;
  for (const Fault& fault : faults()) repaired.replace(fault.file, fault.planted, fault.repaired);
  const Set passing = scan(repaired).passing;
  CHECK(passing.size() >= 10);
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(repaired.root())) {
    const std::string name = entry.path().filename().string();
    if (entry.is_regular_file() && name != "site.yaml" && name != "report.json" && name != "faults.yaml")
      files.push_back(entry.path());
  }
  CHECK(files.size() > 80);
  for (const std::filesystem::path& file : files) {
    CAPTURE(file.string());
    const std::filesystem::path aside = file.string() + ".aside";
    std::filesystem::rename(file, aside);
    CHECK(without(scan(repaired).passing, passing) == Set{});
    std::filesystem::rename(aside, file);
  }
}
