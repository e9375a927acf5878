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
  bool interrupted = false;
};

/// Loads site.yaml and lets every collector look at its target's options, before anything is contacted.
/// `only`: names of the targets wanted; empty: all. Errors: invalid_input with place, not_found (no such target).
Result<Site> load_site_for_collection(const std::filesystem::path& file, const std::vector<std::string>& only);

/// Reads the targets one after the other. A target that fails is reported and recorded; the others are still read.
CollectionRun collect_site(const Site& site, EvidenceWriter& writer, Instant started_at, Console& console,
                           const std::filesystem::path& record = {});

}  // namespace ehdscan
