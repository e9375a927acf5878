// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "model/check.h"
#include "model/thresholds.h"

namespace ehdscan {

/// What is wrong with a check although it could be read: SQL that does not compile against the tables, tables used but
/// not in `needs`, functions that are not allowed, aggregates that drop NULL on nullable columns, unknown thresholds,
/// placeholders of subject and message that no column fills, missing texts, examples that do not cover pass, fail and
/// not_assessed.
std::vector<Error> lint_check(const Check& check, const Thresholds& thresholds);

/// The same for many checks, over one empty database instead of one for each.
class CheckLinter {
 public:
  /// `thresholds` must outlive the linter. With `rules`, the ids of the platform semantics of a profile, a check that
  /// reads tables of platforms must name the rules that it rests on, and every rule named must be one of them.
  explicit CheckLinter(const Thresholds& thresholds, std::optional<std::set<std::string>> rules = {});
  std::vector<Error> lint(const Check& check);
  ~CheckLinter();

 private:
  struct Database;
  std::unique_ptr<Database> database_;
  std::optional<std::set<std::string>> rules_;
};

}  // namespace ehdscan
