// SPDX-License-Identifier: Apache-2.0
#include "cli/document_template.h"

#include <doctest/doctest.h>

#include <set>

#include "collectors/documents/document_file.h"
#include "collectors/documents/document_tables.h"

using namespace ehdscan;

namespace {

const Instant kNow = *parse_instant("2026-11-23T12:00:00Z");

/// The file after a person has taken the comment marks off its sections.
std::string filled_in(std::string text) {
  for (const std::string_view section : {"#claims:", "#records:"}) {
    std::size_t at = text.find(section);
    while (at != std::string::npos && at < text.size()) {
      if (text[at] == '#') text.erase(at, 1);
      at = text.find('\n', at);
      if (at != std::string::npos) ++at;
    }
  }
  return text;
}

}  // namespace

TEST_CASE("document template: as written it reads without mistakes and brings nothing") {
  for (const DocumentTemplate& one : document_templates()) {
    CAPTURE(one.file);
    const auto document = Document::parse_yaml(one.text, one.file);
    REQUIRE_MESSAGE(document, document.error().message);
    std::vector<Error> mistakes;
    const GovernanceDocument read = read_governance_document(**document, kNow, mistakes);
    CHECK(mistakes.empty());
    CHECK(read.claims.empty());
    CHECK(read.tables.empty());
  }
}

TEST_CASE("document template: with its comments taken off it reads too, and every table has a place") {
  std::set<std::string_view> tables;
  for (const DocumentTemplate& one : document_templates()) {
    CAPTURE(one.file);
    const auto document = Document::parse_yaml(filled_in(one.text), one.file);
    REQUIRE_MESSAGE(document, document.error().message);
    std::vector<Error> mistakes;
    const GovernanceDocument read = read_governance_document(**document, kNow, mistakes);
    CHECK_MESSAGE(mistakes.empty(), mistakes.front().message);
    for (const TableSpec* table : read.tables) tables.insert(table->name);
  }
  for (const TableSpec* table : document_record_tables()) CHECK_MESSAGE(tables.contains(table->name), table->name);
}
