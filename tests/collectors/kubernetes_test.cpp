// SPDX-License-Identifier: Apache-2.0
#include "collectors/kubernetes/kubernetes.h"

#include <doctest/doctest.h>

#include <fstream>

#include "collectors/recording_sink.h"
#include "evidence/tables/kube_access.h"
#include "evidence/tables/kubernetes.h"
#include "support/temporary_folder.h"

using namespace ehdscan;

namespace {

struct Run {
  TemporaryFolder folder;
  RecordingSink sink;
  Result<void> result;

  explicit Run(const std::string& content, const std::string& file = "m.yaml", const std::string& options = "") {
    std::ofstream(folder.path / file, std::ios::binary) << content;
    const auto document = Document::parse_yaml(options.empty() ? file : options, "site.yaml");
    REQUIRE(document);
    const Target target{.name = "k",
                        .collector = "kubernetes",
                        .document = *document,
                        .options = (*document)->root(),
                        .folder = folder.path,
                        .place = {}};
    const CollectorSpec spec = kubernetes_collector();
    result = spec.validate(target);
    if (result) result = spec.collect(target, sink, {.started_at = *parse_instant("2026-11-23T08:00:00Z")});
    CHECK(sink.mistakes.empty());
  }
};

constexpr const char* kPod = R"(# rendered
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: sa, namespace: p}
automountServiceAccountToken: false
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: p}
spec:
  template:
    spec:
      serviceAccountName: sa
      hostNetwork: true
      securityContext: {runAsNonRoot: true}
      volumes: [{name: v, hostPath: {path: /var/run}}]
      containers:
        - name: a
          image: registry.example:5000/team/app:1.2@sha256:abc
          securityContext: {privileged: true, capabilities: {drop: [ALL]}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: p}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
---
apiVersion: v1
kind: Secret
metadata: {name: s, namespace: p}
stringData: {password: CANARY-7f3a}
)";

}  // namespace

TEST_CASE("kubernetes: a stream of documents becomes rows with their lines, defaults written out") {
  const Run run(kPod);
  REQUIRE(run.result);
  const auto* workload = run.sink.find(tables::kube_workload, "name", "web");
  REQUIRE(workload != nullptr);
  CHECK(workload->line == 8);
  CHECK((*workload)["host_network"] == "1");
  CHECK((*workload)["automount_token"] == "0");
  CHECK((*workload)["host_paths"] == R"(["/var/run"])");
  const auto* container = run.sink.find(tables::kube_container, "container", "a");
  REQUIRE(container != nullptr);
  CHECK((*container)["privileged"] == "1");
  CHECK((*container)["run_as_non_root"] == "1");
  CHECK((*container)["allow_privilege_escalation"] == "1");
  CHECK((*container)["image_registry"] == "registry.example:5000");
  CHECK((*container)["image_tag"] == "1.2");
  CHECK((*container)["seccomp"] == "NULL");
  const auto* policy = run.sink.find(tables::kube_network_policy, "policy", "deny");
  REQUIRE(policy != nullptr);
  CHECK((*policy)["selects_all_pods"] == "1");
  CHECK((*policy)["egress"] == "1");
  CHECK(run.sink.state_of(tables::kube_role) == "complete");
  CHECK(run.sink.sources.at(0).nature == Nature::intended);
  CHECK(run.sink.dump().find("CANARY") == std::string::npos);
}

TEST_CASE("kubernetes: JSON, a List and YAML say the same") {
  const std::string pod =
      R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"},"spec":{"containers":[{"name":"a","image":"i"}]}})";
  const Run json(pod, "m.json");
  const Run list(R"({"apiVersion":"v1","kind":"List","items":[)" + pod + "]}", "m.json");
  const Run yaml("---\n" + pod + "\n---\n");
  REQUIRE(json.result);
  for (const Run* run : {&list, &yaml}) {
    REQUIRE(run->result);
    REQUIRE(run->sink.rows.size() == json.sink.rows.size());
    for (std::size_t i = 0; i < json.sink.rows.size(); ++i) {
      for (const ColumnSpec& column : json.sink.rows[i].table->columns)
        CHECK(run->sink.rows[i][column.name] == json.sink.rows[i][column.name]);
    }
  }
}

TEST_CASE("kubernetes: one broken document leaves the others, and no table complete") {
  const Run run(
      "apiVersion: v1\nkind: Namespace\nmetadata: {name: n}\n---\napiVersion: v1\nkind: [\n---\napiVersion: v1\nkind: "
      "Namespace\nmetadata: {name: m}\n");
  REQUIRE(run.result);
  CHECK(run.sink.rows_of(tables::kube_namespace).size() == 2);
  CHECK(run.sink.state_of(tables::kube_namespace).starts_with("partial: "));
}

TEST_CASE("kubernetes: nothing of Kubernetes is an error") {
  CHECK_FALSE(Run("a: 1\n").result);
  CHECK_FALSE(Run("").result);
  CHECK_FALSE(Run("\x7f"
                  "ELF\x01",
                  "m.yaml")
                  .result);
}

TEST_CASE("kubernetes: a dump is whole only in what it is said or shown to be whole") {
  const std::string dump = "{files: m.yaml, observed_at: 2026-11-20T10:00:00Z";
  const std::string spaces =
      "apiVersion: v1\nkind: Namespace\nmetadata: {name: default}\n---\napiVersion: v1\nkind: Namespace\nmetadata: "
      "{name: kube-system}\n---\n";
  const std::string pod =
      "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: NS}\nspec: {containers: [{name: a, image: i}]}\n";
  const auto with = [&](std::string space) { return spaces + std::string(pod).replace(pod.find("NS"), 2, space); };

  const Run silent(with("default"), "m.yaml", dump + "}");
  REQUIRE(silent.result);
  CHECK(silent.sink.state_of(tables::kube_workload)
            .starts_with("partial: nothing says that the dump holds the pods of every namespace"));
  CHECK(silent.sink.state_of(tables::kube_role).starts_with("partial"));
  CHECK(silent.sink.sources.at(0).nature == Nature::observed);

  const Run stated(with("default"), "m.yaml", dump + ", whole: [pods, namespaces]}");
  CHECK(stated.sink.state_of(tables::kube_workload) == "complete");
  CHECK(stated.sink.state_of(tables::kube_namespace) == "complete");
  CHECK(stated.sink.state_of(tables::kube_network_policy).starts_with("partial"));

  const Run one_namespace(pod, "m.yaml", dump + ", whole: [pods, namespaces]}");
  CHECK(one_namespace.sink.state_of(tables::kube_workload) ==
        "partial: the dump is said to be whole and lacks the namespace default");
  const Run unlisted(with("other"), "m.yaml", dump + ", whole: [pods, namespaces]}");
  CHECK(unlisted.sink.state_of(tables::kube_workload) ==
        "partial: the dump is said to be whole and lacks the namespace other, of which it has objects");
  const Run everything(with("default"), "m.yaml", dump + ", whole: true}");
  CHECK(everything.sink.state_of(tables::kube_workload)
            .starts_with("partial: the dump is said to be whole and lacks the service account"));
  CHECK_FALSE(Run(pod, "m.yaml", "{files: m.yaml, whole: true}").result);
}

TEST_CASE("kubernetes: an answer of the API is whole by the path in its name, unless a page follows") {
  const auto answer = [](const std::string& meta) {
    return R"({"kind":"NetworkPolicyList","apiVersion":"networking.k8s.io/v1","metadata":{)" + meta +
           R"(},"items":[{"metadata":{"name":"a","namespace":"n"},"spec":{"podSelector":{}}}]})";
  };
  const auto state = [&](const std::string& file, const std::string& meta) {
    const Run run(answer(meta), file, "{files: " + file + ", observed_at: 2026-11-20T10:00:00Z}");
    REQUIRE(run.result);
    CHECK(run.sink.rows_of(tables::kube_network_policy).size() == 1);
    return run.sink.state_of(tables::kube_network_policy);
  };
  CHECK(state("apis_networking.k8s.io_v1_networkpolicies.json", R"("resourceVersion":"7")") == "complete");
  CHECK(state("apis_networking.k8s.io_v1_namespaces_n_networkpolicies.json", R"("resourceVersion":"7")")
            .starts_with("partial"));
  CHECK(state("apis_networking.k8s.io_v1_networkpolicies.json", R"("resourceVersion":"")").starts_with("partial"));
  CHECK(state("policies.json", R"("resourceVersion":"7")").starts_with("partial"));
  CHECK(state("apis_networking.k8s.io_v1_networkpolicies.json",
              R"("resourceVersion":"7","continue":"x","remainingItemCount":3)") ==
        "partial: the list of networkpolicies goes on beyond what was given");
}

TEST_CASE("kubernetes: a refusal of the API leaves no table complete") {
  const Run run(
      R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"pods is forbidden","code":403})"
      "\n",
      "m.json", "{files: m.json, observed_at: 2026-11-20T10:00:00Z}");
  CHECK_FALSE(run.result);
}

TEST_CASE("kubernetes: a policy of another kind leaves policies partial") {
  const Run run("apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: x}\nspec: {}\n");
  REQUIRE(run.result);
  CHECK(run.sink.state_of(tables::kube_network_policy) == "partial: a CiliumNetworkPolicy is not interpreted");
}
