// SPDX-License-Identifier: Apache-2.0
#include "reports/view.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <tuple>

#include "crypto/digest.h"

namespace ehdscan {
namespace {

void sort_unique(std::vector<std::string_view>& values) {
  std::ranges::sort(values);
  values.erase(std::ranges::unique(values).begin(), values.end());
}

}  // namespace

ReportView::ReportView(const Readiness& readiness) : readiness_(readiness) {
  for (const Control& control : readiness.profile.controls) controls_.emplace(control.id, &control);
  for (const Check& check : readiness.checks) {
    CheckView& view = checks_[check.id];
    view.check = &check;
    view.severity = check.severity;
  }
  for (const CheckOutcome& outcome : readiness.assessment.outcomes) checks_[outcome.check].outcome = &outcome;
  for (const ControlResult& result : readiness.controls) {
    const Control* control = this->control(result.id);
    for (const PartResult& part : result.parts) {
      for (const std::string& id : part.checks) {
        const auto found = checks_.find(id);
        if (found == checks_.end()) continue;
        found->second.controls.emplace_back(result.id);
        if (control != nullptr) found->second.domains.emplace_back(control->domain);
      }
    }
  }
  const std::vector<Finding>& findings = readiness.assessment.findings;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    CheckView& view = checks_[findings[i].check];
    view.findings.push_back(i);
    view.shown.add(findings[i].verdict);
  }
  for (auto& [id, view] : checks_) {
    view.id = id;
    sort_unique(view.controls);
    sort_unique(view.domains);
    std::ranges::stable_sort(view.findings, {}, [&](std::size_t i) { return reading_order(findings[i].verdict); });
  }
}

const Control* ReportView::control(std::string_view id) const {
  const auto found = controls_.find(id);
  return found == controls_.end() ? nullptr : found->second;
}

std::vector<const CheckView*> ReportView::checks_by_weight() const {
  std::vector<const CheckView*> worst_first;
  for (const auto& [id, view] : checks_) {
    if (view.shown.of(Verdict::fail) + view.shown.of(Verdict::warn) + view.shown.of(Verdict::not_assessed) > 0) {
      worst_first.push_back(&view);
    }
  }
  const auto rank = [](const CheckView* view) {
    const bool fails = view->shown.of(Verdict::fail) > 0;
    const bool warns = view->shown.of(Verdict::warn) > 0;
    return std::tuple(fails   ? 0
                      : warns ? 1
                              : 2,
                      -static_cast<int>(view->severity), -view->shown.of(Verdict::fail),
                      -view->shown.of(Verdict::warn));
  };
  std::ranges::stable_sort(worst_first, {}, rank);
  return worst_first;
}

std::vector<std::size_t> ReportView::findings_by_weight() const {
  const std::vector<Finding>& findings = readiness_.assessment.findings;
  std::vector<int> rank(findings.size());
  for (std::size_t i = 0; i < findings.size(); ++i) {
    rank[i] = reading_order(findings[i].verdict) * 8 - static_cast<int>(check_of(findings[i]).severity);
  }
  std::vector<std::size_t> order(findings.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return rank[i]; });
  return order;
}

std::string finding_fingerprint(const Finding& finding) {
  std::string text;  // lengths in front, so that no two different lists of parts give one text
  for (const std::string_view part : {std::string_view(finding.check), std::string_view(finding.resource.platform),
                                      std::string_view(finding.resource.type), std::string_view(finding.resource.id)}) {
    text += fmt::format("{}:", part.size());
    text += part;
  }
  if (finding.nature == Nature::intended) text += "intended";
  return sha256_hex(text);
}

int reading_order(Verdict verdict) {
  switch (verdict) {
    case Verdict::fail:
      return 0;
    case Verdict::warn:
      return 1;
    case Verdict::not_assessed:
      return 2;
    case Verdict::not_applicable:
      return 3;
    case Verdict::pass:
      return 4;
  }
  return 2;
}

std::string in_words(std::string_view identifier) {
  std::string words(identifier);
  std::ranges::replace(words, '_', ' ');
  return words;
}

std::string with_thousands(std::int64_t n) {
  std::string digits = fmt::format("{}", n);
  const std::size_t sign = n < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > sign + 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string counted(std::int64_t n, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", with_thousands(n), n == 1 ? one : many);
}

}  // namespace ehdscan
