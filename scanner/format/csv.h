// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/line_reader.h"

namespace ehdscan {

/// One field of a record.
struct CsvField {
  std::string text;
  bool quoted = false;  ///< tells an empty text from nothing at all

  friend bool operator==(const CsvField&, const CsvField&) = default;
};

/// The fields of one record that stands in one line. Errors: invalid_input with the column in `place`.
Result<std::vector<CsvField>> parse_csv_record(std::string_view line);

/// Reads comma-separated records as RFC 4180 writes them: fields in double quotes may hold commas, line ends and
/// doubled quotes; lines end with CR LF or LF, and inside of quotes both are LF. Nothing else is guessed: no other
/// separator, no escapes, no comments, no trimming. Memory is that of one record, which is at most as long as the
/// longest line of the reader.
class CsvReader {
 public:
  /// `lines` must outlive the reader.
  explicit CsvReader(LineReader& lines) : lines_(lines) {}

  struct Record {
    std::span<const CsvField> fields;  ///< valid until the next call; at least one
    std::uint64_t line = 0;            ///< its first line, from 1
  };

  /// The next record, empty at the end of the file. Lines without any character between records are skipped.
  /// Errors with line and column in `place`: invalid_input for a record that breaks the rules (the next call goes on
  /// behind it); limit for a record that is too long and invalid_input for a quote that is never closed (then the
  /// file is at its end). Errors of the reader: io.
  Result<std::optional<Record>> next();

 private:
  LineReader& lines_;
  std::vector<CsvField> fields_;  ///< kept from record to record
  std::string joined_;            ///< a record of several lines
  bool ended_ = false;
};

}  // namespace ehdscan
