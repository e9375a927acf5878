// SPDX-License-Identifier: Apache-2.0
// A short-form check is a pure function of the columns it reads and of the calls it makes. A table of a million rows
// holds few different combinations of those, so that most rows have been judged before: their verdicts are looked up.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/run_state.h"
#include "evidence/sqlite.h"
#include "model/table_spec.h"

namespace ehdscan {

/// Which checks of a pass are worth looking up, and by what.
struct MemoPlan {
  std::vector<std::string> key;  ///< SQL over one row, columns and calls; empty: nothing is worth it
  std::vector<bool> covers;      ///< per check: the key decides its verdict
};

/// Looks at the first rows to see which columns and calls take few values. Checks with a subquery, an aggregate or a
/// window function are never covered. `columns` are those that the checks read together.
MemoPlan plan_memo(sqlite3* connection, const TableSpec& table, std::span<CheckRun* const> runs,
                   const std::set<std::string>& columns);

/// The columns and calls that decide the check, as SQL; empty if that cannot be told. Calls are taken whole where they
/// read a column of `diverse` (names in lower case), so that `cidr_is_any(remote_prefix)` counts, not the prefix.
std::vector<std::string> deciding_expressions(sqlite3* connection, const TableSpec& table, const Check& check,
                                              const std::set<std::string, std::less<>>& diverse);

/// Verdict codes by the exact values of the key.
class VerdictMemo {
 public:
  using Codes = std::vector<std::int64_t>;

  /// Codes of an earlier row with the same values in these columns of the row; nullptr if there was none.
  const Codes* find(const sqlite::Statement& row, int first_column, int columns);
  /// Keeps the codes for what find() just missed.
  const Codes* add(Codes codes);
  /// False once too many rows were new: then every row had better be judged by itself.
  [[nodiscard]] bool worthwhile() const { return misses_ < kTrial || misses_ * kRowsPerMiss <= rows_; }

 private:
  static constexpr std::int64_t kTrial = 4096;
  static constexpr std::int64_t kRowsPerMiss = 8;
  static constexpr std::size_t kMostKept = 65'536;

  std::unordered_map<std::string, Codes> seen_;
  std::string key_;
  Codes last_;
  std::int64_t rows_ = 0;
  std::int64_t misses_ = 0;
};

}  // namespace ehdscan
