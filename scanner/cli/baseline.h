// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "model/readiness.h"

namespace ehdscan {

/// What an earlier JSON report found. Findings are known by check, resource and what was said of it, never by file or
/// line; modules in front of a Terraform address do not count, so that moving things neither makes nor hides findings.
class Baseline {
 public:
  /// Errors: what reading says; invalid_input if it is no JSON report of ehdscan.
  static Result<Baseline> read(const std::filesystem::path& file);

  /// Indexes into the findings of an assessment.
  struct Difference {
    std::vector<std::size_t> fresh;           ///< failing or warning, and the baseline says nothing of that resource
    std::vector<std::size_t> worse;           ///< said otherwise of a resource that the baseline names
    std::vector<std::size_t> not_assessable;  ///< assessed then, not assessed now
    std::vector<std::string> lost_checks;     ///< had evidence then, have none now
  };
  [[nodiscard]] Difference compare(const Assessment& assessment) const;

 private:
  std::map<std::string, int> said_;      ///< resource and what was said → how often
  std::set<std::string> resources_;      ///< check and resource
  std::set<std::string> unassessed_;     ///< check and resource that was not assessed then either
  std::set<std::string> collected_;      ///< checks that had evidence
};

/// An address without the modules in front: `module.a["x"].module.b.aws_s3_bucket.c` is `aws_s3_bucket.c`.
std::string_view without_modules(std::string_view address);

}  // namespace ehdscan
