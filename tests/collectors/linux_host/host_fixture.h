// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "collectors/linux_host/host_context.h"
#include "collectors/recording_sink.h"
#include "support/temporary_folder.h"

namespace ehdscan {

/// A machine made of a few files, for tests of one section.
///
///     HostFixture host({{"/etc/passwd", "root:x:0:0::/root:/bin/sh\n"}});
///     host.run(accounts_section);
///     CHECK(host.sink.state_of(tables::local_account) == "complete");
struct HostFixture {
  TemporaryFolder folder;
  RecordingSink sink;
  CollectContext run_context{.started_at = *parse_instant("2026-11-23T08:00:00Z")};

  explicit HostFixture(std::initializer_list<std::pair<std::string_view, std::string_view>> contents = {}) {
    for (const auto& [path, text] : contents) add(path, text);
  }

  std::filesystem::path path(std::string_view inside) const { return folder.path / inside.substr(1); }

  void add(std::string_view inside, std::string_view text) const {
    std::filesystem::create_directories(path(inside).parent_path());
    std::ofstream(path(inside), std::ios::binary) << text;
  }

  void run(const HostSection& section, EvidenceGrade grade = EvidenceGrade::e2) {
    const HostFiles files = HostFiles::open(folder.path).value();
    HostContext context(files, sink, run_context, "test", grade);
    const HostSection* const sections[] = {&section};
    run_sections(context, sections);
  }
};

/// A committed machine below tests/collectors/linux_host/roots/.
inline std::filesystem::path fixture_root(std::string_view name) {
  return std::filesystem::path(EHDSCAN_SOURCE_DIR) / "tests/collectors/linux_host/roots" / name;
}

}  // namespace ehdscan
