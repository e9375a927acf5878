// SPDX-License-Identifier: Apache-2.0
#include "evidence/checked_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <set>

#include "crypto/digest.h"
#include "evidence/ddl.h"
#include "evidence/internal.h"
#include "evidence/scratch_vfs.h"
#include "evidence/tables/all.h"

namespace ehdscan {

Error not_evidence(const std::filesystem::path& file, std::string_view why) {
  return {.kind = ErrorKind::invalid_input,
          .message = fmt::format("`{}` is not evidence that this program can trust: {}", file.string(), why),
          .place = {.file = file.string()},
          .hint = "collect it again with `ehdscan collect`"};
}

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

namespace {

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

}  // namespace

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

}  // namespace ehdscan
