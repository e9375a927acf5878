// SPDX-License-Identifier: Apache-2.0
#include "base/wrap.h"

#include "base/text.h"

namespace ehdscan {
namespace {

std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) ++count;
  }
  return count;
}

}  // namespace

std::string wrap(std::string_view text, std::size_t indent, std::size_t width) {
  const std::string margin(indent, ' ');
  std::string out;
  std::size_t used = 0;
  bool paragraph_ended = false;
  for (const std::string_view line : split_lines(text)) {
    if (trim(line).empty()) {
      paragraph_ended = used > 0;
      continue;
    }
    for (const std::string_view word : split_words(line)) {
      const std::size_t length = characters(word);
      if (paragraph_ended || (used > 0 && used + 1 + length > width)) {
        out += paragraph_ended ? "\n\n" : "\n";
        used = 0;
        paragraph_ended = false;
      }
      if (used == 0) {
        out += margin;
        used = indent;
      } else {
        out += ' ';
        ++used;
      }
      out += word;
      used += length;
    }
  }
  if (!out.empty()) out += '\n';
  return out;
}

}  // namespace ehdscan
