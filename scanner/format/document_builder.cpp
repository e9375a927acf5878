// SPDX-License-Identifier: Apache-2.0
#include "format/document_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/text.h"

namespace ehdscan {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Length of the UTF-8 sequence that starts with this byte; the text is known to be well-formed.
std::size_t sequence_length(unsigned char first) { return first < 0xE0 ? 2 : (first < 0xF0 ? 3 : 4); }

/// Why YAML may not hold this sequence of two or more bytes, or empty.
std::string_view refused_in_yaml(std::string_view sequence) {
  if (sequence == "\xC2\x85" || sequence == "\xE2\x80\xA8" || sequence == "\xE2\x80\xA9") return "line separator";
  if (sequence == kByteOrderMark) return "byte order mark inside the text";
  if (sequence == "\xEF\xBF\xBE" || sequence == "\xEF\xBF\xBF") return "character that is not one";
  if (sequence[0] == '\xC2' && static_cast<unsigned char>(sequence[1]) < 0xA0) return "control character";
  return {};
}

std::string code_point_name(std::string_view sequence) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(sequence[i])); };
  std::uint32_t value = byte(0);
  if (sequence.size() == 2) value = (byte(0) & 0x1FU) << 6U | (byte(1) & 0x3FU);
  if (sequence.size() == 3) value = (byte(0) & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
  return fmt::format("U+{:04X}", value);
}

}  // namespace

std::string_view Document::Data::line(std::uint32_t number) const {
  if (number == 0 || number > line_starts.size()) return {};
  const std::string_view rest = std::string_view(text).substr(line_starts[number - 1]);
  return rest.substr(0, rest.find_first_of("\r\n"));
}

Error Document::Data::error(ErrorKind kind, Position at, std::string message, std::string hint) const {
  return Error{.kind = kind,
               .message = std::move(message),
               .place = {.file = name, .line = at.line, .column = at.column},
               .snippet = std::string(line(at.line)),
               .hint = std::move(hint)};
}

DocumentBuilder::DocumentBuilder(std::string_view text, std::string name, const DocumentLimits& limits)
    : data_(std::make_unique<Document::Data>()), limits_(limits) {
  // Offsets, links and node numbers are 32 bits wide.
  limits_.max_bytes = std::min<std::size_t>(limits_.max_bytes, std::numeric_limits<std::uint32_t>::max() / 4);
  limits_.max_nodes = std::min<std::size_t>(limits_.max_nodes, std::numeric_limits<std::uint32_t>::max() / 4);
  data_->name = std::move(name);
  if (text.size() > limits_.max_bytes) {
    error_ = Error{
        .kind = ErrorKind::limit,
        .message = fmt::format("the document has {} bytes, more than the limit of {}", text.size(), limits_.max_bytes),
        .place = {.file = data_->name},
        .hint = "is it the file that was meant?"};
    return;
  }
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  data_->text = text;
}

bool DocumentBuilder::prepare(Characters characters) {
  if (failed()) return false;
  data_->line_starts.push_back(0);
  return check_characters(characters);
}

bool DocumentBuilder::check_characters(Characters characters) {
  const std::string_view text = data_->text;
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    return fail({}, "the text is UTF-16", "save it as UTF-8");
  }
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte < 0x7F) {
      ++i;
      continue;
    }
    if (byte == '\n' || byte == '\r') {
      // A carriage return alone ends a line too, as it does for YAML and for most editors.
      i += text.substr(i).starts_with("\r\n") ? 2U : 1U;
      data_->line_starts.push_back(static_cast<std::uint32_t>(i));
      continue;
    }
    if (byte < 0x80) {
      if (byte == 0) return fail(position_of(i), "NUL byte", "is it a text file?");
      if (characters == Characters::yaml && byte != '\t') {
        return fail(position_of(i), fmt::format("control character `\\x{:02x}`", byte),
                    R"(write it as an escape ("\x1b") in double quotes if it is meant)");
      }
      ++i;
      continue;
    }
    const std::string_view sequence = text.substr(i, sequence_length(byte));
    if (!is_utf8(sequence)) {
      return fail(position_of(i), fmt::format("byte `\\x{:02x}` is not valid UTF-8 here", byte),
                  "save the file as UTF-8");
    }
    if (characters == Characters::yaml) {
      if (const std::string_view why = refused_in_yaml(sequence); !why.empty()) {
        const std::string code = code_point_name(sequence);
        return fail(position_of(i), fmt::format("{} {}", why, code),
                    fmt::format(R"(remove it, or write it as "\u{}" in double quotes if it is meant)", code.substr(2)));
      }
    }
    i += sequence.size();
  }
  return true;
}

std::size_t DocumentBuilder::line_start(std::size_t line) const {
  return line <= data_->line_starts.size() ? data_->line_starts[line - 1] : data_->text.size();
}

Position DocumentBuilder::position_of(std::size_t offset) const {
  const auto& starts = data_->line_starts;
  const auto after = std::upper_bound(starts.begin(), starts.end(), offset);
  return {.line = static_cast<std::uint32_t>(after - starts.begin()),
          .column = static_cast<std::uint32_t>(offset - *(after - 1) + 1)};
}

bool DocumentBuilder::expects_key() const {
  return !open_.empty() && open_kind() == Node::Kind::mapping && (children_.size() - open_.back().first) % 2 == 0;
}

bool DocumentBuilder::add(Document::Data::Item item) {
  if (data_->items.size() >= limits_.max_nodes) {
    return fail(item.position, fmt::format("more than {} values", limits_.max_nodes), "split the document",
                ErrorKind::limit);
  }
  if (!open_.empty()) children_.push_back(static_cast<std::uint32_t>(data_->items.size()));
  data_->items.push_back(item);
  return true;
}

bool DocumentBuilder::scalar(Node::Kind kind, std::string_view value, std::size_t offset, Position at) {
  if (expects_key()) {
    if (kind == Node::Kind::null && value.empty()) return fail(at, "a key is missing in front of `:`", "name the key");
    kind = Node::Kind::text;
  }
  const bool as_written = data_->text.compare(offset, value.size(), value) == 0;
  if (!as_written) {
    if (value.find('\0') != std::string_view::npos) return fail(at, "NUL character in a text", "remove the escape");
    offset = data_->unescaped.size();
    data_->unescaped += value;
  }
  return add({.offset = static_cast<std::uint32_t>(offset),
              .length = static_cast<std::uint32_t>(value.size()),
              .position = at,
              .kind = kind,
              .is_unescaped = !as_written});
}

bool DocumentBuilder::begin(Node::Kind kind, Position at) {
  if (expects_key()) {
    return fail(at, fmt::format("a {} cannot be a key", kind == Node::Kind::mapping ? "mapping" : "list"),
                "put the text in quotes if it is one");
  }
  if (open_.size() >= limits_.max_depth) {
    return fail(at, fmt::format("nested deeper than {} levels", limits_.max_depth), "flatten the document",
                ErrorKind::limit);
  }
  const auto item = static_cast<std::uint32_t>(data_->items.size());
  if (!add({.offset = 0, .length = 0, .position = at, .kind = kind, .is_unescaped = false})) return false;
  open_.push_back({.item = item, .first = children_.size()});
  return true;
}

bool DocumentBuilder::end() {
  const Open closed = open_.back();
  open_.pop_back();
  const std::span<const std::uint32_t> own = std::span(children_).subspan(closed.first);
  Document::Data::Item& item = data_->items[closed.item];
  const bool is_mapping = item.kind == Node::Kind::mapping;
  item.offset = static_cast<std::uint32_t>(data_->links.size());
  item.length = static_cast<std::uint32_t>(is_mapping ? own.size() / 2 : own.size());
  data_->links.insert(data_->links.end(), own.begin(), own.end());
  const bool unique = !is_mapping || check_duplicates(own);
  children_.resize(closed.first);
  return unique;
}

bool DocumentBuilder::check_duplicates(std::span<const std::uint32_t> members) {
  const auto refuse = [&](std::uint32_t first, std::uint32_t second) {
    const Position at = data_->items[first].position;
    return fail(data_->items[second].position, fmt::format("duplicate key `{}`", key_text(second)),
                fmt::format("it stands at line {}, column {} already; keep one", at.line, at.column));
  };
  constexpr std::size_t kFew = 32;
  if (members.size() <= kFew) {
    for (std::size_t second = 2; second < members.size(); second += 2) {
      for (std::size_t first = 0; first < second; first += 2) {
        if (key_text(members[first]) == key_text(members[second])) return refuse(members[first], members[second]);
      }
    }
    return true;
  }
  // Items are numbered in the order of the file, so ties are broken by place.
  order_.clear();
  for (std::size_t i = 0; i < members.size(); i += 2) order_.push_back(members[i]);
  std::ranges::sort(order_, [&](std::uint32_t a, std::uint32_t b) {
    const int order = key_text(a).compare(key_text(b));
    return order != 0 ? order < 0 : a < b;
  });
  std::optional<std::size_t> earliest;
  for (std::size_t i = 1; i < order_.size(); ++i) {
    if (key_text(order_[i - 1]) != key_text(order_[i])) continue;
    if (!earliest || order_[i] < order_[*earliest]) earliest = i;
  }
  return !earliest || refuse(order_[*earliest - 1], order_[*earliest]);
}

bool DocumentBuilder::fail(Position at, std::string message, std::string hint, ErrorKind kind) {
  if (!error_) error_ = data_->error(kind, at, std::move(message), std::move(hint));
  return false;
}

Result<std::shared_ptr<const Document>> DocumentBuilder::finish() && {
  if (!failed() && data_->items.empty()) fail({}, "the document is empty");
  if (error_) return std::unexpected(*std::move(error_));
  return std::shared_ptr<const Document>(new Document(std::move(data_)));
}

}  // namespace ehdscan
