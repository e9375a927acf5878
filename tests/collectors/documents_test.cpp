// SPDX-License-Identifier: Apache-2.0
#include "collectors/documents/documents.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>

#include "collectors/documents/document_file.h"
#include "collectors/documents/document_tables.h"
#include "collectors/recording_sink.h"
#include "content/content.h"
#include "evidence/tables/document.h"
#include "evidence/tables/governance.h"
#include "support/temporary_folder.h"

using namespace ehdscan;

namespace {

const Instant kNow = *parse_instant("2026-11-23T12:00:00Z");

constexpr std::string_view kPlan = R"(schema: ehdscan-document/1
document:
  id: breach-plan
  kind: breach_plan
  version: "3"
  author: s1
  approver: s-lead
  approved_on: "2026-03-01"
  reviewed_on: "2026-08-01"
  nodes: [fi-node-1]
  file: plan.txt
  sha256: 5e2bf57d3f40c4b6df69daf1936cb766f832374b4fc0259a7cbff06e2f70f269
claims:
  detection: true
  patch_critical_days: 14
  contact: noc
  tested: "2026-05-01"
  open: null
records:
  plan_clock:
    - {regime: gdpr-33, stage: notification, zero_point: awareness, limit_hours: 72, recipient: supervisory-authority}
  exercise:
    - {exercise_id: x1, kind: breach, performed_on: "2026-05-01", scenarios: [exfiltration], participants: 8, result: success}
  access_review:
    - {review_id: r1, class: users, period_from_on: "2026-01-01", period_to_on: "2026-02-01"}
  incident: []
)";

std::string changed(std::string_view from, std::string_view to) {
  std::string text(kPlan);
  const std::size_t at = text.find(from);
  REQUIRE_MESSAGE(at != std::string::npos, from);
  return text.replace(at, from.size(), to);
}

std::vector<Error> mistakes_of(const std::string& text) {
  const auto document = Document::parse_yaml(text, "plan.yaml");
  REQUIRE_MESSAGE(document, document.error().message);
  std::vector<Error> mistakes;
  read_governance_document(**document, kNow, mistakes);
  return mistakes;
}

struct Run {
  TemporaryFolder folder;
  RecordingSink sink;
  Result<void> result;

  using Prepare = void (*)(const std::filesystem::path& governance);

  explicit Run(std::initializer_list<std::pair<std::string_view, std::string_view>> files, Prepare prepare = nullptr) {
    std::filesystem::create_directories(folder.path / "governance");
    if (prepare != nullptr) prepare(folder.path / "governance");
    for (const auto& [name, text] : files) std::ofstream(folder.path / "governance" / name, std::ios::binary) << text;
    const auto options = Document::parse_yaml("governance", "site.yaml").value();
    Target target;
    target.folder = folder.path;
    target.document = options;
    target.options = options->root();
    result = documents_collector().collect(target, sink, {.started_at = kNow});
  }
};

}  // namespace

TEST_CASE("documents: header, statements and records become rows with their lines") {
  const Run run({{"plan.yaml", kPlan}, {"plan.txt", "the plan"}});
  REQUIRE_MESSAGE(run.result, run.result.error().message);
  const RecordedRow* plan = run.sink.find(tables::document, "document_id", "breach-plan");
  REQUIRE(plan != nullptr);
  CHECK((*plan)["kind"] == "breach_plan");
  CHECK((*plan)["approved_on"] == "2026-03-01");
  CHECK((*plan)["digest_matches"] == "0");
  CHECK((*run.sink.find(tables::document_claim, "claim", "detection"))["flag"] == "1");
  CHECK((*run.sink.find(tables::document_claim, "claim", "patch_critical_days"))["number"] == "14");
  CHECK((*run.sink.find(tables::document_claim, "claim", "tested"))["stated_on"] == "2026-05-01");
  CHECK((*run.sink.find(tables::document_claim, "claim", "open"))["flag"] == "NULL");
  const RecordedRow* clock = run.sink.find(tables::plan_clock, "regime", "gdpr-33");
  REQUIRE(clock != nullptr);
  CHECK((*clock)["document_id"] == "breach-plan");
  CHECK((*clock)["limit_hours"] == "72");
  CHECK((*run.sink.find(tables::exercise, "exercise_id", "x1"))["scenarios"] == "[\"exfiltration\"]");
  CHECK(run.sink.state_of(tables::document) == "complete");
  CHECK(run.sink.state_of(tables::incident) == "complete");
  CHECK(run.sink.state_of(tables::risk) == "not_attempted: no document in `governance` has a section `risk`");
}

TEST_CASE("documents: a described file that is not there leaves the digest unknown and the table partial") {
  const Run run({{"plan.yaml", kPlan}});
  CHECK((*run.sink.find(tables::document, "document_id", "breach-plan"))["digest_matches"] == "NULL");
  CHECK(run.sink.state_of(tables::document)
            .starts_with("partial: governance/plan.yaml: the described file cannot be read"));
}

TEST_CASE("documents: what stands in the place of a described file and is none is not waited for") {
  const Run::Prepare kinds[] = {
      [](const std::filesystem::path& governance) { std::filesystem::create_directory(governance / "plan.txt"); },
      [](const std::filesystem::path& governance) { CHECK(::mkfifo((governance / "plan.txt").c_str(), 0600) == 0); },
      [](const std::filesystem::path& governance) {
        std::filesystem::create_symlink("plan.txt", governance / "plan.txt");
      },
  };
  for (const Run::Prepare prepare : kinds) {
    const Run run({{"plan.yaml", kPlan}}, prepare);
    REQUIRE_MESSAGE(run.result, run.result.error().message);
    CHECK((*run.sink.find(tables::document, "document_id", "breach-plan"))["digest_matches"] == "NULL");
    CHECK(run.sink.state_of(tables::document)
              .starts_with("partial: governance/plan.yaml: the described file cannot be read"));
  }
}

TEST_CASE("documents: each mistake alone makes the file invalid, with its place") {
  const struct {
    std::string_view from;
    std::string_view to;
    std::string_view message;
  } kMistakes[] = {
      {"schema: ehdscan-document/1", "schema: ehdscan-document/2", "`ehdscan-document/2` is not known"},
      {"kind: breach_plan", "kind: breech_plan", "`kind` takes no `breech_plan`"},
      {"  version: \"3\"\n", "", "missing key `version`"},
      {"  approved_on: \"2026-03-01\"\n", "", "missing key `approved_on`"},
      {"approver: s-lead", "approver: s1", "nobody approves what they wrote"},
      {"reviewed_on: \"2026-08-01\"", "reviewed_on: \"2026-12-01\"", "`reviewed_on` lies in the future"},
      {"nodes: [", "noodes: [", "unknown key `noodes`"},
      {"sha256: 5e2b", "sha256: 5E2B", "this is no SHA-256"},
      {"  file: plan.txt\n", "", "`file` and `sha256` belong together"},
      {"file: plan.txt", "file: ../plan.txt", "the file must lie beside its record"},
      {"contact: noc", "contact: [noc]", "`contact` takes one value"},
      {"  plan_clock:", "  plan_clok:", "no document brings records of `plan_clok`"},
      {"  incident: []", "  incident: none", "`incident` takes a list"},
      {"limit_hours: 72", "limit_hours: three days", "found the text `three days`"},
      {"limit_hours: 72", "limit_hors: 72", "`plan_clock` has no `limit_hors`"},
      {"regime: gdpr-33, ", "", "missing key `regime`"},
      {"result: success", "result: sucess", "`result` takes no `sucess`"},
      {"performed_on: \"2026-05-01\"", "performed_on: \"2027-05-01\"", "`performed_on` lies in the future"},
      {"performed_on: \"2026-05-01\"", "performed_on: \"2026-02-30\"", "2026-02-30"},
      {"period_to_on: \"2026-02-01\"", "period_to_on: \"2025-02-01\"", "`period_to_on` lies before `period_from_on`"},
      {"  exercise:\n", "  exercise:\n    - {exercise_id: x1}\n", "this record of `exercise` is given twice"},
  };
  CHECK(mistakes_of(std::string(kPlan)).empty());
  for (const auto& mistake : kMistakes) {
    CAPTURE(mistake.message);
    const std::string text = changed(mistake.from, mistake.to);
    const std::vector<Error> mistakes = mistakes_of(text);
    REQUIRE(!mistakes.empty());
    bool found = false;
    for (const Error& error : mistakes) {
      CAPTURE(error.message);
      found = found || error.message.find(mistake.message) != std::string::npos;
      CHECK(error.place.line > 0);
      CHECK_MESSAGE(!error.hint.empty(), error.message);
    }
    CHECK_MESSAGE(found, mistakes.front().message);
    const Run run({{"plan.yaml", text}, {"plan.txt", "the plan"}});
    CHECK(run.sink.rows.empty());
    CHECK(run.sink.state_of(tables::document).starts_with("partial"));
  }
}

TEST_CASE("documents: all mistakes are listed at once, in the order of the file") {
  std::string text = changed("approver: s-lead", "approver: s1");
  text.replace(text.find("result: success"), 15, "result: sucess ");
  text.replace(text.find("limit_hours: 72"), 15, "limit_hors: 72 ");
  const std::vector<Error> mistakes = mistakes_of(text);
  REQUIRE(mistakes.size() == 3);
  CHECK(mistakes[0].place.line < mistakes[1].place.line);
  CHECK(mistakes[1].place.line < mistakes[2].place.line);
}

TEST_CASE("documents: an invalid file fails the tables it is about and leaves the others") {
  const Run run({{"plan.yaml", changed("limit_hours: 72", "limit_hours: soon")},
                 {"plan.txt", "the plan"},
                 {"risks.yaml",
                  "schema: ehdscan-document/1\ndocument: {id: risks, kind: risk_treatment, version: \"1\", author: a, "
                  "approver: b, "
                  "approved_on: \"2026-01-01\"}\nrecords:\n  risk: [{risk_id: r1, owner: s1}]\n"}});
  CHECK(run.sink.state_of(tables::plan_clock).starts_with("failed: governance/plan.yaml:21: "));
  CHECK(run.sink.state_of(tables::exercise).starts_with("failed"));
  CHECK(run.sink.state_of(tables::risk) == "complete");
  CHECK((*run.sink.find(tables::risk, "risk_id", "r1"))["document_id"] == "risks");
}

TEST_CASE("documents: a file that is no YAML fails every table, one id for two documents the second") {
  const Run broken({{"plan.yaml", "schema: [\n"}});
  CHECK(broken.sink.state_of(tables::risk).starts_with("failed: governance/plan.yaml: "));
  const Run twice({{"a.yaml", kPlan}, {"b.yaml", kPlan}, {"plan.txt", "the plan"}});
  CHECK(twice.sink.state_of(tables::document)
            .starts_with("partial: governance/b.yaml:1: another file already describes"));
}

TEST_CASE("documents: an empty folder is an error, not a node without documents") {
  const Run run({});
  CHECK(!run.result);
}

TEST_CASE("documents: the published schema knows every table and column") {
  const auto text = find_content("schemas/document.schema.json");
  REQUIRE(text);
  const auto schema = Document::parse_json(*text, "document.schema.json");
  REQUIRE(schema);
  const auto records = (*schema)->root().find("properties")->find("records")->find("properties");
  REQUIRE(records);
  CHECK(records->size() == document_record_tables().size());
  for (const TableSpec* table : document_record_tables()) {
    CAPTURE(table->name);
    const auto found = records->find(table->name);
    REQUIRE(found);
    const auto columns = found->find("items")->find("properties");
    for (const ColumnSpec& column : table->columns) {
      if (column.name != "document_id") CHECK_MESSAGE(columns->find(column.name), column.name);
    }
  }
}
