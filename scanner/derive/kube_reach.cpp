// SPDX-License-Identifier: Apache-2.0
// What the network policies of a cluster let through for each workload (Kubernetes NetworkPolicy v1): the rules of
// every policy that selects its pods add up, a direction that no selecting policy governs is open, and pods in the
// network of their node are outside of policies.
#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/label_selector.h"
#include "derive/derivation.h"
#include "evidence/tables/derived.h"
#include "format/document.h"

namespace ehdscan {
namespace {

using Texts = std::vector<std::string>;
using SpaceId = std::tuple<std::string, std::string, std::string>;  ///< platform, cluster, namespace

struct Rule {
  bool ingress = false;
  std::optional<std::string> peer_kind, prefix, protocol;
  std::optional<Texts> except, selector;
  std::optional<std::int64_t> from, to;
};

struct Policy {
  std::string name;
  std::optional<bool> all_pods, ingress, egress;
  std::optional<Texts> selector;
  bool understood = false;
  std::vector<Rule> rules;
};

struct Space {
  std::map<std::string, Policy> policies;
};

struct Cluster {
  std::map<std::string, std::optional<Texts>> spaces;  ///< labels by namespace
};

struct Scene {
  std::map<SpaceId, Space> spaces;
  std::map<std::pair<std::string, std::string>, Cluster> clusters;
};

std::optional<Texts> list_of(const std::optional<std::string>& json) {
  if (!json) return std::nullopt;
  if (*json == "[]") return Texts{};
  const auto document = Document::parse_json(*json, "list");
  if (!document || !(*document)->root().is(Node::Kind::sequence)) return std::nullopt;
  Texts texts;
  for (std::size_t i = 0; i < (*document)->root().size(); ++i) texts.emplace_back((*document)->root()[i].scalar());
  return texts;
}

template <typename Take>
Result<void> each(const DeriveInput& input, std::string_view table, std::string_view columns, Take take) {
  Result<sqlite::Statement> rows = input.rows(table, columns);
  if (!rows) return std::unexpected(rows.error());
  while (true) {
    const Result<bool> more = rows->step();
    if (!more) return std::unexpected(more.error());
    if (!*more) return {};
    take(DeriveRow(*rows));
  }
}

Result<Scene> read_scene(const DeriveInput& input) {
  Scene scene;
  const auto space_of = [&](const DeriveRow& row) -> Space& {
    return scene.spaces[{row.platform(), row.text(0), row.text(1)}];
  };
  Result<void> read = each(input, "kube_namespace", "cluster,namespace,labels", [&](const DeriveRow& row) {
    scene.clusters[{row.platform(), row.text(0)}].spaces[row.text(1)] = list_of(row.maybe_text(2));
  });
  if (!read) return std::unexpected(read.error());
  read = each(input, "kube_network_policy",
              "cluster,namespace,policy,kind,selects_all_pods,pod_selector,ingress,egress,wholly_understood",
              [&](const DeriveRow& row) {
                Policy& policy = space_of(row).policies[row.text(2)];
                policy.name = row.text(2);
                policy.understood = row.text(3) == "NetworkPolicy" && row.maybe_bool(8).value_or(false);
                policy.all_pods = row.maybe_bool(4);
                policy.selector = list_of(row.maybe_text(5));
                policy.ingress = row.maybe_bool(6);
                policy.egress = row.maybe_bool(7);
              });
  if (!read) return std::unexpected(read.error());
  read = each(input, "kube_network_policy_rule",
              "cluster,namespace,policy,direction,rule,part,peer_kind,peer_prefix,except_prefixes,namespace_selector,"
              "protocol,port_from,port_to",
              [&](const DeriveRow& row) {
                const auto policy = space_of(row).policies.find(row.text(2));
                if (policy == space_of(row).policies.end()) return;
                policy->second.rules.push_back({.ingress = row.text(3) == "ingress",
                                                .peer_kind = row.maybe_text(6),
                                                .prefix = row.maybe_text(7),
                                                .protocol = row.maybe_text(10),
                                                .except = list_of(row.maybe_text(8)),
                                                .selector = list_of(row.maybe_text(9)),
                                                .from = row.maybe_integer(11),
                                                .to = row.maybe_integer(12)});
              });
  if (!read) return std::unexpected(read.error());
  return scene;
}

/// What a policy says of pods with these labels in one direction.
enum class Selection : std::uint8_t { no, yes, unclear };

Selection selection(const Policy& policy, bool ingress, const std::optional<Texts>& labels) {
  if (!policy.understood) return Selection::unclear;
  const std::optional<bool> governs = ingress ? policy.ingress : policy.egress;
  if (governs == false) return Selection::no;
  std::optional<bool> selected = policy.all_pods;
  if (selected != true)
    selected = policy.selector && labels ? label_selector_matches(*policy.selector, *labels) : std::nullopt;
  if (selected == false) return Selection::no;
  return governs && selected ? Selection::yes : Selection::unclear;
}

class Reach {
 public:
  Reach(const Scene& scene, RowSink& sink) : scene_(scene), sink_(sink) {}

  void write(const DeriveRow& row) {
    const std::optional<Texts> labels = list_of(row.maybe_text(5));
    for (const bool ingress : {true, false}) {
      number_ = 0;
      const std::optional<bool> host_network = row.maybe_bool(4);
      if (!host_network || *host_network) {
        write(row, ingress, false, host_network ? std::optional<std::string>("any") : std::nullopt);
        continue;
      }
      std::vector<const Policy*> selecting;
      bool unclear = false;
      if (const auto space = scene_.spaces.find({row.platform(), row.text(0), row.text(1)});
          space != scene_.spaces.end()) {
        for (const auto& [name, policy] : space->second.policies) {
          const Selection said = selection(policy, ingress, labels);
          unclear = unclear || said == Selection::unclear;
          if (said == Selection::yes) selecting.push_back(&policy);
        }
      }
      if (selecting.empty() && !unclear) {
        write(row, ingress, false, "any");
        continue;
      }
      if (unclear) write(row, ingress, !selecting.empty(), std::nullopt);
      for (const Policy* policy : selecting) {
        for (const Rule& rule : policy->rules) {
          if (rule.ingress == ingress) write(row, ingress, *policy, rule);
        }
      }
      if (number_ == 0) write(row, ingress, true, "nothing");
    }
  }

 private:
  Row<tables::kube_reach> start(const DeriveRow& row, bool ingress, bool governed) {
    Row<tables::kube_reach> out(row.platform());
    out.set<"cluster">(row.text(0)).set<"namespace">(row.text(1)).set<"kind">(row.text(2)).set<"name">(row.text(3));
    out.set<"direction">(std::string_view(ingress ? "ingress" : "egress"))
        .set<"number">(++number_)
        .set<"governed">(governed);
    return out;
  }

  void write(const DeriveRow& row, bool ingress, bool governed, const std::optional<std::string>& peer_kind) {
    Row<tables::kube_reach> out = start(row, ingress, governed);
    out.set<"peer_kind">(peer_kind);
    if (peer_kind == "any") out.set<"protocol">("any").set<"port_from">(0).set<"port_to">(65535);
    out.set<"except_prefixes">(Texts{});
    out.write(sink_, row.origin());
  }

  void write(const DeriveRow& row, bool ingress, const Policy& policy, const Rule& rule) {
    Row<tables::kube_reach> out = start(row, ingress, true);
    out.set<"peer_kind">(rule.peer_kind).set<"peer_prefix">(rule.prefix).set<"except_prefixes">(rule.except);
    if (rule.peer_kind == "namespaces") out.set<"namespaces">(spaces_of(row, rule));
    out.set<"protocol">(rule.protocol).set<"port_from">(rule.from).set<"port_to">(rule.to).set<"policy">(policy.name);
    out.write(sink_, row.origin());
  }

  std::optional<Texts> spaces_of(const DeriveRow& row, const Rule& rule) const {
    if (!rule.selector) return std::nullopt;
    // A selector by the label that only this one namespace has needs no list of namespaces.
    constexpr std::string_view kName = "kubernetes.io/metadata.name=";
    for (const std::string& part : *rule.selector) {
      if (part.starts_with(kName)) return Texts{part.substr(kName.size())};
    }
    Texts found;
    const auto cluster = scene_.clusters.find({row.platform(), row.text(0)});
    if (cluster == scene_.clusters.end()) return std::nullopt;
    for (const auto& [name, labels] : cluster->second.spaces) {
      const std::optional<bool> matches = labels ? label_selector_matches(*rule.selector, *labels) : std::nullopt;
      if (!matches) return std::nullopt;
      if (*matches) found.push_back(name);
    }
    return found;
  }

  const Scene& scene_;
  RowSink& sink_;
  int number_ = 0;
};

}  // namespace

Result<void> derive_kube_reach(const DeriveInput& input, RowSink& sink) {
  const Result<Scene> scene = read_scene(input);
  if (!scene) return std::unexpected(scene.error());
  Reach reach(*scene, sink);
  return each(input, "kube_workload", "cluster,namespace,kind,name,host_network,labels",
              [&](const DeriveRow& row) { reach.write(row); });
}

}  // namespace ehdscan
