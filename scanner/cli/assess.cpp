// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/readiness_run.h"

namespace ehdscan {
namespace {

struct Options {
  std::vector<std::string> evidence;
  YardstickOptions yardstick;
  OutcomeOptions outcome;
};

ExitCode give_up(Console& console, const Error& error) {
  console.report(error);
  return exit_code_of(error.kind);
}

ExitCode assess_files(const Options& options, Console& console) {
  const Result<std::vector<ReportFile>> files = report_files(options.outcome);
  if (!files) return give_up(console, files.error());
  const std::optional<Yardstick> yardstick = load_yardstick(options.yardstick, console);
  if (!yardstick) return ExitCode::usage;
  console.progress("opening evidence");
  Result<Evidence> evidence =
      Evidence::open(std::vector<std::filesystem::path>(options.evidence.begin(), options.evidence.end()));
  if (!evidence) return give_up(console, evidence.error());
  if (!options.outcome.out.empty()) {
    std::error_code error;
    std::filesystem::create_directories(options.outcome.out, error);
    if (error) {
      return give_up(console, {.kind = ErrorKind::denied,
                               .message = fmt::format("cannot make the folder `{}`: {}", options.outcome.out,
                                                      error.message())});
    }
  }
  catch_interrupts();
  const Result<Readiness> readiness = judge(*evidence, *yardstick, console);
  if (!readiness) return give_up(console, readiness.error());
  if (interrupted()) return ExitCode::interrupted;
  return deliver(*readiness, *files, options.outcome, console);
}

}  // namespace

void add_assess(CLI::App& program, CommandContext& context) {
  CLI::App* command = program.add_subcommand(
      "assess", "Judge evidence files again, offline: same evidence, yardstick and time give the same bytes");
  const auto options = std::make_shared<Options>();
  command->add_option("EVIDENCE", options->evidence, "Evidence files; several are judged as one fleet")->required();
  command->add_option("-o,--out", options->outcome.out, "Folder for report.json and report.html; made if missing")
      ->type_name("DIR");
  add_yardstick_options(*command, options->yardstick);
  add_outcome_options(*command, options->outcome);
  command->callback([options, &context] { context.code = assess_files(*options, context.console); });
}

}  // namespace ehdscan
