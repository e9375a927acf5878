// SPDX-License-Identifier: Apache-2.0
// The sample node of the documentation: the faults planted in it are found and nothing else, each repair takes away
// just what its fault gave, and losing a file never makes anything good.
#include <doctest/doctest.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <future>
#include <map>
#include <set>
#include <string>
#include <vector>

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
  Set failing;                                 ///< "check resource"
  Set passing;                                 ///< controls, and parts of controls, of which everything passes
  std::map<std::string, std::int64_t> passes;  ///< by part: how many resources pass
  Set undecided;                               ///< parts of which nothing was decided, and something should have been
  std::string verdict;
};

enum class Lost : std::uint8_t { never, may_end_the_run };

Outcome outcome_of(const std::filesystem::path& report) {
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
    const std::string id(controls[i].find("id")->scalar());
    if (controls[i].find("status")->scalar() == "pass") result.passing.emplace(id);
    const Node parts = *controls[i].find("parts");
    for (std::size_t p = 0; p < parts.size(); ++p) {
      const std::string part = id + "/" + std::string(parts[p].find("id")->scalar());
      const Node results = *parts[p].find("results");
      const auto count = [&](std::string_view verdict) { return results.find(verdict)->as_integer().value_or(-1); };
      result.passes[part] = count("pass");
      if (count("pass") + count("warn") + count("fail") == 0 && count("not_assessed") > 0)
        result.undecided.emplace(part);
      if (count("pass") > 0 && count("warn") + count("fail") + count("not_assessed") == 0) result.passing.emplace(part);
    }
  }
  return result;
}

Outcome scan(const Copy& copy, Lost lost = Lost::never) {
  const std::filesystem::path report = copy.root().parent_path() / "report.json";
  std::filesystem::remove(report);
  const ProgramRun run = run_program_with(
      {"scan", (copy.root() / "site.yaml").string(), "--as-of", "2026-11-23", "--format", "json=" + report.string()},
      {{"SOURCE_DATE_EPOCH", "1795435200"}});
  if (lost == Lost::may_end_the_run && run.code == 2 && !std::filesystem::exists(report)) return {};
  REQUIRE_MESSAGE((run.code == 0 || run.code == 3), run.error);
  return outcome_of(report);
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

TEST_CASE(
    "sample node: the page tells who reaches what by person and by permit, clocks as timelines, and contradictions") {
  const Copy copy;
  const std::filesystem::path page = copy.root().parent_path() / "report.html";
  const ProgramRun run = run_program_with(
      {"scan", (copy.root() / "site.yaml").string(), "--as-of", "2026-11-23", "--format", "html=" + page.string()},
      {{"SOURCE_DATE_EPOCH", "1795435200"}});
  REQUIRE_MESSAGE((run.code == 0 || run.code == 3), run.error);
  const std::string text = content_of(page);
  const auto section = [&](const std::string& id) {
    const std::size_t start = text.find("<section id=\"" + id + "\"");
    REQUIRE_MESSAGE(start != std::string::npos, id);
    return text.substr(start, text.find("</section>", start) - start);
  };
  const std::string access = section("access");
  CHECK(access.find("By person") < access.find("By permit"));
  CHECK(access.find("member, reader, beyond the register") != std::string::npos);
  CHECK(access.find("1 person in force, from 2025-08-31T21:00:00Z to 2027-08-31T20:59:59Z") != std::string::npos);
  const std::string clocks = section("breaches");
  CHECK(clocks.find("given 1 h 30 min late") != std::string::npos);
  CHECK(clocks.find("given after 6 h 0 min, 18 h 0 min before the end") != std::string::npos);
  CHECK(section("contradictions").find("on login01 it can") != std::string::npos);
}

TEST_CASE("sample node: what needs a register or document that is wrong in one field is not assessed") {
  const struct {
    std::string file, right, wrong;
    Set parts;
  } kMistakes[] = {
      {"permits.yaml",
       "permit_count: 3",
       "permit_count: 4",
       {"GOV-12/permit-persons", "IAM-01/register-usable", "IAM-02/permit-ends", "IAM-03/project-to-permit",
        "IAM-14/register-roles", "STO-05/deadlines", "STO-06/permit-datasets", "BCK-05/permit-deadlines"}},
      {"permits.yaml",
       "valid_to: \"2027-05-31\"",
       "valid_to: \"2025-05-31\"",
       {"IAM-01/register-usable", "IAM-02/permit-ends", "STO-05/deadlines", "BCK-05/permit-deadlines"}},
      {"governance/breach-plan.yaml",
       "approver: s-lead",
       "approver: s1",
       {"GOV-07/plan-phases", "GOV-08/clocks-in-plan"}},
      {"governance/breach-register.yaml",
       "approver: s-lead",
       "aprover: s-lead",
       {"GOV-10/breach-entries", "GOV-10/breach-delays"}},
      {"governance/risks.yaml",
       "approved_on: \"2026-03-02\"",
       "approved_on: \"2027-03-02\"",
       {"GOV-05/risk-treatment"}},
  };
  const Outcome sound = scan(Copy());
  for (const auto& mistake : kMistakes) {
    CAPTURE(mistake.file);
    CAPTURE(mistake.wrong);
    const Copy copy;
    copy.replace(mistake.file, mistake.right, mistake.wrong);
    const Outcome outcome = scan(copy);
    CHECK(without(mistake.parts, outcome.undecided) == Set{});
    CHECK(without(mistake.parts, sound.undecided) == mistake.parts);
  }
}

TEST_CASE("sample node: each input file lost, denied or garbled turns nothing into pass") {
  enum class Damage : std::uint8_t { lost, denied, garbled };
  struct Case {
    std::string file;
    Damage damage;
  };
  const Copy sound;
  std::vector<Case> cases;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(sound.root())) {
    const std::string name = entry.path().filename().string();
    if (!entry.is_regular_file() || entry.is_symlink() || name == "faults.yaml" || name == "README.md") continue;
    for (const Damage damage : {Damage::lost, Damage::denied, Damage::garbled})
      cases.push_back({entry.path().lexically_relative(sound.root()).string(), damage});
  }
  CHECK(cases.size() > 3 * std::size_t{80});
  // The node with its faults: what a check finds there must not vanish with the evidence for it.
  const Outcome before = scan(sound);
  CHECK(before.passes.size() > 100);

  const auto worker = [&](std::size_t first, std::size_t step) {
    const Copy copy;
    std::vector<std::string> turned;
    for (std::size_t i = first; i < cases.size(); i += step) {
      const std::filesystem::path file = copy.root() / cases[i].file;
      constexpr std::array kWhat = {" lost: ", " denied: ", " garbled: "};
      const std::string named = cases[i].file + kWhat.at(static_cast<std::size_t>(cases[i].damage));
      const std::filesystem::path aside = copy.root().parent_path() / "aside";
      std::filesystem::rename(file, aside);
      if (cases[i].damage == Damage::garbled) std::ofstream(file) << "<html><h1>502 Bad Gateway</h1>\x01\xff</html>\n";
      if (cases[i].damage == Damage::denied) {
        // Root reads what nobody may read, so for it a folder stands in the file's place: seen, but not to be read.
        if (::geteuid() == 0) {
          std::filesystem::create_directory(file);
        } else {
          std::filesystem::copy_file(aside, file);
          std::filesystem::permissions(file, std::filesystem::perms::none);
        }
      }
      const Outcome after = scan(copy, Lost::may_end_the_run);
      for (const auto& [part, passes] : after.passes) {
        const auto known = before.passes.find(part);
        if (known != before.passes.end() && known->second >= passes) continue;
        turned.push_back(named + part);
      }
      for (const std::string& whole : without(after.passing, before.passing)) turned.push_back(named + whole);
      std::filesystem::remove(file);
      std::filesystem::rename(aside, file);
    }
    return turned;
  };
  std::vector<std::future<std::vector<std::string>>> workers;
  constexpr std::size_t kWorkers = 2;
  for (std::size_t i = 0; i < kWorkers; ++i) workers.push_back(std::async(std::launch::async, worker, i, kWorkers));
  for (auto& one : workers) {
    for (const std::string& turned : one.get()) FAIL_CHECK(turned);
  }
}

TEST_CASE("sample node: read in shards, in any order, it gives the report of one reading to the byte") {
  const Copy copy;
  const std::filesystem::path folder = copy.root().parent_path();
  const std::vector<std::pair<std::string, std::string>> clock{{"SOURCE_DATE_EPOCH", "1795435200"}};
  const auto collected = [&](const std::string& name, const std::string& shard) {
    const std::string file = (folder / name).string();
    const ProgramRun run =
        run_program_with({"collect", (copy.root() / "site.yaml").string(), "--shard", shard, "-o", file}, clock);
    REQUIRE_MESSAGE((run.code == 0 || run.code == 3), run.error);
    return file;
  };
  const std::filesystem::path report = folder / "report.json";
  const auto assessed = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "assess");
    arguments.insert(arguments.end(), {"--as-of", "2026-11-23", "--format", "json=" + report.string()});
    const ProgramRun run = run_program_with(arguments, clock);
    CHECK_MESSAGE((run.code == 0 || run.code == 3), run.error);
    return content_of(report);
  };
  const std::string one = collected("1.db", "1/3");
  const std::string two = collected("2.db", "2/3");
  const std::string three = collected("3.db", "3/3");
  const std::string whole = assessed({collected("whole.db", "1/1")});
  const Outcome expected = outcome_of(report);
  CHECK((assessed({one, two, three}) == whole));
  CHECK((assessed({three, one, two}) == whole));
  // Without one of them, what it would have said is missing, and nothing is better for it.
  for (const std::vector<std::string>& some : {std::vector{one, two}, {one, three}, {two, three}}) {
    CHECK(assessed(some).find("whose evidence is not here") != std::string::npos);
    CHECK(without(outcome_of(report).passing, expected.passing) == Set{});
  }
}
