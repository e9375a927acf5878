// SPDX-License-Identifier: Apache-2.0
// Writes the sample report for the browser tests:  make_report FORMAT FILE FINDINGS [HOSTILE-TEXT]
#include <cstdio>
#include <string>

#include "base/file.h"
#include "base/text.h"
#include "reports/writer.h"
#include "tests/reports/sample.h"

int main(int argc, char** argv) {
  using namespace ehdscan;
  if (argc < 4 || argc > 5) {
    std::fputs("usage: make_report FORMAT FILE FINDINGS [HOSTILE-TEXT]\n", stderr);
    return 2;
  }
  const ReportFormat* format = find_report_format(argv[1]);
  const auto findings = parse_integer(argv[3]);
  if (format == nullptr || !findings || *findings < 0) {
    std::fputs("make_report: no such format, or not a number of findings\n", stderr);
    return 2;
  }
  const Readiness readiness =
      argc == 5 ? hostile_readiness(argv[4]) : sample_readiness(static_cast<std::size_t>(*findings));
  const Result<std::string> report = format->write(readiness);
  const Result<void> written = report ? write_file_atomically(argv[2], *report) : std::unexpected(report.error());
  if (!written) {
    std::fprintf(stderr, "make_report: %s\n", written.error().message.c_str());
    return 3;
  }
  return 0;
}
