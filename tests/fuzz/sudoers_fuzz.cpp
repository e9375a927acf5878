// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/sudoers.h"
#include "fuzz.h"

using namespace ehdscan;

FUZZ_TARGET(data, size) {
  const std::string text(fuzz::text_of(data, size));
  // An include brings the same text again, so that loops are met.
  const SudoersInclude include = [&](const std::string& path, bool) -> Result<std::vector<std::pair<std::string, std::string>>> {
    return std::vector<std::pair<std::string, std::string>>{{path, text}};
  };
  const Sudoers sudoers = parse_sudoers(text, "/etc/sudoers", include);
  fuzz::must(sudoers.rules.size() <= 50'000, "rules are bounded");
  for (const SudoRule& rule : sudoers.rules) {
    fuzz::must(rule.file < sudoers.files.size() && rule.line > 0, "a rule has a place");
    fuzz::must(is_utf8(rule.principal) && is_utf8(rule.command) && is_utf8(rule.run_as), "texts are UTF-8");
    fuzz::must(!rule.principal.empty() && !rule.command.empty(), "a rule says who and what");
  }
  return 0;
}
