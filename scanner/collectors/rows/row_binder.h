// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "evidence/row.h"
#include "format/json_lines.h"
#include "model/table_spec.h"

namespace ehdscan {

/// Turns the members of a JSON object into the cells of one table, checking names, types and what must not be missing.
/// Cells keep their memory from row to row, and members that come in the order of the row before cost no search.
class RowBinder {
 public:
  explicit RowBinder(const TableSpec& table);

  /// The cells, valid until the next call; columns without member are NULL. Errors: invalid_input, without place.
  Result<std::span<const Cell>> bind(std::span<const JsonMember> members);

  [[nodiscard]] const TableSpec& table() const { return *table_; }

 private:
  /// Position of the column, or kNoColumn.
  [[nodiscard]] std::size_t find(std::string_view name, std::size_t ordinal);
  [[nodiscard]] Error unknown_column(std::string_view name) const;
  [[nodiscard]] Error wrong_type(const ColumnSpec& column, const JsonMember& member) const;
  std::optional<Error> fill(const ColumnSpec& column, const JsonMember& member, Cell& cell);

  const TableSpec* table_;
  std::vector<Cell> cells_;
  std::vector<std::uint64_t> filled_in_;  ///< per column, the row that filled it last
  std::vector<std::size_t> order_;        ///< column of the n-th member of earlier rows
  std::uint64_t row_ = 0;
};

}  // namespace ehdscan
