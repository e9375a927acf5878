// SPDX-License-Identifier: Apache-2.0
#include "format/json_pieces.h"

#include <fmt/format.h>

#include <algorithm>

namespace ehdscan {
namespace {

constexpr std::size_t kDeepest = 256;

class Cutter {
 public:
  Cutter(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  Result<JsonPieces> cut() {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    blank();
    JsonPieces pieces;
    if (peek() == '[') {
      pieces.rest = "[]";
      JsonList list;
      if (!elements(list.elements)) return std::unexpected(error());
      pieces.lists.push_back(std::move(list));
    } else if (peek() == '{') {
      if (!members(pieces)) return std::unexpected(error());
    } else {
      message_ = peek() == '<' ? "this is a page, not JSON" : "this is no JSON list or mapping";
      return std::unexpected(error());
    }
    blank();
    if (at_ < text_.size()) {
      message_ = "there is more after the end of the JSON text";
      return std::unexpected(error());
    }
    return pieces;
  }

 private:
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  [[nodiscard]] std::uint32_t line_of(std::size_t at) {
    // Lines are asked for in rising order: counting goes on where it stopped.
    line_ += static_cast<std::uint32_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(counted_),
                                                   text_.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
    counted_ = at;
    return line_;
  }

  Error error() {
    const std::uint32_t line = line_of(std::min(std::max(at_, counted_), text_.size()));
    return {.kind = ErrorKind::invalid_input,
            .message = message_.empty() ? "the JSON text stops halfway" : message_,
            .place = {.file = name_, .line = line, .column = 0},
            .hint = "make the export again"};
  }

  void blank() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
      ++at_;
  }

  bool string() {
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\\') {
        ++at_;
      } else if (text_[at_] == '"') {
        ++at_;
        return true;
      }
    }
    return false;
  }

  /// Passes one value of any kind.
  bool value() {
    blank();
    if (peek() == '"') return string();
    if (peek() == '{' || peek() == '[') {
      std::string open;
      do {
        const char c = peek();
        if (c == '"') {
          if (!string()) return false;
          continue;
        }
        if (c == '{' || c == '[') {
          open += c;
          if (open.size() > kDeepest) {
            message_ = fmt::format("nested deeper than {} levels", kDeepest);
            return false;
          }
        } else if (c == '}' || c == ']') {
          if ((c == '}') != (open.back() == '{')) {
            message_ = fmt::format("`{}` closes nothing", c);
            return false;
          }
          open.pop_back();
        }
        ++at_;
      } while (!open.empty() && at_ < text_.size());
      return open.empty();
    }
    const std::size_t begin = at_;
    while (at_ < text_.size() && std::string_view(",]} \n\r\t").find(text_[at_]) == std::string_view::npos) ++at_;
    return at_ > begin && at_ < text_.size();
  }

  bool elements(std::vector<JsonPiece>& pieces) {
    ++at_;  // [
    blank();
    if (peek() == ']') {
      ++at_;
      return true;
    }
    while (true) {
      blank();
      const std::size_t begin = at_;
      const std::uint32_t line = line_of(begin);
      if (!value()) return false;
      pieces.push_back({text_.substr(begin, at_ - begin), line});
      blank();
      if (peek() == ']') {
        ++at_;
        return true;
      }
      if (peek() != ',') return false;
      ++at_;
    }
  }

  bool members(JsonPieces& pieces) {
    pieces.rest = "{";
    ++at_;  // {
    blank();
    if (peek() == '}') {
      ++at_;
      pieces.rest += "}";
      return true;
    }
    while (true) {
      blank();
      const std::size_t begin = at_;
      if (peek() != '"' || !string()) return false;
      const std::string_view key = text_.substr(begin, at_ - begin);
      blank();
      if (peek() != ':') return false;
      ++at_;
      blank();
      const std::size_t start = at_;
      std::string_view written;
      if (peek() == '[') {
        JsonList list{.key = key.substr(1, key.size() - 2), .elements = {}};
        if (!elements(list.elements)) return false;
        const bool mappings =
            std::ranges::all_of(list.elements, [](const JsonPiece& piece) { return piece.text.starts_with('{'); });
        written = mappings ? "[]" : text_.substr(start, at_ - start);
        if (mappings) pieces.lists.push_back(std::move(list));
      } else {
        if (!value()) return false;
        written = text_.substr(start, at_ - start);
      }
      if (pieces.rest.size() > 1) pieces.rest += ",";
      pieces.rest += fmt::format("{}:{}", key, written);
      blank();
      if (peek() == '}') {
        ++at_;
        pieces.rest += "}";
        return true;
      }
      if (peek() != ',') return false;
      ++at_;
    }
  }

  std::string_view text_;
  const std::string& name_;
  std::size_t at_ = 0;
  std::size_t counted_ = 0;
  std::uint32_t line_ = 1;
  std::string message_;
};

}  // namespace

Result<JsonPieces> cut_json(std::string_view text, const std::string& name) { return Cutter(text, name).cut(); }

}  // namespace ehdscan
