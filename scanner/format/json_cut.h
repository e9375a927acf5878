// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace ehdscan {

/// Member of a JSON mapping that was cut, not parsed: the key as written between its quotes, the bytes of its value.
struct JsonField {
  std::string_view key;
  std::string_view value;
};

/// Looks into a big JSON text without making a tree of it: containers are cut into their members, and only what is
/// asked for is parsed. Brackets, quotes and escapes alone are looked at, once; whoever parses a part finds what is
/// wrong in it.
class JsonCut {
 public:
  /// The text is not copied and must outlive this and all parts.
  JsonCut(std::string_view text, std::string name);

  [[nodiscard]] std::string_view root() const { return root_; }
  /// Members of a mapping in the order written; empty for every other kind of value.
  /// Errors: invalid_input with the line where the text stops halfway, is nested too deeply, or repeats a key.
  [[nodiscard]] Result<std::vector<JsonField>> fields(std::string_view value) const;
  /// Elements of a list; empty for every other kind of value. Errors as above.
  [[nodiscard]] Result<std::vector<std::string_view>> elements(std::string_view value) const;
  /// Line of the first byte of a part. Fast when parts are asked for in the order of the text.
  [[nodiscard]] std::uint32_t line_of(std::string_view part) const;
  /// Errors: invalid_input if anything but blanks follows the value that `root()` begins with.
  [[nodiscard]] Result<void> check_end() const;

 private:
  friend struct JsonWalker;
  /// Behind the bracket that closes the one at `offset`; 0 if that is not known.
  [[nodiscard]] std::size_t close_of(std::size_t offset) const;
  void pair_brackets();
  [[nodiscard]] Error error_at(std::size_t offset, std::string message) const;
  [[nodiscard]] std::uint32_t line_at(std::size_t offset) const;

  std::string_view text_;
  std::string name_;
  std::string_view root_;
  struct Pair {
    std::uint32_t open = 0;
    std::uint32_t close = 0;
  };
  std::vector<Pair> pairs_;  ///< by place of the opening bracket
  mutable std::size_t counted_ = 0;
  mutable std::uint32_t line_ = 1;
};

/// The value of a field among `fields`; empty if there is none.
std::string_view find_field(const std::vector<JsonField>& fields, std::string_view key);

/// A JSON text value without quotes and escapes; nothing for any other kind of value, or if it is malformed.
std::optional<std::string> text_of_json(std::string_view value);

}  // namespace ehdscan
