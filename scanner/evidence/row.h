// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/time.h"
#include "model/provenance.h"
#include "model/table_spec.h"

namespace ehdscan {

/// A value on its way into a column. NULL means not known.
struct Cell {
  enum class Kind : std::uint8_t { null, integer, text };
  Kind kind = Kind::null;
  std::int64_t integer = 0;
  std::string text;
};

/// A list as text_list columns store it, made with append_json_text() where a list is put together from parts.
struct ListText {
  std::string_view json;
};

/// What a collector sees of the evidence: it adds sources, writes rows and says how each collection went.
/// It never reads back and never sees the database.
class RowSink {
 public:
  virtual ~RowSink() = default;

  /// Registers a source; the target and collector fields are filled in by the sink. The same source given twice gets
  /// the same number.
  virtual SourceId add_source(Source source) = 0;

  /// Writes one row; `cells` are the table's own columns in order. Use Row<> below rather than this.
  /// Errors of the disk are kept and reported once by the sink's owner, so that collectors need not check every row.
  virtual void write(const TableSpec& table, std::string_view platform, std::span<const Cell> cells,
                     const Origin& origin) = 0;

  /// Says how the collection of `table` from this target went. The worst state said for a table counts, and reasons are
  /// joined. A table the collector is responsible for and never mentions becomes `not_attempted`.
  virtual void collected(const TableSpec& table, CollectionState state, std::string_view reason = {}) = 0;
};

/// A string usable as a template argument, for `row.set<"direction">(…)`.
template <std::size_t N>
struct FixedString {
  char data[N]{};
  consteval FixedString(const char (&text)[N]) { std::copy_n(text, N, data); }  // NOLINT(google-explicit-constructor)
  [[nodiscard]] constexpr std::string_view view() const { return {data, N - 1}; }
};

/// One row of one table, checked at compile time: a misspelt column or a value of the wrong type does not compile.
///
///     Row<tables::sysctl> row(platform);
///     row.set<"name">("kernel.kptr_restrict").set<"value">(value);
///     row.write(sink, {source, line});
///
/// Columns that are not set stay NULL. After write() the row is empty again (its memory is kept), so one Row can serve
/// a loop. A missing value of a column that must not be NULL is our own mistake: the sink reports it as internal error.
template <const TableSpec& Table>
class Row {
 public:
  explicit Row(std::string_view platform) : platform_(platform) {}

  /// Text columns take strings; booleans bool; integers any integral type; instants Instant; days Day; lists a
  /// span or vector of strings. A std::optional of those writes NULL when empty. Enumerations take the text: a value
  /// outside the closed list becomes NULL with the text in `<column>_raw`.
  template <FixedString Name, typename T>
  Row& set(const T& value) {
    constexpr std::size_t index = column_index(Table, Name.view());
    static_assert(index != kNoColumn, "no such column in this table");
    constexpr ColumnType type = Table.columns[index].type;
    if constexpr (is_optional<T>::value) {
      if (value) {
        assign<type>(index, *value);
      } else {
        cells_[index].kind = Cell::Kind::null;
      }
    } else {
      assign<type>(index, value);
    }
    return *this;
  }

  void write(RowSink& sink, const Origin& origin) {
    sink.write(Table, platform_, cells_, origin);
    for (Cell& cell : cells_) cell.kind = Cell::Kind::null;
  }

 private:
  template <typename T>
  struct is_optional : std::false_type {};
  template <typename T>
  struct is_optional<std::optional<T>> : std::true_type {};

  template <ColumnType Type, typename T>
  void assign(std::size_t index, const T& value) {
    Cell& cell = cells_[index];
    if constexpr (Type == ColumnType::boolean) {
      static_assert(std::same_as<T, bool>, "a boolean column takes bool");
      cell.kind = Cell::Kind::integer;
      cell.integer = value ? 1 : 0;
    } else if constexpr (Type == ColumnType::integer) {
      static_assert(std::integral<T> && !std::same_as<T, bool>, "an integer column takes an integral type");
      cell.kind = Cell::Kind::integer;
      cell.integer = static_cast<std::int64_t>(value);
    } else if constexpr (Type == ColumnType::instant) {
      static_assert(std::same_as<T, Instant>, "an instant column takes Instant");
      cell.kind = Cell::Kind::text;
      cell.text = to_string(value);
    } else if constexpr (Type == ColumnType::day) {
      static_assert(std::same_as<T, Day>, "a day column takes Day");
      cell.kind = Cell::Kind::text;
      cell.text = to_string(value);
    } else if constexpr (Type == ColumnType::text_list) {
      cell.kind = Cell::Kind::text;
      if constexpr (std::same_as<T, ListText>) {
        cell.text.assign(value.json);
      } else {
        static_assert(std::convertible_to<T, std::span<const std::string>>, "a list column takes a range of strings");
        write_list(cell.text, value);
      }
    } else {
      static_assert(std::convertible_to<T, std::string_view>, "a text column takes a string");
      cell.kind = Cell::Kind::text;
      cell.text.assign(std::string_view(value));
    }
  }

  static void write_list(std::string& out, std::span<const std::string> values);

  std::string platform_;
  std::array<Cell, Table.columns.size()> cells_{};
};

/// Appends a string of JSON: quoted, escaped, made well-formed UTF-8.
void append_json_text(std::string& out, std::string_view value);

/// `["a","b"]`: how text_list columns are stored.
std::string json_list(std::span<const std::string> values);

template <const TableSpec& Table>
void Row<Table>::write_list(std::string& out, std::span<const std::string> values) {
  out = json_list(values);
}

}  // namespace ehdscan
