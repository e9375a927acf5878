// SPDX-License-Identifier: Apache-2.0
#include "reports/csv.h"

#include <cstddef>
#include <initializer_list>
#include <string_view>

#include "base/text.h"
#include "reports/view.h"

namespace ehdscan {
namespace {

/// First characters that spreadsheets take for a formula, the full-width ones of East Asian input included.
bool starts_formula(std::string_view text) {
  for (const std::string_view start :
       {"=", "+", "-", "@", "\t", "\r", "\n", "|", "\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0"}) {
    if (text.starts_with(start)) return true;
  }
  return false;
}

void append_cell(std::string& out, std::string_view raw) {
  std::string text = to_valid_utf8(raw);
  std::erase(text, '\0');
  if (starts_formula(trim(text)) || starts_formula(text)) text.insert(0, 1, '\'');
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

void append_line(std::string& out, std::initializer_list<std::string_view> cells) {
  bool first = true;
  for (const std::string_view cell : cells) {
    if (!first) out += ',';
    first = false;
    append_cell(out, cell);
  }
  out += "\r\n";
}

}  // namespace

void append_csv_line(std::string& out, std::span<const std::string> cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out += ',';
    append_cell(out, cells[i]);
  }
  out += "\r\n";
}

Result<std::string> write_csv_report(const Readiness& readiness) {
  const ReportView view(readiness);
  std::string out;
  append_line(out, {"verdict", "severity", "check", "controls", "subject", "message", "reason", "platform", "type",
                    "resource", "target", "location", "line", "grade", "nature", "fingerprint"});
  for (const std::size_t index : view.findings_by_weight()) {
    const Finding& finding = readiness.assessment.findings[index];
    const CheckView& check = view.check_of(finding);
    std::string controls;
    for (const std::string_view control : check.controls) {
      if (!controls.empty()) controls += ' ';
      controls += control;
    }
    append_line(out,
                {to_string(finding.verdict), to_string(check.severity), finding.check, controls, finding.subject,
                 finding.message, finding.reason, finding.resource.platform, finding.resource.type, finding.resource.id,
                 finding.target, finding.location, finding.line == 0 ? std::string() : std::to_string(finding.line),
                 to_string(finding.grade), to_string(finding.nature), finding_fingerprint(finding)});
  }
  return out;
}

}  // namespace ehdscan
