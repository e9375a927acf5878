// SPDX-License-Identifier: Apache-2.0
#include "collectors/rows/row_binder.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "base/time.h"

namespace ehdscan {
namespace {

constexpr std::size_t kLongestText = std::size_t{1} << 20;

std::string_view expectation(ColumnType type) {
  switch (type) {
    case ColumnType::text:
    case ColumnType::enumeration:
      return "a text";
    case ColumnType::integer:
      return "an integer";
    case ColumnType::boolean:
      return "true or false";
    case ColumnType::instant:
      return "an instant like \"2026-11-23T08:00:00Z\"";
    case ColumnType::day:
      return "a day like \"2026-11-23\"";
    case ColumnType::text_list:
      return "a list of texts";
  }
  return "a value";
}

Error refusal(std::string message, std::string hint = {}) {
  return {.kind = ErrorKind::invalid_input, .message = std::move(message), .hint = std::move(hint)};
}

}  // namespace

RowBinder::RowBinder(const TableSpec& table)
    : table_(&table), cells_(table.columns.size()), filled_in_(table.columns.size(), 0) {}

std::size_t RowBinder::find(std::string_view name, std::size_t ordinal) {
  if (ordinal < order_.size() && table_->columns[order_[ordinal]].name == name) return order_[ordinal];
  for (std::size_t i = 0; i < table_->columns.size(); ++i) {
    if (table_->columns[i].name != name) continue;
    // Members beyond the number of columns are duplicates or unknown, so the memory stays bounded.
    if (ordinal == order_.size() && ordinal < table_->columns.size()) order_.push_back(i);
    if (ordinal < order_.size()) order_[ordinal] = i;
    return i;
  }
  return kNoColumn;
}

Error RowBinder::unknown_column(std::string_view name) const {
  std::vector<std::string_view> names;
  for (const ColumnSpec& column : table_->columns) names.push_back(column.name);
  const std::string_view near = nearest(name, names);
  return refusal(
      fmt::format("table `{}` has no column `{}`", table_->name, name),
      near.empty() ? fmt::format("columns: {}", fmt::join(names, ", ")) : fmt::format("did you mean `{}`?", near));
}

Error RowBinder::wrong_type(const ColumnSpec& column, const JsonMember& member) const {
  constexpr std::size_t kShown = 40;
  const std::string found =
      member.kind == JsonMember::Kind::text
          ? fmt::format("the text `{}`", to_valid_utf8(member.text.substr(0, std::min(kShown, member.text.size()))))
          : std::string(describe(member.kind));
  return refusal(fmt::format("`{}.{}` takes {}, found {}", table_->name, column.name, expectation(column.type), found));
}

std::optional<Error> RowBinder::fill(const ColumnSpec& column, const JsonMember& member, Cell& cell) {
  using Kind = JsonMember::Kind;
  const auto set_text = [&](std::string_view text) {
    cell.kind = Cell::Kind::text;
    cell.text.assign(text);
  };
  if (member.kind == Kind::null) {
    cell.kind = Cell::Kind::null;
    return std::nullopt;
  }
  if (member.text.size() > kLongestText) {
    return refusal(fmt::format("`{}.{}` is longer than {} bytes", table_->name, column.name, kLongestText));
  }
  if (member.text.find('\0') != std::string_view::npos) {
    return refusal(fmt::format("`{}.{}` contains a NUL character", table_->name, column.name));
  }
  switch (column.type) {
    case ColumnType::text:
    case ColumnType::enumeration:
      if (member.kind != Kind::text) return wrong_type(column, member);
      set_text(member.text);
      return std::nullopt;
    case ColumnType::integer:
      if (member.kind != Kind::integer) return wrong_type(column, member);
      cell.kind = Cell::Kind::integer;
      cell.integer = member.integer;
      return std::nullopt;
    case ColumnType::boolean:
      if (member.kind != Kind::boolean) return wrong_type(column, member);
      cell.kind = Cell::Kind::integer;
      cell.integer = member.integer;
      return std::nullopt;
    case ColumnType::instant: {
      const auto instant = member.kind == Kind::text ? parse_instant(member.text) : fail(ErrorKind::invalid_input, "");
      if (!instant) return wrong_type(column, member);
      set_text(to_string(*instant));
      return std::nullopt;
    }
    case ColumnType::day: {
      const auto day = member.kind == Kind::text ? parse_day(member.text) : fail(ErrorKind::invalid_input, "");
      if (!day) return wrong_type(column, member);
      set_text(member.text);
      return std::nullopt;
    }
    case ColumnType::text_list: {
      if (member.kind != Kind::list) return wrong_type(column, member);
      std::vector<std::string> texts;
      texts.reserve(member.children.size());
      for (const JsonMember& element : member.children) {
        if (element.kind != Kind::text || element.text.find('\0') != std::string_view::npos) {
          return refusal(fmt::format("`{}.{}` takes a list of texts, found {} in it", table_->name, column.name,
                                     describe(element.kind)));
        }
        texts.emplace_back(element.text);
      }
      set_text(json_list(texts));
      if (cell.text.size() > kLongestText) {
        return refusal(fmt::format("`{}.{}` is longer than {} bytes", table_->name, column.name, kLongestText));
      }
      return std::nullopt;
    }
  }
  return refusal("unknown column type");
}

Result<std::span<const Cell>> RowBinder::bind(std::span<const JsonMember> members) {
  ++row_;
  for (std::size_t ordinal = 0; ordinal < members.size(); ++ordinal) {
    const JsonMember& member = members[ordinal];
    const std::size_t index = find(member.key, ordinal);
    if (index == kNoColumn) return std::unexpected(unknown_column(member.key));
    if (filled_in_[index] == row_) {
      return std::unexpected(refusal(fmt::format("column `{}` is given twice", member.key)));
    }
    filled_in_[index] = row_;
    if (auto error = fill(table_->columns[index], member, cells_[index])) return std::unexpected(*std::move(error));
  }
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    if (filled_in_[i] != row_) cells_[i].kind = Cell::Kind::null;
    if (cells_[i].kind == Cell::Kind::null && table_->columns[i].nullable == Nullable::no) {
      return std::unexpected(
          refusal(fmt::format("column `{}` of table `{}` must not be missing", table_->columns[i].name, table_->name)));
    }
  }
  return std::span<const Cell>(cells_);
}

}  // namespace ehdscan
