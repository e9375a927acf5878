// SPDX-License-Identifier: Apache-2.0
#include "engine/verdict_codes.h"

#include <fmt/format.h>

namespace ehdscan {
namespace {

constexpr std::int64_t kPass = 1;
constexpr std::int64_t kWarn = 2;
constexpr std::int64_t kUnknown = 3;
constexpr std::int64_t kFail = 4;

/// Code of a row that the check looks at.
std::string pass_expression(const Check& check) {
  // A CASE with a base evaluates each expression once and keeps NULL apart from false. The line breaks end comments.
  const std::string warn =
      check.warn.empty() ? "1" : fmt::format("CASE (\n{}\n)<>0 WHEN 0 THEN 1 WHEN 1 THEN 2 ELSE 3 END", check.warn);
  return fmt::format("CASE (\n{}\n)<>0 WHEN 1 THEN {} WHEN 0 THEN 4 ELSE 3 END", check.pass, warn);
}

}  // namespace

std::optional<Verdict> verdict_of(std::int64_t code) {
  switch (code) {
    case 0:
      return std::nullopt;
    case kPass:
      return Verdict::pass;
    case kWarn:
      return Verdict::warn;
    case kFail:
      return Verdict::fail;
    default:
      return Verdict::not_assessed;
  }
}

std::string short_form_expression(const Check& check) {
  std::string pass = pass_expression(check);
  if (check.where.empty()) return pass;
  return fmt::format("CASE (\n{}\n)<>0 WHEN 1 THEN {} WHEN 0 THEN 0 ELSE 3 END", check.where, pass);
}

std::string packed_columns(std::span<CheckRun* const> runs) {
  std::string sql;
  for (std::size_t i = 0; i < runs.size();) {
    const std::string& where = runs[i]->check->where;
    std::string codes;
    std::int64_t unknown = 0;
    const std::size_t first = i % kCodesPerColumn;
    do {
      const std::size_t shift = i % kCodesPerColumn * kBitsPerCode;
      codes += fmt::format("{}(({})<<{})", codes.empty() ? "" : "|", pass_expression(*runs[i]->check), shift);
      unknown |= kUnknown << shift;
      ++i;
    } while (i < runs.size() && i % kCodesPerColumn != 0 && runs[i]->check->where == where);
    sql += first == 0 ? "," : "|";
    sql += where.empty()
               ? fmt::format("({})", codes)
               : fmt::format("(CASE (\n{}\n)<>0 WHEN 1 THEN ({}) WHEN 0 THEN 0 ELSE {} END)", where, codes, unknown);
  }
  return sql;
}

}  // namespace ehdscan
