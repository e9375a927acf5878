// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/line_reader.h"
#include "collectors/collector.h"
#include "collectors/rows/row_binder.h"
#include "format/csv.h"
#include "format/json_lines.h"

namespace ehdscan {

/// Reads one file of brought rows (format "ehdscan-rows/1", docs/formats/rows.md) into a sink: JSON lines, or CSV if it
/// begins with `#`.
///
/// The first line is the header, every further one a row, the last one the trailer that says which tables are complete.
/// A line that breaks the rules is refused alone: its table becomes partial or failed and names the line, the other
/// tables go on. What cannot be put down to one table makes all of them partial.
class RowsFile {
 public:
  RowsFile(RowSink& sink, const CollectContext& context) : sink_(sink), context_(context) {}

  /// From now on a header that names another table is refused.
  void allow_only(std::vector<const TableSpec*> tables) { allowed_ = std::move(tables); }

  /// `shown` is how the file is named in sources and messages. Tells the sink how each table of the header went.
  /// Errors: the file cannot be read, or its header is wrong; then nothing was told to the sink.
  Result<void> read(const std::filesystem::path& path, std::string shown);

  /// Tables of the header, for the caller's own bookkeeping.
  [[nodiscard]] std::vector<const TableSpec*> tables() const;

 private:
  struct Table {
    explicit Table(const TableSpec& spec) : binder(spec) {}
    RowBinder binder;
    std::uint64_t accepted = 0;
    std::uint64_t refused = 0;
    std::string first_refusal;
    bool said_complete = false;
    bool begun = false;  ///< CSV: its section was seen
  };
  /// The part of a CSV file that is about one table.
  struct Section {
    Table* table = nullptr;
    std::vector<std::string> columns;  ///< empty until their record was read
    std::uint64_t rows = 0;
    bool ended = false;
    bool refused = false;  ///< its columns or its name are wrong, and its rows cannot be read
  };

  Result<void> read_header(std::span<const JsonMember> members);
  Result<void> add_table(const JsonMember& name);
  Result<void> read_lines(LineReader& lines);
  void take(const LineReader::Line& line);
  void take_row(std::span<const JsonMember> members, std::uint64_t line);
  void take_trailer(std::span<const JsonMember> members, std::uint64_t line);
  Result<void> read_csv_header(std::string_view line);
  Result<void> read_records(LineReader& lines);
  void take_record(const CsvReader::Record& record);
  void take_directive(const CsvReader::Record& record);
  void take_columns(const CsvReader::Record& record);
  void take_fields(const CsvReader::Record& record);
  Result<JsonMember> member_of(const ColumnSpec& column, std::string_view key, const CsvField& field, std::size_t at);
  void refuse(Table* table, std::uint64_t line, const Error& error);
  void doubt(std::string reason);
  void tell();

  RowSink& sink_;
  const CollectContext& context_;
  std::string shown_;
  std::vector<const TableSpec*> allowed_;  ///< empty: every table
  JsonLineParser parser_;
  Source source_;
  SourceId source_id_ = 0;
  std::map<std::string, Table, std::less<>> tables_;
  Table* last_ = nullptr;   ///< rows of one table mostly stand together
  std::uint64_t rows_ = 0;  ///< lines between header and trailer
  bool trailer_ = false;
  bool csv_ = false;
  Section section_;
  std::vector<JsonMember> members_;                            ///< of the CSV row at hand
  std::vector<std::unique_ptr<JsonLineParser>> list_parsers_;  ///< per field: a list is valid until its parser's next
  std::vector<std::string> list_texts_;
  std::string doubt_;  ///< why no table can be complete; empty if none
};

}  // namespace ehdscan
