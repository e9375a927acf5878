// SPDX-License-Identifier: Apache-2.0
#include "derive/derive.h"

#include <doctest/doctest.h>

#include <set>

#include "evidence/sqlite.h"
#include "evidence/tables/all.h"
#include "evidence/tables/derived.h"
#include "evidence/tables/inventory.h"
#include "evidence/tables/network.h"
#include "evidence/tables/network_filter.h"
#include "evidence/writer.h"

using namespace ehdscan;

namespace {

const Instant kNow = *parse_instant("2026-11-23T12:00:00Z");

/// Evidence of one target, written as a collector would.
class Scene {
 public:
  Scene()
      : writer_(*EvidenceWriter::in_memory(
            {.site = "s", .country = "", .tool_version = "", .started_at = kNow, .finished_at = kNow})) {
    sink_ = &writer_.begin_target("cloud", "test", {});
    source(Nature::observed);
  }

  void source(Nature nature) {
    source_ = sink_->add_source({.target = {},
                                 .collector = {},
                                 .location = std::string(to_string(nature)),
                                 .sha256 = "",
                                 .observed_at = kNow,
                                 .grade = EvidenceGrade::e3,
                                 .nature = nature});
  }

  template <const TableSpec& Table, typename Fill>
  void add(Fill fill) {
    Row<Table> row("cloud");
    fill(row);
    row.write(*sink_, {.source = source_, .line = 7});
  }

  void complete(std::span<const std::string_view> tables) {
    for (const std::string_view table : tables) sink_->collected(*find_table(table), CollectionState::complete);
  }
  void partial(std::string_view table) { sink_->collected(*find_table(table), CollectionState::partial, "cut off"); }

  void member(std::string_view group, std::string_view kind, std::string_view id) {
    add<tables::group_member>([&](auto& row) {
      row.template set<"group_id">(group).template set<"member_kind">(kind).template set<"member_id">(id);
      row.template set<"expires_kind">(std::string_view("never"));
    });
  }

  void grant(std::string_view id, std::string_view grantee_kind, std::string_view grantee, std::string_view scope_kind,
             std::string_view scope, std::optional<bool> inherited = false) {
    add<tables::role_grant>([&](auto& row) {
      row.template set<"grant_id">(id).template set<"role_id">(std::string_view("admin"));
      row.template set<"grantee_kind">(grantee_kind).template set<"grantee_id">(grantee);
      row.template set<"scope_kind">(scope_kind).template set<"scope_id">(scope).template set<"inherited">(inherited);
      row.template set<"denies">(false).template set<"expires_kind">(std::string_view("never"));
    });
  }

  /// Rows of a query over the derived tables, cells joined by `|`.
  std::set<std::string> ask(const std::string& sql) {
    derive_once();
    std::set<std::string> rows;
    auto statement = sqlite::Statement::prepare(evidence_->handle(), sql);
    REQUIRE(statement);
    while (*statement->step()) {
      std::string line;
      for (int i = 0; i < statement->columns(); ++i) line += (i > 0 ? "|" : "") + std::string(statement->text(i));
      rows.insert(line);
    }
    return rows;
  }

  Collection collection_of(std::string_view table) {
    derive_once();
    for (const Collection& collection : evidence_->collections()) {
      if (collection.table == table) return collection;
    }
    return {};
  }

 private:
  void derive_once() {
    if (evidence_) return;
    writer_.end_target();
    evidence_ = std::move(*writer_.finish_in_memory(kNow));
    const Result<void> derived = derive(*evidence_);
    REQUIRE_MESSAGE(derived, derived.error().message);
  }

  EvidenceWriter writer_;
  RowSink* sink_ = nullptr;
  SourceId source_ = 0;
  std::optional<Evidence> evidence_;
};

using Rows = std::set<std::string>;

void add_account(Scene& scene, std::string_view id) {
  scene.add<tables::account>(
      [&](auto& row) { row.template set<"account_id">(id).template set<"last_used_known">(false); });
}

void add_project(Scene& scene, std::string_view id, std::string_view kind, std::string_view parent) {
  scene.add<tables::project>([&](auto& row) {
    row.template set<"project_id">(id).template set<"kind">(kind);
    if (!parent.empty()) row.template set<"parent_id">(parent);
  });
}

}  // namespace

TEST_CASE("effective access: groups in groups, also in a ring, reach what the outermost was granted") {
  Scene scene;
  scene.complete(tables::effective_access_inputs);
  add_account(scene, "ann");
  scene.member("inner", "account", "ann");
  scene.member("outer", "group", "inner");
  scene.member("inner", "group", "outer");
  scene.grant("g1", "group", "outer", "project", "a");
  CHECK(scene.ask("select account_id, reach_id, group_id, path from effective_access") ==
        Rows{"ann|a|outer|[\"group inner\",\"group outer\",\"role admin on project a\"]"});
  CHECK(scene.collection_of("effective_access").state == CollectionState::complete);
}

TEST_CASE("effective access: an inherited grant holds below its domain and not on it; one that does not say, both") {
  Scene scene;
  scene.complete(tables::effective_access_inputs);
  add_project(scene, "d", "domain", "");
  add_project(scene, "a", "project", "d");
  add_project(scene, "aa", "project", "a");
  scene.grant("g1", "account", "ann", "domain", "d", true);
  scene.grant("g2", "account", "bob", "domain", "d", false);
  scene.grant("g3", "account", "eve", "domain", "d", std::nullopt);
  CHECK(scene.ask("select account_id, reach_kind, reach_id, inherited from effective_access") ==
        Rows{"ann|project|a|1", "ann|project|aa|1", "bob|domain|d|0", "eve|domain|d|0", "eve|project|a|1",
             "eve|project|aa|1"});
}

TEST_CASE("effective access: implied roles follow, also in a ring") {
  Scene scene;
  scene.complete(tables::effective_access_inputs);
  for (const auto& [role, implied] : std::vector<std::pair<std::string, std::string>>{
           {"admin", "member"}, {"member", "reader"}, {"reader", "admin"}}) {
    scene.add<tables::role_implication>(
        [&](auto& row) { row.template set<"role_id">(role).template set<"implied_role_id">(implied); });
  }
  scene.grant("g1", "account", "ann", "project", "a");
  CHECK(scene.ask("select role_id, implied from effective_access") == Rows{"admin|0", "member|1", "reader|1"});
}

TEST_CASE("effective access: unlisted members, vague grants and incomplete inputs make it partial") {
  Scene unlisted;
  unlisted.complete(tables::effective_access_inputs);
  unlisted.add<tables::account_group>([&](auto& row) {
    row.template set<"group_id">(std::string_view("directory")).template set<"members_listed">(false);
  });
  unlisted.grant("g1", "group", "directory", "project", "a");
  CHECK(unlisted.collection_of("effective_access").state == CollectionState::partial);
  CHECK(unlisted.collection_of("effective_access").reason.find("members are not in evidence") != std::string::npos);

  Scene vague;
  vague.complete(tables::effective_access_inputs);
  vague.add<tables::role_grant>(
      [&](auto& row) { row.template set<"grant_id">(std::string_view("g")).template set<"denies">(false); });
  CHECK(vague.collection_of("effective_access").state == CollectionState::partial);

  Scene cut;
  cut.complete(tables::effective_access_inputs);
  cut.partial("group_member");
  CHECK(cut.collection_of("effective_access").reason == "group_member of cloud is partial: cut off");

  Scene none;
  CHECK(none.collection_of("effective_access").table.empty());
}

TEST_CASE("effective access: what is intended never joins what is observed") {
  Scene scene;
  scene.complete(tables::effective_access_inputs);
  scene.grant("g1", "group", "g", "project", "a");
  scene.source(Nature::intended);
  scene.member("g", "account", "ann");
  CHECK(scene.ask("select account_id from effective_access").empty());
}

TEST_CASE("exposure: halves of the internet in two groups are the whole of it, on the ports they share") {
  Scene scene;
  scene.complete(tables::exposure_inputs);
  scene.add<tables::port>([](auto& row) {
    row.template set<"port_id">(std::string_view("p")).template set<"network_id">(std::string_view("n"));
    row.template set<"port_security">(true)
        .template set<"device_kind">(std::string_view("instance"))
        .template set<"device_id">(std::string_view("vm"));
  });
  scene.add<tables::floating_ip>([](auto& row) {
    row.template set<"floating_ip_id">(std::string_view("f"))
        .template set<"address">(std::string_view("203.0.113.7"))
        .template set<"port_id">(std::string_view("p"));
  });
  int part = 0;
  const auto rule = [&](std::string_view group, std::string_view prefix, int from, int to, std::string_view protocol) {
    scene.add<tables::network_rule>([&](auto& row) {
      row.template set<"rule_id">("r" + std::to_string(++part)).template set<"part">(1).template set<"group_id">(group);
      row.template set<"direction">(std::string_view("ingress"))
          .template set<"action">(std::string_view("allow"))
          .template set<"protocol">(protocol);
      row.template set<"port_from">(from)
          .template set<"port_to">(to)
          .template set<"remote_kind">(std::string_view("prefix"))
          .template set<"remote_prefix">(prefix);
    });
  };
  for (const std::string_view group : {"g1", "g2", "g3"}) {
    scene.add<tables::port_group>(
        [&](auto& row) { row.template set<"port_id">(std::string_view("p")).template set<"group_id">(group); });
  }
  rule("g1", "0.0.0.0/1", 20, 30, "tcp");
  rule("g2", "128.0.0.0/1", 22, 22, "tcp");
  rule("g3", "10.0.0.0/8", 0, 65535, "any");
  CHECK(scene.ask("select protocol, port_from, port_to, remote_prefix, remote_is_any, instance_id from exposure") ==
        Rows{"tcp|20|21|0.0.0.0/1|0|vm", "tcp|22|22|0.0.0.0/0|1|vm", "tcp|23|30|0.0.0.0/1|0|vm"});
  CHECK(scene.collection_of("exposure").state == CollectionState::complete);
}

TEST_CASE("exposure: an interface without filter lets everything through, one without public address nothing in") {
  Scene scene;
  scene.complete(tables::exposure_inputs);
  for (const std::string_view port : {"open", "inside"}) {
    scene.add<tables::port>([&](auto& row) {
      row.template set<"port_id">(port)
          .template set<"network_id">(std::string_view("n"))
          .template set<"port_security">(false);
    });
  }
  scene.add<tables::floating_ip>([](auto& row) {
    row.template set<"floating_ip_id">(std::string_view("f"))
        .template set<"address">(std::string_view("203.0.113.7"))
        .template set<"port_id">(std::string_view("open"));
  });
  CHECK(scene.ask("select distinct port_id, direction, protocol from exposure where remote_is_any") ==
        Rows{"open|from_internet|any", "open|to_internet|any"});
}
