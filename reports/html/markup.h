// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <concepts>
#include <string>
#include <string_view>
#include <utility>

namespace ehdscan {

/// Text for element content and for attribute values in double quotes: & < > " ' become entities, and characters that
/// hide or reorder others (controls, bidi marks, ill-formed bytes) become visible escapes. Newlines and tabs stay.
std::string escape_html(std::string_view text);

/// Markup that is already safe. Only html() and the functions below make it, so a plain string cannot become markup by
/// mistake.
class Html {
 public:
  Html() = default;
  /// For markup that the program carries itself.
  static Html trusted(std::string markup) {
    Html html;
    html.markup_ = std::move(markup);
    return html;
  }
  [[nodiscard]] const std::string& markup() const { return markup_; }
  [[nodiscard]] bool empty() const { return markup_.empty(); }
  Html& operator+=(const Html& other) {
    markup_ += other.markup_;
    return *this;
  }

 private:
  std::string markup_;
};

namespace markup_detail {

inline const std::string& argument(const Html& html) { return html.markup(); }
template <std::integral T>
T argument(T number) {
  return number;
}
template <typename T>
  requires std::convertible_to<const T&, std::string_view>
std::string argument(const T& text) {
  return escape_html(text);
}

}  // namespace markup_detail

/// Fills the places of a pattern: texts are escaped, Html stands as it is. Attributes must stand in double quotes.
///
///     page += html("<td title=\"{}\">{}</td>", finding.message, icon("fail"));
template <typename... Arguments>
Html html(std::string_view pattern, const Arguments&... arguments) {
  return Html::trusted(fmt::format(fmt::runtime(pattern), markup_detail::argument(arguments)...));
}

/// An id or fragment made of letters, digits, `-`, `_` and `.`; every other byte becomes `~` and two hex digits.
std::string anchor(std::string_view prefix, std::string_view id);

/// The text as a link if it is an http or https URL without anything odd in it, else the text.
Html link_or_text(std::string_view text);

/// Remediation and rationale: paragraphs at empty lines, lines indented by four or more as a block to copy, `code`
/// between backticks. Nothing else has a meaning, so nothing else can be smuggled in.
Html prose(std::string_view text);

/// `code` between backticks, everything else as text.
Html with_code(std::string_view text);

/// JSON inside a script element: `<`, `>`, `&` and the line separators U+2028 and U+2029 as escapes.
std::string json_for_script(std::string_view json);

}  // namespace ehdscan
