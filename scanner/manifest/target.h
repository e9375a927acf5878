// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "format/document.h"

namespace ehdscan {

/// One entry of site.yaml: a collector and what it reads.
struct Target {
  std::string name;       ///< unique in the site; given by `name:`, else made from collector and options
  std::string collector;  ///< "linux_host"
  std::shared_ptr<const Document> document;  ///< keeps `options` alive
  std::optional<Node> options;               ///< what stands behind the collector's name
  std::filesystem::path folder;              ///< folder of site.yaml: relative paths start there
  Place place;                               ///< where the target stands

  /// A path written in the options: relative ones start at the folder of site.yaml.
  [[nodiscard]] std::filesystem::path resolve(std::string_view written) const {
    return (folder / std::filesystem::path(written)).lexically_normal();
  }
};

}  // namespace ehdscan
