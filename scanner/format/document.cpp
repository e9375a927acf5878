// SPDX-License-Identifier: Apache-2.0
#include "format/document.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "base/file.h"
#include "base/text.h"
#include "format/document_builder.h"
#include "format/document_data.h"

namespace ehdscan {
namespace {

/// "the integer `5`": how a value is called in "expected …, found …".
std::string describe(const Node& node) {
  switch (node.kind()) {
    case Node::Kind::null:
      return node.scalar().empty() ? "nothing" : fmt::format("`{}`", node.scalar());
    case Node::Kind::boolean:
      return fmt::format("the boolean `{}`", node.scalar());
    case Node::Kind::integer:
    case Node::Kind::real:
      return fmt::format("the number `{}`", node.scalar());
    case Node::Kind::text: {
      constexpr std::size_t kShown = 40;
      if (node.scalar().size() <= kShown) return fmt::format("the text `{}`", node.scalar());
      return fmt::format("the text `{}…`", to_valid_utf8(node.scalar().substr(0, kShown)));
    }
    case Node::Kind::sequence:
      return "a list";
    case Node::Kind::mapping:
      return "a mapping";
  }
  std::abort();
}

std::unexpected<Error> expected(const Node& node, std::string_view what, std::string hint = {}) {
  return std::unexpected(node.error(fmt::format("expected {}, found {}", what, describe(node)), std::move(hint)));
}

/// A decimal or, after `prefix`, based integer; empty if out of range.
std::optional<std::int64_t> parse_based(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0o")) {
    base = text[1] == 'x' ? 16 : 8;
    text.remove_prefix(2);
  }
  // Read with its sign, so that the smallest number fits.
  const std::string signed_text = (negative ? "-" : "") + std::string(text);
  std::int64_t value = 0;
  const char* end = signed_text.data() + signed_text.size();
  const auto [stop, error] = std::from_chars(signed_text.data(), end, value, base);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

}  // namespace

Document::Document(std::unique_ptr<Data> data) : data_(std::move(data)) {}
Document::~Document() = default;

Result<std::shared_ptr<const Document>> Document::parse_yaml(std::string_view text, std::string name,
                                                             const DocumentLimits& limits) {
  return read_yaml(DocumentBuilder(text, std::move(name), limits));
}

Result<std::shared_ptr<const Document>> Document::parse_json(std::string_view text, std::string name,
                                                             const DocumentLimits& limits) {
  return read_json(DocumentBuilder(text, std::move(name), limits));
}

Result<std::shared_ptr<const Document>> Document::read(const std::filesystem::path& path,
                                                       const DocumentLimits& limits) {
  const Result<std::string> text = read_file(path, limits.max_bytes);
  if (!text) return std::unexpected(text.error());
  return equals_ignore_case(path.extension().string(), ".json") ? parse_json(*text, path.string(), limits)
                                                                : parse_yaml(*text, path.string(), limits);
}

Node Document::root() const { return {this, 0}; }
std::string_view Document::text() const { return data_->text; }
const std::string& Document::name() const { return data_->name; }

Node::Kind Node::kind() const { return document_->data_->items[index_].kind; }

Place Node::place() const {
  const Position at = document_->data_->items[index_].position;
  return {.file = document_->name(), .line = at.line, .column = at.column};
}

std::string_view Node::scalar() const { return document_->data_->scalar(document_->data_->items[index_]); }

Result<std::string_view> Node::as_text() const {
  if (is(Kind::text)) return scalar();
  const bool quotable = is(Kind::boolean) || is(Kind::integer) || is(Kind::real);
  return expected(*this, "a text", quotable ? fmt::format("write it in quotes: \"{}\"", scalar()) : std::string{});
}

Result<std::int64_t> Node::as_integer() const {
  if (!is(Kind::integer)) {
    return expected(*this, "an integer", is(Kind::text) && parse_integer(scalar()) ? "remove the quotes" : "");
  }
  std::string_view digits = scalar();
  if (digits.starts_with('-') || digits.starts_with('+')) digits.remove_prefix(1);
  if (digits.size() > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9') {
    return std::unexpected(error(fmt::format("`{}` starts with a zero, which some readers take for octal", scalar()),
                                 "write `0o…` for octal, no leading zero for decimal, quotes for a text"));
  }
  const std::optional<std::int64_t> value = parse_based(scalar());
  if (!value) return std::unexpected(error(fmt::format("`{}` does not fit into 64 bits", scalar())));
  return *value;
}

Result<bool> Node::as_boolean() const {
  if (is(Kind::boolean)) return scalar()[0] == 't' || scalar()[0] == 'T';
  return expected(*this, "true or false");
}

Result<Day> Node::as_day() const {
  if (!is(Kind::text)) return expected(*this, "a day like \"2026-11-23\"");
  Result<Day> day = parse_day(scalar());
  if (!day) return expected(*this, "a day like \"2026-11-23\"", "a day that the calendar has: year-month-day");
  return day;
}

Result<Instant> Node::as_instant() const {
  if (!is(Kind::text)) return expected(*this, "an instant like \"2026-11-23T08:00:00Z\"");
  Result<Instant> instant = parse_instant(scalar());
  if (!instant)
    return expected(*this, "an instant like \"2026-11-23T08:00:00Z\"", "day and time, with Z for UTC or an offset");
  return instant;
}

std::size_t Node::size() const {
  const Document::Data::Item& item = document_->data_->items[index_];
  return item.kind == Kind::sequence || item.kind == Kind::mapping ? item.length : 0;
}

Node Node::operator[](std::size_t index) const {
  if (index >= size()) std::abort();  // our own mistake
  const Document::Data::Item& item = document_->data_->items[index_];
  const std::size_t link = item.kind == Kind::mapping ? 2 * index + 1 : index;
  return {document_, document_->data_->links[item.offset + link]};
}

Node Node::key_at(std::size_t index) const {
  if (index >= size() || !is(Kind::mapping)) std::abort();
  const Document::Data& data = *document_->data_;
  return {document_, data.links[data.items[index_].offset + 2 * index]};
}

std::optional<Node> Node::find(std::string_view key) const {
  if (!is(Kind::mapping)) return std::nullopt;
  for (std::size_t i = 0; i < size(); ++i) {
    if (key_at(i).scalar() == key) return (*this)[i];
  }
  return std::nullopt;
}

Result<Node> Node::require(std::string_view key) const {
  if (!is(Kind::mapping)) return expected(*this, fmt::format("a mapping with the key `{}`", key));
  if (const std::optional<Node> found = find(key)) return *found;
  return std::unexpected(error(fmt::format("missing key `{}`", key)));
}

Result<void> Node::expect_keys(std::initializer_list<std::string_view> known) const {
  const std::span<const std::string_view> names(known.begin(), known.size());
  if (!is(Kind::mapping)) return expected(*this, "a mapping");
  for (std::size_t i = 0; i < size(); ++i) {
    const Node key = key_at(i);
    if (std::ranges::find(names, key.scalar()) != names.end()) continue;
    const std::string_view near = nearest(key.scalar(), names);
    return std::unexpected(key.error(fmt::format("unknown key `{}`", key.scalar()),
                                     near.empty() ? fmt::format("known keys: {}", fmt::join(names, ", "))
                                                  : fmt::format("did you mean `{}`?", near)));
  }
  return {};
}

Error Node::error(std::string message, std::string hint) const {
  const Document::Data& data = *document_->data_;
  return data.error(ErrorKind::invalid_input, data.items[index_].position, std::move(message), std::move(hint));
}

}  // namespace ehdscan
