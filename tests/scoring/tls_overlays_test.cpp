// SPDX-License-Identifier: Apache-2.0
// Overlays of national bodies narrow the baseline: none of them may call good what the baseline does not.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "scoring/profile.h"

using namespace ehdscan;

namespace {

using Verdicts = std::map<std::string, int>;  ///< by code: 0 pass, 1 warn, 2 fail; the worst of all dates

std::string text_of(const ThresholdTable& table, const ThresholdRow& row, std::string_view column) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].first == column && row.cells[i]) {
      if (const auto* text = std::get_if<std::string>(&*row.cells[i])) return *text;
    }
  }
  return {};
}

Verdicts verdicts_of(const LoadedProfile& profile, std::string_view name) {
  const auto table = std::ranges::find(profile.thresholds.tables, name, &ThresholdTable::name);
  REQUIRE(table != profile.thresholds.tables.end());
  Verdicts verdicts;
  for (const ThresholdRow& row : table->rows) {
    const std::string verdict = text_of(*table, row, "verdict");
    const std::string code = text_of(*table, row, "code");
    // A rule that only begins later is compared with nothing that holds today.
    if (row.effective_from > Day{2026, 11, 23}) continue;
    verdicts[code] = std::max(verdicts[code], verdict == "pass" ? 0 : verdict == "warn" ? 1 : 2);
  }
  return verdicts;
}

}  // namespace

TEST_CASE("tls overlays: each can be loaded and only narrows") {
  const auto base = load_profile("ehds-hric-readiness-baseline");
  REQUIRE(base.has_value());
  for (const char* id : {"mozilla-intermediate-6.0", "mozilla-modern", "ncsc-nl-2025-05", "bsi-tr-02102-2-2026-01",
                         "anssi", "eccg-acm-2.0"}) {
    const auto overlay = load_profile(id);
    REQUIRE_MESSAGE(overlay.has_value(), id);
    for (const char* table : {"tls_suite", "tls_group", "tls_protocol_version"}) {
      const Verdicts before = verdicts_of(*base, table);
      const Verdicts after = verdicts_of(*overlay, table);
      for (const auto& [code, verdict] : after) {
        REQUIRE_MESSAGE(before.contains(code), id, ": ", code);
        CHECK_MESSAGE(verdict >= before.at(code), id, ": ", code);
      }
    }
  }
}

TEST_CASE("tls overlays: what tells them apart") {
  const auto verdict = [](const char* id, const char* table, const char* code) {
    const auto loaded = load_profile(id);
    REQUIRE(loaded.has_value());
    return verdicts_of(*loaded, table).at(code);
  };
  CHECK(verdict("bsi-tr-02102-2-2026-01", "tls_group", "0x001D") == 2);
  CHECK(verdict("bsi-tr-02102-2-2026-01", "tls_group", "0x001A") == 0);
  CHECK(verdict("bsi-tr-02102-2-2026-01", "tls_suite", "0x1303") == 2);
  CHECK(verdict("mozilla-intermediate-6.0", "tls_group", "0x001A") == 2);
  CHECK(verdict("mozilla-intermediate-6.0", "tls_suite", "0xC02F") == 0);
  CHECK(verdict("mozilla-intermediate-6.0", "tls_suite", "0xC027") == 2);
  CHECK(verdict("mozilla-modern", "tls_protocol_version", "0x0303") == 2);
  CHECK(verdict("ncsc-nl-2025-05", "tls_suite", "0xC027") == 1);
}
