// SPDX-License-Identifier: Apache-2.0
#include "evidence/writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <tuple>
#include <unordered_set>

#include "base/text.h"
#include "evidence/ddl.h"
#include "evidence/internal.h"
#include "evidence/sqlite.h"
#include "evidence/tables/all.h"

namespace ehdscan {
namespace {

constexpr std::size_t kLongestCellBytes = std::size_t{1} << 20;

/// One INSERT, prepared when the first row of its table comes.
struct TableWriter {
  const TableSpec* table = nullptr;
  sqlite::Statement insert;
  std::int64_t rows = 0;
};

Result<TableWriter> prepare_table(sqlite3* connection, const TableSpec& table) {
  std::string names;
  std::string marks;
  for (const StoredColumn& column : stored_columns(table)) {
    names += fmt::format("{}{}", names.empty() ? "" : ",", column.name);
    marks += marks.empty() ? "?" : ",?";
  }
  Result<sqlite::Statement> insert =
      sqlite::Statement::prepare(connection, fmt::format("INSERT INTO {}({}) VALUES({})", table.name, names, marks));
  if (!insert) return std::unexpected(insert.error());
  return TableWriter{&table, std::move(*insert), 0};
}

bool listed(const ColumnSpec& column, std::string_view text) {
  return std::find(column.values.begin(), column.values.end(), text) != column.values.end();
}

}  // namespace

struct EvidenceWriter::Data final : RowSink {
  std::filesystem::path file;
  std::string temporary;  ///< empty in memory, or once the file is in its place
  EvidenceMeta meta;
  sqlite::Connection connection;
  std::map<std::string_view, TableWriter> tables;
  std::map<std::tuple<std::string, std::string, std::string, std::int64_t, EvidenceGrade>, SourceId> source_ids;
  std::vector<std::pair<SourceId, Source>> sources;
  std::vector<Collection> collections;
  std::optional<Error> trouble;  ///< the first thing that went wrong with any row
  std::int64_t rows = 0;

  std::string target;
  std::string collector;
  std::vector<const TableSpec*> responsible;
  /// What was said of a table: the first reasons in words, how many others by number, so that a plan of 15,000
  /// resources with the same trouble does not carry it 15,000 times into every result.
  struct Said {
    CollectionState state = CollectionState::complete;
    std::string reason;
    std::size_t in_words = 0;
    std::unordered_set<std::size_t> known;  ///< hashes of all reasons

    void add(std::string_view text) {
      constexpr std::size_t kMostReasons = 3;
      if (text.empty() || !known.insert(std::hash<std::string_view>{}(text)).second) return;
      if (in_words == kMostReasons) return;
      ++in_words;
      reason += (reason.empty() ? "" : "; ") + std::string(text);
    }
    [[nodiscard]] std::string whole_reason() const {
      return known.size() > in_words ? fmt::format("{} (and {} more)", reason, known.size() - in_words) : reason;
    }
  };
  std::map<std::string_view, Said> said;
  std::map<std::string_view, std::int64_t> rows_before;

  ~Data() override {
    tables.clear();
    connection.reset();
    if (!temporary.empty()) ::unlink(temporary.c_str());
  }

  void remember(Error error) {
    if (!trouble) trouble = std::move(error);
  }

  SourceId add_source(Source source) override {
    source.target = target;
    source.collector = collector;
    const auto key = std::make_tuple(source.target, source.location, source.sha256,
                                     source.observed_at.seconds_since_epoch, source.grade);
    const auto [place, inserted] = source_ids.try_emplace(key, static_cast<SourceId>(sources.size() + 1));
    if (inserted) sources.emplace_back(place->second, std::move(source));
    return place->second;
  }

  TableWriter* writer_of(const TableSpec& table) {
    const auto found = tables.find(table.name);
    if (found != tables.end()) return &found->second;
    Result<TableWriter> writer = prepare_table(connection.get(), table);
    if (!writer) {
      remember(writer.error());
      return nullptr;
    }
    return &tables.emplace(table.name, std::move(*writer)).first->second;
  }

  void write(const TableSpec& table, std::string_view platform, std::span<const Cell> cells,
             const Origin& origin) override {
    if (trouble) return;
    TableWriter* writer = writer_of(table);
    if (writer == nullptr) return;
    sqlite3_stmt* insert = writer->insert.handle();
    const auto bind_text = [&](int index, std::string_view text) {
      // Static is safe: the cells live until the step below. Evidence is UTF-8 whatever the source was.
      if (is_utf8(text) && text.find('\0') == std::string_view::npos) {
        sqlite3_bind_text(insert, index, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
      } else {
        std::string clean = to_valid_utf8(text);
        std::erase(clean, '\0');
        sqlite3_bind_text(insert, index, clean.data(), static_cast<int>(clean.size()), SQLITE_TRANSIENT);
      }
    };
    bind_text(1, platform);
    sqlite3_bind_int64(insert, 2, origin.source);
    if (origin.line > 0) {
      sqlite3_bind_int64(insert, 3, origin.line);
    } else {
      sqlite3_bind_null(insert, 3);
    }
    int index = static_cast<int>(kCommonColumnCount);
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const ColumnSpec& column = table.columns[i];
      const Cell& cell = cells[i];
      ++index;
      const std::string_view text = std::string_view(cell.text).substr(0, kLongestCellBytes);
      if (cell.kind == Cell::Kind::null) {
        if (column.nullable == Nullable::no) {
          remember({.kind = ErrorKind::internal,
                    .message = fmt::format("collector `{}` left `{}.{}` empty, which is never NULL", collector,
                                           table.name, column.name)});
          return;
        }
        sqlite3_bind_null(insert, index);
      } else if (cell.kind == Cell::Kind::integer) {
        sqlite3_bind_int64(insert, index, cell.integer);
      } else if (column.type == ColumnType::enumeration) {
        if (listed(column, text)) {
          bind_text(index, text);
        } else {
          sqlite3_bind_null(insert, index);
        }
      } else if ((column.type == ColumnType::instant && !is_stored_instant(text)) ||
                 (column.type == ColumnType::day && !is_stored_day(text))) {
        remember({.kind = ErrorKind::internal,
                  .message = fmt::format("collector `{}` wrote a time into `{}.{}` that is not one", collector,
                                         table.name, column.name)});
        return;
      } else {
        bind_text(index, text);
      }
      if (column.type == ColumnType::enumeration) {
        ++index;
        if (cell.kind == Cell::Kind::text && !listed(column, text)) {
          bind_text(index, text);
        } else {
          sqlite3_bind_null(insert, index);
        }
      }
    }
    if (sqlite3_step(insert) != SQLITE_DONE) {
      remember(sqlite::error_of(connection.get(), fmt::format("cannot write a row of `{}`", table.name)));
    }
    sqlite3_reset(insert);
    ++writer->rows;
    ++rows;
  }

  void collected(const TableSpec& table, CollectionState state, std::string_view reason) override {
    const auto [place, first] = said.try_emplace(table.name);
    Said& before = place->second;
    before.add(reason);
    // Enumerators stand from best to worst, but "complete here, denied there" is partial.
    if (first) {
      before.state = state;
    } else if (before.state != state) {
      const bool some = before.state == CollectionState::complete || state == CollectionState::complete ||
                        before.state == CollectionState::partial || state == CollectionState::partial;
      before.state = some ? CollectionState::partial : std::max(before.state, state);
    }
  }

  [[nodiscard]] std::int64_t rows_of(std::string_view table) const {
    const auto found = tables.find(table);
    return found == tables.end() ? 0 : found->second.rows;
  }
};

EvidenceWriter::EvidenceWriter(std::unique_ptr<Data> data) : data_(std::move(data)) {}
EvidenceWriter::EvidenceWriter(EvidenceWriter&&) noexcept = default;
EvidenceWriter& EvidenceWriter::operator=(EvidenceWriter&&) noexcept = default;
EvidenceWriter::~EvidenceWriter() = default;

Result<void> create_schema(sqlite3* connection) {
  // Nothing but this process ever sees the file before it is finished, so journal and syncing would only cost time.
  // Constraints are held by the writer itself; readers check them.
  std::string sql =
      "PRAGMA page_size=8192;PRAGMA journal_mode=OFF;PRAGMA synchronous=OFF;PRAGMA locking_mode=EXCLUSIVE;"
      "PRAGMA ignore_check_constraints=ON;PRAGMA cache_size=-65536;PRAGMA temp_store=MEMORY;";
  sql +=
      fmt::format("PRAGMA application_id={};PRAGMA user_version={};BEGIN;", kEvidenceApplicationId, kEvidenceVersion);
  for (const BookkeepingTable& table : bookkeeping_tables()) sql += fmt::format("{};", table.sql);
  for (const TableSpec* table : collected_tables()) sql += create_table_sql(*table) + ";";
  return sqlite::run(connection, sql);
}

Result<EvidenceWriter> EvidenceWriter::create(const std::filesystem::path& file, EvidenceMeta meta) {
  auto data = std::make_unique<Data>();
  data->file = file;
  data->meta = std::move(meta);
  std::string temporary = file.string() + ".XXXXXX";
  const FileDescriptor reserved(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!reserved) {
    const int code = errno;
    return fail(code == EACCES   ? ErrorKind::denied
                : code == ENOENT ? ErrorKind::not_found
                                 : ErrorKind::io,
                fmt::format("cannot write `{}`: {}", file.string(), std::generic_category().message(code)),
                "does the folder exist, and may we write to it?");
  }
  data->temporary = temporary;
  Result<sqlite::Connection> connection = sqlite::open(temporary, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX);
  if (!connection) return std::unexpected(connection.error());
  data->connection = std::move(*connection);
  if (Result<void> made = create_schema(data->connection.get()); !made) return std::unexpected(made.error());
  return EvidenceWriter(std::move(data));
}

Result<EvidenceWriter> EvidenceWriter::in_memory(EvidenceMeta meta) {
  auto data = std::make_unique<Data>();
  data->meta = std::move(meta);
  Result<sqlite::Connection> connection =
      sqlite::open(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX);
  if (!connection) return std::unexpected(connection.error());
  data->connection = std::move(*connection);
  if (Result<void> made = create_schema(data->connection.get()); !made) return std::unexpected(made.error());
  return EvidenceWriter(std::move(data));
}

RowSink& EvidenceWriter::begin_target(std::string_view target, std::string_view collector,
                                      std::span<const TableSpec* const> tables) {
  data_->target = target;
  data_->collector = collector;
  data_->responsible.assign(tables.begin(), tables.end());
  data_->said.clear();
  data_->rows_before.clear();
  for (const auto& [name, writer] : data_->tables) data_->rows_before[name] = writer.rows;
  return *data_;
}

void EvidenceWriter::end_target(const Error* error) {
  // Collectors of brought rows learn their tables while they read: what was said counts even if nobody expected it.
  for (const auto& [name, said] : data_->said) {
    const auto same = [&](const TableSpec* table) { return table->name == name; };
    if (std::ranges::none_of(data_->responsible, same)) data_->responsible.push_back(find_table(name));
  }
  for (const TableSpec* table : data_->responsible) {
    if (table == nullptr) continue;
    Collection record;
    record.target = data_->target;
    record.collector = data_->collector;
    record.table = table->name;
    record.row_count = data_->rows_of(table->name) - data_->rows_before[table->name];
    const auto said = data_->said.find(table->name);
    if (said != data_->said.end()) {
      record.state = said->second.state;
      record.reason = said->second.whole_reason();
    } else if (error != nullptr) {
      record.state = error->kind == ErrorKind::denied ? CollectionState::denied : CollectionState::failed;
      record.reason = error->message;
    } else {
      record.state = CollectionState::not_attempted;
      record.reason = "the collector did not say how this went";
    }
    if (record.state != CollectionState::complete && record.reason.empty()) record.reason = "no reason was given";
    data_->collections.push_back(std::move(record));
  }
  data_->responsible.clear();
}

std::int64_t EvidenceWriter::row_count() const { return data_->rows; }

Result<void> EvidenceWriter::finish(Instant finished_at) {
  Data& data = *data_;
  if (data.trouble) return std::unexpected(*data.trouble);
  data.meta.finished_at = finished_at;
  if (Result<void> stored = store_bookkeeping(data.connection.get(), data.meta, data.sources, data.collections);
      !stored) {
    return stored;
  }
  data.tables.clear();
  if (Result<void> committed = sqlite::run(data.connection.get(), "COMMIT"); !committed) return committed;
  if (data.temporary.empty()) return {};

  data.connection.reset();
  const FileDescriptor written(::open(data.temporary.c_str(), O_RDONLY | O_CLOEXEC));
  constexpr mode_t kPrivate = 0600;  // evidence names people and weaknesses
  if (!written || ::fsync(written.get()) != 0 || ::fchmod(written.get(), kPrivate) != 0 ||
      ::rename(data.temporary.c_str(), data.file.c_str()) != 0) {
    return fail(ErrorKind::io,
                fmt::format("cannot write `{}`: {}", data.file.string(), std::generic_category().message(errno)));
  }
  data.temporary.clear();
  return {};
}

Result<Evidence> EvidenceWriter::finish_in_memory(Instant finished_at) {
  if (Result<void> done = finish(finished_at); !done) return std::unexpected(done.error());
  return adopt_evidence(std::move(data_->connection), data_->meta, std::move(data_->sources),
                        std::move(data_->collections));
}

}  // namespace ehdscan
