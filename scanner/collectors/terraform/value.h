// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "format/document.h"

namespace ehdscan {

/// A value as a plan tells it. Not known until apply, sensitive, and not mentioned at all are never a value; null means
/// that nobody set it, so that the default of provider or platform holds.
class TfValue {
 public:
  /// hidden: marked as sensitive, so that it is not looked at.
  enum class State : std::uint8_t { known, null, unknown, hidden, absent };

  /// Absent.
  TfValue() = default;
  /// `unknown` and `sensitive` are the same shapes as `after`, with true where that holds. `written`: a configuration
  /// in JSON, in which what is not mentioned is null and `${…}` is not known yet.
  TfValue(std::optional<Node> after, std::optional<Node> unknown, std::optional<Node> sensitive, bool written);

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] bool known() const { return state_ == State::known; }
  /// Known to be not set: null, an empty text, or an empty list.
  [[nodiscard]] bool unset() const;
  /// Something is set, whether its value is known or not.
  [[nodiscard]] bool is_set() const;

  /// Member of a mapping, or of a block that may stand once. Of a block that is not there: null.
  [[nodiscard]] TfValue operator[](std::string_view key) const;
  /// The blocks or elements; empty if null. Nothing if it is not known which there are.
  [[nodiscard]] std::optional<std::vector<TfValue>> blocks() const;
  /// Keys of a mapping.
  [[nodiscard]] std::vector<std::string> keys() const;
  /// Those too of which only is known that they are not.
  [[nodiscard]] std::vector<std::string> keys_with_unknown() const;
  [[nodiscard]] bool is_mapping() const;
  [[nodiscard]] bool is_list() const;
  /// A text, not a number or a flag; `written_text` gives it as it is, with its blanks.
  [[nodiscard]] bool is_text() const;
  [[nodiscard]] std::string_view written_text() const;

  [[nodiscard]] std::optional<std::string> text() const;
  [[nodiscard]] std::optional<bool> boolean() const;
  [[nodiscard]] std::optional<std::int64_t> integer() const;
  /// Nothing unless every element is known.
  [[nodiscard]] std::optional<std::vector<std::string>> texts() const;

  // The default where it is null, nothing where it is not known.
  [[nodiscard]] std::optional<std::string> text_or(std::string_view fallback) const;
  [[nodiscard]] std::optional<bool> boolean_or(bool fallback) const;
  [[nodiscard]] std::optional<std::int64_t> integer_or(std::int64_t fallback) const;

  /// A value that is null.
  static TfValue nothing();
  /// The text of a template of a configuration in JSON; empty if it is none.
  [[nodiscard]] std::string_view written_template() const;

 private:
  State state_ = State::absent;
  std::optional<Node> after_, unknown_, sensitive_;
  bool written_ = false;
};

}  // namespace ehdscan
