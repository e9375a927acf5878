// SPDX-License-Identifier: Apache-2.0
#include "cli/collection_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "cli/clock.h"
#include "cli/interrupt.h"
#include "collectors/collector.h"

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

}  // namespace

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
                           const std::filesystem::path& record) {
  CollectionRun run;
  if (pinned_clock()) console.say(fmt::format("the clock is set to {} by SOURCE_DATE_EPOCH", to_string(started_at)));
  const CollectContext context{.started_at = started_at, .interrupted = &interrupted(), .record = record};
  for (std::size_t i = 0; i < site.targets.size() && !context.stop(); ++i) {
    const Target& target = site.targets[i];
    const CollectorSpec* collector = find_collector(target.collector);
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
