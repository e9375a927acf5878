// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/nftables.h"
#include "fuzz.h"

using namespace ehdscan;

FUZZ_TARGET(data, size) {
  const ByteView bytes(reinterpret_cast<const std::byte*>(data), size);
  NftSets sets;
  sets[{"inet/filter", "admins"}] = read_set_elements(bytes);
  FilterRuleset ruleset{.chains = read_chains(bytes)};
  ruleset.rules = read_rules(bytes, sets);
  for (const FilterRule& rule : ruleset.rules) {
    fuzz::must(rule.parts.size() <= kMaxRuleParts, "parts are bounded");
    fuzz::must(is_utf8(rule.table) && is_utf8(rule.chain), "names are UTF-8");
    for (const FilterRow& row : to_rows(rule)) fuzz::must(is_utf8(row.part.jump_chain), "names are UTF-8");
  }
  for (const FilterChain& chain : ruleset.chains) (void)ends_in_drop(ruleset, chain);
  return 0;
}
