// SPDX-License-Identifier: Apache-2.0
#include "cli/collection_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "base/text.h"
#include "cli/clock.h"
#include "cli/interrupt.h"
#include "collectors/collector.h"
#include "evidence/tables/all.h"

namespace ehdscan {
namespace {

Result<void> keep_only(Site& site, const std::vector<std::string>& only) {
  if (only.empty()) return {};
  std::set<std::string_view> wanted(only.begin(), only.end());
  std::vector<std::string_view> names;
  for (const Target& target : site.targets) names.push_back(target.name);
  for (const std::string_view name : wanted) {
    if (std::ranges::find(names, name) != names.end()) continue;
    const std::string_view near = nearest(name, names);
    return fail(
        ErrorKind::not_found, fmt::format("{} has no target `{}`", site.file.string(), name),
        near.empty() ? fmt::format("it has {}", fmt::join(names, ", ")) : fmt::format("did you mean `{}`?", near));
  }
  std::erase_if(site.targets, [&](const Target& target) { return !wanted.contains(target.name); });
  return {};
}

/// Notes a target that another shard reads. A collector that learns its tables while it reads might have filled any.
void leave_to_others(const Target& target, const CollectorSpec& collector, std::size_t shard, std::size_t count,
                     EvidenceWriter& writer) {
  const auto tables = collector.tables.empty() ? collected_tables() : collector.tables;
  RowSink& sink = writer.begin_target(target.name, collector.name, tables);
  const std::string reason = fmt::format("it is left to shard {} of {}, whose evidence is not here", shard, count);
  for (const TableSpec* table : tables) sink.collected(*table, CollectionState::not_attempted, reason);
  writer.end_target();
}

}  // namespace

Result<Shard> parse_shard(std::string_view text) {
  Shard shard;
  const char* end = text.data() + text.size();
  const auto number = std::from_chars(text.data(), end, shard.number);
  const bool divided = number.ec == std::errc() && number.ptr != end && *number.ptr == '/';
  const auto count = divided ? std::from_chars(number.ptr + 1, end, shard.count) : number;
  if (!divided || count.ec != std::errc() || count.ptr != end || shard.number < 1 || shard.number > shard.count) {
    return fail(ErrorKind::usage, fmt::format("`{}` is not one shard of several", escape_for_terminal(text)),
                "write number/count, from 1/N to N/N: `--shard 2/8`");
  }
  return shard;
}

Result<Site> load_site_for_collection(const std::filesystem::path& file, const std::vector<std::string>& only) {
  std::vector<std::string_view> names;
  for (const CollectorSpec& collector : all_collectors()) names.push_back(collector.name);
  Result<Site> site = load_site(file, names);
  if (!site) return site;
  if (Result<void> kept = keep_only(*site, only); !kept) return std::unexpected(kept.error());
  for (const Target& target : site->targets) {
    const CollectorSpec* collector = find_collector(target.collector);
    if (Result<void> valid = collector->validate(target); !valid) return std::unexpected(valid.error());
  }
  return site;
}

CollectionRun collect_site(const Site& site, EvidenceWriter& writer, Instant started_at, Console& console,
                           const CollectionChoice& choice) {
  CollectionRun run;
  if (pinned_clock()) console.say(fmt::format("the clock is set to {} by SOURCE_DATE_EPOCH", to_string(started_at)));
  const CollectContext context{.started_at = started_at, .interrupted = &interrupted(), .record = choice.record};
  std::size_t position = 0;  // among the targets that are shared out
  for (std::size_t i = 0; i < site.targets.size() && !context.stop(); ++i) {
    const Target& target = site.targets[i];
    const CollectorSpec* collector = find_collector(target.collector);
    if (target.collector != kDeclarationsCollector) {
      const std::size_t shard = position++ % choice.shard.count + 1;
      if (shard != choice.shard.number) {
        leave_to_others(target, *collector, shard, choice.shard.count, writer);
        continue;
      }
    }
    ++run.targets_read;
    console.progress(fmt::format("[{}/{}] reading {} · {} rows so far", i + 1, site.targets.size(), target.name,
                                 writer.row_count()));
    RowSink& sink = writer.begin_target(target.name, collector->name, collector->tables);
    const Result<void> collected = collector->collect(target, sink, context);
    writer.end_target(collected ? nullptr : &collected.error());
    if (collected) continue;
    Error error = collected.error();
    error.message = fmt::format("target `{}`: {}", target.name, error.message);
    console.report(error);
    run.failures.push_back(std::move(error));
  }
  console.end_progress();
  run.interrupted = context.stop();
  return run;
}

}  // namespace ehdscan
