// SPDX-License-Identifier: Apache-2.0
#include "collectors/kubernetes/report.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "evidence/tables/inventory.h"
#include "evidence/tables/kube_access.h"
#include "evidence/tables/kubernetes.h"

namespace ehdscan {
namespace {

/// A table, and which kinds of objects a dump must hold wholly for it to be whole.
struct Needs {
  const TableSpec* table;
  std::vector<std::string_view> resources;
};

const std::vector<Needs>& object_tables() {
  static const std::vector<Needs> all{
      {&tables::kube_namespace, {"namespaces"}},
      {&tables::kube_workload, {"pods"}},
      {&tables::kube_container, {"pods"}},
      {&tables::kube_service_account, {"serviceaccounts"}},
      {&tables::kube_role, {"roles", "clusterroles"}},
      {&tables::kube_role_rule, {"roles", "clusterroles"}},
      {&tables::kube_binding, {"rolebindings", "clusterrolebindings"}},
      {&tables::kube_network_policy, {"networkpolicies"}},
      {&tables::kube_network_policy_rule, {"networkpolicies"}},
      {&tables::kube_service, {"services"}},
      {&tables::kube_ingress, {"ingresses"}},
      {&tables::kube_secret, {"secrets"}},
      {&tables::kube_volume, {"persistentvolumes"}},
      {&tables::kube_runtime_class, {"runtimeclasses"}},
      {&tables::kube_admission, {"validatingwebhookconfigurations", "validatingadmissionpolicies"}},
      {&tables::kube_node, {"nodes"}},
      {&tables::pattern_scan, {"pods", "configmaps"}},
      {&tables::pattern_match, {"pods", "configmaps"}},
  };
  return all;
}

}  // namespace

std::span<const TableSpec* const> kube_object_tables() {
  static const std::vector<const TableSpec*> all = [] {
    std::vector<const TableSpec*> tables;
    for (const Needs& needs : object_tables()) tables.push_back(needs.table);
    return tables;
  }();
  return all;
}

void report_object_tables(KubeObjects& objects, const std::string& trouble, bool observed, RowSink& sink) {
  for (const Needs& needs : object_tables()) {
    std::string reason = trouble;
    if (reason.empty() && observed) reason = objects.coverage().gap(needs.resources);
    if (reason.empty() && needs.table->name.starts_with("kube_network_policy")) {
      const std::string plugin = objects.control_plane().plugin_with_own_policies();
      if (!objects.foreign_policy().empty()) {
        reason = fmt::format("a {} is not interpreted", objects.foreign_policy());
      } else if (observed && !plugin.empty() && !objects.coverage().gap({"*"}).empty()) {
        reason = fmt::format(
            "{} has policies of its own kinds, and nothing says that there are none; `whole: true` does", plugin);
      }
    }
    sink.collected(*needs.table, reason.empty() ? CollectionState::complete : CollectionState::partial, reason);
  }
}

}  // namespace ehdscan
