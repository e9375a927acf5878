// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "reports/csv.h"
#include "reports/github.h"
#include "reports/gitlab.h"
#include "reports/html.h"
#include "reports/json.h"
#include "reports/junit.h"
#include "reports/markdown.h"
#include "reports/sarif.h"
#include "reports/writer.h"

namespace ehdscan {

std::span<const ReportFormat> all_report_formats() {
  static constexpr std::array kFormats{
      ReportFormat{"csv", "csv", "one finding a line, for spreadsheets", write_csv_report},
      ReportFormat{"github", "txt", "annotations of GitHub Actions", write_github_report},
      ReportFormat{"gitlab", "json", "Code Quality of GitLab", write_gitlab_report},
      ReportFormat{"html", "html", "one page for people: offline, searchable, printable", write_html_report, true},
      ReportFormat{"json", "json", "canonical and complete, with a published schema", write_json_report, true},
      ReportFormat{"junit", "xml", "JUnit XML, for test reports of CI systems", write_junit_report},
      ReportFormat{"markdown", "md", "step summary or comment, under 1 MiB", write_markdown_report},
      ReportFormat{"sarif", "sarif", "SARIF 2.1.0, for code scanning", write_sarif_report},
  };
  static_assert(std::ranges::is_sorted(kFormats, {}, &ReportFormat::name));
  return kFormats;
}

const ReportFormat* find_report_format(std::string_view name) {
  const auto formats = all_report_formats();
  const auto found = std::ranges::find(formats, name, &ReportFormat::name);
  return found == formats.end() ? nullptr : &*found;
}

}  // namespace ehdscan
