// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace ehdscan {

/// A file that the program carries: checks, profiles, schemas, report assets.
struct ContentFile {
  std::string_view path;  ///< relative to the project: "checks/host/sshd-root-login.yaml"
  std::string_view text;
};

/// Sorted by path. Written at build time (cmake/embed.cmake).
std::span<const ContentFile> all_content();

/// The file with this path, or empty.
std::optional<std::string_view> find_content(std::string_view path);

/// Files below a folder ("checks/"), sorted by path.
std::vector<ContentFile> content_below(std::string_view folder);

}  // namespace ehdscan
