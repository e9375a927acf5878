// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "base/error.h"
#include "format/document.h"
#include "model/table_spec.h"

namespace ehdscan {

/// The tables that a list of names in site.yaml means. Errors: invalid_input for a name that is no table.
Result<std::vector<const TableSpec*>> read_row_tables(const Node& names);

}  // namespace ehdscan
