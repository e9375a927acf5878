// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "collectors/kubernetes/objects.h"
#include "evidence/row.h"
#include "model/table_spec.h"

namespace ehdscan {

/// Every table that objects fill, configuration files of control plane and nodes left aside.
std::span<const TableSpec* const> kube_object_tables();

/// Says how the collection of those tables went. `trouble` is empty if everything was read.
void report_object_tables(KubeObjects& objects, const std::string& trouble, bool observed, RowSink& sink);

}  // namespace ehdscan
