// SPDX-License-Identifier: Apache-2.0
// What the computations of derived tables share. For derive/ only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "evidence/evidence.h"
#include "evidence/row.h"
#include "evidence/sqlite.h"
#include "model/provenance.h"

namespace ehdscan {

/// What one computation reads: rows of one nature, in a fixed order, so that results never depend on insertion order.
class DeriveInput {
 public:
  DeriveInput(const Evidence& evidence, Nature nature) : evidence_(evidence), nature_(nature) {}

  /// Every target that collects the table gave it whole, and there is one: only then does an absent row mean anything.
  [[nodiscard]] bool complete(std::string_view table) const;

  /// Any order is for what ends in a set or is sorted later: sorting 200,000 wide rows takes a fifth of a second.
  enum class Order : std::uint8_t { sorted, any };

  /// Columns of a table, in rows sorted by all of them. The first two columns are platform and source_id, the third the
  /// source's line (0 if it has none).
  [[nodiscard]] Result<sqlite::Statement> rows(std::string_view table, std::string_view columns,
                                               Order order = Order::sorted) const;

 private:
  const Evidence& evidence_;
  Nature nature_;
};

/// One row as a computation sees it.
class DeriveRow {
 public:
  explicit DeriveRow(const sqlite::Statement& row) : row_(row) {}
  [[nodiscard]] std::string platform() const { return text(-3); }
  [[nodiscard]] bool is_of(std::string_view platform) const { return row_.text(0) == platform; }
  [[nodiscard]] Origin origin() const {
    return {.source = row_.integer(1), .line = static_cast<std::uint32_t>(row_.integer(2))};
  }
  /// Own columns count from 0.
  [[nodiscard]] std::string text(int column) const { return std::string(row_.text(column + kOwn)); }
  [[nodiscard]] std::optional<std::string> maybe_text(int column) const {
    if (row_.is_null(column + kOwn)) return std::nullopt;
    return text(column);
  }
  [[nodiscard]] std::optional<bool> maybe_bool(int column) const {
    if (row_.is_null(column + kOwn)) return std::nullopt;
    return row_.integer(column + kOwn) != 0;
  }
  [[nodiscard]] std::optional<std::int64_t> maybe_integer(int column) const {
    if (row_.is_null(column + kOwn)) return std::nullopt;
    return row_.integer(column + kOwn);
  }

 private:
  static constexpr int kOwn = 3;
  const sqlite::Statement& row_;
};

/// One per derived table: reads its inputs, writes its rows, says what it could not resolve.
Result<void> derive_account_holder(const DeriveInput& input, RowSink& sink);
Result<void> derive_effective_access(const DeriveInput& input, RowSink& sink);
Result<void> derive_exposure(const DeriveInput& input, RowSink& sink);
Result<void> derive_kube_reach(const DeriveInput& input, RowSink& sink);

}  // namespace ehdscan
