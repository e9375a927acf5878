// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "model/table_spec.h"

namespace ehdscan {

/// Tables that a governance document may bring records of: what people decide and write down, never what a system could
/// be asked itself.
std::span<const TableSpec* const> document_record_tables();

}  // namespace ehdscan
