// SPDX-License-Identifier: Apache-2.0
#include "format/yaml_scalar.h"

#include <algorithm>

namespace ehdscan {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_octal(char c) { return c >= '0' && c <= '7'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

Node::Kind number_kind(std::string_view text) {
  using Kind = Node::Kind;
  if (text.size() > 2 && text[0] == '0') {
    if (text[1] == 'x' && std::ranges::all_of(text.substr(2), is_hex)) return Kind::integer;
    if (text[1] == 'o' && std::ranges::all_of(text.substr(2), is_octal)) return Kind::integer;
  }
  if (text == ".nan" || text == ".NaN" || text == ".NAN") return Kind::real;
  if (text[0] == '-' || text[0] == '+') text.remove_prefix(1);
  if (text == ".inf" || text == ".Inf" || text == ".INF") return Kind::real;
  // [0-9]+ | ( \.[0-9]+ | [0-9]+(\.[0-9]*)? ) ( [eE][-+]?[0-9]+ )?
  const std::size_t whole = skip_digits(text, 0);
  std::size_t at = whole;
  if (at == text.size()) return whole > 0 ? Kind::integer : Kind::text;
  if (text[at] == '.') {
    at = skip_digits(text, at + 1);
    if (whole == 0 && at == 1) return Kind::text;
  }
  if (whole == 0 && at == 0) return Kind::text;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    const std::size_t end = skip_digits(text, at);
    if (end == at) return Kind::text;
    at = end;
  }
  return at == text.size() ? Kind::real : Kind::text;
}

}  // namespace

Node::Kind plain_scalar_kind(std::string_view text) {
  using Kind = Node::Kind;
  if (text.empty()) return Kind::null;
  switch (text[0]) {
    case '~':
      return text.size() == 1 ? Kind::null : Kind::text;
    case 'n':
    case 'N':
      return text == "null" || text == "Null" || text == "NULL" ? Kind::null : Kind::text;
    case 't':
    case 'T':
      return text == "true" || text == "True" || text == "TRUE" ? Kind::boolean : Kind::text;
    case 'f':
    case 'F':
      return text == "false" || text == "False" || text == "FALSE" ? Kind::boolean : Kind::text;
    default:
      return is_digit(text[0]) || text[0] == '-' || text[0] == '+' || text[0] == '.' ? number_kind(text) : Kind::text;
  }
}

}  // namespace ehdscan
