// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/readiness_run.h"
#include "reports/writer.h"

namespace ehdscan {
namespace {

struct Options {
  std::vector<std::string> evidence;
  YardstickOptions yardstick;
  std::string format = "html";
  std::string out = "-";
};

ExitCode give_up(Console& console, const Error& error) {
  console.report(error);
  return exit_code_of(error.kind);
}

/// One report, no summary, no gate: for pipes and for other formats of what was assessed before.
ExitCode write_report(const Options& options, Console& console) {
  OutcomeOptions outcome;
  outcome.formats = {fmt::format("{}={}", options.format, options.out)};
  const Result<std::vector<ReportFile>> files = report_files(outcome);
  if (!files) return give_up(console, files.error());
  const std::optional<Yardstick> yardstick = load_yardstick(options.yardstick, console);
  if (!yardstick) return ExitCode::usage;
  Result<Evidence> evidence =
      Evidence::open(std::vector<std::filesystem::path>(options.evidence.begin(), options.evidence.end()));
  if (!evidence) return give_up(console, evidence.error());
  catch_interrupts();
  const Result<Readiness> readiness = judge(*evidence, *yardstick, console);
  if (!readiness) return give_up(console, readiness.error());
  if (interrupted()) return ExitCode::interrupted;
  const Result<std::string> text = find_report_format(options.format)->write(*readiness);
  if (!text) return give_up(console, text.error());
  if (options.out == "-") {
    console.print(*text);
    return ExitCode::fine;
  }
  if (const Result<void> written = write_file_atomically(options.out, *text); !written)
    return give_up(console, written.error());
  return ExitCode::fine;
}

}  // namespace

void add_report(CLI::App& program, CommandContext& context) {
  CLI::App* command = program.add_subcommand("report", "Write one report of evidence files; no summary, no gates");
  const auto options = std::make_shared<Options>();
  command->add_option("EVIDENCE", options->evidence, "Evidence files; several are judged as one fleet")->required();
  command->add_option("--format", options->format, "Format of the report: " + report_format_names())
      ->type_name("FMT")
      ->capture_default_str();
  command->add_option("-o,--out", options->out, "File to write; `-` is standard output")
      ->type_name("FILE")
      ->capture_default_str();
  add_yardstick_options(*command, options->yardstick);
  command->callback([options, &context] { context.code = write_report(*options, context.console); });
}

}  // namespace ehdscan
