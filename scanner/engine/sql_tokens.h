// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ehdscan {

/// A token of SQL, as far as the lint needs it.
struct SqlToken {
  enum class Kind { word, number, text, symbol };
  Kind kind = Kind::symbol;
  std::string_view text;
  std::size_t offset = 0;  ///< byte in the SQL
  int depth = 0;           ///< open parentheses before it
};

/// Splits SQL; comments are left out. Texts that do not end run to the end.
std::vector<SqlToken> sql_tokens(std::string_view sql);

/// Why `sql` is not one closed expression (a semicolon, a parenthesis too many); empty if it is.
std::string expression_fault(std::string_view sql);

}  // namespace ehdscan
