// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "base/text.h"
#include "cli/clock.h"
#include "cli/collection_run.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/version.h"

namespace ehdscan {
namespace {

struct Options {
  std::string site;
  std::string out = "evidence.db";
  std::vector<std::string> only;
  std::string record;
  std::string shard = "1/1";
};

ExitCode give_up(Console& console, const Error& error) {
  console.report(error);
  return exit_code_of(error.kind);
}

ExitCode collect(const Options& options, Console& console) {
  const Result<Site> site = load_site_for_collection(options.site, options.only);
  if (!site) return give_up(console, site.error());
  const Result<Shard> shard = parse_shard(options.shard);
  if (!shard) return give_up(console, shard.error());
  const auto shared_out = std::ranges::count_if(
      site->targets, [](const Target& target) { return target.collector != kDeclarationsCollector; });
  if (shard->number > static_cast<std::size_t>(shared_out) && shard->count > 1) {
    return give_up(console,
                   {.kind = ErrorKind::usage,
                    .message = fmt::format("shard {} of {} has nothing to read: targets in {}: {}", shard->number,
                                           shard->count, escape_for_terminal(options.site), shared_out),
                    .hint = "use no more shards than targets"});
  }
  catch_interrupts();
  const Instant started_at = wall_clock();
  Result<EvidenceWriter> writer = EvidenceWriter::create(options.out, {.site = site->site,
                                                                       .country = site->country,
                                                                       .tool_version = std::string(kToolVersion),
                                                                       .started_at = started_at,
                                                                       .finished_at = started_at});
  if (!writer) return give_up(console, writer.error());
  const CollectionRun run =
      collect_site(*site, *writer, started_at, console, {.record = options.record, .shard = *shard});
  if (run.interrupted) return ExitCode::interrupted;
  const std::int64_t rows = writer->row_count();
  if (const Result<void> finished = writer->finish(wall_clock()); !finished) return give_up(console, finished.error());
  console.say(fmt::format("{} rows from {} {}: {}", rows, run.targets_read,
                          run.targets_read == 1 ? "target" : "targets", escape_for_terminal(options.out)));
  if (rows == 0) {
    console.report({.kind = ErrorKind::io,
                    .message = "not one row could be read",
                    .hint = fmt::format("`ehdscan query {} \"select * from collection\"` says why", options.out)});
  }
  return run.failures.empty() && rows > 0 ? ExitCode::fine : ExitCode::incomplete;
}

}  // namespace

void add_collect(CLI::App& program, CommandContext& context) {
  CLI::App* command =
      program.add_subcommand("collect", "Read the targets of site.yaml into an evidence file; judge nothing");
  const auto options = std::make_shared<Options>();
  command->add_option("SITE", options->site, "site.yaml of the node")->required();
  command->add_option("-o,--out", options->out, "Evidence file to write")->capture_default_str()->type_name("FILE");
  command->add_option("--target", options->only, "Read this target only (repeatable)")
      ->type_name("NAME")
      ->allow_extra_args(false);
  command
      ->add_option("--record", options->record,
                   "Keep the answers of APIs here, without secrets; `openstack_export` reads them")
      ->type_name("DIR");
  command
      ->add_option("--shard", options->shard,
                   "Read every N-th target only, from the I-th; `assess` takes the evidence of all shards")
      ->type_name("I/N")
      ->capture_default_str();
  command->callback([options, &context] { context.code = collect(*options, context.console); });
}

}  // namespace ehdscan
