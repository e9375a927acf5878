// SPDX-License-Identifier: Apache-2.0
#include "evidence/values.h"

#include <fmt/format.h>

#include "evidence/sqlite.h"

namespace ehdscan {

std::vector<std::string> distinct_texts(const Evidence& evidence, std::string_view table, std::string_view column) {
  std::vector<std::string> values;
  Result<sqlite::Statement> statement = sqlite::Statement::prepare(
      evidence.handle(), fmt::format("SELECT DISTINCT {0} FROM {1} WHERE {0} IS NOT NULL ORDER BY {0}", column, table));
  if (!statement) return values;
  while (statement->step().value_or(false)) values.emplace_back(statement->text(0));
  return values;
}

}  // namespace ehdscan
