// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/console.h"
#include "evidence/writer.h"
#include "manifest/site.h"

namespace ehdscan {

/// What happened while a site's targets were read.
struct CollectionRun {
  std::vector<Error> failures;  ///< one per target that failed as a whole
  std::size_t targets_read = 0;
  bool interrupted = false;
};

/// Which of a site's targets one machine of several reads: those at positions number, number + count, … Declarations
/// are read by all.
struct Shard {
  std::size_t number = 1;  ///< from 1
  std::size_t count = 1;
};

/// Reads "2/8". Error: usage.
Result<Shard> parse_shard(std::string_view text);

/// Loads site.yaml and lets every collector look at its target's options, before anything is contacted.
/// `only`: names of the targets wanted; empty: all. Errors: invalid_input with place, not_found (no such target).
Result<Site> load_site_for_collection(const std::filesystem::path& file, const std::vector<std::string>& only);

struct CollectionChoice {
  std::filesystem::path record = {};  ///< folder for redacted answers; empty: none are kept
  Shard shard = {};
};

/// Reads the targets one after the other. A target that fails is reported and recorded; the others are still read. One
/// that is left to another shard is recorded as not attempted, so that it is missed if that shard's evidence never
/// comes.
CollectionRun collect_site(const Site& site, EvidenceWriter& writer, Instant started_at, Console& console,
                           const CollectionChoice& choice = {});

}  // namespace ehdscan
