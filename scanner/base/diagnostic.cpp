// SPDX-License-Identifier: Apache-2.0
#include "base/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace ehdscan {
namespace {

constexpr std::size_t kWidestSnippet = 160;

struct Paint {
  bool on;
  [[nodiscard]] std::string operator()(std::string_view code, std::string_view text) const {
    return on ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
  }
};

std::string place_text(const Place& place) {
  std::string text = escape_for_terminal(place.file.empty() ? "input" : place.file);
  if (place.line > 0) text += fmt::format(":{}", place.line);
  if (place.line > 0 && place.column > 0) text += fmt::format(":{}", place.column);
  return text;
}

}  // namespace

std::string render(const Error& error, bool colour) {
  const Paint paint{colour};
  std::string out = fmt::format("{}: {}\n", paint("1;31", "error"), escape_for_terminal(error.message));
  if (!error.place.file.empty() || error.place.line > 0) {
    out += fmt::format("  {} {}\n", paint("34", "-->"), place_text(error.place));
  }
  if (!error.snippet.empty() && error.place.line > 0) {
    const std::string number = fmt::format("{}", error.place.line);
    const std::string margin(number.size(), ' ');
    // A long line is cut so that the caret stays in view.
    const std::size_t column = std::max<std::size_t>(error.place.column, 1) - 1;
    const std::size_t first = column > kWidestSnippet / 2 ? column - kWidestSnippet / 2 : 0;
    const std::string_view line = std::string_view(error.snippet).substr(std::min(first, error.snippet.size()));
    const std::string shown = escape_for_terminal(line.substr(0, kWidestSnippet));
    const std::string before = escape_for_terminal(line.substr(0, std::min(column - first, line.size())));
    out += fmt::format(" {} {}\n", margin, paint("34", "|"));
    out += fmt::format(" {} {} {}\n", paint("34", number), paint("34", "|"), shown);
    if (error.place.column > 0) {
      // One column a character: continuation bytes of UTF-8 take none.
      const auto width =
          std::ranges::count_if(before, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
      out += fmt::format(" {} {} {}{}\n", margin, paint("34", "|"), std::string(static_cast<std::size_t>(width), ' '),
                         paint("1;31", "^"));
    }
  }
  if (!error.hint.empty()) out += fmt::format("  {}: {}\n", paint("36", "hint"), escape_for_terminal(error.hint));
  return out;
}

}  // namespace ehdscan
