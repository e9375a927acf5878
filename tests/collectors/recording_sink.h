// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "evidence/row.h"

namespace ehdscan {

/// A row as a collector wrote it.
struct RecordedRow {
  const TableSpec* table = nullptr;
  std::string platform;
  std::vector<Cell> cells;
  std::string location;  ///< of its source
  std::uint32_t line = 0;

  [[nodiscard]] const Cell& cell(std::string_view column) const {
    for (std::size_t i = 0; i < table->columns.size(); ++i) {
      if (table->columns[i].name == column) return cells.at(i);
    }
    throw std::logic_error("no column " + std::string(column));
  }
  /// The value as text: "NULL", the number, or the text itself; enumerations outside their list as `NULL(text)`.
  [[nodiscard]] std::string operator[](std::string_view column) const {
    const Cell& found = cell(column);
    if (found.kind == Cell::Kind::null) return "NULL";
    if (found.kind == Cell::Kind::integer) return std::to_string(found.integer);
    for (const ColumnSpec& spec : table->columns) {
      if (spec.name == column && spec.type == ColumnType::enumeration &&
          std::ranges::find(spec.values, found.text) == spec.values.end()) {
        return "NULL(" + found.text + ")";
      }
    }
    return found.text;
  }
};

/// A RowSink in memory, for tests of collectors. `mistakes` lists what a real sink would report as internal errors:
/// NULL in a column that must not be, a source number that does not exist. A test ends with
/// CHECK(sink.mistakes.empty()).
class RecordingSink final : public RowSink {
 public:
  SourceId add_source(Source source) override {
    const auto found = std::ranges::find(sources, source);
    if (found != sources.end()) return found - sources.begin() + 1;
    sources.push_back(std::move(source));
    return static_cast<SourceId>(sources.size());
  }

  void write(const TableSpec& table, std::string_view platform, std::span<const Cell> cells,
             const Origin& origin) override {
    RecordedRow row{.table = &table,
                    .platform = std::string(platform),
                    .cells = {cells.begin(), cells.end()},
                    .location = {},
                    .line = origin.line};
    if (origin.source < 1 || origin.source > static_cast<SourceId>(sources.size())) {
      mistakes.push_back(std::string(table.name) + ": row without source");
    } else {
      row.location = sources[static_cast<std::size_t>(origin.source) - 1].location;
    }
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      if (table.columns[i].nullable == Nullable::no && cells[i].kind == Cell::Kind::null) {
        mistakes.push_back(std::string(table.name) + "." + std::string(table.columns[i].name) + " is NULL");
      }
    }
    rows.push_back(std::move(row));
  }

  void collected(const TableSpec& table, CollectionState state, std::string_view reason) override {
    states[std::string(table.name)].emplace_back(state, reason);
  }

  [[nodiscard]] std::vector<const RecordedRow*> rows_of(const TableSpec& table) const {
    std::vector<const RecordedRow*> found;
    for (const RecordedRow& row : rows) {
      if (row.table == &table) found.push_back(&row);
    }
    return found;
  }

  /// The first row of `table` whose `column` reads `value`; nullptr if there is none.
  [[nodiscard]] const RecordedRow* find(const TableSpec& table, std::string_view column, std::string_view value) const {
    for (const RecordedRow* row : rows_of(table)) {
      if ((*row)[column] == value) return row;
    }
    return nullptr;
  }

  /// "complete", or "partial: reason", several joined by "; "; "" if the table was never mentioned.
  [[nodiscard]] std::string state_of(const TableSpec& table) const {
    const auto found = states.find(std::string(table.name));
    if (found == states.end()) return {};
    std::string text;
    for (const auto& [state, reason] : found->second) {
      if (!text.empty()) text += "; ";
      text += to_string(state);
      if (!reason.empty()) text += ": " + reason;
    }
    return text;
  }

  /// Rows and states as lines of JSON in the order written, for golden files: known columns only, sources as
  /// location:line.
  [[nodiscard]] std::string dump() const {
    std::string out;
    for (const RecordedRow& row : rows) {
      nlohmann::ordered_json line;
      line["table"] = row.table->name;
      line["platform"] = row.platform;
      for (std::size_t i = 0; i < row.cells.size(); ++i) {
        const Cell& cell = row.cells[i];
        const std::string name(row.table->columns[i].name);
        if (cell.kind == Cell::Kind::integer) line[name] = cell.integer;
        if (cell.kind == Cell::Kind::text) line[name] = cell.text;
      }
      line["source"] = row.line == 0 ? row.location : row.location + ":" + std::to_string(row.line);
      out += line.dump() + "\n";
    }
    for (const auto& [table, said] : states) {
      nlohmann::ordered_json line;
      line["collection"] = table;
      for (const auto& [state, reason] : said)
        line["states"].push_back(std::string(to_string(state)) + (reason.empty() ? "" : ": " + reason));
      out += line.dump() + "\n";
    }
    return out;
  }

  std::vector<Source> sources;
  std::vector<RecordedRow> rows;
  std::map<std::string, std::vector<std::pair<CollectionState, std::string>>> states;
  std::vector<std::string> mistakes;
};

/// Compares with tests/golden/<name>; with EHDSCAN_UPDATE_GOLDEN set in the environment writes it instead.
/// Returns an empty text if equal, else the first line that differs.
inline std::string differs_from_golden(std::string_view name, const std::string& text) {
  const std::filesystem::path file = std::filesystem::path(EHDSCAN_SOURCE_DIR) / "tests/golden" / name;
  if (std::getenv("EHDSCAN_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return {};
  }
  std::ifstream in(file, std::ios::binary);
  if (!in) return "no golden file " + file.string();
  std::istringstream ours(text);
  std::string wanted_line;
  std::string our_line;
  for (int number = 1;; ++number) {
    const bool wanted = static_cast<bool>(std::getline(in, wanted_line));
    const bool got = static_cast<bool>(std::getline(ours, our_line));
    if (!wanted && !got) return {};
    if (wanted != got || wanted_line != our_line) {
      return std::string(name) + ":" + std::to_string(number) + "\n  golden: " + (wanted ? wanted_line : "(end)") +
             "\n  now:    " + (got ? our_line : "(end)");
    }
  }
}

}  // namespace ehdscan
