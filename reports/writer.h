// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "model/readiness.h"

namespace ehdscan {

/// One report format: a pure function from readiness to bytes.
struct ReportFormat {
  std::string_view name;       ///< "json", "html"
  std::string_view extension;  ///< "json"
  std::string_view summary;
  Result<std::string> (*write)(const Readiness& readiness);
  bool everyday = false;  ///< written to the folder of --out without being asked for
};

/// Every format, sorted by name. The only list.
std::span<const ReportFormat> all_report_formats();
const ReportFormat* find_report_format(std::string_view name);

/// "csv, github … or sarif", for help texts.
std::string report_format_names();

}  // namespace ehdscan
