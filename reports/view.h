// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/readiness.h"

namespace ehdscan {

/// A check with the controls that use it.
struct CheckView {
  std::string_view id;
  const Check* check = nullptr;           ///< empty if the readiness does not carry it
  const CheckOutcome* outcome = nullptr;  ///< empty if the engine said nothing about it
  Severity severity = Severity::medium;
  std::vector<std::string_view> controls;  ///< sorted
  std::vector<std::string_view> domains;   ///< of those controls, sorted, each once
  std::vector<std::size_t> findings;       ///< indexes into Assessment::findings, worst first
  VerdictCounts shown;                     ///< findings by verdict
};

/// What every report writer looks up: one pass over a readiness, no judgement of its own. Keeps pointers into it.
class ReportView {
 public:
  explicit ReportView(const Readiness& readiness);

  [[nodiscard]] const Readiness& readiness() const { return readiness_; }
  /// Every check that ran or has a finding, by id.
  [[nodiscard]] const std::map<std::string_view, CheckView>& checks() const { return checks_; }
  [[nodiscard]] const CheckView& check_of(const Finding& finding) const { return checks_.at(finding.check); }
  /// The control of the profile; empty if the profile does not know it.
  [[nodiscard]] const Control* control(std::string_view id) const;
  /// Checks with at least one failing, warning or not assessed finding; worst first.
  [[nodiscard]] std::vector<const CheckView*> checks_by_weight() const;
  /// Indexes of all findings, worst first: fail, warn, not assessed, not applicable; inside that by severity.
  [[nodiscard]] std::vector<std::size_t> findings_by_weight() const;

 private:
  const Readiness& readiness_;
  std::map<std::string_view, CheckView> checks_;
  std::map<std::string_view, const Control*> controls_;
};

/// What identifies a finding between two runs: SHA-256 over check and resource, no line, no message, no time.
/// Intended and observed findings of one resource differ.
std::string finding_fingerprint(const Finding& finding);

/// Order in which people want to read verdicts: fail 0, warn 1, not assessed 2, not applicable 3, pass 4.
int reading_order(Verdict verdict);

/// "not assessed" for "not_assessed": the words of the model as people read them.
std::string in_words(std::string_view identifier);

/// "1 check", "2 checks", "12,345 checks".
std::string counted(std::int64_t n, std::string_view one, std::string_view many);
std::string with_thousands(std::int64_t n);

}  // namespace ehdscan
