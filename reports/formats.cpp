// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "reports/csv.h"
#include "reports/github.h"
#include "reports/gitlab.h"
#include "reports/hdf.h"
#include "reports/html.h"
#include "reports/json.h"
#include "reports/junit.h"
#include "reports/markdown.h"
#include "reports/ocsf.h"
#include "reports/oscal.h"
#include "reports/sarif.h"
#include "reports/writer.h"

namespace ehdscan {

std::span<const ReportFormat> all_report_formats() {
  static constexpr std::array kFormats{
      ReportFormat{"csv", "csv", "one finding a line, for spreadsheets", write_csv_report},
      ReportFormat{"github", "txt", "annotations of GitHub Actions", write_github_report},
      ReportFormat{"gitlab", "json", "Code Quality of GitLab", write_gitlab_report},
      ReportFormat{"hdf", "json", "Heimdall Data Format (exec-json), for SAF CLI and Heimdall", write_hdf_report},
      ReportFormat{"html", "html", "one page for people: offline, searchable, printable", write_html_report, true},
      ReportFormat{"jenkins", "xml", "JUnit XML by the schema of the Jenkins xUnit plugin", write_jenkins_report},
      ReportFormat{"json", "json", "canonical and complete, with a published schema", write_json_report, true},
      ReportFormat{"junit", "xml", "JUnit XML, for test reports of CI systems", write_junit_report},
      ReportFormat{"markdown", "md", "step summary or comment, under 1 MiB", write_markdown_report},
      ReportFormat{"ocsf", "json", "OCSF Compliance Finding events, for security data lakes", write_ocsf_report},
      ReportFormat{"oscal", "json", "OSCAL Assessment Results 1.1.3", write_oscal_report},
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

std::string report_format_names() {
  const auto formats = all_report_formats();
  std::string names;
  for (std::size_t i = 0; i < formats.size(); ++i) {
    if (i > 0) names += i + 1 == formats.size() ? " or " : ", ";
    names += formats[i].name;
  }
  return names;
}

}  // namespace ehdscan
