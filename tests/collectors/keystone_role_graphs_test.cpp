// SPDX-License-Identifier: Apache-2.0
// Random graphs of users, groups, inherited grants and implied roles, as a running Keystone (Zed) told them, with its
// own list of who effectively holds which role where. That list leaves every system assignment out, so those are too
// here.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "collectors/openstack/openstack_export.h"
#include "derive/derive.h"
#include "evidence/sqlite.h"
#include "evidence/writer.h"
#include "format/document.h"
#include "support/temporary_folder.h"

using namespace ehdscan;

namespace {

const Instant kNow = *parse_instant("2026-11-24T12:00:00Z");

/// The answers as an export, collected and derived.
Evidence evidence_of(const nlohmann::json& answers) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder.path / "export");
  for (const auto& [name, answer] : answers.items()) std::ofstream(folder.path / "export" / (name + ".json")) << answer;
  EvidenceWriter writer = *EvidenceWriter::in_memory(
      {.site = "lab", .country = "", .tool_version = "", .started_at = kNow, .finished_at = kNow});
  const CollectorSpec spec = openstack_export_collector();
  RowSink& sink = writer.begin_target("lab", spec.name, spec.tables);
  const auto options = Document::parse_yaml("{path: export, all_projects: true}", "site.yaml").value();
  Target target;
  target.folder = folder.path;
  target.document = options;
  target.options = options->root();
  REQUIRE(spec.collect(target, sink, {.started_at = kNow}));
  writer.end_target();
  Evidence evidence = *writer.finish_in_memory(kNow);
  REQUIRE(derive(evidence));
  return evidence;
}

std::set<std::string> derived_of(const Evidence& evidence) {
  std::set<std::string> rows;
  auto statement = sqlite::Statement::prepare(evidence.handle(),
                                              "select account_id, role_id, reach_kind, reach_id from effective_access "
                                              "where reach_kind <> 'system'");
  REQUIRE(statement);
  while (*statement->step()) {
    rows.insert(
        fmt::format("{}|{}|{}|{}", statement->text(0), statement->text(1), statement->text(2), statement->text(3)));
  }
  return rows;
}

}  // namespace

TEST_CASE("keystone role graphs: effective access is what Keystone lists for each of twenty") {
  const std::filesystem::path file =
      std::filesystem::path(EHDSCAN_SOURCE_DIR) / "tests/collectors/openstack/role_graphs/graphs.json";
  const nlohmann::json graphs = nlohmann::json::parse(std::ifstream(file));
  REQUIRE(graphs.size() == 20);
  std::size_t compared = 0;
  for (const auto& graph : graphs) {
    CAPTURE(graph["answers"]["domains"].dump());
    std::set<std::string> expected;
    for (const auto& row : graph["effective"]) {
      expected.insert(fmt::format("{}|{}|{}|{}", row[0].get<std::string>(), row[1].get<std::string>(),
                                  row[2].get<std::string>(), row[3].get<std::string>()));
    }
    const std::set<std::string> derived = derived_of(evidence_of(graph["answers"]));
    for (const std::string& row : derived) CHECK_MESSAGE(expected.contains(row), "only ours: ", row);
    for (const std::string& row : expected) CHECK_MESSAGE(derived.contains(row), "only Keystone's: ", row);
    compared += expected.size();
  }
  CHECK(compared == 544);
}
