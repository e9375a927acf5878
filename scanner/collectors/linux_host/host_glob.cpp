// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/host_glob.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace ehdscan {
namespace {
constexpr std::size_t kMaxMatches = 10'000;
}

Result<std::vector<std::string>> glob_host(const HostFiles& files, std::string_view pattern) {
  std::vector<std::string> paths{""};
  for (const std::string_view part : split(pattern, '/')) {
    if (part.empty()) continue;
    const std::string component(part);
    const bool wild = part.find_first_of("*?[") != std::string_view::npos;
    std::vector<std::string> next;
    for (const std::string& path : paths) {
      if (!wild) {
        next.push_back(std::string(path).append(1, '/').append(component));
        continue;
      }
      const Result<std::vector<FolderEntry>> entries = files.list(path.empty() ? "/" : path);
      if (!entries) {
        if (entries.error().kind == ErrorKind::not_found) continue;
        return std::unexpected(entries.error());
      }
      for (const FolderEntry& entry : *entries) {
        if (::fnmatch(component.c_str(), entry.name.c_str(), FNM_PERIOD) == 0) next.push_back(path + "/" + entry.name);
        if (next.size() > kMaxMatches) {
          return fail(ErrorKind::limit, fmt::format("`{}` names more than {} files", pattern, kMaxMatches));
        }
      }
    }
    paths = std::move(next);
  }
  std::vector<std::string> found;
  for (std::string& path : paths) {
    const Result<FileFacts> facts = files.facts(path);
    if (facts) {
      found.push_back(std::move(path));
    } else if (facts.error().kind != ErrorKind::not_found) {
      return std::unexpected(facts.error());
    }
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace ehdscan
