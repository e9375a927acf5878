// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <filesystem>
#include <span>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "evidence/row.h"
#include "manifest/target.h"
#include "model/table_spec.h"

namespace ehdscan {

/// What a collector may use of the world besides its target.
struct CollectContext {
  Instant started_at;                              ///< the clock of this collection run
  const std::atomic<bool>* interrupted = nullptr;  ///< set on Ctrl-C; long loops look at it and return
  std::filesystem::path record{};                  ///< folder for redacted answers; empty: none are kept
  [[nodiscard]] bool stop() const { return interrupted != nullptr && interrupted->load(std::memory_order_relaxed); }
};

/// One way to observe. Observes, never judges: no thresholds, no verdicts, no defaults that a platform does not
/// document.
struct CollectorSpec {
  std::string_view name;     ///< key in site.yaml
  std::string_view summary;  ///< one line for `ehdscan init` and the reference
  std::string_view
      evidence;  ///< evidence kinds of the catalogue it answers, by blanks ("linux", "openstack keystone" …)
  /// Tables it is responsible for: each gets a collection record, whatever happens.
  std::span<const TableSpec* const> tables;
  /// Checks the options behind the collector's name while site.yaml is loaded; nothing is contacted.
  Result<void> (*validate)(const Target& target);
  /// Reads the target and writes rows. An error means that the whole target failed: every table not yet reported
  /// becomes `failed` with the message as reason. Partial trouble is reported through RowSink::collected.
  Result<void> (*collect)(const Target& target, RowSink& sink, const CollectContext& context);
};

/// Every collector, sorted by name. The only list.
std::span<const CollectorSpec> all_collectors();
const CollectorSpec* find_collector(std::string_view name);

}  // namespace ehdscan
