// SPDX-License-Identifier: Apache-2.0
#include "evidence/evidence.h"

#include <fmt/format.h>

#include <algorithm>

#include "evidence/checked_file.h"
#include "evidence/ddl.h"
#include "evidence/internal.h"
#include "evidence/sqlite.h"
#include "evidence/tables/all.h"

namespace ehdscan {

Evidence::Evidence(std::unique_ptr<Data> data) : data_(std::move(data)) {}
Evidence::Evidence(Evidence&&) noexcept = default;
Evidence& Evidence::operator=(Evidence&&) noexcept = default;
Evidence::~Evidence() = default;

Result<Evidence> Evidence::open(std::span<const std::filesystem::path> files) {
  if (files.empty())
    return fail(ErrorKind::usage, "no evidence file was named", "make one with `ehdscan collect site.yaml`");
  auto data = std::make_unique<Data>();
  // Content, not the order of the command line, decides the order: the same files give the same bytes.
  std::vector<std::pair<std::string, std::filesystem::path>> ordered;
  for (const std::filesystem::path& file : files) {
    Result<std::string> digest = digest_of(file);
    if (!digest) return std::unexpected(digest.error());
    if (std::ranges::any_of(ordered, [&](const auto& seen) { return seen.first == *digest; })) {
      return fail(ErrorKind::invalid_input, fmt::format("`{}` was given twice", file.string()),
                  "name each evidence once");
    }
    ordered.emplace_back(std::move(*digest), file);
  }
  std::ranges::sort(ordered);
  for (const auto& [digest, file] : ordered) data->digests.push_back(digest);

  if (ordered.size() == 1) {
    Result<sqlite::Connection> connection = open_checked(ordered.front().second);
    if (!connection) return std::unexpected(connection.error());
    data->connection = std::move(*connection);
    if (Result<void> loaded = load_bookkeeping(data->connection.get(), "main", *data); !loaded) {
      return std::unexpected(not_evidence(ordered.front().second, loaded.error().message));
    }
    data->collected_at.resize(data->sources.size(), data->metas.back().finished_at);
    return Evidence(std::move(data));
  }

  std::vector<std::filesystem::path> parts;
  for (const auto& [digest, file] : ordered) parts.push_back(file);
  if (Result<void> merged = merge_files(*data, parts); !merged) return std::unexpected(merged.error());
  return Evidence(std::move(data));
}

const std::vector<EvidenceMeta>& Evidence::metas() const { return data_->metas; }
const std::vector<std::pair<SourceId, Source>>& Evidence::sources() const { return data_->sources; }
const std::vector<Collection>& Evidence::collections() const { return data_->collections; }
const std::vector<std::string>& Evidence::digests() const { return data_->digests; }
Instant Evidence::collected_at(std::size_t source_index) const { return data_->collected_at[source_index]; }
sqlite3* Evidence::handle() const { return data_->connection.get(); }

Result<void> Evidence::attach_derived() {
  // A database attached to a read-only file is read-only as well, unless its name says otherwise.
  const bool read_only = sqlite3_db_readonly(handle(), "main") == 1;
  std::string sql =
      fmt::format("ATTACH '{}' AS {};BEGIN;", read_only ? "file:derived?mode=memory" : ":memory:", kDerivedSchema);
  constexpr std::string_view kCreate = "CREATE TABLE ";
  for (const TableSpec* table : all_tables()) {
    if (!table->is_derived()) continue;
    sql += fmt::format("{}{}.{};", kCreate, kDerivedSchema,
                       create_table_sql(*table, Constraints::left_out).substr(kCreate.size()));
  }
  return sqlite::run(handle(), sql + "COMMIT;");
}

void Evidence::add_collection(Collection collection) { data_->collections.push_back(std::move(collection)); }

Instant Evidence::newest_finish() const {
  Instant newest{};
  for (const EvidenceMeta& meta : data_->metas) newest = std::max(newest, meta.finished_at);
  return newest;
}

}  // namespace ehdscan
