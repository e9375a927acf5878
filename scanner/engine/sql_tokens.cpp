// SPDX-License-Identifier: Apache-2.0
#include "engine/sql_tokens.h"

#include <algorithm>

namespace ehdscan {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80) != 0;
}

/// End of a quoted text that starts at `at`; the quote doubled is the quote itself.
std::size_t end_of_quoted(std::string_view sql, std::size_t at) {
  const char quote = sql[at] == '[' ? ']' : sql[at];
  for (std::size_t i = at + 1; i < sql.size(); ++i) {
    if (sql[i] != quote) continue;
    if (quote != ']' && i + 1 < sql.size() && sql[i + 1] == quote) {
      ++i;
    } else {
      return i + 1;
    }
  }
  return sql.size();
}

}  // namespace

std::vector<SqlToken> sql_tokens(std::string_view sql) {
  std::vector<SqlToken> tokens;
  int depth = 0;
  std::size_t at = 0;
  while (at < sql.size()) {
    const char c = sql[at];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++at;
    } else if (sql.substr(at, 2) == "--") {
      at = std::min(sql.find('\n', at), sql.size());
    } else if (sql.substr(at, 2) == "/*") {
      const std::size_t end = sql.find("*/", at + 2);
      at = end == std::string_view::npos ? sql.size() : end + 2;
    } else if (c == '\'' || c == '"' || c == '`' || c == '[') {
      const std::size_t end = end_of_quoted(sql, at);
      tokens.push_back({SqlToken::Kind::text, sql.substr(at, end - at), at, depth});
      at = end;
    } else if (is_word(c)) {
      std::size_t end = at;
      while (end < sql.size() && is_word(sql[end])) ++end;
      const bool number = c >= '0' && c <= '9';
      tokens.push_back({number ? SqlToken::Kind::number : SqlToken::Kind::word, sql.substr(at, end - at), at, depth});
      at = end;
    } else {
      if (c == ')') --depth;
      tokens.push_back({SqlToken::Kind::symbol, sql.substr(at, 1), at, depth});
      if (c == '(') ++depth;
      ++at;
    }
  }
  return tokens;
}

std::string expression_fault(std::string_view sql) {
  const std::vector<SqlToken> tokens = sql_tokens(sql);
  if (tokens.empty()) return "the expression is empty";
  int open = 0;
  for (const SqlToken& token : tokens) {
    if (token.kind != SqlToken::Kind::symbol) continue;
    if (token.text == ";") return "an expression has no `;`";
    if (token.text == "(") ++open;
    if (token.text == ")" && --open < 0) return "a `)` closes nothing";
  }
  return open == 0 ? "" : "a `(` is not closed";
}

}  // namespace ehdscan
