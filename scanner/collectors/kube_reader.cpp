// SPDX-License-Identifier: Apache-2.0
#include "collectors/kube_reader.h"

#include "collectors/kubernetes/objects.h"
#include "collectors/kubernetes/report.h"

namespace ehdscan {

/// Made in place: its parts know each other's addresses.
struct KubeReader::Inside {
  Inside(const std::string& cluster, RowSink& rows)
      : objects({.cluster = cluster, .permit_label = {}, .user_code_label = {}}, rows), sink(rows) {}

  KubeObjects objects;
  RowSink& sink;
};

KubeReader::KubeReader(const std::string& cluster, RowSink& sink) : inside_(std::make_unique<Inside>(cluster, sink)) {}
KubeReader::~KubeReader() = default;

Result<void> KubeReader::add(const Node& object, const Origin& origin) {
  // Lines of a document that stands in no file of its own are those of where it was found.
  return inside_->objects.add(object, origin.source, origin.line - object.place().line, "");
}

void KubeReader::finish(const std::string& trouble) {
  inside_->objects.finish();
  report_object_tables(inside_->objects, trouble, false, inside_->sink);
}

std::span<const TableSpec* const> KubeReader::tables() { return kube_object_tables(); }

}  // namespace ehdscan
