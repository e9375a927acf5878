// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "collectors/kubernetes/access.h"
#include "collectors/kubernetes/admission.h"
#include "collectors/kubernetes/context.h"
#include "collectors/kubernetes/control_plane.h"
#include "collectors/kubernetes/coverage.h"
#include "collectors/kubernetes/workloads.h"

namespace ehdscan {

/// Writes the rows of Kubernetes objects and configuration files, one after the other. Defaults are those that the
/// Kubernetes API documents.
class KubeObjects {
 public:
  KubeObjects(kube::Options options, RowSink& sink);

  /// An object, a List of them, or a configuration file of the cluster. `line_offset` is added to the lines of the
  /// document; `file` is the name of its file without folder and extension. Errors: invalid_input, if it is none of
  /// these.
  Result<void> add(const Node& object, SourceId source, std::uint32_t line_offset, const std::string& file);

  /// What needs every object at once. Call last.
  void finish();

  [[nodiscard]] std::size_t count() const { return count_; }
  /// Kind of a network policy that is not interpreted; empty if there was none.
  [[nodiscard]] const std::string& foreign_policy() const { return foreign_policy_; }
  [[nodiscard]] bool wrote(const TableSpec& table) const { return context_.written.contains(table.name); }
  [[nodiscard]] kube::Coverage& coverage() { return coverage_; }
  [[nodiscard]] const kube::ControlPlane& control_plane() const { return control_plane_; }

 private:
  Result<void> add(const Node& object, std::string_view list_kind, std::string_view list_version,
                   const std::string& file, int depth);
  Result<void> add_one(const kube::Object& object, const std::string& file);
  void add_namespace(const kube::Object& object);
  void add_service_account(const kube::Object& object);
  void add_secret(const kube::Object& object);
  void add_volume(const kube::Object& object);
  void add_runtime_class(const kube::Object& object);

  kube::Context context_;
  kube::Workloads workloads_;
  kube::Access access_;
  kube::Admission admission_;
  kube::ControlPlane control_plane_;
  kube::Coverage coverage_;
  SourceId source_ = 0;
  std::uint32_t line_offset_ = 0;
  std::string foreign_policy_;
  std::size_t count_ = 0;
};

}  // namespace ehdscan
