// SPDX-License-Identifier: Apache-2.0
// Shared by the reader, the writer and the fixture of evidence/; not for other folders.
#pragma once

#include <filesystem>
#include <span>
#include <utility>
#include <vector>

#include "evidence/evidence.h"
#include "evidence/sqlite.h"

namespace ehdscan {

/// "EHDS" in ASCII, in the header of every evidence file.
inline constexpr int kEvidenceApplicationId = 0x45484453;

struct Evidence::Data {
  sqlite::Connection connection;
  std::vector<EvidenceMeta> metas;
  std::vector<std::pair<SourceId, Source>> sources;
  std::vector<Instant> collected_at;  ///< parallel to sources: the end of the run that read it
  std::vector<Collection> collections;
  std::vector<std::string> digests;
};

/// Creates every table and leaves a transaction open.
Result<void> create_schema(sqlite3* connection);

/// Writes `meta`, `source` and `collection`.
Result<void> store_bookkeeping(sqlite3* connection, const EvidenceMeta& meta,
                               const std::vector<std::pair<SourceId, Source>>& sources,
                               const std::vector<Collection>& collections);

/// Reads them back into `data`, appending; `schema` is the attached database ("main").
Result<void> load_bookkeeping(sqlite3* connection, const std::string& schema, Evidence::Data& data);

/// Opens several files of one site as one evidence, in memory; in what order they are named does not matter. Errors as
/// with Evidence::open.
Result<void> merge_files(Evidence::Data& merged, std::span<const std::filesystem::path> files);

/// Makes evidence of a database in memory that we wrote ourselves.
Evidence adopt_evidence(sqlite::Connection connection, EvidenceMeta meta,
                        std::vector<std::pair<SourceId, Source>> sources, std::vector<Collection> collections);

}  // namespace ehdscan
