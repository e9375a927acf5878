// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "model/provenance.h"

struct sqlite3;

namespace ehdscan {

/// Version of the table specifications; stored in every evidence file. Any change of a table raises it.
inline constexpr std::int64_t kEvidenceVersion = 1;

/// Database in memory that holds the derived tables; their names are found there because the evidence has none such.
inline constexpr std::string_view kDerivedSchema = "derived";

/// What an evidence file says of itself.
struct EvidenceMeta {
  std::string site;
  std::string country;
  std::string tool_version;
  Instant started_at;
  Instant finished_at;

  friend bool operator==(const EvidenceMeta&, const EvidenceMeta&) = default;
};

/// Evidence opened for reading, defensively: the file may be hostile.
///
/// Read-only, DEFENSIVE, trusted_schema off, no memory mapping, limits on lengths; the schema must be exactly the
/// tables that this program writes (no view, trigger, generated column or foreign table), and every value must have the
/// type, NULL-ness and enumeration that its column declares.
class Evidence {
 public:
  /// Opens one file, or copies several into one temporary database (a fleet; order does not matter). Targets of the
  /// same name from different files are told apart by the file's name in parentheses.
  /// Errors: not_found, denied, invalid_input (not evidence, wrong schema or version, corrupt), limit.
  static Result<Evidence> open(std::span<const std::filesystem::path> files);

  [[nodiscard]] const std::vector<EvidenceMeta>& metas() const;  ///< one per file, in the order of their content
  [[nodiscard]] const std::vector<std::pair<SourceId, Source>>& sources() const;
  [[nodiscard]] const std::vector<Collection>& collections() const;  ///< sorted by target and table
  /// End of the collection run that read the source with this index: its age is measured there.
  [[nodiscard]] Instant collected_at(std::size_t source_index) const;
  /// End of the newest collection run: the default as-of instant.
  [[nodiscard]] Instant newest_finish() const;
  /// sha256 of each file's bytes, in the order given.
  [[nodiscard]] const std::vector<std::string>& digests() const;

  /// For the engine and the derived tables only.
  [[nodiscard]] sqlite3* handle() const;

  /// Creates the empty derived tables beside the evidence, in memory, under kDerivedSchema. Once per evidence.
  Result<void> attach_derived();
  /// Adds what is known of a derived table's completeness.
  void add_collection(Collection collection);

  struct Data;
  explicit Evidence(std::unique_ptr<Data> data);  ///< for evidence/ itself

  Evidence(Evidence&&) noexcept;
  Evidence& operator=(Evidence&&) noexcept;
  ~Evidence();

 private:
  friend class EvidenceFixture;
  std::unique_ptr<Data> data_;
};

}  // namespace ehdscan
