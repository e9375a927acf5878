// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/linux_host/host_context.h"

namespace ehdscan {

/// Installed packages that have an update pending, are held or broken, from the local state of dpkg and apt.
extern const HostSection packages_section;

/// Order of package versions as Debian Policy 5.6.12 defines it: epoch, upstream version, revision; `~` sorts before
/// everything, even the end.
std::strong_ordering compare_debian_versions(std::string_view a, std::string_view b);

/// One paragraph of a Debian control file (deb822): the values of the fields asked for, first lines only.
/// Calls `each` per paragraph with the values in the order of `fields`; empty where a field is missing.
template <std::size_t N, typename Each>
void for_each_paragraph(std::string_view text, const std::string_view (&fields)[N], Each each) {
  std::string_view values[N]{};
  bool any = false;
  std::size_t at = 0;
  while (at <= text.size()) {
    std::size_t end = text.find('\n', at);
    if (end == std::string_view::npos) end = text.size();
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    if (line.empty()) {
      if (any) each(values);
      for (std::string_view& value : values) value = {};
      any = false;
      continue;
    }
    if (line.front() == ' ' || line.front() == '\t') continue;
    for (std::size_t i = 0; i < N; ++i) {
      if (line.size() <= fields[i].size() || !line.starts_with(fields[i]) || line[fields[i].size()] != ':') continue;
      std::string_view value = line.substr(fields[i].size() + 1);
      while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
      values[i] = value;
      any = true;
      break;
    }
  }
  if (any) each(values);
}

}  // namespace ehdscan
