// SPDX-License-Identifier: Apache-2.0
#include "collectors/documents/document_file.h"
#include "fuzz.h"

using namespace ehdscan;

FUZZ_TARGET(data, size) {
  const auto document = Document::parse_yaml(fuzz::text_of(data, size), "document.yaml");
  if (!document) return 0;
  std::vector<Error> mistakes;
  const GovernanceDocument read =
      read_governance_document(**document, *parse_instant("2026-11-23T12:00:00Z"), mistakes);
  for (const Error& mistake : mistakes) {
    fuzz::check_error(mistake);
    fuzz::must(mistake.place.line > 0, "a mistake has a place");
  }
  if (!mistakes.empty()) return 0;
  fuzz::must(!read.id.empty() && !read.kind.empty() && read.approved_on.has_value(), "a valid document is whole");
  fuzz::must(read.author.has_value() && read.author != read.approver, "nobody approves what they wrote");
  for (const DocumentRecord& record : read.records) {
    fuzz::must(record.table != nullptr && record.cells.size() == record.table->columns.size(),
               "a record has a cell per column");
    for (std::size_t i = 0; i < record.cells.size(); ++i) {
      const bool known = record.cells[i].kind != Cell::Kind::null || record.table->columns[i].name == "document_id";
      fuzz::must(known || record.table->columns[i].nullable == Nullable::yes, "no NULL where none may be");
    }
  }
  return 0;
}
