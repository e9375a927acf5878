// SPDX-License-Identifier: Apache-2.0
#include "base/unicode.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <memory>
#include <new>

#include "base/text.h"
#include "base/unique_handle.h"

namespace ehdscan {

std::optional<std::string> nfc(std::string_view text) {
  if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) return std::string(text);
  // utf8proc multiplies the length; nothing that is an identifier comes near.
  constexpr auto kLongest = static_cast<std::size_t>(std::numeric_limits<int>::max() / 64);
  if (text.size() > kLongest || !is_utf8(text)) return std::nullopt;
  utf8proc_uint8_t* raw = nullptr;
  const utf8proc_ssize_t size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                   &raw, static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, Calls<std::free>> owned(raw);
  if (size == UTF8PROC_ERROR_NOMEM) throw std::bad_alloc();
  if (size < 0) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(raw), static_cast<std::size_t>(size));
}

std::optional<std::string> utf8_of_utf16(std::string_view text) {
  const bool little = text.starts_with("\xFF\xFE");
  if ((!little && !text.starts_with("\xFE\xFF")) || text.size() % 2 != 0) return std::nullopt;
  const auto unit = [&](std::size_t at) -> utf8proc_int32_t {
    const auto first = static_cast<unsigned char>(text[at]);
    const auto second = static_cast<unsigned char>(text[at + 1]);
    return little ? second * 256 + first : first * 256 + second;
  };
  std::string out;
  out.reserve(text.size() / 2);
  for (std::size_t at = 2; at < text.size(); at += 2) {
    utf8proc_int32_t code = unit(at);
    if (code >= 0xD800 && code <= 0xDBFF) {
      if (at + 3 >= text.size()) return std::nullopt;
      at += 2;
      const utf8proc_int32_t low = unit(at);
      if (low < 0xDC00 || low > 0xDFFF) return std::nullopt;
      code = 0x10000 + (code - 0xD800) * 0x400 + (low - 0xDC00);
    } else if (code >= 0xDC00 && code <= 0xDFFF) {
      return std::nullopt;
    }
    std::array<utf8proc_uint8_t, 4> bytes{};
    const utf8proc_ssize_t size = utf8proc_encode_char(code, bytes.data());
    for (utf8proc_ssize_t i = 0; i < size; ++i) out += static_cast<char>(bytes.at(static_cast<std::size_t>(i)));
  }
  return out;
}

}  // namespace ehdscan
