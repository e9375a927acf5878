// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "evidence/evidence.h"
#include "evidence/row.h"
#include "model/table_spec.h"

namespace ehdscan {

/// Writes one evidence file. It appears under its name only when finish() succeeded; an interrupted run leaves nothing.
class EvidenceWriter {
 public:
  /// Errors: denied, not_found (no such folder), io.
  static Result<EvidenceWriter> create(const std::filesystem::path& file, EvidenceMeta meta);
  /// The same in memory, for `scan` without a file and for tests; end with finish_in_memory().
  static Result<EvidenceWriter> in_memory(EvidenceMeta meta);

  /// The sink for one target. `tables` are those its collector is responsible for. It stays valid until end_target().
  RowSink& begin_target(std::string_view target, std::string_view collector, std::span<const TableSpec* const> tables);

  /// Writes the collection records of the target: tables never mentioned become not_attempted. With `error`, those
  /// become failed (or denied) with its message as reason, also tables said complete before keep their state.
  void end_target(const Error* error = nullptr);

  /// Number of rows written so far, for progress.
  [[nodiscard]] std::int64_t row_count() const;

  /// Stores the end of the run and moves the file to its place. Errors: io (also a full disk met by any row), internal
  /// (a row that breaks its table's specification: our own mistake, named).
  Result<void> finish(Instant finished_at);

  /// finish() for evidence in memory: hands it over for reading. The writer is empty afterwards.
  Result<Evidence> finish_in_memory(Instant finished_at);

  EvidenceWriter(EvidenceWriter&&) noexcept;
  EvidenceWriter& operator=(EvidenceWriter&&) noexcept;
  ~EvidenceWriter();

 private:
  struct Data;
  explicit EvidenceWriter(std::unique_ptr<Data> data);
  std::unique_ptr<Data> data_;
};

}  // namespace ehdscan
