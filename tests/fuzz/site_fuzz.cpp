// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "collectors/collector.h"
#include "fuzz.h"
#include "manifest/site.h"

using namespace ehdscan;

FUZZ_TARGET(data, size) {
  const auto document = Document::parse_yaml(fuzz::text_of(data, size), "site.yaml");
  if (!document) return 0;
  std::vector<std::string_view> names;
  for (const CollectorSpec& collector : all_collectors()) names.push_back(collector.name);
  const auto site = parse_site(*document, "/etc/node", names);
  if (!site) {
    fuzz::check_error(site.error());
    return 0;
  }
  for (const Target& target : site->targets) {
    fuzz::must(!target.name.empty() && is_utf8(target.name), "a target has a name");
    const CollectorSpec* collector = find_collector(target.collector);
    if (collector == nullptr) continue;
    const auto valid = collector->validate(target);
    if (!valid) fuzz::check_error(valid.error());
  }
  return 0;
}
