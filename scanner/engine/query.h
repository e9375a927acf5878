// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "evidence/evidence.h"
#include "model/thresholds.h"

namespace ehdscan {

/// One value of a result; empty is NULL.
struct QueryValue {
  std::optional<std::string> text;
  bool is_integer = false;
};

struct QueryOptions {
  Instant as_of;
  std::int64_t row_limit = 0;  ///< 0: none
  /// Asked now and then; true ends the query.
  std::function<bool()> stop;
};

/// Runs one read-only statement with the functions and threshold tables that checks have. All evidence and bookkeeping
/// tables may be read, nothing may be written or attached. `names` is called once, `row` per row.
/// Returns the number of rows. Errors: invalid_input (SQL that does not compile or is refused), limit, io.
Result<std::int64_t> run_query(const Evidence& evidence, const Thresholds& thresholds, std::string_view sql,
                               const QueryOptions& options,
                               const std::function<void(const std::vector<std::string>&)>& names,
                               const std::function<void(const std::vector<QueryValue>&)>& row);

}  // namespace ehdscan
