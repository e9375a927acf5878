// SPDX-License-Identifier: Apache-2.0
// What the writers of rows share while one target's objects are read.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "evidence/row.h"
#include "format/document.h"

namespace ehdscan::kube {

struct Options {
  std::string cluster;
  bool observed = false;        ///< a dump of a live cluster, not manifests
  std::string permit_label;     ///< key of the label that names the permit of a namespace; empty: `permit`, any prefix
  std::string user_code_label;  ///< key of the pod label that says `true` or `false`; empty: `user-code`, any prefix
};

struct Context {
  Context(Options given, RowSink& rows)
      : options(std::move(given)), platform("kubernetes:" + options.cluster), sink(rows) {}

  template <const TableSpec& Table>
  void write(Row<Table>& row) {
    write(row, origin);
  }
  template <const TableSpec& Table>
  void write(Row<Table>& row, const Origin& from) {
    written.insert(Table.name);
    row.write(sink, from);
  }

  Options options;
  std::string platform;
  RowSink& sink;
  Origin origin;
  std::set<std::string_view> written;  ///< names of tables that got a row
};

/// An object on its way into rows.
struct Object {
  const Node& node;
  std::string kind;
  std::string group;  ///< API group; empty for the core
  std::string space;  ///< namespace, `default` where none is given
  std::string name;
};

}  // namespace ehdscan::kube
