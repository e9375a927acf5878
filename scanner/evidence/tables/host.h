// SPDX-License-Identifier: Apache-2.0
// One table a block: specification of what is known of a host. See model/table_spec.h for what NULL means.
#pragma once

#include <array>

#include "model/table_spec.h"

namespace ehdscan::tables {

inline constexpr auto sysctl_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine the setting belongs to", "host.host_id"),
    column::key("name", "dotted name, `kernel.kptr_restrict`"),
    column::text("value", "value in force now, blanks folded to one", "the kernel does not have the setting or we may not read it"),
    column::text("configured_value", "value that the configuration files give at the next start", "no file sets it"),
});
inline constexpr TableSpec sysctl{"sysctl", "host", "One row per kernel setting that the baseline names.", sysctl_columns};

}  // namespace ehdscan::tables
