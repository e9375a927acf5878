// SPDX-License-Identifier: Apache-2.0
#include "base/module_path.h"

namespace ehdscan {
namespace {

constexpr std::string_view kStep = "module.";

/// Length of one `module.NAME[KEY].` in front; 0 if there is none or nothing follows it.
std::size_t step_length(std::string_view text) {
  if (!text.starts_with(kStep)) return 0;
  bool quoted = false;
  int depth = 0;
  for (std::size_t at = kStep.size(); at < text.size(); ++at) {
    const char c = text[at];
    if (quoted && c == '\\') {
      ++at;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && c == '[') {
      ++depth;
    } else if (!quoted && c == ']') {
      --depth;
    } else if (!quoted && depth == 0 && c == '.') {
      return at + 1 < text.size() ? at + 1 : 0;
    } else if (!quoted && depth == 0 && c == ' ') {
      return 0;  // prose, not an address
    }
  }
  return 0;
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

}  // namespace

std::size_t module_prefix_length(std::string_view address) {
  std::size_t length = 0;
  while (const std::size_t step = step_length(address.substr(length))) length += step;
  return length;
}

std::string without_modules_in(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (at == 0 || !is_word(text[at - 1])) at += module_prefix_length(text.substr(at));
    out += text[at++];
  }
  return out;
}

}  // namespace ehdscan
