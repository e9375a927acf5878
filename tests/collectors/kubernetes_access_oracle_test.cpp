// SPDX-License-Identifier: Apache-2.0
// Rows of roles and bindings against what an API server (Kubernetes 1.25) answered to SubjectAccessReviews over the
// same objects: enough is kept of them, and nothing too much, to decide every question.
#include <doctest/doctest.h>

#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "collectors/kubernetes/kubernetes.h"
#include "collectors/recording_sink.h"
#include "evidence/tables/kube_access.h"
#include "support/program.h"

using namespace ehdscan;

namespace {

const std::filesystem::path kOracle = std::filesystem::path(EHDSCAN_SOURCE_DIR) / "../shared/lab/recorded/k8s-oracle";

using Json = nlohmann::json;

/// The recorded lists as one file each, in the form in which the API gives them.
RecordingSink collected(const Json& raw) {
  const TemporaryFolder folder;
  const std::map<std::string, std::string> kinds{{"clusterroles", "ClusterRole"},
                                                 {"clusterrolebindings", "ClusterRoleBinding"},
                                                 {"roles", "Role"},
                                                 {"rolebindings", "RoleBinding"}};
  std::string options = "{observed_at: 2026-11-20T10:00:00Z, files: [";
  for (const auto& [name, kind] : kinds) {
    const Json list{{"kind", kind + "List"},
                    {"apiVersion", "rbac.authorization.k8s.io/v1"},
                    {"metadata", {{"resourceVersion", "1"}}},
                    {"items", raw.at(name)}};
    const std::string file = "apis_rbac.authorization.k8s.io_v1_" + name + ".json";
    std::ofstream(folder.path / file) << list.dump();
    options += file + ", ";
  }
  const auto document = Document::parse_yaml(options + "]}", "site.yaml");
  REQUIRE(document);
  const Target target{.name = "k",
                      .collector = "kubernetes",
                      .document = *document,
                      .options = (*document)->root(),
                      .folder = folder.path,
                      .place = {}};
  RecordingSink sink;
  const CollectorSpec spec = kubernetes_collector();
  REQUIRE(spec.collect(target, sink, {.started_at = *parse_instant("2026-11-23T08:00:00Z")}));
  CHECK(sink.state_of(tables::kube_role_rule) == "complete");
  CHECK(sink.state_of(tables::kube_binding) == "complete");
  return sink;
}

bool is_or_any(const std::string& pattern, const std::string& value) { return pattern == "*" || pattern == value; }

bool subject_matches(const RecordedRow& binding, const std::string& user, const std::vector<std::string>& groups) {
  const std::string kind = binding["subject_kind"];
  if (kind == "User") return binding["subject"] == user;
  if (kind == "Group") return std::ranges::find(groups, binding["subject"]) != groups.end();
  return user == "system:serviceaccount:" + binding["subject_namespace"] + ":" + binding["subject"];
}

bool rule_matches(const RecordedRow& rule, const Json& question) {
  const std::string resource = rule["resource"];
  if (question.contains("nonResourceAttributes")) {
    const Json& asked = question["nonResourceAttributes"];
    const std::string path = asked.at("path");
    const bool covers = is_or_any(resource, path) ||
                        (resource.ends_with('*') && path.starts_with(resource.substr(0, resource.size() - 1)));
    return rule["non_resource"] == "1" && is_or_any(rule["verb"], asked.at("verb")) && covers;
  }
  const Json& asked = question["resourceAttributes"];
  const std::string below = asked.value("subresource", "");
  const std::string wanted = asked.at("resource").get<std::string>() + (below.empty() ? "" : "/" + below);
  if (rule["non_resource"] == "1" || !is_or_any(rule["verb"], asked.at("verb")) ||
      !is_or_any(rule["api_group"], asked.value("group", "")))
    return false;
  if (!is_or_any(resource, wanted) && (below.empty() || resource != "*/" + below)) return false;
  const std::vector<std::string> names = Json::parse(rule["resource_names"]);
  return names.empty() || std::ranges::find(names, asked.value("name", "")) != names.end();
}

bool allows(const RecordingSink& sink, const Json& question) {
  const std::vector<std::string> groups = question.at("groups");
  const std::string space =
      question.contains("resourceAttributes") ? question["resourceAttributes"].value("namespace", "") : "";
  for (const RecordedRow* binding : sink.rows_of(tables::kube_binding)) {
    if ((*binding)["namespace"] != "*" && (space.empty() || (*binding)["namespace"] != space)) continue;
    if (!subject_matches(*binding, question.at("user"), groups)) continue;
    for (const RecordedRow* rule : sink.rows_of(tables::kube_role_rule)) {
      if ((*rule)["namespace"] != (*binding)["role_namespace"] || (*rule)["role"] != (*binding)["role"]) continue;
      if (rule_matches(*rule, question)) return true;
    }
  }
  return false;
}

}  // namespace

TEST_CASE("kubernetes: rights by our rows are the rights that the API server grants") {
  if (!std::filesystem::exists(kOracle)) {
    std::cout << "SKIPPED kubernetes access oracle: " << kOracle.string() << " is not beside the clone\n";
    return;
  }
  std::size_t both = 0;
  std::size_t only_ours = 0;
  std::size_t only_theirs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kOracle)) {
    const Json recorded = Json::parse(content_of(entry.path()));
    const RecordingSink sink = collected(recorded.at("raw"));
    for (const Json& question : recorded.at("cases")) {
      const bool theirs = question.at("allowed");
      const bool ours = allows(sink, question);
      both += theirs && ours ? 1 : 0;
      if (theirs == ours) continue;
      (ours ? only_ours : only_theirs) += 1;
      INFO(entry.path().filename().string() << " " << question.dump());
      CHECK(theirs == ours);
    }
  }
  CHECK(both > 100);
  CHECK(only_ours == 0);
  CHECK(only_theirs == 0);
}
