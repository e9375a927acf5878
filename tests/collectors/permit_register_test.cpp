// SPDX-License-Identifier: Apache-2.0
#include "collectors/permit_register/permit_register.h"

#include <doctest/doctest.h>

#include <fstream>

#include "base/file.h"
#include "collectors/permit_register/register.h"
#include "collectors/recording_sink.h"
#include "evidence/tables/permit.h"
#include "support/program.h"
#include "support/temporary_folder.h"

using namespace ehdscan;

namespace {

const std::filesystem::path kExample =
    std::filesystem::path(EHDSCAN_SOURCE_DIR) / "tests/collectors/permit_register/register.yaml";
constexpr std::string_view kKey = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
constexpr std::string_view kFirstHash = "823ae49f6cd566dde69d19d6546ece7130863ebe595e01d3c1cc5cc2a2c64f2e";

std::string example() { return content_of(kExample); }

/// The example with one text replaced, once; it must be there.
std::string changed(std::string_view from, std::string_view to) {
  std::string text = example();
  const std::size_t at = text.find(from);
  REQUIRE_MESSAGE(at != std::string::npos, from);
  return text.replace(at, from.size(), to);
}

std::vector<Error> mistakes_of(const std::string& text) {
  const auto document = Document::parse_yaml(text, "permits.yaml");
  REQUIRE(document);
  std::vector<Error> mistakes;
  read_permit_register(**document, *parse_instant("2026-11-23T12:00:00Z"), mistakes);
  return mistakes;
}

struct Run {
  RecordingSink sink;
  Result<void> result;

  explicit Run(const std::string& text, bool with_key = true) {
    const TemporaryFolder folder;
    std::ofstream(folder.path / "permits.yaml") << text;
    std::ofstream(folder.path / "hmac.key") << kKey << "\n";
    const auto site =
        Document::parse_yaml(with_key ? "{file: permits.yaml, key_file: hmac.key}" : "permits.yaml", "site.yaml");
    REQUIRE(site);
    const Target target{.name = "permits",
                        .collector = "permit_register",
                        .document = *site,
                        .options = (*site)->root(),
                        .folder = folder.path,
                        .place = {}};
    const CollectorSpec spec = permit_register_collector();
    result = spec.validate(target);
    if (result) result = spec.collect(target, sink, {.started_at = *parse_instant("2026-11-23T12:00:00Z")});
  }
};

}  // namespace

TEST_CASE("permit register: the worked example gives rows with derived dates, each at its line") {
  const Run run(example());
  REQUIRE(run.result);
  CHECK(run.sink.mistakes.empty());
  CHECK(run.sink.rows_of(tables::data_permit).size() == 3);
  CHECK(run.sink.rows_of(tables::permit_person).size() == 7);
  CHECK(run.sink.rows_of(tables::permit_dataset).size() == 4);
  CHECK(run.sink.rows_of(tables::dataset).size() == 4);
  CHECK(run.sink.rows_of(tables::staff_member).size() == 2);
  CHECK(run.sink.rows_of(tables::register_identity).size() == 10);  // p2 is on two permits, p6 has two identities
  const RecordedRow& ended = *run.sink.find(tables::data_permit, "permit_id", "HDAB-2024-0007");
  CHECK(ended["ends_at"] == "2026-05-15T23:59:59Z");
  CHECK(ended["delete_by_at"] == "2026-11-15T23:59:59Z");
  const RecordedRow& extended = *run.sink.find(tables::data_permit, "permit_id", "HDAB-2024-0019");
  CHECK(extended["ends_at"] == "2027-10-31T23:59:59Z");
  CHECK(extended["delete_by_at"] == "2028-04-30T23:59:59Z");
  const RecordedRow& removed = *run.sink.find(tables::permit_person, "person_id", "p5");
  CHECK(removed["ends_at"] == "2026-10-31T12:00:00Z");
  CHECK(removed.line == 20);
  const RecordedRow& service = *run.sink.find(tables::register_identity, "holder_id", "svc-pipeline");
  CHECK(service["identity"] == "subject:svc-pipeline");
  CHECK(service["identity_hash"].size() == 64);
  for (const TableSpec* table : permit_register_collector().tables) CHECK(run.sink.state_of(*table) == "complete");
  REQUIRE(run.sink.sources.size() == 1);
  CHECK(run.sink.sources[0].grade == EvidenceGrade::e2);
  CHECK(run.sink.sources[0].freshness == Freshness::permit_register);
  CHECK(to_string(run.sink.sources[0].observed_at) == "2026-11-20T08:00:00Z");
}

TEST_CASE("permit register: without the key, subjects are not hashed, and it is said") {
  const Run run(example(), false);
  REQUIRE(run.result);
  CHECK((*run.sink.find(tables::register_identity, "holder_id", "svc-pipeline"))["identity_hash"] == "NULL");
  CHECK(run.sink.rows_of(tables::permit_register)[0]->operator[]("hash_key_present") == "0");
}

TEST_CASE("permit register: names of persons reach no row") {
  const Run run(changed("{id: p1, role", "{id: p1, name: Aino Virtanen, role"));
  REQUIRE(run.result);
  for (const RecordedRow& row : run.sink.rows) {
    for (const Cell& cell : row.cells) CHECK(cell.text.find("Aino") == std::string::npos);
  }
}

TEST_CASE("permit register: each mistake alone makes it invalid, with its place and a hint") {
  const struct {
    std::string_view from;
    std::string_view to;
    std::string_view message;
  } kMistakes[] = {
      {"complete: true", "complete: false", "an incomplete register cannot tell who is not permitted"},
      {"complete: true\n", "", "missing key `complete`"},
      {"complete: true", "compleet: true", "unknown key `compleet`"},
      {"permit_count: 3", "permit_count: 4", "`permit_count` is 4, but there are 3 permits"},
      {"issued_at: \"2026-11-20T08:00:00Z\"", "issued_at: \"2026-11-24T08:00:00Z\"", "`issued_at` lies in the future"},
      {"issued_at: \"2026-11-20T08:00:00Z\"", "issued_at: yesterday", "yesterday"},
      {"zone: UTC", "zone: Europe/Atlantis", "there is no time zone `Europe/Atlantis`"},
      {"algorithm: hmac-sha256", "algorithm: sha256", "hashes by `sha256` are refused"},
      {"identity_hash: {algorithm: hmac-sha256, key_id: test-1}\n", "", "a hash without key is refused"},
      {"permit_id: HDAB-2024-0007", "permit_id: HDAB-2025-0011", "`HDAB-2025-0011` is given twice"},
      {"valid_to: \"2027-05-31\"", "valid_to: \"2025-05-31\"", "`valid_to` lies before `valid_from`"},
      {"valid_to: \"2027-05-31\"\n", "\n", "missing key `valid_to`"},
      {"valid_to: \"2027-05-31\"", "valid_to: \"2027-02-31\"", "2027-02-31"},
      {"extended_to: \"2027-10-31\"", "extended_to: \"2026-10-31\"", "`extended_to` does not lie after `valid_to`"},
      {"purpose: \"53(1)(e)\"", "purpose: research", "`research` is no purpose of a permit"},
      {"{id: p2, role: researcher", "{id: p2, role: principal_investigator", "2 persons are principal_investigator"},
      {"{id: p2, role: researcher", "{id: p1, role: researcher", "`p1` is given twice"},
      {"role: researcher, added", "role: reseacher, added", "`role` takes no `reseacher`"},
      {"hash: 823ae49f", "hash: 823AE49F", "this is no hash"},
      {"hash: 823ae49f", "subject: u-1001, hash: 823ae49f", "an identity has either `subject` or `hash`"},
      {"form: pseudonymised", "form: plain", "`form` takes no `plain`"},
      {"[{id: ds-cancer, source: cancer-registry, form: pseudonymised}]", "[]", "a permit is for some data"},
      {"project_ids: [\"keystone:proj-a\"]", "project_ids: [\"proj-a\"]", "`proj-a` is no project"},
      {"approver: s-lead, valid_to: \"2027-01-31\"", "approver: s1, valid_to: \"2027-01-31\"",
       "nobody approves themselves"},
      {"owner: s1", "owner: s9", "there is no member of staff `s9`"},
  };
  CHECK(mistakes_of(example()).empty());
  for (const auto& mistake : kMistakes) {
    CAPTURE(mistake.message);
    const std::string text = changed(mistake.from, mistake.to);
    const std::vector<Error> mistakes = mistakes_of(text);
    REQUIRE(!mistakes.empty());
    bool found = false;
    for (const Error& error : mistakes) {
      found = found || error.message.find(mistake.message) != std::string::npos;
      CHECK(error.place.line > 0);
      CHECK_MESSAGE(!error.hint.empty(), error.message);
    }
    CHECK(found);
    const Run run(text);
    CHECK(!run.result);
    CHECK(run.sink.rows.empty());
  }
}

TEST_CASE("permit register: all mistakes of a file are listed at once, in its order") {
  std::string text = changed("complete: true", "complete: false");
  text.replace(text.find("role: researcher"), 16, "role: reseacher ");
  text.replace(text.find("owner: s1"), 9, "owner: s9");
  const std::vector<Error> mistakes = mistakes_of(text);
  REQUIRE(mistakes.size() == 3);
  CHECK(mistakes[0].place.line < mistakes[1].place.line);
  CHECK(mistakes[1].place.line < mistakes[2].place.line);
  const Run run(text);
  REQUIRE(!run.result);
  CHECK(run.result.error().message.ends_with("(and 2 more mistakes)"));
}

TEST_CASE("permit register: ends and deadlines follow the calendar of the place") {
  const auto helsinki = Zone::find("Europe/Helsinki");
  REQUIRE(helsinki);
  Permit permit{.valid_to = {2027, 8, 31}};
  CHECK(to_string(effective_end(permit, *helsinki)) == "2027-08-31T20:59:59Z");
  CHECK(to_string(deletion_deadline(effective_end(permit, *helsinki), *helsinki)) == "2028-02-29T21:59:59Z");
  permit.revoked_at = *parse_instant("2026-08-30T22:30:00Z");  // 31 August in Helsinki
  CHECK(to_string(deletion_deadline(effective_end(permit, *helsinki), *helsinki)) == "2027-02-28T21:59:59Z");
}

TEST_CASE("permit register: the commands hash as the register does, and list mistakes") {
  const TemporaryFolder folder;
  const std::string key = (folder.path / "hmac.key").string();
  std::ofstream(key) << kKey << "\n";
  const std::vector<std::string> hash{
      "permits", "hash", "--key-file", key, "--issuer", "https://login.example.org/realms/node", "u-1001"};
  CHECK(run_program_with(hash).out == std::string(kFirstHash) + "\n");
  std::ofstream(folder.path / "short.key") << "0001";
  const ProgramRun weak =
      run_program_with({"permits", "hash", "--key-file", (folder.path / "short.key").string(), "--issuer", "i", "s"});
  CHECK(weak.code == 2);
  CHECK(weak.error.find("0001") == std::string::npos);
  std::ofstream(folder.path / "bad.yaml") << changed("complete: true", "complete: false");
  const ProgramRun check = run_program_with({"permits", "check", (folder.path / "bad.yaml").string()});
  CHECK(check.code == 2);
  CHECK(check.error.find("bad.yaml:5:11") != std::string::npos);
  CHECK(run_program_with({"permits", "check", kExample.string()}).out.starts_with("valid: 3 permits ("));
}
