// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "model/check.h"

namespace ehdscan {

/// Reads one check. `name` is the path it came from; the file's stem must equal the id.
/// Errors: invalid_input with place and hint, for unknown or missing keys, tables and columns that do not exist, both
/// or neither form. SQL is looked at by lint_check().
Result<Check> parse_check(std::string_view text, std::string_view name);

/// All checks of the program, and those below `folders` (--checks DIR), sorted by id.
/// Every broken file is one error; a pack without any check is an error too, and so is an id given twice.
struct CheckSet {
  std::vector<Check> checks;
  std::vector<Error> errors;
};
CheckSet load_checks(const std::vector<std::filesystem::path>& folders);

}  // namespace ehdscan
