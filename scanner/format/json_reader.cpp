// SPDX-License-Identifier: Apache-2.0
// A strict RFC 8259 reader that knows where every value stands. simdjson's tree has no places, and the documents read
// here are written and corrected by people, who need line and column; bulk JSON is streamed elsewhere.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "format/document_builder.h"

namespace ehdscan {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

void append_utf8(std::string& out, std::uint32_t c) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0U | c >> 6U);
    put(0x80U | (c & 0x3FU));
  } else if (c < 0x10000) {
    put(0xE0U | c >> 12U);
    put(0x80U | (c >> 6U & 0x3FU));
    put(0x80U | (c & 0x3FU));
  } else {
    put(0xF0U | c >> 18U);
    put(0x80U | (c >> 12U & 0x3FU));
    put(0x80U | (c >> 6U & 0x3FU));
    put(0x80U | (c & 0x3FU));
  }
}

class JsonReader {
 public:
  explicit JsonReader(DocumentBuilder& builder) : builder_(builder), text_(builder.text()) {}

  /// Values and the marks between them in one loop, so that depth costs no stack.
  void read() {
    skip_blanks();
    if (at_ == text_.size()) return;  // finish() says that it is empty
    if (!value()) return;
    while (builder_.depth() > 0) {
      if (!next_in_container()) return;
    }
    skip_blanks();
    if (at_ < text_.size()) refuse(fmt::format("unexpected {} after the end of the document", here()), "remove it");
  }

 private:
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  [[nodiscard]] Position position() const {
    return {.line = line_, .column = static_cast<std::uint32_t>(at_ - line_start_ + 1)};
  }
  [[nodiscard]] std::string here() const {
    if (at_ >= text_.size()) return "end of the document";
    std::size_t end = at_;
    while (end < text_.size() && is_word(text_[end]) && end - at_ < 32) ++end;
    if (end > at_) return fmt::format("`{}`", text_.substr(at_, end - at_));
    // A whole character, not its first byte.
    end = at_ + 1;
    while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xC0U) == 0x80U) ++end;
    return fmt::format("`{}`", text_.substr(at_, end - at_));
  }
  bool refuse(std::string message, std::string hint = {}) {
    return builder_.fail(position(), std::move(message), std::move(hint));
  }
  bool refuse_at(std::size_t offset, std::string message, std::string hint = {}) {
    return builder_.fail(builder_.position_of(offset), std::move(message), std::move(hint));
  }

  void skip_blanks() {
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\n' || (c == '\r' && (at_ + 1 == text_.size() || text_[at_ + 1] != '\n'))) {
        ++line_;
        line_start_ = at_ + 1;
      } else if (c != ' ' && c != '\t' && c != '\r') {
        return;
      }
    }
  }

  bool value() {
    switch (peek()) {
      case '{':
      case '[': {
        const Position start = position();
        const bool mapping = text_[at_++] == '{';
        fresh_ = true;
        return builder_.begin(mapping ? Node::Kind::mapping : Node::Kind::sequence, start);
      }
      case '"':
        return string();
      case '\'':
        return refuse("single quotes are not JSON", "use double quotes");
      case '/':
      case '#':
        return refuse("comments are not JSON", "remove the comment");
      default:
        return peek() == '-' || is_digit(peek()) ? number() : word();
    }
  }

  /// Behind a value or an opening bracket: the closing bracket, or a comma and the next value.
  bool next_in_container() {
    const bool mapping = builder_.open_kind() == Node::Kind::mapping;
    const char close = mapping ? '}' : ']';
    const bool first = fresh_;
    fresh_ = false;
    skip_blanks();
    if (peek() == close) {
      ++at_;
      return builder_.end();
    }
    if (!first) {
      if (peek() != ',') return refuse(fmt::format("expected `,` or `{}`, found {}", close, here()));
      const std::size_t comma = at_++;
      skip_blanks();
      if (peek() == close) return refuse_at(comma, fmt::format("`,` before `{}`", close), "remove the comma");
    }
    return mapping ? member() : value();
  }

  bool member() {
    if (peek() == '\'' || peek() == '/' || peek() == '#') return value();  // for its message
    if (peek() != '"') return refuse(fmt::format("expected a key in double quotes, found {}", here()));
    if (!string()) return false;
    skip_blanks();
    if (peek() != ':') return refuse(fmt::format("expected `:` after the key, found {}", here()));
    ++at_;
    skip_blanks();
    return value();
  }

  bool word() {
    const Position start = position();
    std::size_t end = at_;
    while (end < text_.size() && is_word(text_[end])) ++end;
    const std::string_view name = text_.substr(at_, end - at_);
    Node::Kind kind{};
    if (name == "true" || name == "false") {
      kind = Node::Kind::boolean;
    } else if (name == "null") {
      kind = Node::Kind::null;
    } else {
      return refuse(fmt::format("expected a value, found {}", here()),
                    name.empty() ? "" : "texts need double quotes; words are true, false, null");
    }
    const std::size_t offset = at_;
    at_ = end;
    return builder_.scalar(kind, name, offset, start);
  }

  bool number() {
    const Position start = position();
    const std::size_t offset = at_;
    Node::Kind kind = Node::Kind::integer;
    if (peek() == '-') ++at_;
    const std::size_t whole = at_;
    if (!digits()) return false;
    if (text_[whole] == '0' && at_ - whole > 1) {
      return refuse_at(whole, "a number cannot start with a zero", "remove the zero, or write a text in quotes");
    }
    if (peek() == '.') {
      kind = Node::Kind::real;
      ++at_;
      if (!digits()) return false;
    }
    if (peek() == 'e' || peek() == 'E') {
      kind = Node::Kind::real;
      ++at_;
      if (peek() == '-' || peek() == '+') ++at_;
      if (!digits()) return false;
    }
    return builder_.scalar(kind, text_.substr(offset, at_ - offset), offset, start);
  }

  bool digits() {
    if (!is_digit(peek())) return refuse(fmt::format("expected a digit, found {}", here()));
    while (is_digit(peek())) ++at_;
    return true;
  }

  bool string() {
    const Position start = position();
    const std::size_t first = ++at_;
    std::string_view raw = text_.substr(first);
    std::size_t end = raw.find_first_of("\"\\");
    if (end != std::string_view::npos && raw[end] == '"') {  // nothing to unescape
      at_ = first + end + 1;
      raw = raw.substr(0, end);
      return no_control(raw, first) && builder_.scalar(Node::Kind::text, raw, first, start);
    }
    unescaped_.clear();
    while (true) {
      raw = text_.substr(at_);
      end = raw.find_first_of("\"\\");
      if (end == std::string_view::npos) {
        // A raw line end says more about where the quote is missing.
        return no_control(raw, at_) && builder_.fail(start, "this quote is never closed", "add the closing quote");
      }
      if (!no_control(raw.substr(0, end), at_)) return false;
      unescaped_ += raw.substr(0, end);
      at_ += end + 1;
      if (raw[end] == '"') return builder_.scalar(Node::Kind::text, unescaped_, first, start);
      if (!escape()) return false;
    }
  }

  bool no_control(std::string_view raw, std::size_t offset) {
    const auto* bad = std::ranges::find_if(raw, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
    if (bad == raw.end()) return true;
    const auto byte = static_cast<unsigned char>(*bad);
    const std::size_t at = offset + static_cast<std::size_t>(bad - raw.begin());
    if (byte == '\n' || byte == '\r')
      return refuse_at(at, "a text ends at the end of its line", "write `\\n` in the text");
    return refuse_at(at, fmt::format("control character `\\x{:02x}` in a text", byte),
                     fmt::format("write `\\u{:04x}`", byte));
  }

  /// Behind a backslash.
  bool escape() {
    const std::size_t backslash = at_ - 1;
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const char name = peek();
    ++at_;
    if (const std::size_t known = kNames.find(name); known != std::string_view::npos && name != '\0') {
      unescaped_ += kMeanings[known];
      return true;
    }
    if (name != 'u') {
      --at_;
      return refuse_at(backslash, fmt::format("unknown escape in front of {}", here()), "write `\\\\` for a backslash");
    }
    std::uint32_t c = 0;
    if (!hex4(backslash, c)) return false;
    if (c >= 0xD800 && c <= 0xDBFF && text_.substr(at_).starts_with("\\u")) {
      at_ += 2;
      std::uint32_t low = 0;
      if (!hex4(at_ - 2, low)) return false;
      if (low >= 0xDC00 && low <= 0xDFFF) {
        append_utf8(unescaped_, 0x10000 + ((c - 0xD800) << 10U) + (low - 0xDC00));
        return true;
      }
    }
    if (c >= 0xD800 && c <= 0xDFFF) {
      return refuse_at(backslash, fmt::format("escape `\\u{:04x}` is half a character", c),
                       "write the character itself in UTF-8");
    }
    append_utf8(unescaped_, c);
    return true;
  }

  bool hex4(std::size_t backslash, std::uint32_t& value) {
    value = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const char c = peek();
      std::uint32_t digit = 0;
      if (is_digit(c)) {
        digit = static_cast<std::uint32_t>(c - '0');
      } else if (c >= 'a' && c <= 'f') {
        digit = static_cast<std::uint32_t>(c - 'a' + 10);
      } else if (c >= 'A' && c <= 'F') {
        digit = static_cast<std::uint32_t>(c - 'A' + 10);
      } else {
        return refuse_at(backslash, "`\\u` needs four hexadecimal digits");
      }
      value = value << 4U | digit;
    }
    return true;
  }

  DocumentBuilder& builder_;
  std::string_view text_;
  std::string unescaped_;
  std::size_t at_ = 0;
  std::size_t line_start_ = 0;
  std::uint32_t line_ = 1;
  bool fresh_ = false;  ///< the container was opened just now
};

}  // namespace

Result<std::shared_ptr<const Document>> read_json(DocumentBuilder builder) {
  if (builder.prepare(Characters::json)) JsonReader(builder).read();
  return std::move(builder).finish();
}

}  // namespace ehdscan
