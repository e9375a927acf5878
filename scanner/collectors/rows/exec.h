// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"

namespace ehdscan {

/// Rows that a program prints as JSON lines or CSV (docs/formats/rows.md), for evidence that nobody wrote a collector
/// for.
///
///     - exec: {program: [./bring-sysctls, --all], tables: [sysctl], timeout_seconds: 60}
///
/// Its rows are marked as a third party's. A program that fails, hangs or floods leaves no row.
CollectorSpec exec_collector();

}  // namespace ehdscan
