// SPDX-License-Identifier: Apache-2.0
#include "collectors/rows/rows_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/text.h"
#include "crypto/digest.h"
#include "evidence/tables/all.h"

namespace ehdscan {
namespace {

using Kind = JsonMember::Kind;

constexpr std::string_view kSchema = "ehdscan-rows/1";
constexpr std::int64_t kClockSkewSeconds = 300;

const JsonMember* find(std::span<const JsonMember> members, std::string_view key) {
  const auto found = std::ranges::find(members, key, &JsonMember::key);
  return found == members.end() ? nullptr : &*found;
}

std::string_view text_of(const JsonMember* member) {
  return member != nullptr && member->kind == Kind::text ? member->text : std::string_view{};
}

std::optional<Error> unknown_or_twice(std::span<const JsonMember> members, std::span<const std::string_view> known) {
  for (auto member = members.begin(); member != members.end(); ++member) {
    if (std::ranges::find(known, member->key) == known.end()) {
      const std::string_view near = nearest(member->key, known);
      return Error{.kind = ErrorKind::invalid_input,
                   .message = fmt::format("unknown key `{}`", member->key),
                   .hint = near.empty() ? "" : fmt::format("did you mean `{}`?", near)};
    }
    const auto same = [&](const JsonMember& earlier) { return earlier.key == member->key; };
    if (std::any_of(members.begin(), member, same)) {
      return Error{.kind = ErrorKind::invalid_input, .message = fmt::format("duplicate key `{}`", member->key)};
    }
  }
  return std::nullopt;
}

std::string nearest_table(std::string_view name) {
  std::vector<std::string_view> names;
  for (const TableSpec* table : collected_tables()) names.push_back(table->name);
  return std::string(nearest(name, names));
}

Error unknown_table(std::string_view name) {
  const std::string near = nearest_table(name);
  return {.kind = ErrorKind::invalid_input,
          .message = fmt::format("there is no table `{}`", name),
          .hint = near.empty() ? "`ehdscan tables` lists them" : fmt::format("did you mean `{}`?", near)};
}

}  // namespace

std::vector<const TableSpec*> RowsFile::tables() const {
  std::vector<const TableSpec*> found;
  for (const auto& [name, table] : tables_) found.push_back(&table.binder.table());
  return found;
}

Result<void> RowsFile::read(const std::filesystem::path& path, std::string shown) {
  shown_ = std::move(shown);
  Result<LineReader> lines = LineReader::open(path);
  if (!lines) return std::unexpected(std::move(lines).error());
  // A row names its source, and a source its digest, so the bytes are hashed before the rows are read.
  Sha256 digest;
  const Result<void> hashed = lines->for_each_chunk([&](std::string_view bytes) { digest.update(bytes); });
  if (!hashed) return hashed;
  source_.sha256 = digest.hex();
  source_.freshness = Freshness::export_file;
  source_.third_party = true;

  const auto first = lines->next();
  if (!first) return std::unexpected(first.error());
  const auto at_header = [&](Error error) {
    error.place = {.file = shown_, .line = 1, .column = error.place.column};
    if (error.snippet.empty() && *first) {
      constexpr std::size_t kShown = 400;
      error.snippet = std::string((*first)->text.substr(0, kShown));
    }
    return std::unexpected(std::move(error));
  };
  if (!*first) return at_header({.kind = ErrorKind::invalid_input, .message = "the file is empty"});
  if ((*first)->too_long) return at_header({.kind = ErrorKind::limit, .message = "the header line is too long"});
  std::string_view start = (*first)->text;
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";  // spreadsheets write it
  if (start.starts_with(kByteOrderMark)) start.remove_prefix(kByteOrderMark.size());
  csv_ = start.starts_with('#') || start.starts_with("\"#");
  if (csv_) {
    if (Result<void> header = read_csv_header(start); !header) return at_header(std::move(header).error());
  } else {
    const auto members = parser_.parse((*first)->text);
    if (!members) return at_header(members.error());
    if (Result<void> header = read_header(*members); !header) return at_header(std::move(header).error());
  }
  source_id_ = sink_.add_source(source_);

  if (const Result<void> done = csv_ ? read_records(*lines) : read_lines(*lines); !done) doubt(done.error().message);
  if (lines->changed()) doubt("the file changed while it was read");
  tell();
  return {};
}

Result<void> RowsFile::read_header(std::span<const JsonMember> members) {
  constexpr std::array<std::string_view, 5> kKeys{"schema", "tool", "observed_at", "nature", "tables"};
  const std::string_view schema = text_of(find(members, "schema"));
  if (schema != kSchema) {
    return fail(
        ErrorKind::invalid_input,
        schema.empty() ? "the first line is not a header of brought rows" : fmt::format("unknown format `{}`", schema),
        fmt::format("start with {{\"schema\":\"{}\",\"tool\":…,\"observed_at\":…,\"tables\":[…]}}", kSchema));
  }
  if (auto error = unknown_or_twice(members, kKeys)) return std::unexpected(*std::move(error));

  const JsonMember* tool = find(members, "tool");
  if (tool != nullptr && text_of(tool).empty()) {
    return fail(ErrorKind::invalid_input, "`tool` takes the name and version of the program",
                "leave it out if unknown");
  }
  source_.location = tool == nullptr ? shown_ : fmt::format("{} (made by {})", shown_, tool->text);
  const JsonMember* observed = find(members, "observed_at");
  if (observed != nullptr) {
    const Result<Instant> instant = parse_instant(text_of(observed));
    if (!instant) {
      return fail(ErrorKind::invalid_input, "`observed_at` takes an instant like \"2026-11-23T08:00:00Z\"");
    }
    if (instant->seconds_since_epoch > context_.started_at.seconds_since_epoch + kClockSkewSeconds) {
      return fail(ErrorKind::invalid_input, fmt::format("`observed_at` {} lies in the future", to_string(*instant)),
                  "give the time in UTC at which the tool looked");
    }
    source_.observed_at = *instant;  // without it the epoch, which no freshness rule accepts
  }
  source_.grade = tool != nullptr && observed != nullptr ? EvidenceGrade::e2 : EvidenceGrade::e0;
  if (const JsonMember* nature = find(members, "nature")) {
    const std::string_view text = text_of(nature);
    if (text != to_string(Nature::observed) && text != to_string(Nature::intended)) {
      return fail(ErrorKind::invalid_input, "`nature` takes `observed` or `intended`");
    }
    source_.nature = text == to_string(Nature::intended) ? Nature::intended : Nature::observed;
  }
  const JsonMember* names = find(members, "tables");
  if (names == nullptr || names->kind != Kind::list || names->children.empty()) {
    return fail(ErrorKind::invalid_input, "`tables` takes a list of the tables that the file is about",
                "also those without a row");
  }
  for (const JsonMember& name : names->children) {
    if (Result<void> added = add_table(name); !added) return added;
  }
  return {};
}

Result<void> RowsFile::add_table(const JsonMember& name) {
  if (name.kind != Kind::text) {
    return fail(ErrorKind::invalid_input, fmt::format("`tables` takes texts, found {} in it", describe(name.kind)));
  }
  const TableSpec* spec = find_table(name.text);
  if (spec == nullptr) return std::unexpected(unknown_table(name.text));
  if (spec->is_derived()) {
    return fail(ErrorKind::invalid_input, fmt::format("`{}` is computed at assessment, not brought", name.text),
                "bring the tables it is computed from: `ehdscan tables` names them");
  }
  if (!allowed_.empty() && std::ranges::find(allowed_, spec) == allowed_.end()) {
    return fail(ErrorKind::invalid_input, fmt::format("site.yaml does not expect the table `{}` from here", name.text),
                "add it to `tables` there if it may bring it");
  }
  if (!tables_.try_emplace(std::string(name.text), *spec).second) {
    return fail(ErrorKind::invalid_input, fmt::format("`tables` names `{}` twice", name.text));
  }
  return {};
}

Result<void> RowsFile::read_lines(LineReader& lines) {
  constexpr std::uint64_t kLookUpEvery = 1024;
  while (true) {
    auto line = lines.next();
    if (!line) return std::unexpected(std::move(line).error());
    if (!*line) return {};
    if ((*line)->number % kLookUpEvery == 0 && context_.stop()) return fail(ErrorKind::io, "interrupted");
    if (!trim((*line)->text).empty()) take(**line);
  }
}

void RowsFile::take(const LineReader::Line& line) {
  if (trailer_) {
    doubt(fmt::format("line {}: there is more after the trailer", line.number));
    return;
  }
  if (line.too_long) {
    ++rows_;
    refuse(nullptr, line.number, {.kind = ErrorKind::limit, .message = "the line is too long"});
    return;
  }
  const auto members = parser_.parse(line.text);
  if (!members) {
    ++rows_;
    refuse(nullptr, line.number, members.error());
  } else if (find(*members, "complete") != nullptr) {
    take_trailer(*members, line.number);
  } else {
    ++rows_;
    take_row(*members, line.number);
  }
}

void RowsFile::take_row(std::span<const JsonMember> members, std::uint64_t line) {
  const JsonMember* table = nullptr;
  const JsonMember* platform = nullptr;
  const JsonMember* row = nullptr;
  const auto refuse_with = [&](std::string message, std::string hint = {}) {
    Table* known = nullptr;
    if (table != nullptr) {
      const auto found = tables_.find(text_of(table));
      if (found != tables_.end()) known = &found->second;
    }
    refuse(known, line, {.kind = ErrorKind::invalid_input, .message = std::move(message), .hint = std::move(hint)});
  };
  for (const JsonMember& member : members) {
    const JsonMember** slot = member.key == "table"      ? &table
                              : member.key == "platform" ? &platform
                              : member.key == "row"      ? &row
                                                         : nullptr;
    if (slot == nullptr) return refuse_with(fmt::format("unknown key `{}`", member.key), "keys: table, platform, row");
    if (*slot != nullptr) return refuse_with(fmt::format("duplicate key `{}`", member.key));
    *slot = &member;
  }
  const std::string_view name = text_of(table);
  if (name.empty()) return refuse_with("`table` takes the name of a table");
  if (last_ == nullptr || last_->binder.table().name != name) {
    const auto found = tables_.find(name);
    if (found == tables_.end()) {
      if (const TableSpec* known = find_table(name); known == nullptr || known->is_derived())
        return refuse(nullptr, line, unknown_table(name));
      return refuse_with(fmt::format("table `{}` is not in the header", name), "add it to `tables`");
    }
    last_ = &found->second;
  }
  const std::string_view where = text_of(platform);
  if (where.empty() || where.find('\0') != std::string_view::npos) {
    return refuse_with("`platform` takes the platform instance, like `keystone:https://…`");
  }
  if (row == nullptr || row->kind != Kind::object) return refuse_with("`row` takes an object of columns");
  const auto cells = last_->binder.bind(row->children);
  if (!cells) return refuse(last_, line, cells.error());
  constexpr auto kLastLine = static_cast<std::uint64_t>(std::numeric_limits<std::uint32_t>::max());
  sink_.write(last_->binder.table(), where, *cells,
              {.source = source_id_, .line = static_cast<std::uint32_t>(std::min(line, kLastLine))});
  ++last_->accepted;
}

void RowsFile::take_trailer(std::span<const JsonMember> members, std::uint64_t line) {
  trailer_ = true;
  constexpr std::array<std::string_view, 2> kKeys{"complete", "rows"};
  if (const auto error = unknown_or_twice(members, kKeys)) {
    return doubt(fmt::format("line {}: {}", line, error->message));
  }
  const JsonMember* rows = find(members, "rows");
  const JsonMember* complete = find(members, "complete");
  if (rows == nullptr || rows->kind != Kind::integer || complete->kind != Kind::list) {
    return doubt(fmt::format("line {}: the trailer needs `complete`, a list of tables, and `rows`, a count", line));
  }
  if (rows->integer < 0 || static_cast<std::uint64_t>(rows->integer) != rows_) {
    return doubt(fmt::format("line {}: the trailer counts {} rows, the file has {}", line, rows->integer, rows_));
  }
  for (const JsonMember& name : complete->children) {
    const auto found = tables_.find(text_of(&name));
    if (found == tables_.end()) {
      return doubt(fmt::format("line {}: the trailer names a table that is not in the header", line));
    }
    found->second.said_complete = true;
  }
}

void RowsFile::refuse(Table* table, std::uint64_t line, const Error& error) {
  std::string text = fmt::format("{}:{}: {}", shown_, line, error.message);
  if (!error.hint.empty()) text += fmt::format(" ({})", error.hint);
  if (table == nullptr) return doubt(std::move(text));
  if (table->refused++ == 0) table->first_refusal = std::move(text);
}

void RowsFile::doubt(std::string reason) {
  if (doubt_.empty()) doubt_ = std::move(reason);
}

void RowsFile::tell() {
  if (!trailer_ && !csv_) doubt("no trailer says that the file is complete");
  for (const auto& [name, table] : tables_) {
    const TableSpec& spec = table.binder.table();
    if (table.refused > 0) {
      const CollectionState state = table.accepted > 0 ? CollectionState::partial : CollectionState::failed;
      sink_.collected(spec, state,
                      table.refused == 1 ? table.first_refusal
                                         : fmt::format("{}; {} lines refused", table.first_refusal, table.refused));
    } else if (!doubt_.empty()) {
      sink_.collected(spec, CollectionState::partial, escape_for_terminal(doubt_));
    } else if (!table.said_complete) {
      sink_.collected(
          spec, CollectionState::partial,
          csv_ ? "no `#complete` record ends its rows" : "the trailer does not name this table as complete");
    } else {
      sink_.collected(spec, CollectionState::complete);
    }
  }
}

}  // namespace ehdscan
