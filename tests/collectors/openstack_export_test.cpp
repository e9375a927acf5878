// SPDX-License-Identifier: Apache-2.0
// Exports of OpenStack: recordings of real services, the client's own forms, and exports that are broken.
#include "collectors/openstack/openstack_export.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <set>

#include "collectors/recording_sink.h"
#include "derive/derive.h"
#include "evidence/sqlite.h"
#include "evidence/tables/compute.h"
#include "evidence/tables/identity.h"
#include "evidence/tables/inventory.h"
#include "evidence/tables/network.h"
#include "evidence/tables/network_filter.h"
#include "evidence/tables/storage.h"
#include "evidence/writer.h"
#include "format/json_pieces.h"
#include "support/program.h"
#include "support/temporary_folder.h"

using namespace ehdscan;

namespace {

const Instant kNow = *parse_instant("2026-11-24T12:00:00Z");
const std::filesystem::path kLab = std::filesystem::path(EHDSCAN_SOURCE_DIR) / "tests/collectors/openstack/lab";

using Files = std::vector<std::pair<std::string, std::string>>;

struct Run {
  TemporaryFolder folder;
  RecordingSink sink;
  Result<void> result;

  explicit Run(const Files& files, std::string_view options = "{path: export, all_projects: true}") {
    std::filesystem::create_directories(folder.path / "export");
    for (const auto& [name, text] : files) std::ofstream(folder.path / "export" / name, std::ios::binary) << text;
    const auto parsed = Document::parse_yaml(options, "site.yaml").value();
    Target target;
    target.folder = folder.path;
    target.document = parsed;
    target.options = parsed->root();
    result = openstack_export_collector().collect(target, sink, {.started_at = kNow});
  }
};

std::string rule(std::string_view id, std::string_view more) {
  return fmt::format(
      R"({{"id":"{}","security_group_id":"g","project_id":"p","direction":"ingress","ethertype":"IPv4",{}}})", id,
      more);
}

/// The lab's recordings as evidence, with what is derived from it.
Evidence lab() {
  EvidenceWriter writer = *EvidenceWriter::in_memory(
      {.site = "lab", .country = "", .tool_version = "", .started_at = kNow, .finished_at = kNow});
  const CollectorSpec spec = openstack_export_collector();
  RowSink& sink = writer.begin_target("lab", spec.name, spec.tables);
  const auto options = Document::parse_yaml("{path: lab, all_projects: true}", "site.yaml").value();
  Target target;
  target.folder = kLab.parent_path();
  target.document = options;
  target.options = options->root();
  REQUIRE(spec.collect(target, sink, {.started_at = kNow}));
  writer.end_target();
  Evidence evidence = *writer.finish_in_memory(kNow);
  REQUIRE(derive(evidence));
  return evidence;
}

std::set<std::string> ask(const Evidence& evidence, const std::string& sql) {
  std::set<std::string> rows;
  auto statement = sqlite::Statement::prepare(evidence.handle(), sql);
  REQUIRE(statement);
  while (*statement->step()) {
    std::string line;
    for (int i = 0; i < statement->columns(); ++i) line += (i > 0 ? "|" : "") + std::string(statement->text(i));
    rows.insert(line);
  }
  return rows;
}

}  // namespace

TEST_CASE("openstack export: effective access of the lab is what Keystone itself lists") {
  const Evidence evidence = lab();
  const auto listed = Document::read(kLab / "keystone/role_assignments_effective.json");
  REQUIRE(listed);
  std::set<std::string> expected;
  const Node all = *(*listed)->root().find("role_assignments");
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto scope = all[i].find("scope");
    for (const std::string_view kind : {"project", "domain"}) {
      const auto inner = scope->find(kind);
      if (!inner) continue;
      expected.insert(fmt::format("{}|{}|{}|{}", all[i].find("user")->find("id")->scalar(),
                                  all[i].find("role")->find("id")->scalar(), kind, inner->find("id")->scalar()));
    }
  }
  CHECK(expected.size() == 91);
  // Keystone's own list leaves every system assignment out.
  CHECK(ask(evidence,
            "select account_id, role_id, reach_kind, reach_id from effective_access where reach_kind <> 'system'") ==
        expected);
  CHECK(ask(evidence, "select count(*) from effective_access where reach_kind = 'system'") ==
        std::set<std::string>{"7"});
}

TEST_CASE("openstack export: planted weaknesses of the lab are in the rows") {
  const Evidence evidence = lab();
  using Rows = std::set<std::string>;
  CHECK(ask(evidence, "select kind, unrestricted, expires_kind from credential where name = 'nightly'") ==
        Rows{"application_credential|1|never"});
  CHECK(ask(evidence, "select impersonates, expires_kind from credential where kind = 'trust'") == Rows{"1|never"});
  CHECK(ask(evidence, "select count(*) from credential where kind = 'ec2_key'") == Rows{"1"});
  CHECK(ask(evidence, "select port_security from port where name = 'nosec'") == Rows{"0"});
  CHECK(ask(evidence,
            "select a.prefix from port p join port_address_pair a on a.port_id = p.port_id where p.name = 'spoof'") ==
        Rows{"0.0.0.0/0"});
  CHECK(ask(evidence,
            "select protocol, port_from, port_to from network_rule r join security_group g on g.group_id = r.group_id "
            "where g.name = 'proto-number' and direction = 'ingress'") == Rows{"tcp|5400|5500"});
  CHECK(ask(evidence,
            "select protocol, port_from, port_to, remote_prefix from network_rule r join security_group g on "
            "g.group_id = r.group_id where g.name = 'any-any' and direction = 'ingress' and ethertype = 'ipv4'") ==
        Rows{"any|0|65535|0.0.0.0/0"});
  CHECK(ask(evidence,
            "select public_address, port_from, port_to from exposure where direction = 'from_internet' and port_from = "
            "5400") == Rows{"203.0.113.180|5400|5500"});
  CHECK(ask(evidence,
            "select lockout_exempt, password_expiry_exempt from account where account_id = (select account_id from "
            "credential where kind = 'ec2_key')") == Rows{"1|1"});
  CHECK(ask(evidence, "select encrypted from volume") == Rows{"0"});
}

TEST_CASE("openstack export: no secret of the recordings reaches a row") {
  const Evidence evidence = lab();
  for (const TableSpec* table : openstack_export_collector().tables) {
    auto rows = sqlite::Statement::prepare(evidence.handle(), fmt::format("select * from {}", table->name));
    REQUIRE(rows);
    while (*rows->step()) {
      for (int i = 0; i < rows->columns(); ++i) {
        CHECK(rows->text(i).find("not-a-real-secret") == std::string_view::npos);
        CHECK(rows->text(i).find("GEZDGNBV") == std::string_view::npos);
      }
    }
  }
}

TEST_CASE(
    "openstack export: the client's list and show forms are known by their columns, whatever the files are called") {
  const Run run(
      {{"a.json",
        R"([{"ID":"r1","IP Protocol":"tcp","Ethertype":"IPv4","IP Range":"0.0.0.0/0","Port Range":"22:22","Direction":"ingress","Remote Security Group":null,"Remote Address Group":null,"Security Group":"g"},
 {"ID":"r2","IP Protocol":null,"Ethertype":"IPv6","IP Range":"::/0","Port Range":"","Direction":"egress","Remote Security Group":null,"Remote Address Group":null,"Security Group":"g"}])"},
       {"b.json", R"([{"ID":"g","Name":"default","Description":"","Project":"p","Tags":[]}])"},
       {"c.json",
        R"({"id":"v1","name":"data","size":10,"status":"in-use","multiattach":false,"encrypted":true,"os-vol-tenant-attr:tenant_id":"p","type":"luks","properties":{"class":"sensitive"}})"},
       {"d.json",
        R"([{"ID":"s1","Name":"vm","Status":"ACTIVE","Networks":{},"Image":"debian","Flavor":"m1","Project ID":"p"}])"},
       {"e.json",
        R"([{"Role":"member","User":"u1","Group":"","Project":"p","Domain":"","System":"","Inherited":true}])"}});
  REQUIRE_MESSAGE(run.result, run.result.error().message);
  const RecordedRow* first = run.sink.find(tables::network_rule, "rule_id", "r1");
  REQUIRE(first != nullptr);
  CHECK((*first)["protocol"] == "tcp");
  CHECK((*first)["port_from"] == "22");
  const RecordedRow* second = run.sink.find(tables::network_rule, "rule_id", "r2");
  REQUIRE(second != nullptr);
  CHECK((*second)["protocol"] == "any");
  CHECK((*second)["port_to"] == "65535");
  CHECK((*second)["ethertype"] == "ipv6");
  CHECK((*run.sink.find(tables::security_group, "group_id", "g"))["platform_default"] == "1");
  const RecordedRow* volume = run.sink.find(tables::volume, "volume_id", "v1");
  REQUIRE(volume != nullptr);
  CHECK((*volume)["project_id"] == "p");
  CHECK((*volume)["state"] == "in_use");
  CHECK((*run.sink.find(tables::asset, "asset_id", "v1"))["data_class"] == "sensitive");
  CHECK((*run.sink.find(tables::instance, "instance_id", "s1"))["state"] == "running");
  CHECK((*run.sink.find(tables::role_grant, "role_id", "member"))["inherited"] == "1");
  CHECK(run.sink.state_of(tables::network_rule) == "complete");
  // One volume was shown, but nobody listed them.
  CHECK(run.sink.state_of(tables::volume)
            .starts_with("partial: the export holds no list of volumes (`openstack volume list"));
  CHECK(run.sink.state_of(tables::port).starts_with("not_attempted: the export holds no list of ports"));
}

TEST_CASE("openstack export: every row knows its file and line") {
  const Run run({{"rules.json", "{\n \"security_group_rules\": [\n  " + rule("r1", "\"protocol\":null") + ",\n  " +
                                    rule("r2", "\"protocol\":\"6\"") + "\n ]\n}\n"},
                 {"groups.json", R"({"security_groups":[{"id":"g","name":"web"}]})"}});
  CHECK(run.sink.find(tables::network_rule, "rule_id", "r2")->line == 4);
  CHECK((*run.sink.find(tables::network_rule, "rule_id", "r2"))["protocol"] == "tcp");
}

TEST_CASE("openstack export: what is not said to be whole is not whole") {
  const Files files{{"rules.json", R"({"security_group_rules":[]})"}, {"groups.json", R"({"security_groups":[]})"}};
  CHECK(Run(files).sink.state_of(tables::network_rule) == "complete");
  CHECK(Run(files, "export")
            .sink.state_of(tables::network_rule)
            .starts_with("partial: site.yaml does not say that the export was made for all projects"));
}

TEST_CASE("openstack export: broken exports never look whole") {
  const std::string groups = R"({"security_groups":[{"id":"g","name":"web"}]})";
  const auto state = [&](std::string_view text) {
    const Run run({{"rules.json", std::string(text)}, {"groups.json", groups}});
    REQUIRE_MESSAGE(run.result, run.result.error().message);
    return run.sink.state_of(tables::network_rule);
  };
  CHECK(state("{\"security_group_rules\": [" + rule("r1", "\"protocol\":null") + ", {\"id\":")
            .starts_with("failed: export/rules.json:1: the JSON text stops halfway"));
  CHECK(state("<html>502 Bad Gateway</html>").starts_with("partial: export/rules.json:1: this is a page, not JSON"));
  CHECK(state(R"({"error":{"code":403,"message":"no"}})").find("export/rules.json holds an error answer (403)") !=
        std::string::npos);
  CHECK(state("{\"security_group_rules\": [" + rule("r1", "\"protocol\":null") +
              R"(], "security_group_rules_links": [{"rel":"next","href":"http://x"}]})")
            .starts_with("partial: export/rules.json is one page of several"));
  CHECK(state("{\"security_group_rules\": [" + rule("r1", "\"protocol\":null") + "," +
              rule("r1", "\"protocol\":\"tcp\"") + "]}")
            .find("tell the same resource differently") != std::string::npos);
  CHECK(state("{\"security_group_rules\": [" + rule("r1", "\"protocol\":null") + "," + rule("r1", "\"protocol\":null") +
              "]}") == "complete");
  CHECK(state("{\"security_group_rules\": [{\"id\": \"r1\", \"id\": \"r2\"}]}")
            .starts_with("partial: export/rules.json:1: "));
  CHECK(state("{\"security_group_rules\": [" +
              rule("r1", "\"remote_group_id\":null,\"security_group_id\":\"cut-off\"") + "]}")
            .starts_with("partial"));
  const Run cut(
      {{"rules.json",
        R"({"security_group_rules":[{"id":"r1","security_group_id":"gone","direction":"ingress","ethertype":"IPv4"}]})"},
       {"groups.json", groups}});
  CHECK(cut.sink.state_of(tables::security_group).find("named by ports or rules but not listed") != std::string::npos);
}

TEST_CASE("openstack export: an error answer beside a list may hide a part of it") {
  const std::string groups = R"({"security_groups":[{"id":"g","name":"web"}]})";
  const auto state = [&](std::string_view answer) {
    return Run({{"a.json", std::string(answer)}, {"b.json", R"({"security_group_rules":[]})"}, {"c.json", groups}})
        .sink.state_of(tables::network_rule);
  };
  CHECK(
      state(R"({"error":{"code":403,"message":"no"}})").contains("partial: export/a.json holds an error answer (403)"));
  CHECK(state(R"({"_status":500,"_body":""})").contains("partial: export/a.json holds an error answer (500)"));
  CHECK(state(R"({"error":{"code":404,"message":"none"}})") == "complete");
}

TEST_CASE("openstack export: members and application credentials are whole only if each owner's list is there") {
  const std::string self = R"("links":{"next":null,"self":"http://k/v3/)";
  const Files files{
      {"g.json", "{\"groups\":[{\"id\":\"g1\",\"name\":\"a\"},{\"id\":\"g2\",\"name\":\"b\"}]," + self + "groups\"}}"},
      {"m1.json", "{\"users\":[{\"id\":\"u1\",\"name\":\"x\",\"domain_id\":\"d\"}]," + self + "groups/g1/users\"}}"},
      {"u.json", "{\"users\":[{\"id\":\"u1\",\"name\":\"x\",\"domain_id\":\"d\"}]," + self + "users\"}}"},
      {"t.json", "{\"trusts\":[]," + self + "OS-TRUST/trusts\"}}"},
      {"c.json", "{\"credentials\":[]," + self + "credentials\"}}"},
      {"a9.json", "{\"application_credentials\":[]," + self + "users/u9/application_credentials\"}}"},
  };
  const Run some(files);
  REQUIRE_MESSAGE(some.result, some.result.error().message);
  CHECK(some.sink.state_of(tables::group_member)
            .contains("partial: the members of groups of 1 of 2 are not listed, `g2` among them"));
  CHECK(some.sink.state_of(tables::credential)
            .contains("partial: the application credentials of users of 1 of 1 are not listed, `u1` among them"));
  Files all = files;
  all.emplace_back("m2.json", "{\"users\":[]," + self + "groups/g2/users\"}}");
  all.emplace_back("a1.json", "{\"application_credentials\":[]," + self + "users/u1/application_credentials\"}}");
  const Run whole(all);
  CHECK(!whole.sink.state_of(tables::group_member).contains("partial"));
  CHECK(!whole.sink.state_of(tables::credential).contains("partial"));
}

TEST_CASE("openstack export: containers are whole only if every project's account was listed") {
  const std::string projects =
      R"({"projects":[{"id":"p1","name":"a","enabled":true},{"id":"p2","name":"b","enabled":true}]})";
  const auto state = [&](const std::string& containers) {
    return Run({{"projects.json", projects}, {"containers.json", containers}}).sink.state_of(tables::bucket);
  };
  const auto of = [](std::string_view missing) {
    return fmt::format("partial: the containers of projects of {} are not listed", missing);
  };
  CHECK(state(R"({"accounts":["AUTH_p1","AUTH_p2"],"containers":[{"name":"c","count":1,"bytes":2}]})") == "complete");
  CHECK(state(R"({"account":"AUTH_p1","containers":[]})").find(of("1 of 2")) != std::string::npos);
  CHECK(state(R"({"containers":[]})").find(of("2 of 2")) != std::string::npos);
  CHECK(state("[]").find(of("2 of 2")) != std::string::npos);
  // As a cloud answers it: the link names the account.
  CHECK(state(R"({"links":{"self":"https://c/v1/AUTH_p1?format=json"},"containers":[]})").find(of("1 of 2")) !=
        std::string::npos);
  // Nobody can say whether all are there if the projects are not known.
  CHECK(Run(Files{{"containers.json", R"({"account":"AUTH_p1","containers":[]})"}})
            .sink.state_of(tables::bucket)
            .find("the projects are not listed") != std::string::npos);
}

TEST_CASE(
    "openstack export: projects and regions mixed in one folder keep their rows apart and are whole only if said to "
    "be") {
  const auto server = [](std::string_view id, std::string_view project) {
    return fmt::format(
        R"({{"id":"{0}","name":"{0}","tenant_id":"{1}","status":"ACTIVE","created":"2026-01-01T00:00:00Z"}})", id,
        project);
  };
  const Files files{{"a.json", "{\"servers\": [" + server("s1", "p1") + "," + server("s2", "p2") + "]}"},
                    {"b.json", "{\"servers\": [" + server("s3", "p1") + "]}"}};
  const Run whole(files);
  CHECK(whole.sink.state_of(tables::instance) == "complete");
  std::set<std::string> seen;
  for (const RecordedRow& row : whole.sink.rows) {
    if (row.table == &tables::instance) seen.insert(row.cells[0].text + " " + row.cells[2].text);
  }
  CHECK(seen == std::set<std::string>{"s1 p1", "s2 p2", "s3 p1"});
  CHECK(Run(files, "{path: export}").sink.state_of(tables::instance).starts_with("partial"));
  // The same machine in the answers of two regions, told differently: neither can be relied on.
  const Run twice({{"a.json", "{\"servers\": [" + server("s1", "p1") + "]}"},
                   {"b.json", "{\"servers\": [" + server("s1", "p2") + "]}"}});
  CHECK(twice.sink.state_of(tables::instance).find("tell the same resource differently") != std::string::npos);
}

TEST_CASE("openstack export: a list with another client's columns is not taken for one that is known") {
  const Run run(Files{{"servers.json", R"([{"Id":"s1","Instance Name":"a","Tenant":"p1"}])"}});
  CHECK(run.sink.state_of(tables::instance).starts_with("not_attempted"));
  CHECK(run.sink.state_of(tables::instance).find("columns are not known") != std::string::npos);
}

TEST_CASE("openstack export: a folder without JSON is an error") {
  CHECK(!Run(Files{}).result);
  CHECK(!Run(Files{{"readme.txt", "x"}}).result);
}

TEST_CASE("json pieces: lists are cut with the lines of their elements, and halves are refused") {
  const std::string text = "{\"a\": [\n {\"x\": \"]\\\"}\"},\n {\"y\": [1, {\"z\": 2}]}\n], \"n\": 5, \"e\": []}";
  const auto pieces = cut_json(text, "t.json");
  REQUIRE(pieces);
  REQUIRE(pieces->lists.size() == 2);
  CHECK(pieces->lists[0].key == "a");
  REQUIRE(pieces->lists[0].elements.size() == 2);
  CHECK(pieces->lists[0].elements[1].line == 3);
  CHECK(pieces->lists[0].elements[1].text == "{\"y\": [1, {\"z\": 2}]}");
  CHECK(pieces->rest == "{\"a\":[],\"n\":5,\"e\":[]}");
  for (const std::string_view broken :
       {"", "{", "[", "[1", "[1,", "{\"a\"", "{\"a\":", "{\"a\":1", "[{]", "[\"a", "[}", "5", "{} x", "[1 2]"}) {
    CAPTURE(broken);
    CHECK(!cut_json(broken, "t.json"));
  }
}
