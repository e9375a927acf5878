// SPDX-License-Identifier: Apache-2.0
#include "format/csv.h"

#include <fmt/format.h>

#include <algorithm>

namespace ehdscan {
namespace {

std::unexpected<Error> at(std::uint64_t line, std::size_t column, ErrorKind kind, std::string message,
                          std::string hint = {}) {
  Error error{.kind = kind, .message = std::move(message), .hint = std::move(hint)};
  error.place.line = static_cast<std::uint32_t>(line);
  error.place.column = static_cast<std::uint32_t>(column);
  return std::unexpected(std::move(error));
}

/// Cuts one record into `fields`, whose memory is used again; says how many there are.
Result<std::size_t> cut(std::string_view text, std::vector<CsvField>& fields) {
  std::size_t used = 0;
  std::size_t i = 0;
  while (true) {
    if (used == fields.size()) fields.emplace_back();
    CsvField& field = fields[used++];
    field.text.clear();
    field.quoted = false;
    if (i < text.size() && text[i] == '"') {
      field.quoted = true;
      ++i;
      while (true) {
        const std::size_t quote = text.find('"', i);
        if (quote == std::string_view::npos) return at(0, 1, ErrorKind::invalid_input, "a quote is never closed");
        field.text.append(text.substr(i, quote - i));
        i = quote + 1;
        if (i >= text.size() || text[i] != '"') break;
        field.text += '"';
        ++i;
      }
      if (i < text.size() && text[i] != ',') {
        return at(0, i + 1, ErrorKind::invalid_input, "there is more after the closing quote",
                  "a quote inside a field is doubled: \"\"");
      }
    } else {
      const std::size_t comma = text.find(',', i);
      field.text.assign(text.substr(i, comma == std::string_view::npos ? comma : comma - i));
      if (const std::size_t quote = field.text.find('"'); quote != std::string::npos) {
        return at(0, i + quote + 1, ErrorKind::invalid_input, "a quote inside a field that does not begin with one",
                  "put the whole field in quotes and double the quote");
      }
      i = comma == std::string_view::npos ? text.size() : comma;
    }
    if (i >= text.size()) return used;
    ++i;  // the comma; a field follows it, even an empty one
  }
}

}  // namespace

Result<std::vector<CsvField>> parse_csv_record(std::string_view line) {
  std::vector<CsvField> fields;
  const auto count = cut(line, fields);
  if (!count) return std::unexpected(count.error());
  fields.resize(*count);
  return fields;
}

Result<std::optional<CsvReader::Record>> CsvReader::next() {
  if (ended_) return std::nullopt;
  joined_.clear();
  std::uint64_t first = 0;
  bool open = false;
  while (true) {
    auto line = lines_.next();
    if (!line) return std::unexpected(std::move(line).error());
    if (!*line) {
      ended_ = true;
      if (first == 0) return std::nullopt;
      return at(first, 1, ErrorKind::invalid_input, "a quote of the record that begins here is never closed");
    }
    const std::string_view text = (*line)->text;
    if (first == 0) {
      if (text.empty()) continue;
      first = (*line)->number;
    }
    if ((*line)->too_long || joined_.size() + text.size() > LineReader::kLongestLine) {
      ended_ = true;  // what is inside of quotes and what is not can no longer be told
      return at(first, 1, ErrorKind::limit,
                fmt::format("the record is longer than {} bytes", LineReader::kLongestLine));
    }
    // Each line is looked at once: a record ends with the line at which its quotes come out even.
    if (std::ranges::count(text, '"') % 2 != 0) open = !open;
    if (open || !joined_.empty()) joined_ += text;
    if (open) {
      joined_ += '\n';
      continue;
    }
    const auto count = cut(joined_.empty() ? text : std::string_view(joined_), fields_);
    if (count) return Record{std::span<const CsvField>(fields_).first(*count), first};
    Error error = count.error();
    error.place.line = static_cast<std::uint32_t>(first);
    return std::unexpected(std::move(error));
  }
}

}  // namespace ehdscan
