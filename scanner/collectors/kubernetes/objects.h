// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "evidence/row.h"
#include "evidence/tables/kube_access.h"
#include "evidence/tables/kubernetes.h"
#include "format/document.h"

namespace ehdscan {

/// Writes the rows of Kubernetes objects, one object after the other. Defaults are those that the Kubernetes API documents.
class KubeObjects {
 public:
  KubeObjects(std::string cluster, RowSink& sink) : cluster_(std::move(cluster)), platform_("kubernetes:" + cluster_), sink_(sink) {}

  /// An object, or a List of them. `line_offset` is added to the lines of the document.
  /// Errors: invalid_input, if it is no Kubernetes object.
  Result<void> add(const Node& object, SourceId source, std::uint32_t line_offset);

  /// What needs every object at once: token mounting after service accounts. Call last.
  void finish();

  [[nodiscard]] std::size_t count() const { return count_; }
  /// Kind of a network policy that is not interpreted; empty if there was none.
  [[nodiscard]] const std::string& foreign_policy() const { return foreign_policy_; }
  /// Names of tables that got a row.
  [[nodiscard]] const std::set<std::string_view>& written() const { return written_; }

 private:
  void add_namespace(const Node& object, const std::string& name);
  void add_workload(const Node& object, std::string_view kind, const std::string& space, const std::string& name, const Node& pod,
                    const std::optional<Node>& labels);
  void add_container(const Node& container, std::string_view container_kind, std::string_view kind, const std::string& space,
                     const std::string& name, const Node& pod);
  void add_service_account(const Node& object, const std::string& space, const std::string& name);
  void add_role(const Node& object, const std::string& space, const std::string& name);
  void add_binding(const Node& object, const std::string& space, const std::string& name, bool cluster_wide);
  void add_network_policy(const Node& object, const std::string& space, const std::string& name);
  void add_policy_rules(const Node& rules, std::string_view direction, const std::string& space, const std::string& name);
  void add_secret(const Node& object, const std::string& space, const std::string& name);

  struct PendingWorkload {
    Row<tables::kube_workload> row;
    Origin origin;
    std::string space;
    std::string account;
    std::optional<bool> automount;
  };

  template <const TableSpec& Table>
  void write(Row<Table>& row) {
    written_.insert(Table.name);
    row.write(sink_, origin_);
  }

  std::string cluster_;
  std::string platform_;
  RowSink& sink_;
  Origin origin_;
  std::string foreign_policy_;
  std::size_t count_ = 0;
  int depth_ = 0;
  std::set<std::string_view> written_;
  std::vector<PendingWorkload> pending_;
  std::map<std::pair<std::string, std::string>, bool> accounts_;  ///< namespace and account → token mounted by default
};

}  // namespace ehdscan
