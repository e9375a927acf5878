// SPDX-License-Identifier: Apache-2.0
#include "cli/readiness_run.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <set>

#include "base/file.h"
#include "base/text.h"
#include "cli/gates.h"
#include "cli/interrupt.h"
#include "cli/scope.h"
#include "cli/version.h"
#include "derive/derive.h"
#include "engine/assess.h"
#include "engine/check_set.h"
#include "engine/lint.h"
#include "reports/terminal.h"
#include "reports/writer.h"
#include "scoring/score.h"

namespace ehdscan {
namespace {

/// A day means all of it: evidence of that day is not from the future.
Result<std::optional<Instant>> parse_as_of(const std::string& text) {
  if (text.empty()) return std::optional<Instant>{};
  if (const Result<Day> day = parse_day(text)) return std::optional(end_of_day(*day));
  if (const Result<Instant> instant = parse_instant(text)) return std::optional(*instant);
  return fail(ErrorKind::usage, fmt::format("`{}` is neither a day nor an instant", text),
              "--as-of 2026-11-24 or --as-of 2026-11-24T08:00:00Z");
}

/// Checks of the program are linted by its tests; those of others must hold the same rules before they judge.
bool lint_foreign(const std::vector<Check>& checks, const Thresholds& thresholds, Console& console) {
  if (std::ranges::all_of(checks, &Check::embedded)) return true;
  CheckLinter linter(thresholds);
  bool good = true;
  for (const Check& check : checks) {
    if (check.embedded) continue;
    for (const Error& error : linter.lint(check)) {
      console.report(error);
      good = false;
    }
  }
  return good;
}

}  // namespace

void add_yardstick_options(CLI::App& command, YardstickOptions& options) {
  command.add_option("--profile", options.profile, "Profile or overlay: a name of `ehdscan profile list`, or a file")
      ->type_name("NAME|FILE")
      ->capture_default_str()
      ->group("Yardstick");
  command.add_option("--checks", options.checks, "Folder with more checks (repeatable)")
      ->type_name("DIR")
      ->allow_extra_args(false)
      ->group("Yardstick");
  command.add_option("--waivers", options.waivers, "File of accepted risks")->type_name("FILE")->group("Yardstick");
  command
      .add_option("--as-of", options.as_of,
                  "Day or instant at which ages and expiry are computed; default: the end of the newest collection")
      ->type_name("TIME")
      ->group("Yardstick");
}

void add_outcome_options(CLI::App& command, OutcomeOptions& options) {
  command
      .add_option(
          "--format", options.formats,
          fmt::format("Write a report: {}, as sarif=PATH; `-` is standard output (repeatable)", report_format_names()))
      ->type_name("FMT=PATH")
      ->allow_extra_args(false)
      ->group("Reports");
  command
      .add_option("--fail-on", options.fail_on,
                  "Exit 1 on failing results of this severity or higher, or on the verdict `gap found`")
      ->check(CLI::IsMember({"never", "gap", "low", "medium", "high", "critical"}))
      ->type_name("WHAT")
      ->capture_default_str()
      ->group("Gates");
  command.add_option("--min-score", options.min_score, "Exit 1 if the floor of the score is below")
      ->check(CLI::Range(0.0, 100.0))
      ->type_name("PERCENT")
      ->group("Gates");
  command.add_option("--min-coverage", options.min_coverage, "Exit 1 if less than this was assessed")
      ->check(CLI::Range(0.0, 100.0))
      ->type_name("PERCENT")
      ->group("Gates");
  command
      .add_option(
          "--baseline", options.baseline,
          "JSON report of an earlier run: exit 1 on what is new, worse or no longer assessable, not on what it names")
      ->type_name("REPORT")
      ->group("Gates");
  command.add_flag("--allow-incomplete", options.allow_incomplete, "Do not exit 3 because evidence is incomplete")
      ->group("Gates");
}

std::optional<Yardstick> load_yardstick(const YardstickOptions& options, Console& console) {
  Yardstick yardstick;
  bool good = true;
  const auto refuse = [&](const Error& error) {
    console.report(error);
    good = false;
  };
  if (Result<std::optional<Instant>> as_of = parse_as_of(options.as_of)) {
    yardstick.as_of = *as_of;
  } else {
    refuse(as_of.error());
  }
  if (Result<LoadedProfile> profile = load_profile(options.profile)) {
    yardstick.profile = std::move(*profile);
  } else {
    refuse(profile.error());
  }
  CheckSet set = load_checks({options.checks.begin(), options.checks.end()});
  for (const Error& error : set.errors) refuse(error);
  if (good && !lint_foreign(set.checks, yardstick.profile.thresholds, console)) good = false;
  yardstick.checks = std::move(set.checks);
  if (!options.waivers.empty()) {
    if (Result<std::vector<Waiver>> waivers = read_waivers(options.waivers)) {
      yardstick.waivers = std::move(*waivers);
    } else {
      refuse(waivers.error());
    }
  }
  if (!good) return std::nullopt;
  return yardstick;
}

Result<std::vector<ReportFile>> report_files(const OutcomeOptions& options) {
  std::vector<ReportFile> files;
  std::set<std::string> paths;
  const auto add = [&](std::string_view format, std::filesystem::path path) -> Result<void> {
    if (!paths.insert(path.lexically_normal().string()).second) {
      return fail(ErrorKind::usage, fmt::format("two reports would be written to `{}`", path.string()));
    }
    files.push_back({std::string(format), std::move(path)});
    return {};
  };
  if (!options.out.empty()) {
    for (const ReportFormat& format : all_report_formats()) {
      if (!format.everyday) continue;
      const auto path = std::filesystem::path(options.out) / fmt::format("report.{}", format.extension);
      if (Result<void> added = add(format.name, path); !added) return std::unexpected(added.error());
    }
  }
  for (const std::string& written : options.formats) {
    const std::size_t equals = written.find('=');
    const std::string name = written.substr(0, equals);
    if (find_report_format(name) == nullptr) {
      std::vector<std::string_view> names;
      for (const ReportFormat& format : all_report_formats()) names.push_back(format.name);
      const std::string_view near = nearest(name, names);
      return fail(
          ErrorKind::usage, fmt::format("there is no report format `{}`", name),
          near.empty() ? fmt::format("there is {}", fmt::join(names, ", ")) : fmt::format("did you mean `{}`?", near));
    }
    if (equals == std::string::npos || equals + 1 == written.size()) {
      return fail(ErrorKind::usage, fmt::format("--format {} does not say where to write", name),
                  fmt::format("--format {}=report.{}", name, find_report_format(name)->extension));
    }
    if (Result<void> added = add(name, written.substr(equals + 1)); !added) return std::unexpected(added.error());
  }
  return files;
}

Result<Readiness> judge(Evidence& evidence, const Yardstick& yardstick, Console& console) {
  if (Result<void> derived = derive(evidence); !derived) return std::unexpected(derived.error());
  const std::vector<CheckGroup> groups = groups_of(yardstick.profile.profile);
  AssessOptions options{
      .as_of = yardstick.as_of.value_or(evidence.newest_finish()),
      .progress = [&](std::string_view what) { console.progress(fmt::format("assessing {}", what)); }};
  Result<Assessment> assessment = assess(evidence, yardstick.checks, groups, yardstick.profile.thresholds, options);
  console.end_progress();
  if (!assessment) return std::unexpected(assessment.error());
  const Scope scope = scope_of(evidence);
  return make_readiness({.tool_version = std::string(kToolVersion),
                         .site = scope.site,
                         .country = scope.country,
                         .profile = yardstick.profile,
                         .assessment = std::move(*assessment),
                         .evidence_in_scope = scope.evidence_kinds,
                         .declared_platforms = scope.declared_platforms,
                         .waivers = yardstick.waivers,
                         .checks = yardstick.checks});
}

ExitCode deliver(const Readiness& readiness, const std::vector<ReportFile>& files, const OutcomeOptions& options,
                 Console& console) {
  ExitCode code = ExitCode::fine;
  std::optional<Baseline> baseline;
  if (!options.baseline.empty()) {
    Result<Baseline> read = Baseline::read(options.baseline);
    if (!read) {
      console.report(read.error());
      return exit_code_of(read.error().kind);
    }
    baseline = *std::move(read);
  }
  bool to_stdout = false;
  for (const ReportFile& file : files) {
    if (interrupted()) return ExitCode::interrupted;
    console.progress(fmt::format("writing {}", file.path.string()));
    const Result<std::string> text = find_report_format(file.format)->write(readiness);
    if (!text) {
      console.report(text.error());
      return exit_code_of(text.error().kind);
    }
    if (file.path == "-") {
      to_stdout = true;
      console.print(*text);
      continue;
    }
    if (const Result<void> written = write_file_atomically(file.path, *text); !written) {
      console.report(written.error());
      code = worse(code, exit_code_of(written.error().kind));
    }
  }
  console.end_progress();
  if (!to_stdout) console.print(terminal_summary(readiness, {.colour = console.colour(), .width = console.width()}));
  for (const std::string& gate : failed_gates(readiness, options, baseline ? &*baseline : nullptr)) {
    console.say(fmt::format("gate failed: {}", gate));
    code = worse(code, ExitCode::gate_failed);
  }
  if (const std::vector<std::string> lacks = incompleteness(readiness); !lacks.empty()) {
    console.say(fmt::format("incomplete evidence: {}", fmt::join(lacks, ", ")));
    if (!options.allow_incomplete) code = worse(code, ExitCode::incomplete);
  }
  if (const std::string nothing = nothing_judged(readiness); !nothing.empty()) {
    console.say(nothing);
    code = worse(code, ExitCode::incomplete);
  }
  return code;
}

}  // namespace ehdscan
