// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "evidence/row.h"
#include "format/document.h"
#include "model/table_spec.h"

namespace ehdscan {

/// Files of governance documents are written by hand; anything larger is a mistake or an attack.
inline constexpr DocumentLimits kDocumentLimits{};

/// A statement of a document: exactly one of the values is given, or none if it was left open (null).
struct DocumentClaim {
  std::string name;
  std::optional<bool> flag;
  std::optional<std::int64_t> number;
  std::optional<std::string> text;
  std::optional<Day> day;
  std::string_view kind;
  std::uint32_t line = 0;
};

/// One record: cells in the order of its table's columns.
struct DocumentRecord {
  const TableSpec* table = nullptr;
  std::vector<Cell> cells;
  std::uint32_t line = 0;
};

/// A governance document as its record describes it (docs/formats/documents.md).
struct GovernanceDocument {
  std::string id;
  std::string kind;
  std::optional<std::string> title, version, author, approver, baseline;
  std::optional<Day> approved_on, reviewed_on;
  std::optional<std::vector<std::string>> nodes;
  std::optional<std::string> file, sha256;
  std::optional<std::int64_t> items;
  std::vector<DocumentClaim> claims;
  std::vector<DocumentRecord> records;
  std::vector<const TableSpec*> tables;  ///< that it has a section of, also an empty one
  std::uint32_t line = 0;
};

/// Reads one file and keeps every mistake, in the order of the file: unknown or missing keys, wrong types and words,
/// nobody approves what they wrote, days of the past that lie ahead of `now`, ends before their starts, ids given
/// twice. With mistakes the result must not be used, except `tables`: what the file would have been about.
GovernanceDocument read_governance_document(const Document& document, Instant now, std::vector<Error>& mistakes);

}  // namespace ehdscan
