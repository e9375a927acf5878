// SPDX-License-Identifier: Apache-2.0
#include "evidence/row.h"

#include <fmt/format.h>

#include "base/text.h"

namespace ehdscan {

void append_json_text(std::string& out, std::string_view value) {
  out += '"';
  for (const char c : to_valid_utf8(value)) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      out += c;
    }
  }
  out += '"';
}

std::string json_list(std::span<const std::string> values) {
  std::string out = "[";
  for (const std::string& value : values) {
    if (out.size() > 1) out += ',';
    append_json_text(out, value);
  }
  return out + "]";
}

}  // namespace ehdscan
