// SPDX-License-Identifier: Apache-2.0
// Several evidence files of one site as one: shards of a fleet, or parts that were collected on different machines.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "evidence/checked_file.h"
#include "evidence/ddl.h"
#include "evidence/internal.h"
#include "evidence/tables/all.h"

namespace ehdscan {
namespace {

/// One target as one file tells of it.
struct Reading {
  std::vector<std::size_t> sources;      ///< positions in Part::data.sources
  std::vector<std::size_t> collections;  ///< positions in Part::data.collections
};

struct Part {
  std::filesystem::path file;
  Evidence::Data data;
  std::map<std::string, Reading> readings;
  std::map<std::string, std::string>
      names;  ///< target as the file calls it: as the merged evidence does; not taken: absent
};

Instant finished_at(const Part& part) { return part.data.metas.front().finished_at; }

/// A shard names the targets that it leaves to others, so that one that never comes is missed.
bool left_to_others(const Part& part, const Reading& reading) {
  return reading.sources.empty() && std::ranges::all_of(reading.collections, [&](std::size_t i) {
           return part.data.collections[i].state == CollectionState::not_attempted;
         });
}

/// What a reading is of, to the byte; empty if that cannot be told, as with answers of a service that keep no digest.
std::string fingerprint(const Part& part, const Reading& reading) {
  std::vector<std::string> facts;
  for (const std::size_t i : reading.sources) {
    const Source& source = part.data.sources[i].second;
    if (source.sha256.empty()) return {};
    facts.push_back(fmt::format("{}\n{}\n{}", source.collector, source.location, source.sha256));
  }
  for (const std::size_t i : reading.collections) {
    const Collection& said = part.data.collections[i];
    if (reading.sources.empty() && said.row_count > 0) return {};
    facts.push_back(fmt::format("{}\n{}\n{}\n{}\n{}", said.collector, said.table, to_string(said.state), said.reason,
                                said.row_count));
  }
  std::ranges::sort(facts);
  return fmt::format("{}", fmt::join(facts, "\n\n"));
}

Result<Part> load_part(const std::filesystem::path& file) {
  Result<sqlite::Connection> checked = open_checked(file);
  if (!checked) return std::unexpected(checked.error());
  Part part{.file = file, .data = {}, .readings = {}, .names = {}};
  if (Result<void> loaded = load_bookkeeping(checked->get(), "main", part.data); !loaded) {
    return std::unexpected(not_evidence(file, loaded.error().message));
  }
  for (std::size_t i = 0; i < part.data.sources.size(); ++i) {
    part.readings[part.data.sources[i].second.target].sources.push_back(i);
  }
  for (std::size_t i = 0; i < part.data.collections.size(); ++i) {
    part.readings[part.data.collections[i].target].collections.push_back(i);
  }
  return part;
}

/// Decides which readings are taken and under which name: the same bytes read twice count once, a target that another
/// file looked at is not missing, and different readings that share a name are told apart by their files.
void choose(std::vector<Part>& parts) {
  std::set<std::string> looked_at;
  for (const Part& part : parts) {
    for (const auto& [target, reading] : part.readings) {
      if (!left_to_others(part, reading)) looked_at.insert(target);
    }
  }
  std::set<std::pair<std::string, std::string>> taken;  // target and fingerprint
  std::set<std::string> used;
  for (Part& part : parts) {
    for (const auto& [target, reading] : part.readings) {
      const bool placeholder = left_to_others(part, reading);
      if (placeholder && (looked_at.contains(target) || used.contains(target))) continue;
      const std::string print = fingerprint(part, reading);
      if (!print.empty() && !taken.emplace(target, print).second) continue;
      std::string name = target;
      for (int number = 1; !used.insert(name).second; ++number) {
        name = number == 1 ? fmt::format("{} ({})", target, part.file.filename().string())
                           : fmt::format("{} ({}, {})", target, part.file.filename().string(), number);
      }
      part.names.emplace(target, std::move(name));
    }
  }
}

/// Notes the sources and records of a part that are taken. `temp.renumbered` says what becomes of each source's number;
/// numbers of a hostile file can be anything, so they are given anew.
Result<void> take_bookkeeping(Evidence::Data& merged, const Part& part) {
  sqlite3* connection = merged.connection.get();
  if (Result<void> cleared = sqlite::run(connection, "DELETE FROM temp.renumbered"); !cleared) return cleared;
  Result<sqlite::Statement> insert = sqlite::Statement::prepare(connection, "INSERT INTO temp.renumbered VALUES(?,?)");
  if (!insert) return std::unexpected(insert.error());
  for (const auto& [id, source] : part.data.sources) {
    insert->bind(1, id);
    const auto name = part.names.find(source.target);
    if (name == part.names.end()) {
      insert->bind_null(2);
    } else {
      const auto number = static_cast<SourceId>(merged.sources.size() + 1);
      insert->bind(2, number);
      merged.sources.emplace_back(number, source);
      merged.sources.back().second.target = name->second;
      merged.collected_at.push_back(finished_at(part));
    }
    if (const Result<bool> done = insert->step(); !done) return std::unexpected(done.error());
    insert->reset();
  }
  for (const Collection& collection : part.data.collections) {
    const auto name = part.names.find(collection.target);
    if (name == part.names.end()) continue;
    merged.collections.push_back(collection);
    merged.collections.back().target = name->second;
  }
  return {};
}

/// Copies the rows of the sources that are taken. A row of no source ends it: its new number would be NULL.
Result<void> take_rows(sqlite3* connection) {
  for (const TableSpec* table : collected_tables()) {
    std::string columns;
    for (const StoredColumn& column : stored_columns(*table)) {
      if (!columns.empty()) columns += ',';
      columns += column.name == kSourceIdColumn ? "renumbered.merged_id" : column.name;
    }
    const std::string copy = fmt::format(
        "INSERT INTO main.{0} SELECT {1} FROM part.{0} LEFT JOIN temp.renumbered ON renumbered.part_id=source_id WHERE "
        "renumbered.part_id IS NULL OR renumbered.merged_id IS NOT NULL",
        table->name, columns);
    if (Result<void> copied = sqlite::run(connection, copy); !copied) return copied;
  }
  return {};
}

Result<void> take(Evidence::Data& merged, const Part& part) {
  sqlite3* connection = merged.connection.get();
  Result<sqlite::Statement> attach = sqlite::Statement::prepare(connection, "ATTACH ? AS part");
  if (!attach) return std::unexpected(attach.error());
  attach->bind(1, uri_of(part.file));
  if (const Result<bool> done = attach->step(); !done) {
    return std::unexpected(not_evidence(part.file, done.error().message));
  }
  attach->reset();
  if (Result<void> begun = sqlite::run(connection, "BEGIN"); !begun) return begun;
  if (Result<void> noted = take_bookkeeping(merged, part); !noted) return noted;
  if (Result<void> copied = take_rows(connection); !copied) {
    return std::unexpected(not_evidence(part.file, copied.error().message));
  }
  return sqlite::run(connection, "COMMIT;DETACH part");
}

/// The bookkeeping tables of the merged evidence, for statements that ask them: of the whole, not of one file.
Result<void> store_whole(Evidence::Data& merged) {
  EvidenceMeta whole = merged.metas.front();
  for (const EvidenceMeta& meta : merged.metas) {
    whole.started_at = std::min(whole.started_at, meta.started_at);
    whole.finished_at = std::max(whole.finished_at, meta.finished_at);
  }
  sqlite3* connection = merged.connection.get();
  if (Result<void> begun = sqlite::run(connection, "BEGIN"); !begun) return begun;
  if (Result<void> stored = store_bookkeeping(connection, whole, merged.sources, merged.collections); !stored) {
    return stored;
  }
  return sqlite::run(connection, "COMMIT");
}

}  // namespace

Result<void> merge_files(Evidence::Data& merged, std::span<const std::filesystem::path> files) {
  std::vector<Part> parts;
  for (const std::filesystem::path& file : files) {
    Result<Part> part = load_part(file);
    if (!part) return std::unexpected(part.error());
    parts.push_back(std::move(*part));
  }
  // Of the same bytes read twice the later reading stands: it shows that they still were there.
  std::ranges::stable_sort(parts, std::ranges::greater(), finished_at);
  choose(parts);

  Result<sqlite::Connection> connection =
      sqlite::open("", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX);
  if (!connection) return std::unexpected(connection.error());
  merged.connection = std::move(*connection);
  sqlite3* handle = merged.connection.get();
  if (Result<void> made = create_schema(handle); !made) return made;
  if (Result<void> made = sqlite::run(
          handle, "COMMIT;CREATE TEMP TABLE renumbered(part_id INTEGER PRIMARY KEY,merged_id INTEGER)STRICT");
      !made) {
    return made;
  }
  harden(handle);
  for (const Part& part : parts) {
    merged.metas.push_back(part.data.metas.front());
    if (Result<void> taken = take(merged, part); !taken) return taken;
  }
  if (Result<void> stored = store_whole(merged); !stored) return stored;
  std::ranges::sort(merged.collections, {}, [](const Collection& c) { return std::tie(c.target, c.table); });
  return sqlite::run(handle, "DROP TABLE temp.renumbered");
}

}  // namespace ehdscan
