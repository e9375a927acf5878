// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "reports/html.h"
#include "reports/json.h"
#include "reports/writer.h"

namespace ehdscan {

std::span<const ReportFormat> all_report_formats() {
  static constexpr std::array kFormats{
      ReportFormat{"html", "html", "one page for people: offline, searchable, printable", write_html_report},
      ReportFormat{"json", "json", "canonical and complete, with a published schema", write_json_report},
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
