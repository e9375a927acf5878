// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"

namespace ehdscan {

/// Rows that another program or a person brings as JSON lines or CSV (docs/formats/rows.md).
///
///     - rows: exports/rules.ndjson
///     - rows: {files: [a.ndjson, b.ndjson], tables: [network_rule]}
///
/// With `tables`, those are the ones that are expected: each gets a collection record even if no file can be read.
/// Without it an unreadable file makes every table failed, because nobody knows which ones it was about.
CollectorSpec rows_collector();

}  // namespace ehdscan
