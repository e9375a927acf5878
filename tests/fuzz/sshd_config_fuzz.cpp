// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/sshd_config.h"
#include "collectors/linux_host/sshd_effective.h"
#include "collectors/linux_host/sshd_match.h"
#include "fuzz.h"

using namespace ehdscan;

FUZZ_TARGET(data, size) {
  const std::string text(fuzz::text_of(data, size));
  const SshdConfig config =
      parse_sshd_config(text, "/etc/ssh/sshd_config", [&](std::string_view) { return std::vector<IncludedFile>{{"/etc/ssh/other", text}}; });
  const SshdVersion version = parse_sshd_version("1:9.2p1-2+deb12u10");
  const SshdConnection connection = ordinary_connection(config);
  for (const SshdSetting& setting : effective_sshd_settings(config, version, &connection)) {
    fuzz::must(!setting.keyword.empty(), "a setting has a keyword");
    fuzz::must(!setting.configured || setting.place.file < config.files.size(), "a setting has a place");
  }
  return 0;
}
