// SPDX-License-Identifier: Apache-2.0
#include "cli/scope.h"

#include <fmt/format.h>

#include <set>

#include "base/text.h"
#include "collectors/collector.h"
#include "evidence/values.h"

namespace ehdscan {
namespace {

std::string joined(const std::set<std::string>& texts) { return fmt::format("{}", fmt::join(texts, ", ")); }

}  // namespace

Scope scope_of(const Evidence& evidence) {
  std::set<std::string> sites;
  std::set<std::string> countries;
  for (const EvidenceMeta& meta : evidence.metas()) {
    sites.insert(meta.site);
    countries.insert(meta.country);
  }
  const std::vector<std::string> declared = distinct_texts(evidence, "declared_platform", "kind");
  std::set<std::string> kinds(declared.begin(), declared.end());
  for (const Collection& collection : evidence.collections()) {
    const CollectorSpec* collector = find_collector(collection.collector);
    if (collector == nullptr) continue;
    for (const std::string_view kind : split_words(collector->evidence)) kinds.emplace(kind);
  }
  return {.site = joined(sites),
          .country = joined(countries),
          .declared_platforms = declared,
          .evidence_kinds = {kinds.begin(), kinds.end()}};
}

}  // namespace ehdscan
