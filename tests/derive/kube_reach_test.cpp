// SPDX-License-Identifier: Apache-2.0
// What network policies let through, from manifests as they are written.
#include <doctest/doctest.h>

#include <fstream>

#include "collectors/kubernetes/kubernetes.h"
#include "derive/derive.h"
#include "evidence/sqlite.h"
#include "evidence/writer.h"
#include "support/temporary_folder.h"

using namespace ehdscan;

namespace {

const std::string kWorkloads =
    "apiVersion: v1\nkind: Namespace\nmetadata: {name: a, labels: {team: one}}\n---\n"
    "apiVersion: v1\nkind: Namespace\nmetadata: {name: b, labels: {team: two}}\n---\n"
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: a, labels: {app: web}}\nspec: {containers: [{name: c, "
    "image: i}]}\n---\n";

std::string policy(const std::string& spec) {
  return kWorkloads +
         "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: a}\nspec: " + spec +
         "\n";
}

/// One line per row: direction, peer kind, whether governed, prefix or namespaces, ports.
std::string reach(const std::string& manifest) {
  const TemporaryFolder folder;
  std::ofstream(folder.path / "m.yaml") << manifest;
  const auto document = Document::parse_yaml("m.yaml", "site.yaml");
  REQUIRE(document);
  const Instant now = *parse_instant("2026-11-23T08:00:00Z");
  const Target target{.name = "k",
                      .collector = "kubernetes",
                      .document = *document,
                      .options = (*document)->root(),
                      .folder = folder.path,
                      .place = {}};
  EvidenceWriter writer = *EvidenceWriter::in_memory(
      {.site = "s", .country = "", .tool_version = "", .started_at = now, .finished_at = now});
  const CollectorSpec spec = kubernetes_collector();
  RowSink& sink = writer.begin_target("k", "kubernetes", spec.tables);
  REQUIRE(spec.collect(target, sink, {.started_at = now}));
  writer.end_target();
  Evidence evidence = std::move(*writer.finish_in_memory(now));
  REQUIRE(derive(evidence));
  auto rows = sqlite::Statement::prepare(
      evidence.handle(),
      "select direction || ' ' || coalesce(peer_kind, '?') || ' ' || governed || ' ' || "
      "coalesce(peer_prefix, namespaces, '-') || ' ' || coalesce(port_from || '-' || port_to, '?') "
      "from kube_reach order by direction desc, number");
  REQUIRE(rows);
  std::string text;
  while (rows->step().value_or(false)) text += std::string(rows->text(0)) + "\n";
  return text;
}

}  // namespace

TEST_CASE("kube_reach: what no policy selects is open, and a policy governs only the directions that it names") {
  CHECK(reach(kWorkloads) == "ingress any 0 - 0-65535\negress any 0 - 0-65535\n");
  CHECK(reach(policy("{podSelector: {}}")) == "ingress nothing 1 - ?\negress any 0 - 0-65535\n");
  CHECK(reach(policy("{podSelector: {}, policyTypes: [Ingress, Egress]}")) ==
        "ingress nothing 1 - ?\negress nothing 1 - ?\n");
  CHECK(reach(policy("{podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress, Egress]}")) ==
        "ingress any 0 - 0-65535\negress any 0 - 0-65535\n");
  CHECK(reach(policy("{podSelector: {matchExpressions: [{key: app, operator: In, values: [web]}]}}")) ==
        "ingress nothing 1 - ?\negress any 0 - 0-65535\n");
  CHECK(reach(policy("{podSelector: {matchExpressions: [{key: app, operator: Like, values: [web]}]}}")) ==
        "ingress ? 0 - ?\negress any 0 - 0-65535\n");
}

TEST_CASE("kube_reach: empty rules and empty selectors open, named ones do not") {
  CHECK(reach(policy("{podSelector: {}, policyTypes: [Egress], egress: [{}]}")) ==
        "ingress any 0 - 0-65535\negress any 1 - 0-65535\n");
  CHECK(reach(policy("{podSelector: {}, ingress: [{from: [{namespaceSelector: {}}]}]}")) ==
        "ingress all_namespaces 1 - 0-65535\negress any 0 - 0-65535\n");
  CHECK(reach(policy("{podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}")) ==
        "ingress own_namespace 1 - 0-65535\negress any 0 - 0-65535\n");
  CHECK(reach(policy("{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: two}}}], ports: "
                     "[{port: 443}]}]}")) == "ingress namespaces 1 [\"b\"] 443-443\negress any 0 - 0-65535\n");
  CHECK(reach(policy("{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 1, endPort: "
                     "9}, {port: http}]}]}")) ==
        "ingress address 1 10.0.0.0/8 1-9\ningress address 1 10.0.0.0/8 ?\negress any 0 - 0-65535\n");
}

TEST_CASE("kube_reach: pods in the network of their node are outside of policies") {
  std::string manifest = policy("{podSelector: {}, policyTypes: [Ingress, Egress]}");
  manifest.replace(manifest.find("spec: {containers"), 6, "spec: {hostNetwork: true, ");
  manifest.erase(manifest.find("true, {") + 6, 1);
  CHECK(reach(manifest) == "ingress any 0 - 0-65535\negress any 0 - 0-65535\n");
}
