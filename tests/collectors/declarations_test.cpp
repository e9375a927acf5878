// SPDX-License-Identifier: Apache-2.0
#include "collectors/declarations.h"

#include <doctest/doctest.h>

#include <fstream>

#include "base/diagnostic.h"
#include "base/file.h"
#include "collectors/recording_sink.h"
#include "evidence/tables/all.h"
#include "evidence/tables/declared.h"
#include "support/temporary_folder.h"

using namespace ehdscan;

namespace {

const std::filesystem::path kExample =
    std::filesystem::path(EHDSCAN_SOURCE_DIR) / "tests/collectors/declarations/declarations.yaml";

struct Run {
  RecordingSink sink;
  Result<void> result;

  explicit Run(const std::filesystem::path& file) { collect(file); }
  explicit Run(const std::string& content) {
    const TemporaryFolder folder;
    std::ofstream(folder.path / "declarations.yaml", std::ios::binary) << content;
    collect(folder.path / "declarations.yaml");
  }

  void collect(const std::filesystem::path& file) {
    const auto site = Document::parse_yaml(
        "site: fi-node-1\ncountry: FI\ndeclarations: " + file.filename().string() + "\n", "site.yaml");
    REQUIRE(site);
    const Target target{.name = "declarations",
                        .collector = "declarations",
                        .document = *site,
                        .options = (*site)->root().find("declarations"),
                        .folder = file.parent_path(),
                        .place = {}};
    const CollectorSpec spec = declarations_collector();
    result = spec.validate(target);
    if (result) result = spec.collect(target, sink, {.started_at = *parse_instant("2026-11-23T08:00:00Z")});
  }
  [[nodiscard]] std::string error() const {
    if (result) return "";
    const Error& error = result.error();
    return std::to_string(error.place.line) + ": " + error.message + (error.hint.empty() ? "" : " | " + error.hint);
  }
};

std::string with_head(const std::string& rest) {
  return "schema: ehdscan-declarations/1\nowner: a\napprover: b\ndeclared_on: \"2026-10-01\"\n" + rest;
}

}  // namespace

TEST_CASE("declarations: the example gives rows in every table, at the line of each entry") {
  const Run run(kExample);
  REQUIRE_MESSAGE(run.result, run.error());
  CHECK(run.sink.mistakes.empty());
  const RecordedRow* head = run.sink.find(tables::declaration, "site", "fi-node-1");
  REQUIRE(head != nullptr);
  CHECK(head->platform == "site:fi-node-1");
  CHECK((*head)["country"] == "FI");
  CHECK((*head)["approver"] == "Jonas Berg");
  CHECK((*head)["declared_on"] == "2026-10-01");
  CHECK((*head)["terms_version"] == "2026-1");
  const RecordedRow* prefix = run.sink.find(tables::declared_prefix, "purpose", "internal");
  REQUIRE(prefix != nullptr);
  CHECK((*prefix)["prefix"] == "2001:db8:1::/48");
  CHECK(prefix->line == 9);
  const RecordedRow* holder = run.sink.find(tables::declared_holder, "holder_id", "s1");
  REQUIRE(holder != nullptr);
  CHECK((*holder)["rights"] == R"(["root"])");
  CHECK((*holder)["identity_hash"] == "NULL");
  const RecordedRow* regime = run.sink.find(tables::declared_regime, "regime", "cra-14-incident");
  REQUIRE(regime != nullptr);
  CHECK((*regime)["applies"] == "0");
  for (const DeclaredSection& section : declared_sections()) {
    CHECK_MESSAGE(run.sink.state_of(*section.table) == "complete", section.key);
    const bool empty = section.key == "clusters" || section.key == "transfers";
    CHECK_MESSAGE(run.sink.rows_of(*section.table).empty() == empty, section.key);
  }
}

TEST_CASE("declarations: approved by somebody else on a day is E1, anything less E0") {
  const auto grade_of = [](const std::string& head) {
    const Run run(head + "caps: []\n");
    REQUIRE_MESSAGE(run.result, run.error());
    return run.sink.sources.at(0).grade;
  };
  CHECK(grade_of("owner: A\napprover: B\ndeclared_on: \"2026-10-01\"\n") == EvidenceGrade::e1);
  CHECK(grade_of("owner: A\napprover: ' a'\ndeclared_on: \"2026-10-01\"\n") == EvidenceGrade::e0);
  CHECK(grade_of("owner: A\ndeclared_on: \"2026-10-01\"\n") == EvidenceGrade::e0);
  CHECK(grade_of("owner: A\napprover: B\n") == EvidenceGrade::e0);
}

TEST_CASE("declarations: a list that is not mentioned was not declared, an empty one says there are none") {
  const Run run(with_head("listeners: []\n"));
  REQUIRE_MESSAGE(run.result, run.error());
  CHECK(run.sink.state_of(tables::declared_listener) == "complete");
  CHECK(run.sink.state_of(tables::declared_cap) ==
        "not_attempted: `declarations.yaml` does not say `caps`; write `caps: []` if there are none");
}

TEST_CASE("declarations: one mistake refuses the file, with its line and what to do") {
  const auto error_of = [](const std::string& rest) {
    const Run run(with_head(rest));
    CHECK(run.sink.rows.empty());
    return run.error();
  };
  CHECK(error_of("prefixs: []\n") == "5: unknown key `prefixs` | did you mean `prefixes`?");
  CHECK(error_of("prefixes: {}\n") == "5: `prefixes` takes a list | an empty list `[]` says that there are none");
  CHECK(error_of("prefixes:\n  - {prefix: 10.0.0.0/33, purpose: admin}\n") ==
        "6: `10.0.0.0/33` is not an address range | like `192.0.2.0/24`");
  CHECK(error_of("prefixes:\n  - {prefix: 10.0.0.0/8, purpose: admn}\n") ==
        "6: `purpose` takes no `admn` | did you mean `admin`?");
  CHECK(error_of("prefixes:\n  - {prefix: 10.0.0.0/8}\n").starts_with("6: missing key `purpose`"));
  CHECK(error_of("locations:\n  - {location: x, country: fi}\n") ==
        "6: `fi` is not a country code | two capital letters of ISO 3166-1, like `FI`");
  CHECK(error_of("listeners:\n  - {host_id: a, protocol: tcp, port: 70000}\n") ==
        "6: `70000` is not a port | 1 to 65535");
  CHECK(error_of("caps:\n  - {name: a, scope: site, value: -1}\n") == "6: `value` is negative");
  CHECK(error_of("caps:\n  - {name: a, scope: site, value: 1}\n  - {name: a, scope: site, value: 2}\n") ==
        "7: declared twice | the first stands at line 6");
  CHECK(error_of("caps:\n  - {name: '', scope: site, value: 1}\n") == "6: `name` is empty | leave it out if not known");
  CHECK(error_of("shared_services:\n  - {service: s, prefix: 10.0.0.0/8, protocol: tcp, port_from: 9, port_to: 8}\n") ==
        "6: `port_to` is smaller than `port_from`");
  CHECK(Run(std::string("schema: ehdscan-declarations/9\n")).error() ==
        "1: unknown format `ehdscan-declarations/9` | write `ehdscan-declarations/1`");
  CHECK(Run(std::string("declared_on: \"2027-01-01\"\n")).error() == "1: `declared_on` lies in the future");
  CHECK_FALSE(Run(std::string("- a\n")).result);
  CHECK_FALSE(Run(std::string("")).result);
}

TEST_CASE("declarations: the same range written in two ways is declared twice") {
  CHECK(Run(with_head("prefixes:\n  - {prefix: '2001:db8::/32', purpose: admin}\n"
                      "  - {prefix: '2001:DB8:0::/32', purpose: admin}\n"))
            .error() == "7: declared twice | the first stands at line 6");
}

TEST_CASE("declarations: a missing file is an error of the target") {
  CHECK_FALSE(Run(std::filesystem::path("/nonexistent/declarations.yaml")).result);
}

TEST_CASE("declarations: the published schema is made from the tables") {
  const std::filesystem::path file = std::filesystem::path(EHDSCAN_SOURCE_DIR) / "schemas/declarations.schema.json";
  if (std::getenv("EHDSCAN_UPDATE_GOLDEN") != nullptr) std::ofstream(file, std::ios::binary) << declarations_schema();
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  CHECK_MESSAGE(text.str() == declarations_schema(), "run the tests once with EHDSCAN_UPDATE_GOLDEN=1");
  const auto schema = nlohmann::json::parse(declarations_schema());
  CHECK(schema["properties"].size() == declared_sections().size() + 6);
}
