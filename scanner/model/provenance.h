// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace ehdscan {

/// How much an input is worth (scoring model, section 2). Ordered: E0 is the least.
enum class EvidenceGrade : std::uint8_t {
  e0,  ///< bare statement, hand-made rows
  e1,  ///< approved, structured document with approver, date and digest
  e2,  ///< dated, hashed configuration or data export of the system itself or of another tool
  e3,  ///< observed by ehdscan itself, or its own dated and hashed recording
};
std::string_view to_string(EvidenceGrade grade);  ///< "E0" to "E3"
std::optional<EvidenceGrade> parse_evidence_grade(std::string_view text);

/// Observed facts decide readiness; intended ones (plans, manifests) only the gate.
enum class Nature : std::uint8_t { observed, intended };
std::string_view to_string(Nature nature);

/// Which freshness rule of thresholds.yaml `evidence_max_age_days` holds for a source.
enum class Freshness : std::uint8_t { live, export_file, permit_register, document };
std::string_view to_string(Freshness freshness);  ///< "live", "export", "permit_register", "document"

/// Where rows came from: one file, one URL, one kernel interface, one program.
struct Source {
  std::string target;          ///< name of the target in site.yaml
  std::string collector;       ///< "linux_host"
  std::string location;        ///< path, URL or interface ("netlink:nftables"), as a person would look it up
  std::string sha256;          ///< 64 lower-case hex digits of the bytes read; empty where there are no bytes to hash
  Instant observed_at;         ///< when we saw it; for exports the date the export names
  EvidenceGrade grade = EvidenceGrade::e0;
  Nature nature = Nature::observed;
  Freshness freshness = Freshness::live;
  bool third_party = false;    ///< rows made by a program or person other than ehdscan

  friend bool operator==(const Source&, const Source&) = default;
};

/// Number of a source within one evidence file.
using SourceId = std::int64_t;

/// Where exactly in a source a row stands; line 0 where a line has no meaning.
struct Origin {
  SourceId source = 0;
  std::uint32_t line = 0;
};

/// How the collection of one table from one target went.
enum class CollectionState : std::uint8_t {
  complete,       ///< everything was read to the end, and we know that
  partial,        ///< some was read: interrupted, truncated, no right to see all
  failed,         ///< nothing usable: error, malformed
  denied,         ///< the source refused
  not_attempted,  ///< never tried: the collector stopped before, or was told not to
};
std::string_view to_string(CollectionState state);
std::optional<CollectionState> parse_collection_state(std::string_view text);

/// One per target and table that its collector is responsible for.
struct Collection {
  std::string target;
  std::string collector;
  std::string table;
  CollectionState state = CollectionState::not_attempted;
  std::string reason;  ///< empty only if complete
  std::int64_t row_count = 0;
};

}  // namespace ehdscan
