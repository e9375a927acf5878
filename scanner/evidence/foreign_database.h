// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/error.h"
#include "evidence/row.h"

namespace ehdscan {

/// Rows of a SQLite database that another program keeps (a record of sign-ins, the state of a package manager), given
/// as the bytes of its file. The bytes may be hostile: nothing is written, no function of the schema is trusted, and
/// steps and rows are bounded. What stands in a write-ahead log beside the file is not seen.
/// Errors: invalid_input (no database, other tables or columns), limit (more than `max_rows`, or too much work).
Result<std::vector<std::vector<Cell>>> query_foreign_database(std::string bytes, const std::string& sql,
                                                              std::size_t max_rows = 100'000);

}  // namespace ehdscan
