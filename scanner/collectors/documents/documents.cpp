// SPDX-License-Identifier: Apache-2.0
#include "collectors/documents/documents.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/file.h"
#include "collectors/documents/document_file.h"
#include "collectors/documents/document_tables.h"
#include "crypto/digest.h"
#include "evidence/tables/document.h"

namespace ehdscan {
namespace {

/// A described file may be a scanned PDF.
constexpr std::size_t kMostDescribedBytes = std::size_t{256} << 20;
constexpr std::size_t kMostFiles = 10'000;

std::span<const TableSpec* const> tables_of_documents() {
  static const std::vector<const TableSpec*> all = [] {
    std::vector<const TableSpec*> list{&tables::document, &tables::document_claim};
    list.insert(list.end(), document_record_tables().begin(), document_record_tables().end());
    return list;
  }();
  return all;
}

Result<std::string> folder_of(const Target& target) {
  const auto text = target.options->as_text();
  if (!text) return std::unexpected(text.error());
  return std::string(*text);
}

Result<void> validate(const Target& target) {
  if (const auto folder = folder_of(target); !folder) return std::unexpected(folder.error());
  return {};
}

class Collection {
 public:
  Collection(const Target& target, std::string written, RowSink& sink, const CollectContext& context)
      : written_(std::move(written)),
        base_(target.resolve(written_)),
        platform_("documents:" + std::filesystem::path(written_).lexically_normal().parent_path().filename().string()),
        sink_(sink),
        context_(context) {
    const std::filesystem::path last = std::filesystem::path(written_).lexically_normal();
    if (last.has_filename()) platform_ = "documents:" + last.filename().string();
  }

  Result<void> run() {
    const auto files = document_files(base_);
    if (!files) return std::unexpected(files.error());
    for (const std::filesystem::path& file : *files) {
      if (context_.stop()) return {};
      read(file);
    }
    for (const TableSpec* table : tables_of_documents()) {
      const bool of_every_document = table == &tables::document || table == &tables::document_claim;
      if (of_every_document || named_.contains(table)) {
        sink_.collected(*table, CollectionState::complete);
      } else {
        sink_.collected(*table, CollectionState::not_attempted,
                        fmt::format("no document in `{}` has a section `{}`", written_, table->name));
      }
    }
    return {};
  }

 private:
  /// As the report shows it: below the path of site.yaml.
  [[nodiscard]] std::string shown(const std::filesystem::path& file) const {
    if (file == base_) return written_;
    return (std::filesystem::path(written_) / file.lexically_relative(base_)).lexically_normal().string();
  }

  void read(const std::filesystem::path& file) {
    const auto parsed = Document::read(file, kDocumentLimits);
    if (!parsed) {
      const CollectionState state =
          parsed.error().kind == ErrorKind::denied ? CollectionState::denied : CollectionState::failed;
      for (const TableSpec* table : tables_of_documents()) {
        sink_.collected(*table, state, fmt::format("{}: {}", shown(file), parsed.error().message));
      }
      return;
    }
    std::vector<Error> mistakes;
    GovernanceDocument document = read_governance_document(**parsed, context_.started_at, mistakes);
    if (mistakes.empty() && !ids_.insert(document.id).second) {
      mistakes.push_back(
          (*parsed)->root().error(fmt::format("another file already describes the document `{}`", document.id)));
    }
    for (const DocumentRecord& record : document.records) {
      std::string key = std::string(record.table->name);
      for (std::size_t i = 0; i < record.cells.size(); ++i) {
        if (record.table->columns[i].key) key += fmt::format("\n{}{}", record.cells[i].text, record.cells[i].integer);
      }
      if (mistakes.empty() && !keys_.insert(key).second) {
        mistakes.push_back((*parsed)->root().error(
            fmt::format("another file already has the record of `{}` in line {}", record.table->name, record.line)));
      }
    }
    named_.insert(document.tables.begin(), document.tables.end());
    if (!mistakes.empty()) {
      const std::string reason = fmt::format(
          "{}:{}: {}{}", shown(file), mistakes.front().place.line, mistakes.front().message,
          mistakes.size() > 1
              ? fmt::format(" (and {} more mistakes; `ehdscan documents check` lists them)", mistakes.size() - 1)
              : "");
      for (const TableSpec* table : {&tables::document, &tables::document_claim})
        sink_.collected(*table, CollectionState::partial, reason);
      for (const TableSpec* table : document.tables) sink_.collected(*table, CollectionState::failed, reason);
      return;
    }
    write(document, file, (*parsed)->text());
  }

  void write(const GovernanceDocument& document, const std::filesystem::path& file, std::string_view text) {
    const SourceId source = sink_.add_source({.target = {},
                                              .collector = {},
                                              .location = shown(file),
                                              .sha256 = sha256_hex(text),
                                              .observed_at = context_.started_at,
                                              .grade = EvidenceGrade::e1,
                                              .nature = Nature::observed,
                                              .freshness = Freshness::document,
                                              .third_party = false});
    Row<tables::document> row(platform_);
    row.set<"document_id">(document.id).set<"kind">(document.kind).set<"title">(document.title);
    row.set<"document_version">(document.version).set<"author">(document.author).set<"approver">(document.approver);
    row.set<"approved_on">(document.approved_on).set<"reviewed_on">(document.reviewed_on);
    row.set<"nodes">(document.nodes).set<"baseline_id">(document.baseline).set<"file_sha256">(document.sha256);
    row.set<"digest_matches">(digest_matches(document, file)).set<"item_count">(document.items);
    row.write(sink_, {.source = source, .line = document.line});
    Row<tables::document_claim> claim_row(platform_);
    for (const DocumentClaim& claim : document.claims) {
      claim_row.set<"document_id">(document.id).set<"claim">(claim.name).set<"kind">(claim.kind);
      claim_row.set<"flag">(claim.flag).set<"number">(claim.number).set<"text">(claim.text).set<"stated_on">(claim.day);
      claim_row.write(sink_, {.source = source, .line = claim.line});
    }
    for (const DocumentRecord& record : document.records) {
      sink_.write(*record.table, platform_, record.cells, {.source = source, .line = record.line});
    }
  }

  std::optional<bool> digest_matches(const GovernanceDocument& document, const std::filesystem::path& file) {
    if (!document.file) return std::nullopt;
    const auto bytes = read_file(file.parent_path() / *document.file, kMostDescribedBytes);
    if (!bytes) {
      sink_.collected(tables::document, CollectionState::partial,
                      fmt::format("{}: the described file cannot be read: {}", shown(file), bytes.error().message));
      return std::nullopt;
    }
    return sha256_hex(*bytes) == *document.sha256;
  }

  std::string written_;
  std::filesystem::path base_;
  std::string platform_;
  RowSink& sink_;
  const CollectContext& context_;
  std::set<std::string> ids_, keys_;
  std::set<const TableSpec*> named_;
};

Result<void> collect(const Target& target, RowSink& sink, const CollectContext& context) {
  auto folder = folder_of(target);
  if (!folder) return std::unexpected(folder.error());
  return Collection(target, *std::move(folder), sink, context).run();
}

}  // namespace

Result<std::vector<std::filesystem::path>> document_files(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_regular_file(path, error)) return std::vector{path};
  std::vector<std::filesystem::path> files;
  std::filesystem::recursive_directory_iterator folder(path, error);
  for (; !error && folder != std::filesystem::recursive_directory_iterator(); folder.increment(error)) {
    const std::string ending = folder->path().extension().string();
    if (ending == ".yaml" || ending == ".yml") files.push_back(folder->path());
    if (files.size() > kMostFiles)
      return fail(ErrorKind::limit, fmt::format("`{}` holds more than {} documents", path.string(), kMostFiles));
  }
  if (error) {
    return fail(error == std::errc::permission_denied ? ErrorKind::denied : ErrorKind::not_found,
                fmt::format("cannot read `{}`: {}", path.string(), error.message()),
                "name a folder of documents, or one of them");
  }
  if (files.empty()) {
    return fail(ErrorKind::invalid_input, fmt::format("`{}` holds no document", path.string()),
                "`ehdscan init --documents` writes templates");
  }
  std::ranges::sort(files);
  return files;
}

CollectorSpec documents_collector() {
  return {.name = "documents",
          .summary = "governance documents: policies, plans, registers and records of what was done",
          .evidence = "document",
          .tables = tables_of_documents(),
          .validate = &validate,
          .collect = &collect};
}

}  // namespace ehdscan
