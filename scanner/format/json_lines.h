// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace ehdscan {

/// A member of a flat JSON object, or an element of a list in it (then without key).
struct JsonMember {
  enum class Kind : std::uint8_t { null, boolean, integer, real, text, list, object };

  std::string_view key{};
  Kind kind = Kind::null;
  std::int64_t integer = 0;                ///< of an integer; 1 and 0 of a boolean
  std::string_view text{};                 ///< of a text, unescaped
  std::span<const JsonMember> children{};  ///< of a list or an object
};

/// "a text", "a list": for "expected …, found …".
std::string_view describe(JsonMember::Kind kind);

/// Reads bulk JSON lines: one object a line, whose members are scalars, lists of scalars, or one further level of the
/// same. Memory is kept from line to line; a million lines of some hundred bytes take well under a second.
class JsonLineParser {
 public:
  JsonLineParser();
  ~JsonLineParser();
  JsonLineParser(JsonLineParser&&) noexcept;
  JsonLineParser& operator=(JsonLineParser&&) noexcept;

  /// Members of the object in `line`, in its order; valid until the next call. At least LineReader::kPadding bytes
  /// behind the line must be readable. Duplicate keys are not looked for.
  /// Errors: invalid_input with the column in `place` (line 1, no file), when it is not JSON, not an object, nested
  /// deeper, or has an integer beyond 64 bits.
  Result<std::span<const JsonMember>> parse(std::string_view line);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ehdscan
