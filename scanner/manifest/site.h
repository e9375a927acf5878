// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "format/document.h"
#include "manifest/target.h"

namespace ehdscan {

/// Collector that reads the file behind the key `declarations:` of site.yaml; it is never listed under `targets:`.
inline constexpr std::string_view kDeclarationsCollector = "declarations";

/// A node as its site.yaml describes it.
struct Site {
  std::string site;             ///< "fi-node-1"
  std::string country;          ///< ISO 3166-1 alpha-2, "FI"
  std::vector<Target> targets;  ///< in the order of the file; declarations, where given, come first
  std::filesystem::path file;   ///< site.yaml itself
};

/// Loads site.yaml.
///
/// A target is a mapping of one collector to what it reads, with an optional `name:` beside it. Targets without a name
/// are called after collector and first option (`linux_host:local`). The options are not looked into; that is the
/// collector's part. Errors: what Document::read says; invalid_input with its place for unknown or missing keys, no
/// targets, an unknown collector (with "did you mean"), a name used twice.
Result<Site> load_site(const std::filesystem::path& file, std::span<const std::string_view> collectors);

/// The same from a document already read; relative paths of its targets start at `folder`.
Result<Site> parse_site(std::shared_ptr<const Document> document, const std::filesystem::path& folder,
                        std::span<const std::string_view> collectors);

}  // namespace ehdscan
