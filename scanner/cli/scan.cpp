// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "base/text.h"
#include "cli/clock.h"
#include "cli/collection_run.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/readiness_run.h"
#include "cli/version.h"

namespace ehdscan {
namespace {

struct Options {
  std::string site;
  std::vector<std::string> only;
  YardstickOptions yardstick;
  OutcomeOptions outcome;
};

ExitCode give_up(Console& console, const Error& error) {
  console.report(error);
  return exit_code_of(error.kind);
}

/// Evidence goes to DIR/evidence.db, or stays in memory without --out.
Result<EvidenceWriter> writer_for(const Options& options, EvidenceMeta meta) {
  if (options.outcome.out.empty()) return EvidenceWriter::in_memory(std::move(meta));
  std::error_code error;
  std::filesystem::create_directories(options.outcome.out, error);
  if (error) {
    return fail(ErrorKind::denied, fmt::format("cannot make the folder `{}`: {}", options.outcome.out, error.message()));
  }
  return EvidenceWriter::create(std::filesystem::path(options.outcome.out) / "evidence.db", std::move(meta));
}

Result<Evidence> finish(const Options& options, EvidenceWriter& writer) {
  if (options.outcome.out.empty()) return writer.finish_in_memory(wall_clock());
  if (Result<void> finished = writer.finish(wall_clock()); !finished) return std::unexpected(finished.error());
  const std::filesystem::path file = std::filesystem::path(options.outcome.out) / "evidence.db";
  return Evidence::open({&file, 1});
}

ExitCode scan(const Options& options, Console& console) {
  const Result<std::vector<ReportFile>> files = report_files(options.outcome);
  if (!files) return give_up(console, files.error());
  const std::optional<Yardstick> yardstick = load_yardstick(options.yardstick, console);
  const Result<Site> site = load_site_for_collection(options.site, options.only);
  if (!site) return give_up(console, site.error());
  if (!yardstick) return ExitCode::usage;

  catch_interrupts();
  const Instant started_at = wall_clock();
  Result<EvidenceWriter> writer = writer_for(options, {.site = site->site,
                                                       .country = site->country,
                                                       .tool_version = std::string(kToolVersion),
                                                       .started_at = started_at,
                                                       .finished_at = started_at});
  if (!writer) return give_up(console, writer.error());
  const CollectionRun run = collect_site(*site, *writer, started_at, console);
  if (run.interrupted) return ExitCode::interrupted;

  Result<Evidence> evidence = finish(options, *writer);
  if (!evidence) return give_up(console, evidence.error());
  const Result<Readiness> readiness = judge(*evidence, *yardstick, console);
  if (!readiness) return give_up(console, readiness.error());
  if (interrupted()) return ExitCode::interrupted;
  return deliver(*readiness, *files, options.outcome, console);
}

}  // namespace

void add_gate(CLI::App& program, CommandContext& context) {
  CLI::App* command = program.add_subcommand(
      "gate", "The same as scan for a pipeline: exit 1 on failing results of severity `high` unless told otherwise");
  const auto options = std::make_shared<Options>();
  options->outcome.fail_on = "high";
  command->add_option("SITE", options->site, "site.yaml that names what is to be built: plans and manifests")->required();
  command->add_option("-o,--out", options->outcome.out, "Folder for evidence.db, report.json and report.html; made if missing")
      ->type_name("DIR");
  command->add_option("--target", options->only, "Read this target only (repeatable)")->type_name("NAME")->allow_extra_args(false);
  add_yardstick_options(*command, options->yardstick);
  add_outcome_options(*command, options->outcome);
  command->callback([options, &context] { context.code = scan(*options, context.console); });
}

void add_scan(CLI::App& program, CommandContext& context) {
  CLI::App* command =
      program.add_subcommand("scan", "Read the targets of site.yaml, judge them, write reports: the usual command");
  const auto options = std::make_shared<Options>();
  command->add_option("SITE", options->site, "site.yaml of the node; `ehdscan init` writes one")->required();
  command
      ->add_option("-o,--out", options->outcome.out, "Folder for evidence.db, report.json and report.html; made if missing")
      ->type_name("DIR");
  command->add_option("--target", options->only, "Read this target only (repeatable)")->type_name("NAME")->allow_extra_args(false);
  add_yardstick_options(*command, options->yardstick);
  add_outcome_options(*command, options->outcome);
  command->callback([options, &context] { context.code = scan(*options, context.console); });
}

}  // namespace ehdscan
