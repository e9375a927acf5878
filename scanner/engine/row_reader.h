// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "evidence/ddl.h"
#include "evidence/sqlite.h"

namespace ehdscan {

/// Fetches whole rows for what becomes a finding.
class RowReader {
 public:
  RowReader(const TableSpec& table, const std::set<std::string>& named, sqlite::Statement statement)
      : columns_(stored_columns(table)), statement_(std::move(statement)) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (named.contains(columns_[i].name) || columns_[i].name == kSourceLineColumn) named_.push_back(i);
    }
  }

  bool fetch(std::int64_t rowid) {
    statement_.reset();
    statement_.bind(1, rowid);
    const Result<bool> row = statement_.step();
    return row && *row;
  }

  /// Values of the named columns and of the line; those that are NULL are left out.
  [[nodiscard]] std::map<std::string, std::string, std::less<>> values() const {
    std::map<std::string, std::string, std::less<>> values;
    for (const std::size_t i : named_) {
      const int column = static_cast<int>(i);
      if (statement_.is_null(column)) continue;
      std::string text(statement_.text(column));
      if (columns_[i].type == ColumnType::boolean) text = statement_.integer(column) != 0 ? "true" : "false";
      values[columns_[i].name] = std::move(text);
    }
    return values;
  }

  /// "`value` is not known (why)" for every column the check read that is NULL here.
  [[nodiscard]] std::string unknowns(const std::set<std::string>& read) const {
    std::string reason;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (!read.contains(columns_[i].name) || !statement_.is_null(static_cast<int>(i))) continue;
      reason += fmt::format("{}`{}` is not known", reason.empty() ? "" : "; ", columns_[i].name);
      if (columns_[i].spec != nullptr && !columns_[i].spec->null_when.empty()) {
        reason += fmt::format(" ({})", columns_[i].spec->null_when);
      }
    }
    return reason.empty() ? "the check could not decide" : reason;
  }

 private:
  std::vector<StoredColumn> columns_;
  std::vector<std::size_t> named_;  ///< columns that a subject or message names
  sqlite::Statement statement_;
};

}  // namespace ehdscan
