// SPDX-License-Identifier: Apache-2.0
// Brought rows as CSV: a header record, and for each table a `#table` record, one of column names, the rows, and a
// `#complete` record that counts them.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/text.h"
#include "collectors/rows/rows_file.h"

namespace ehdscan {
namespace {

using Kind = JsonMember::Kind;

constexpr std::string_view kPlatform = "platform";

JsonMember text_member(std::string_view key, std::string_view text) {
  JsonMember member;
  member.key = key;
  member.kind = Kind::text;
  member.text = text;
  return member;
}

Error invalid(std::string message, std::string hint = {}) {
  return {.kind = ErrorKind::invalid_input, .message = std::move(message), .hint = std::move(hint)};
}

}  // namespace

Result<void> RowsFile::read_csv_header(std::string_view line) {
  const auto fields = parse_csv_record(line);
  if (!fields) return std::unexpected(fields.error());
  std::string_view schema = fields->front().text;
  schema.remove_prefix(schema.empty() ? 0 : 1);
  if (fields->size() == 1 && schema.find(';') != std::string_view::npos) {
    return std::unexpected(invalid("the fields are separated by semicolons", "save the file with commas (RFC 4180)"));
  }
  if (!is_utf8(line)) return std::unexpected(invalid("the header is not UTF-8"));
  if (fields->size() % 2 == 0) {
    return std::unexpected(
        invalid("the header takes names and values in turn", "#ehdscan-rows/1,tool,…,observed_at,…,tables,…"));
  }
  std::vector<JsonMember> members{text_member("schema", schema)};
  std::vector<JsonMember> tables;
  for (std::size_t i = 1; i + 1 < fields->size(); i += 2) {
    const std::string& key = (*fields)[i].text;
    const std::string& value = (*fields)[i + 1].text;
    if (key != "tables") {
      members.push_back(text_member(key, value));
      continue;
    }
    for (const std::string_view name : split_words(value)) tables.push_back(text_member({}, name));
    JsonMember list;
    list.key = key;
    list.kind = Kind::list;
    members.push_back(list);
  }
  for (JsonMember& member : members) {
    if (member.kind == Kind::list) member.children = tables;
  }
  return read_header(members);
}

Result<void> RowsFile::read_records(LineReader& lines) {
  constexpr std::uint64_t kLookUpEvery = 1024;
  CsvReader records(lines);
  for (std::uint64_t count = 1;; ++count) {
    if (count % kLookUpEvery == 0 && context_.stop()) return fail(ErrorKind::io, "interrupted");
    const auto record = records.next();
    if (!record) {
      if (record.error().kind == ErrorKind::io) return std::unexpected(record.error());
      ++section_.rows;
      // A record that cannot be cut may have swallowed others, of this table or of the next.
      refuse(nullptr, record.error().place.line, record.error());
      continue;
    }
    if (!*record) return {};
    take_record(**record);
  }
}

void RowsFile::take_record(const CsvReader::Record& record) {
  const CsvField& first = record.fields.front();
  if (!first.quoted && first.text.starts_with('#')) return take_directive(record);
  if (section_.refused) return;
  if (section_.table == nullptr) {
    return refuse(nullptr, record.line,
                  invalid("a row before any `#table` record", "`#table,NAME` begins the rows of a table"));
  }
  if (section_.columns.empty()) return take_columns(record);
  ++section_.rows;
  if (section_.ended) return refuse(nullptr, record.line, invalid("there is more after `#complete`"));
  take_fields(record);
}

void RowsFile::take_directive(const CsvReader::Record& record) {
  const std::string& name = record.fields.front().text;
  const std::string value = record.fields.size() == 2 ? record.fields[1].text : std::string();
  if (name == "#table") {
    section_ = {};
    const auto found = tables_.find(value);
    section_.refused = true;
    if (found == tables_.end()) {
      return refuse(
          nullptr, record.line,
          invalid(fmt::format("table `{}` is not in the header", to_valid_utf8(value)), "add it to `tables`"));
    }
    if (found->second.begun)
      return refuse(&found->second, record.line, invalid(fmt::format("a second part about `{}`", value)));
    found->second.begun = true;
    section_ = {.table = &found->second, .columns = {}};
    return;
  }
  if (section_.refused) return;
  if (name != "#complete") {
    ++section_.rows;
    return refuse(section_.table, record.line,
                  invalid(fmt::format("unknown record `{}`", to_valid_utf8(name)),
                          "a value that begins with # stands in quotes"));
  }
  if (section_.table == nullptr) return refuse(nullptr, record.line, invalid("`#complete` before any `#table` record"));
  const auto count = parse_integer(value);
  if (section_.ended || !count || *count < 0 || static_cast<std::uint64_t>(*count) != section_.rows) {
    return refuse(section_.table, record.line,
                  invalid(section_.ended ? "a second `#complete`"
                                         : fmt::format("`#complete` counts {} rows, there are {}", to_valid_utf8(value),
                                                       section_.rows)));
  }
  section_.ended = true;
  section_.table->said_complete = true;
}

void RowsFile::take_columns(const CsvReader::Record& record) {
  for (const CsvField& field : record.fields) {
    const std::span<const ColumnSpec> known = section_.table->binder.table().columns;
    std::string problem;
    if (std::ranges::find(section_.columns, field.text) != section_.columns.end()) {
      problem = fmt::format("column `{}` stands twice", to_valid_utf8(field.text));
    } else if (field.text != kPlatform && std::ranges::find(known, field.text, &ColumnSpec::name) == known.end()) {
      problem =
          fmt::format("table `{}` has no column `{}`", section_.table->binder.table().name, to_valid_utf8(field.text));
    }
    if (!problem.empty()) {
      refuse(section_.table, record.line, invalid(problem, "`ehdscan tables` names the columns"));
      section_.refused = true;
      return;
    }
    section_.columns.push_back(field.text);
  }
  if (std::ranges::find(section_.columns, kPlatform) == section_.columns.end()) {
    refuse(section_.table, record.line, invalid("no column `platform`", "it names the platform instance of each row"));
    section_.refused = true;
  }
}

void RowsFile::take_fields(const CsvReader::Record& record) {
  if (record.fields.size() != section_.columns.size()) {
    return refuse(section_.table, record.line,
                  invalid(fmt::format("{} fields, but {} columns", record.fields.size(), section_.columns.size())));
  }
  const TableSpec& table = section_.table->binder.table();
  std::string_view platform;
  members_.clear();
  for (std::size_t i = 0; i < record.fields.size(); ++i) {
    const CsvField& field = record.fields[i];
    const std::string& name = section_.columns[i];
    if (!is_utf8(field.text))
      return refuse(section_.table, record.line, invalid(fmt::format("`{}` is not UTF-8", name)));
    if (name == kPlatform) {
      platform = field.text;
      continue;
    }
    if (field.text.empty() && !field.quoted) continue;  // not known
    const auto column = std::ranges::find(table.columns, name, &ColumnSpec::name);
    auto member = member_of(*column, name, field, i);
    if (!member) return refuse(section_.table, record.line, member.error());
    members_.push_back(*member);
  }
  if (platform.empty() || platform.find('\0') != std::string_view::npos) {
    return refuse(section_.table, record.line,
                  invalid("`platform` takes the platform instance, like `keystone:https://…`"));
  }
  const auto cells = section_.table->binder.bind(members_);
  if (!cells) return refuse(section_.table, record.line, cells.error());
  constexpr auto kLastLine = static_cast<std::uint64_t>(std::numeric_limits<std::uint32_t>::max());
  sink_.write(table, platform, *cells,
              {.source = source_id_, .line = static_cast<std::uint32_t>(std::min(record.line, kLastLine))});
  ++section_.table->accepted;
}

/// What the field is by the type of its column; one that does not fit stays a text, which the binder refuses by name.
Result<JsonMember> RowsFile::member_of(const ColumnSpec& column, std::string_view key, const CsvField& field,
                                       std::size_t at) {
  JsonMember member = text_member(key, field.text);
  if (column.type == ColumnType::integer) {
    if (const auto number = parse_integer(field.text)) {
      member.kind = Kind::integer;
      member.integer = *number;
    }
  } else if (column.type == ColumnType::boolean) {
    if (field.text == "true" || field.text == "false") {
      member.kind = Kind::boolean;
      member.integer = field.text == "true" ? 1 : 0;
    }
  } else if (column.type == ColumnType::text_list) {
    if (list_parsers_.size() <= at) list_parsers_.resize(at + 1);
    if (list_texts_.size() <= at) list_texts_.resize(at + 1);
    if (!list_parsers_[at]) list_parsers_[at] = std::make_unique<JsonLineParser>();
    std::string& text = list_texts_[at];
    text = fmt::format("{{\"v\":{}}}", field.text);
    text.append(LineReader::kPadding, ' ');
    const auto parsed = list_parsers_[at]->parse(std::string_view(text).substr(0, text.size() - LineReader::kPadding));
    if (!parsed || parsed->size() != 1) {
      return std::unexpected(invalid(fmt::format("`{}` takes a list of texts as JSON", key), "[\"a\",\"b\"]"));
    }
    member = parsed->front();
    member.key = key;
  }
  return member;
}

}  // namespace ehdscan
