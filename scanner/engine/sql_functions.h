// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sqlite3.h>

#include <span>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "model/thresholds.h"

namespace ehdscan {

/// A function that check authors may call; the reference of `ehdscan checks docs` is made from this list.
struct SqlFunction {
  std::string_view name;
  std::string_view signature;
  std::string_view summary;
  bool aggregate = false;
};

/// Our own functions, sorted by name.
std::span<const SqlFunction> sql_functions();

/// True if a check may call this function: our own, and those of SQLite that are total, cheap and without clock, chance
/// or files. Names in lower case.
bool is_allowed_function(std::string_view name);

/// What the functions need; must outlive the connection's statements.
struct FunctionContext {
  Instant as_of;
  const Thresholds* thresholds = nullptr;
};

/// Registers every function on a connection.
Result<void> register_functions(sqlite3* connection, const FunctionContext& context);

/// Makes one TEMP table `threshold_<name>` per dated table of the thresholds, with the rows in force at the as-of day.
Result<void> create_threshold_tables(sqlite3* connection, const FunctionContext& context);

}  // namespace ehdscan
