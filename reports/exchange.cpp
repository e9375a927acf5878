// SPDX-License-Identifier: Apache-2.0
#include "reports/exchange.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "crypto/digest.h"

namespace ehdscan {
namespace {

/// The name space for URLs and URNs (RFC 9562, 6.6).
constexpr std::string_view kUrls{"\x6b\xa7\xb8\x11\x9d\xad\x11\xd1\x80\xb4\x00\xc0\x4f\xd4\x30\xc8", 16};

/// RFC 9562, 5.5
std::string uuid_bytes(std::string_view name_space, std::string_view name) {
  std::string bytes = sha1_bytes(std::string(name_space) + std::string(name)).substr(0, 16);
  bytes[6] = static_cast<char>((static_cast<unsigned char>(bytes[6]) & 0x0FU) | 0x50U);
  bytes[8] = static_cast<char>((static_cast<unsigned char>(bytes[8]) & 0x3FU) | 0x80U);
  return bytes;
}

const WaiverResult* waiver_of(const Readiness& readiness, const ControlResult& result) {
  if (result.status != ControlStatus::accepted_risk || result.waivers.empty()) return nullptr;
  const auto found = std::ranges::find(readiness.waivers, result.waivers.front(), &WaiverResult::id);
  return found == readiness.waivers.end() ? nullptr : &*found;
}

}  // namespace

std::vector<ControlView> control_views(const ReportView& view) {
  const Readiness& readiness = view.readiness();
  std::map<std::string_view, std::vector<std::size_t>> by_check;
  for (const std::size_t index : view.findings_by_weight()) {
    const Finding& finding = readiness.assessment.findings[index];
    if (finding.verdict == Verdict::not_applicable || finding.verdict == Verdict::pass) continue;
    if (finding.nature == Nature::intended) continue;  // decides the gate, never a control
    by_check[finding.check].push_back(index);
  }
  std::vector<ControlView> views;
  for (const ControlResult& result : readiness.controls) {
    const Control* control = view.control(result.id);
    if (control == nullptr) continue;
    ControlView found{.result = &result, .control = control, .waiver = waiver_of(readiness, result)};
    std::set<std::string_view> checks;
    for (const PartResult& part : result.parts) checks.insert(part.checks.begin(), part.checks.end());
    for (const std::string_view check : checks) {
      const auto findings = by_check.find(check);
      if (findings == by_check.end()) continue;
      found.findings.insert(found.findings.end(), findings->second.begin(), findings->second.end());
    }
    std::ranges::stable_sort(found.findings, {}, [&](std::size_t index) {
      return reading_order(readiness.assessment.findings[index].verdict);
    });
    views.push_back(std::move(found));
  }
  return views;
}

std::string status_in_words(const ControlView& control) {
  std::string words = in_words(to_string(control.result->status));
  if (!control.result->reasons.empty()) words += ": " + control.result->reasons.front();
  return to_valid_utf8(words);
}

std::string counts_in_words(const VerdictCounts& counts) {
  std::string words;
  for (const Verdict verdict :
       {Verdict::pass, Verdict::warn, Verdict::fail, Verdict::not_assessed, Verdict::not_applicable}) {
    if (counts.of(verdict) == 0) continue;
    words += fmt::format("{}{}: {}", words.empty() ? "" : ", ", in_words(to_string(verdict)),
                         with_thousands(counts.of(verdict)));
  }
  return words.empty() ? "no resource was judged" : "resources by verdict: " + words;
}

std::string stable_uuid(std::string_view name) {
  static const std::string project = uuid_bytes(kUrls, "urn:ehdscan");
  std::string text;
  const std::string bytes = uuid_bytes(project, name);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += fmt::format("{:02x}", static_cast<unsigned char>(bytes[i]));
  }
  return text;
}

std::vector<std::string> references_of(const Control& control, std::string_view catalogue) {
  for (const auto& [name, ids] : control.references) {
    if (name == catalogue) return ids;
  }
  return {};
}

std::vector<std::string> articles_of(const Control& control) {
  std::vector<std::string> articles;
  for (const std::string& point : references_of(control, "ehds")) articles.push_back("Art. " + point);
  return articles;
}

}  // namespace ehdscan
