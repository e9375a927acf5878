// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/error.h"
#include "evidence/evidence.h"
#include "model/check.h"
#include "model/table_spec.h"

namespace ehdscan {

/// Evidence made by hand, for the examples of checks and for tests: one target, one source (E3, observed, live).
class EvidenceFixture {
 public:
  static constexpr const char* kTarget = "example";
  static constexpr const char* kPlatform = "example";

  static Result<EvidenceFixture> create(Instant collected_at);

  /// Removes every row and every collection record; the tables stay.
  void clear();

  /// Adds a row. Columns not named are NULL; columns that are never NULL and not named get a filler (`x`, 0, the
  /// first listed value, the collection's date). `platform` may be named. Errors: invalid_input for unknown columns and
  /// wrong types.
  Result<void> add_row(const TableSpec& table, const ExampleRow& row);

  /// Sets a column to NULL in every row of a table, also where the specification forbids it.
  void set_null(const TableSpec& table, const std::string& column);

  void set_collection(const std::string& table, CollectionState state);

  /// The same source with other properties: grade, nature, freshness, age.
  void set_source(Source source);

  [[nodiscard]] const Evidence& evidence() const { return evidence_; }

 private:
  explicit EvidenceFixture(Evidence evidence) : evidence_(std::move(evidence)) {}
  Evidence evidence_;
};

}  // namespace ehdscan
