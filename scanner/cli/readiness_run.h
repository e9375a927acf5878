// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/console.h"
#include "cli/exit_code.h"
#include "evidence/evidence.h"
#include "model/readiness.h"
#include "scoring/profile.h"
#include "scoring/waivers.h"

namespace CLI {
class App;
}

namespace ehdscan {

/// What evidence is judged by, as the command line names it.
struct YardstickOptions {
  std::string profile{kBaselineProfile};
  std::vector<std::string> checks;  ///< folders with more checks
  std::string waivers;
  std::string as_of;  ///< day or instant; empty: the end of the newest collection
};

/// Where readiness goes, and what it must reach.
struct OutcomeOptions {
  std::string out;                   ///< folder for report.json and report.html; empty: none
  std::vector<std::string> formats;  ///< "json=PATH"; "-" is standard output
  std::string fail_on = "never";
  std::optional<double> min_score;     ///< percent, of the floor
  std::optional<double> min_coverage;  ///< percent
  bool allow_incomplete = false;
  std::string baseline;                ///< JSON report of an earlier run; empty: none
};

void add_yardstick_options(CLI::App& command, YardstickOptions& options);
void add_outcome_options(CLI::App& command, OutcomeOptions& options);

/// Everything that judges, loaded and looked at before evidence is touched.
struct Yardstick {
  LoadedProfile profile;
  std::vector<Check> checks;
  std::vector<Waiver> waivers;
  std::optional<Instant> as_of;
};

/// Reports every fault on the console; empty if there was one.
std::optional<Yardstick> load_yardstick(const YardstickOptions& options, Console& console);

/// A report to write: checked before the work starts, so that a misspelt format costs nothing.
struct ReportFile {
  std::string format;
  std::filesystem::path path;  ///< "-": standard output
};
Result<std::vector<ReportFile>> report_files(const OutcomeOptions& options);

Result<Readiness> judge(Evidence& evidence, const Yardstick& yardstick, Console& console);

/// Writes the reports, prints the summary, applies the gates.
ExitCode deliver(const Readiness& readiness, const std::vector<ReportFile>& files, const OutcomeOptions& options,
                 Console& console);

}  // namespace ehdscan
