// SPDX-License-Identifier: Apache-2.0
// What collectors share that meet Kubernetes objects in something that is no manifest.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/error.h"
#include "evidence/row.h"
#include "format/document.h"
#include "model/table_spec.h"

namespace ehdscan {

/// Reads objects that will be made as the collector of manifests reads them, into the same tables.
class KubeReader {
 public:
  /// `cluster` names the cluster in every row; `sink` must outlive this.
  KubeReader(const std::string& cluster, RowSink& sink);
  ~KubeReader();
  KubeReader(const KubeReader&) = delete;
  KubeReader& operator=(const KubeReader&) = delete;

  /// One object, with `apiVersion` and `kind`. Errors: invalid_input, if it is none, or its pods have no containers.
  Result<void> add(const Node& object, const Origin& origin);
  /// Writes what needs every object at once, and says how whole each table is: partial where `trouble` is not empty.
  void finish(const std::string& trouble);

  /// Every table that objects fill.
  static std::span<const TableSpec* const> tables();

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace ehdscan
