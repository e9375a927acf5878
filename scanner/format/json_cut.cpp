// SPDX-License-Identifier: Apache-2.0
#include "format/json_cut.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <utility>

#include "base/text.h"
#include "format/document.h"

namespace ehdscan {
namespace {

constexpr std::size_t kDeepest = 256;
constexpr std::size_t kFewKeys = 64;  ///< up to here a look at every pair is cheaper than a set

constexpr auto kOfInterest = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("\"{}[]")) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// Behind the quote that closes the text whose content begins at `at`; npos if none does.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    const std::size_t quote = text.find('"', at);
    if (quote == std::string_view::npos) break;
    std::size_t escapes = 0;
    while (quote - escapes > at && text[quote - escapes - 1] == '\\') ++escapes;
    if (escapes % 2 == 0) return quote + 1;
    at = quote + 1;
  }
  return std::string_view::npos;
}

}  // namespace

/// Passes values. `at` stays inside `text`; on failure it is where the trouble is.
struct JsonWalker {
  const JsonCut& cut;
  std::string_view text;
  std::size_t at = 0;
  const char* trouble = nullptr;

  bool fail(const char* message) {
    if (trouble == nullptr) trouble = message;
    return false;
  }
  void blanks() {
    while (at < text.size() && is_blank(text[at])) ++at;
  }
  [[nodiscard]] char peek() const { return at < text.size() ? text[at] : '\0'; }

  bool string() {
    const std::size_t end = end_of_string(text, at + 1);
    at = std::min(end, text.size());
    return end != std::string_view::npos || fail("the JSON text stops halfway");
  }

  bool value() {
    blanks();
    if (peek() == '"') return string();
    if (peek() != '{' && peek() != '[') {
      const std::size_t begin = at;
      while (at < text.size() && std::string_view(",]}:\"{[").find(text[at]) == std::string_view::npos &&
             !is_blank(text[at]))
        ++at;
      return at > begin || fail(at < text.size() ? "a value is missing" : "the JSON text stops halfway");
    }
    const auto base = static_cast<std::size_t>(text.data() - cut.text_.data());
    if (const std::size_t close = cut.close_of(base + at); close > base + at && close - base <= text.size()) {
      at = close - base;
      return true;
    }
    // Something inside does not fit: say what.
    std::array<char, kDeepest> open{};
    std::size_t depth = 0;
    while (at < text.size()) {
      const char c = text[at];
      if (!kOfInterest[static_cast<unsigned char>(c)]) {
        ++at;
      } else if (c == '"') {
        if (!string()) return false;
      } else if (c == '{' || c == '[') {
        if (depth == kDeepest) return fail("nested deeper than 256 levels");
        open.at(depth++) = c;
        ++at;
      } else {
        if ((c == '}') != (open.at(depth - 1) == '{')) return fail("a bracket closes nothing");
        ++at;
        if (--depth == 0) return true;
      }
    }
    return fail("the JSON text stops halfway");
  }

  /// Behind a member: true if another follows, false at the end or on trouble.
  bool more(char close) {
    blanks();
    if (peek() == close) {
      ++at;
      return false;
    }
    if (peek() != ',')
      return fail(at < text.size() ? "a comma or a closing bracket is missing" : "the JSON text stops halfway");
    ++at;
    return true;
  }
};

JsonCut::JsonCut(std::string_view text, std::string name) : text_(text), name_(std::move(name)), root_(text) {
  if (root_.starts_with("\xEF\xBB\xBF")) root_.remove_prefix(3);
  while (!root_.empty() && is_blank(root_.front())) root_.remove_prefix(1);
  pair_brackets();
}

void JsonCut::pair_brackets() {
  if (text_.size() >= std::numeric_limits<std::uint32_t>::max()) return;
  std::vector<std::size_t> open;  // numbers of pairs
  std::size_t at = text_.size() - root_.size();
  while (at < text_.size()) {
    const char c = text_[at];
    if (!kOfInterest[static_cast<unsigned char>(c)]) {
      ++at;
      continue;
    }
    if (c == '"') {
      at = end_of_string(text_, at + 1);
      continue;
    }
    if (c == '{' || c == '[') {
      if (open.size() == kDeepest) return;
      open.push_back(pairs_.size());
      pairs_.push_back({.open = static_cast<std::uint32_t>(at)});
    } else {
      if (open.empty()) return;
      Pair& pair = pairs_[open.back()];
      if ((c == '}') != (text_[pair.open] == '{')) return;
      pair.close = static_cast<std::uint32_t>(at + 1);
      open.pop_back();
    }
    ++at;
  }
}

std::size_t JsonCut::close_of(std::size_t offset) const {
  const auto found = std::ranges::lower_bound(pairs_, offset, {}, &Pair::open);
  return found != pairs_.end() && found->open == offset ? found->close : 0;
}

std::uint32_t JsonCut::line_at(std::size_t offset) const {
  if (offset < counted_) {
    counted_ = 0;
    line_ = 1;
  }
  line_ += static_cast<std::uint32_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(counted_),
                                                 text_.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
  counted_ = offset;
  return line_;
}

std::uint32_t JsonCut::line_of(std::string_view part) const {
  return line_at(static_cast<std::size_t>(part.data() - text_.data()));
}

Error JsonCut::error_at(std::size_t offset, std::string message) const {
  return {.kind = ErrorKind::invalid_input,
          .message = std::move(message),
          .place = {.file = name_, .line = line_at(std::min(offset, text_.size())), .column = 0}};
}

Result<std::vector<JsonField>> JsonCut::fields(std::string_view value) const {
  std::vector<JsonField> found;
  if (!value.starts_with('{')) return found;
  const auto base = static_cast<std::size_t>(value.data() - text_.data());
  JsonWalker walker{.cut = *this, .text = value, .at = 1};
  walker.blanks();
  if (walker.peek() == '}') return found;
  do {
    walker.blanks();
    const std::size_t begin = walker.at;
    if (walker.peek() != '"') {
      walker.fail(walker.at < value.size() ? "a key in double quotes is missing" : "the JSON text stops halfway");
      break;
    }
    if (!walker.string()) break;
    const std::string_view key = value.substr(begin + 1, walker.at - begin - 2);
    walker.blanks();
    if (walker.peek() != ':') {
      walker.fail("a colon is missing");
      break;
    }
    ++walker.at;
    walker.blanks();
    const std::size_t start = walker.at;
    if (!walker.value()) break;
    found.push_back({key, value.substr(start, walker.at - start)});
  } while (walker.more('}'));
  if (walker.trouble != nullptr) return std::unexpected(error_at(base + walker.at, walker.trouble));
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const bool again = found.size() <= kFewKeys
                           ? std::any_of(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(i),
                                         [&](const JsonField& other) { return other.key == found[i].key; })
                           : !seen.insert(found[i].key).second;
    if (again) {
      return std::unexpected(error_at(base + static_cast<std::size_t>(found[i].key.data() - value.data()),
                                      fmt::format("the key `{}` stands twice", to_valid_utf8(found[i].key))));
    }
  }
  return found;
}

Result<std::vector<std::string_view>> JsonCut::elements(std::string_view value) const {
  std::vector<std::string_view> found;
  if (!value.starts_with('[')) return found;
  const auto base = static_cast<std::size_t>(value.data() - text_.data());
  JsonWalker walker{.cut = *this, .text = value, .at = 1};
  walker.blanks();
  if (walker.peek() == ']') return found;
  do {
    walker.blanks();
    const std::size_t start = walker.at;
    if (!walker.value()) break;
    found.push_back(value.substr(start, walker.at - start));
  } while (walker.more(']'));
  if (walker.trouble != nullptr) return std::unexpected(error_at(base + walker.at, walker.trouble));
  return found;
}

Result<void> JsonCut::check_end() const {
  JsonWalker walker{.cut = *this, .text = root_};
  const auto base = static_cast<std::size_t>(root_.data() - text_.data());
  if (!walker.value()) return std::unexpected(error_at(base + walker.at, walker.trouble));
  walker.blanks();
  if (walker.at < root_.size()) {
    return std::unexpected(error_at(base + walker.at, "there is more after the end of the JSON text"));
  }
  return {};
}

std::string_view find_field(const std::vector<JsonField>& fields, std::string_view key) {
  const auto found = std::ranges::find(fields, key, &JsonField::key);
  return found == fields.end() ? std::string_view{} : found->value;
}

std::optional<std::string> text_of_json(std::string_view value) {
  if (value.size() < 2 || value.front() != '"') return std::nullopt;
  const std::string_view inside = value.substr(1, value.size() - 2);
  if (inside.find('\\') == std::string_view::npos) return to_valid_utf8(inside);
  const auto parsed = Document::parse_json(value, "text");
  if (!parsed || !(*parsed)->root().is(Node::Kind::text)) return std::nullopt;
  return std::string((*parsed)->root().scalar());
}

}  // namespace ehdscan
