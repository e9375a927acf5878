// SPDX-License-Identifier: Apache-2.0
// The Kubernetes provider of Terraform: what it makes is read as the manifest that it sends.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "collectors/kubernetes/kubernetes.h"
#include "collectors/recording_sink.h"
#include "collectors/terraform/terraform.h"
#include "evidence/tables/kube_access.h"
#include "evidence/tables/kubernetes.h"
#include "support/program.h"
#include "support/temporary_folder.h"

using namespace ehdscan;

namespace {

using Json = nlohmann::json;

const std::filesystem::path kSamples = std::filesystem::path(EHDSCAN_SOURCE_DIR) / "tests/collectors/terraform";

struct Run {
  TemporaryFolder folder;
  RecordingSink sink;
  Result<void> result;

  Run(const CollectorSpec& spec, const std::string& file, const std::string& content) {
    std::ofstream(folder.path / file, std::ios::binary) << content;
    const auto document = Document::parse_yaml(file, "site.yaml");
    REQUIRE(document);
    const Target target{.name = "k",
                        .collector = std::string(spec.name),
                        .document = *document,
                        .options = (*document)->root(),
                        .folder = folder.path,
                        .place = {}};
    result = spec.collect(target, sink, {.started_at = *parse_instant("2026-11-23T08:00:00Z")});
    CHECK(sink.mistakes.empty());
  }
};

Json sample() { return Json::parse(content_of(kSamples / "kubernetes_plan.json")); }

Json sample_of(const std::string& type) {
  const Json plan = sample();
  for (const Json& change : plan["resource_changes"]) {
    if (change["type"] == type) return change;
  }
  throw std::logic_error(type);
}

struct Plan : Run {
  explicit Plan(const std::vector<Json>& changes, const std::vector<Json>& blocks = {})
      : Run(terraform_collector(), "plan.json", text(changes, blocks)) {}

  static std::string text(const std::vector<Json>& changes, const std::vector<Json>& blocks) {
    Json plan = sample();
    plan["resource_changes"] = changes;
    plan["configuration"]["root_module"]["resources"] = blocks;
    return plan.dump();
  }
};

/// Rows of a table as texts, without where they came from.
std::string rows_of(const RecordingSink& sink, const TableSpec& table) {
  std::vector<std::string> texts;
  for (const RecordedRow& row : sink.rows) {
    if (row.table != &table) continue;
    std::string text = row.platform;
    for (const ColumnSpec& column : table.columns) text += "|" + row[column.name];
    texts.push_back(text);
  }
  std::ranges::sort(texts);
  std::string all;
  for (const std::string& text : texts) all += text + "\n";
  return all;
}

Json json_of(const Node& node) {
  if (node.is(Node::Kind::mapping)) {
    Json object = Json::object();
    for (std::size_t i = 0; i < node.size(); ++i) object[std::string(node.key_at(i).scalar())] = json_of(node[i]);
    return object;
  }
  if (node.is(Node::Kind::sequence)) {
    Json list = Json::array();
    for (std::size_t i = 0; i < node.size(); ++i) list.push_back(json_of(node[i]));
    return list;
  }
  return node.is(Node::Kind::text) ? Json(std::string(node.scalar())) : Json::parse(node.scalar());
}

/// Moves a value of the resource from what is known to what is not.
void make_unknown(Json& change, const std::string& pointer) {
  const Json::json_pointer place(pointer);
  change["change"]["after"].at(place.parent_pointer()).erase(place.back());
  // A JSON pointer that does not exist yet makes mappings of numbers; lists it must be.
  Json* at = &change["change"]["after_unknown"];
  std::vector<std::string> steps;
  for (Json::json_pointer rest = place; !rest.empty(); rest.pop_back()) steps.insert(steps.begin(), rest.back());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const bool last = i + 1 == steps.size();
    Json* next = steps[i] == "0" ? &(*at)[std::size_t{0}] : &(*at)[steps[i]];
    if (last) *next = true;
    at = next;
  }
}

constexpr std::array<const TableSpec*, 13> kCompared{&tables::kube_workload,
                                                     &tables::kube_container,
                                                     &tables::kube_namespace,
                                                     &tables::kube_network_policy,
                                                     &tables::kube_network_policy_rule,
                                                     &tables::kube_role,
                                                     &tables::kube_role_rule,
                                                     &tables::kube_binding,
                                                     &tables::kube_service,
                                                     &tables::kube_ingress,
                                                     &tables::kube_service_account,
                                                     &tables::kube_secret,
                                                     &tables::kube_volume};

}  // namespace

TEST_CASE("terraform kubernetes: resources give the rows that their manifests give") {
  const Run manifests(kubernetes_collector(), "m.yaml", content_of(kSamples / "kubernetes_same.yaml"));
  REQUIRE(manifests.result);
  const Run resources(terraform_collector(), "plan.json", sample().dump());
  REQUIRE(resources.result);
  for (const TableSpec* table : kCompared) {
    CAPTURE(table->name);
    const std::string wanted = rows_of(manifests.sink, *table);
    CHECK(!wanted.empty());
    CHECK(rows_of(resources.sink, *table) == wanted);
    CHECK(resources.sink.state_of(*table) == "complete");
  }
}

TEST_CASE("terraform kubernetes: kubernetes_manifest gives the rows of its manifest") {
  const std::string all = content_of(kSamples / "kubernetes_same.yaml");
  std::vector<Json> changes;
  std::string rest = all;
  while (!rest.empty()) {
    const std::size_t end = rest.find("\n---\n");
    const auto document = Document::parse_yaml(rest.substr(0, end), "m");
    REQUIRE(document);
    Json change = sample_of("kubernetes_namespace");
    change["type"] = "kubernetes_manifest";
    change["address"] = "kubernetes_manifest.x[" + std::to_string(changes.size()) + "]";
    change["change"]["after"] = Json::object();
    change["change"]["after"]["manifest"] = json_of((*document)->root());
    change["change"]["after_unknown"] = Json::parse(R"({"object": true})");
    changes.push_back(change);
    rest.erase(0, end == std::string::npos ? end : end + 5);
  }
  const Run manifests(kubernetes_collector(), "m.yaml", all);
  const Plan resources(changes);
  REQUIRE(resources.result);
  for (const TableSpec* table : kCompared) {
    CAPTURE(table->name);
    CHECK(rows_of(resources.sink, *table) == rows_of(manifests.sink, *table));
  }
}

TEST_CASE("terraform kubernetes: what is not known before apply is NULL, or its object is not read and that is said") {
  const std::string container = "/spec/0/template/0/spec/0/container/0";
  {
    Json change = sample_of("kubernetes_deployment_v1");
    make_unknown(change, container + "/security_context/0/privileged");
    make_unknown(change, container + "/resources");
    const Plan run(std::vector<Json>{change});
    REQUIRE(run.result);
    const auto* row = run.sink.find(tables::kube_container, "container", "a");
    REQUIRE(row != nullptr);
    CHECK((*row)["privileged"] == "NULL");
    CHECK((*row)["cpu_limited"] == "NULL");
    CHECK((*row)["allow_privilege_escalation"] == "0");
    CHECK(run.sink.state_of(tables::kube_container) == "complete");
    make_unknown(change, container + "/image");
    const Plan without(std::vector<Json>{change});
    REQUIRE(without.result);
    CHECK(without.sink.find(tables::kube_container, "container", "a") == nullptr);
    CHECK(without.sink.state_of(tables::kube_container).starts_with("partial"));
  }
  {
    // The rules of a policy made by a `dynamic` block.
    Json change = sample_of("kubernetes_network_policy_v1");
    make_unknown(change, "/spec/0/ingress");
    const Plan run(std::vector<Json>{change});
    REQUIRE(run.result);
    CHECK(run.sink.find(tables::kube_network_policy, "policy", "n") == nullptr);
    CHECK(run.sink.state_of(tables::kube_network_policy).starts_with("partial"));
  }
  {
    // Not configured, so that it is the API server's default.
    Json change = sample_of("kubernetes_deployment_v1");
    make_unknown(change, "/spec/0/template/0/spec/0/service_account_name");
    CHECK(Plan(std::vector<Json>{change}).sink.state_of(tables::kube_workload).starts_with("partial"));
    const Json block = Json::parse(
        R"({"address": "kubernetes_deployment_v1.x", "mode": "managed", "type": "kubernetes_deployment_v1", "name": "x",
            "expressions": {"spec": [{"template": [{"spec": [{"host_network": {"constant_value": true}}]}]}]}})");
    const Plan told(std::vector<Json>{change}, std::vector<Json>{block});
    const auto* row = told.sink.find(tables::kube_workload, "name", "web");
    REQUIRE(row != nullptr);
    CHECK((*row)["service_account"] == "default");
  }
}

TEST_CASE("terraform kubernetes: charts and types that are not read make the tables partial, other plans do not") {
  for (const auto& [type, state] : {std::pair<std::string, std::string>{"helm_release", "partial"},
                                    {"kubernetes_labels", "partial"},
                                    {"kubernetes_storage_class_v1", "complete"},
                                    {"aws_s3_bucket", "complete"}}) {
    Json change = sample_of("kubernetes_namespace");
    change["type"] = type;
    change["address"] = type + ".x";
    CAPTURE(type);
    CHECK(Plan(std::vector<Json>{change}).sink.state_of(tables::kube_workload).starts_with(state));
  }
}
