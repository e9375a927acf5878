// SPDX-License-Identifier: Apache-2.0
#include "evidence/evidence.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <set>

#include "crypto/digest.h"
#include "evidence/ddl.h"
#include "evidence/internal.h"
#include "evidence/scratch_vfs.h"
#include "evidence/sqlite.h"
#include "evidence/tables/all.h"

namespace ehdscan {
namespace {

Error not_evidence(const std::filesystem::path& file, std::string_view why) {
  return {.kind = ErrorKind::invalid_input,
          .message = fmt::format("`{}` is not evidence that this program can trust: {}", file.string(), why),
          .place = {.file = file.string()},
          .hint = "collect it again with `ehdscan collect`"};
}

/// file: URI with every unusual byte escaped. `immutable` keeps SQLite from looking for journals beside a hostile file.
std::string uri_of(const std::filesystem::path& file) {
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(file).string()) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
                       c == '.' || c == '-' || c == '_';
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return uri + "?mode=ro&immutable=1";
}

void harden(sqlite3* connection) {
  const auto set = [&](int option, int value) { sqlite3_db_config(connection, option, value, nullptr); };
  set(SQLITE_DBCONFIG_DEFENSIVE, 1);
  set(SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0);
  set(SQLITE_DBCONFIG_ENABLE_TRIGGER, 0);
  set(SQLITE_DBCONFIG_ENABLE_VIEW, 0);  // views of our own in temp stay allowed
  set(SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0);
  set(SQLITE_DBCONFIG_DQS_DML, 0);
  set(SQLITE_DBCONFIG_DQS_DDL, 0);
  constexpr std::array<std::pair<int, int>, 7> kLimits{{{SQLITE_LIMIT_LENGTH, 64 << 20},
                                                        {SQLITE_LIMIT_SQL_LENGTH, 4 << 20},
                                                        {SQLITE_LIMIT_COLUMN, 2000},
                                                        {SQLITE_LIMIT_EXPR_DEPTH, 1000},
                                                        {SQLITE_LIMIT_COMPOUND_SELECT, 100},
                                                        {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000},
                                                        {SQLITE_LIMIT_TRIGGER_DEPTH, 1}}};
  for (const auto& [limit, value] : kLimits) sqlite3_limit(connection, limit, value);
}

/// The schema must be ours to the letter, so no view, trigger, index, generated column or strange default can hide in
/// it.
Result<void> check_schema(sqlite3* connection, const std::filesystem::path& file) {
  Result<sqlite::Statement> version = sqlite::Statement::prepare(
      connection,
      "SELECT (SELECT application_id FROM pragma_application_id),(SELECT user_version FROM pragma_user_version)");
  if (!version) return std::unexpected(not_evidence(file, version.error().message));
  const Result<bool> row = version->step();
  if (!row || !*row) return std::unexpected(not_evidence(file, row ? "it is empty" : row.error().message));
  if (version->integer(0) != kEvidenceApplicationId)
    return std::unexpected(not_evidence(file, "it is some other database"));
  if (version->integer(1) != kEvidenceVersion) {
    return std::unexpected(not_evidence(file, fmt::format("its tables have version {}, this program reads version {}",
                                                          version->integer(1), kEvidenceVersion)));
  }
  std::set<std::string> expected;
  for (const BookkeepingTable& table : bookkeeping_tables()) expected.emplace(table.sql);
  for (const TableSpec* table : collected_tables()) expected.insert(create_table_sql(*table));

  Result<sqlite::Statement> schema =
      sqlite::Statement::prepare(connection, "SELECT type,name,coalesce(sql,'') FROM sqlite_schema");
  if (!schema) return std::unexpected(not_evidence(file, schema.error().message));
  while (true) {
    const Result<bool> more = schema->step();
    if (!more) return std::unexpected(not_evidence(file, more.error().message));
    if (!*more) break;
    if (schema->text(0) != "table" || expected.erase(std::string(schema->text(2))) == 0) {
      return std::unexpected(not_evidence(
          file, fmt::format("it holds a {} `{}` that does not belong there", schema->text(0), schema->text(1))));
    }
  }
  if (!expected.empty()) {
    return std::unexpected(not_evidence(file, fmt::format("{} of its tables are missing", expected.size())));
  }
  return {};
}

/// Types, NULL-ness and the b-trees themselves (quick_check), and the closed lists of columns.
Result<void> check_content(sqlite3* connection, const std::filesystem::path& file) {
  Result<sqlite::Statement> check = sqlite::Statement::prepare(connection, "PRAGMA quick_check(1)");
  if (!check) return std::unexpected(not_evidence(file, check.error().message));
  const Result<bool> row = check->step();
  if (!row) return std::unexpected(not_evidence(file, row.error().message));
  if (!*row || check->text(0) != "ok") {
    return std::unexpected(not_evidence(file, *row ? std::string(check->text(0)) : "it is empty"));
  }
  for (const TableSpec* table : collected_tables()) {
    const std::string sql = violations_sql(*table);
    if (sql.empty()) continue;
    Result<sqlite::Statement> query = sqlite::Statement::prepare(connection, sql);
    if (!query) return std::unexpected(not_evidence(file, query.error().message));
    const Result<bool> found = query->step();
    if (!found) return std::unexpected(not_evidence(file, found.error().message));
    if (*found) {
      return std::unexpected(not_evidence(
          file, fmt::format("row {} of `{}` holds a value outside its column's list", query->integer(0), table->name)));
    }
  }
  return {};
}

Result<std::string> digest_of(const std::filesystem::path& file) {
  const FileDescriptor input(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status{};
  if (!input || ::fstat(input.get(), &status) != 0) {
    const int code = errno;
    return fail(code == EACCES ? ErrorKind::denied : ErrorKind::not_found,
                fmt::format("cannot read `{}`: {}", file.string(), std::generic_category().message(code)));
  }
  if (!S_ISREG(status.st_mode)) {
    return fail(ErrorKind::invalid_input, fmt::format("`{}` is not a file", file.string()), "name an evidence file");
  }
  Sha256 digest;
  std::vector<char> buffer(std::size_t{1} << 20);
  while (true) {
    const ssize_t got = ::read(input.get(), buffer.data(), buffer.size());
    if (got < 0) return fail(ErrorKind::io, fmt::format("cannot read `{}`", file.string()));
    if (got == 0) return digest.hex();
    digest.update({buffer.data(), static_cast<std::size_t>(got)});
  }
}

Result<sqlite::Connection> open_checked(const std::filesystem::path& file) {
  Result<sqlite::Connection> connection = sqlite::open(
      uri_of(file), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE,
      sqlite::scratch_vfs());
  if (!connection) return std::unexpected(not_evidence(file, connection.error().message));
  harden(connection->get());
  // Sorts are cut into pieces of the size of the page cache, and small pieces sort faster: the system caches the file.
  if (Result<void> set = sqlite::run(connection->get(),
                                     "PRAGMA mmap_size=0;PRAGMA cell_size_check=ON;PRAGMA temp_store=FILE;PRAGMA "
                                     "cache_size=-8192;");
      !set) {
    return std::unexpected(not_evidence(file, set.error().message));
  }
  if (Result<void> fine = check_schema(connection->get(), file); !fine) return std::unexpected(fine.error());
  if (Result<void> fine = check_content(connection->get(), file); !fine) return std::unexpected(fine.error());
  return connection;
}

/// Copies one checked file into `data`: sources get new numbers, targets of the same name are told apart.
Result<void> merge_file(Evidence::Data& data, const std::filesystem::path& file, std::set<std::string>& taken) {
  sqlite3* connection = data.connection.get();
  Result<sqlite::Statement> attach = sqlite::Statement::prepare(connection, "ATTACH ? AS part");
  if (!attach) return std::unexpected(attach.error());
  attach->bind(1, uri_of(file));
  if (const Result<bool> done = attach->step(); !done) return std::unexpected(not_evidence(file, done.error().message));
  attach->reset();
  if (Result<void> begun = sqlite::run(connection, "BEGIN"); !begun) return begun;

  const std::int64_t offset = data.sources.empty() ? 0 : data.sources.back().first;
  const std::size_t first_source = data.sources.size();
  const std::size_t first_collection = data.collections.size();
  if (Result<void> loaded = load_bookkeeping(connection, "part", data); !loaded) return loaded;
  data.collected_at.resize(data.sources.size(), data.metas.back().finished_at);

  std::set<std::string> own;
  for (std::size_t i = first_collection; i < data.collections.size(); ++i) own.insert(data.collections[i].target);
  const auto renamed = [&](const std::string& target) {
    return taken.contains(target) ? fmt::format("{} ({})", target, file.filename().string()) : target;
  };
  for (std::size_t i = first_source; i < data.sources.size(); ++i) {
    data.sources[i].first += offset;
    data.sources[i].second.target = renamed(data.sources[i].second.target);
  }
  for (std::size_t i = first_collection; i < data.collections.size(); ++i) {
    data.collections[i].target = renamed(data.collections[i].target);
  }
  for (const std::string& target : own) taken.insert(renamed(target));

  for (const TableSpec* table : collected_tables()) {
    std::string columns;
    for (const StoredColumn& column : stored_columns(*table)) {
      columns += columns.empty() ? "" : ",";
      columns += column.name == kSourceIdColumn ? fmt::format("source_id+{}", offset) : column.name;
    }
    if (Result<void> copied =
            sqlite::run(connection, fmt::format("INSERT INTO main.{0} SELECT {1} FROM part.{0}", table->name, columns));
        !copied) {
      return copied;
    }
  }
  return sqlite::run(connection, "COMMIT;DETACH part");
}

}  // namespace

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

  Result<sqlite::Connection> merged =
      sqlite::open("", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX);
  if (!merged) return std::unexpected(merged.error());
  data->connection = std::move(*merged);
  if (Result<void> made = create_schema(data->connection.get()); !made) return std::unexpected(made.error());
  if (Result<void> begun = sqlite::run(data->connection.get(), "COMMIT"); !begun) return std::unexpected(begun.error());
  harden(data->connection.get());
  std::set<std::string> taken;
  for (const auto& [digest, file] : ordered) {
    if (Result<sqlite::Connection> checked = open_checked(file); !checked) return std::unexpected(checked.error());
    if (Result<void> copied = merge_file(*data, file, taken); !copied) return std::unexpected(copied.error());
  }
  std::ranges::sort(data->collections, {}, [](const Collection& c) { return std::tie(c.target, c.table); });
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
