// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "evidence/internal.h"

namespace ehdscan {
namespace {

Error broken(std::string_view what) {
  return {.kind = ErrorKind::invalid_input,
          .message = fmt::format("the evidence is damaged: {}", what),
          .hint = "collect it again"};
}

std::optional<Freshness> parse_freshness(std::string_view text) {
  for (const Freshness freshness :
       {Freshness::live, Freshness::export_file, Freshness::permit_register, Freshness::document}) {
    if (to_string(freshness) == text) return freshness;
  }
  return std::nullopt;
}

Result<EvidenceMeta> meta_of(const std::map<std::string, std::string>& values) {
  const auto value = [&](const char* key) {
    const auto found = values.find(key);
    return found == values.end() ? std::string() : found->second;
  };
  EvidenceMeta meta{.site = value("site"),
                    .country = value("country"),
                    .tool_version = value("tool_version"),
                    .started_at = {},
                    .finished_at = {}};
  const Result<Instant> started = parse_instant(value("started_at"));
  const Result<Instant> finished = parse_instant(value("finished_at"));
  if (!started || !finished) return std::unexpected(broken("it does not say when it was collected"));
  meta.started_at = *started;
  meta.finished_at = *finished;
  return meta;
}

}  // namespace

Result<void> store_bookkeeping(sqlite3* connection, const EvidenceMeta& meta,
                               const std::vector<std::pair<SourceId, Source>>& sources,
                               const std::vector<Collection>& collections) {
  Result<sqlite::Statement> insert = sqlite::Statement::prepare(connection, "INSERT INTO meta VALUES(?,?)");
  if (!insert) return std::unexpected(insert.error());
  const std::pair<std::string_view, std::string> values[] = {{"site", meta.site},
                                                             {"country", meta.country},
                                                             {"tool_version", meta.tool_version},
                                                             {"started_at", to_string(meta.started_at)},
                                                             {"finished_at", to_string(meta.finished_at)}};
  for (const auto& [key, value] : values) {
    insert->bind(1, key);
    insert->bind(2, value);
    if (const Result<bool> stepped = insert->step(); !stepped) return std::unexpected(stepped.error());
    insert->reset();
  }

  Result<sqlite::Statement> source_row =
      sqlite::Statement::prepare(connection, "INSERT INTO source VALUES(?,?,?,?,?,?,?,?,?,?)");
  if (!source_row) return std::unexpected(source_row.error());
  for (const auto& [id, source] : sources) {
    source_row->bind(1, id);
    source_row->bind(2, source.target);
    source_row->bind(3, source.collector);
    source_row->bind(4, source.location);
    source_row->bind(5, source.sha256);
    source_row->bind(6, to_string(source.observed_at));
    source_row->bind(7, to_string(source.grade));
    source_row->bind(8, to_string(source.nature));
    source_row->bind(9, to_string(source.freshness));
    source_row->bind(10, std::int64_t{source.third_party ? 1 : 0});
    if (const Result<bool> stepped = source_row->step(); !stepped) return std::unexpected(stepped.error());
    source_row->reset();
  }

  Result<sqlite::Statement> record =
      sqlite::Statement::prepare(connection, "INSERT INTO collection VALUES(?,?,?,?,?,?)");
  if (!record) return std::unexpected(record.error());
  for (const Collection& collection : collections) {
    record->bind(1, collection.target);
    record->bind(2, collection.collector);
    record->bind(3, collection.table);
    record->bind(4, to_string(collection.state));
    record->bind(5, collection.reason);
    record->bind(6, collection.row_count);
    if (const Result<bool> stepped = record->step(); !stepped) return std::unexpected(stepped.error());
    record->reset();
  }
  return {};
}

Result<void> load_bookkeeping(sqlite3* connection, const std::string& schema, Evidence::Data& data) {
  std::map<std::string, std::string> values;
  Result<sqlite::Statement> meta =
      sqlite::Statement::prepare(connection, fmt::format("SELECT key,value FROM {}.meta", schema));
  if (!meta) return std::unexpected(meta.error());
  while (true) {
    const Result<bool> row = meta->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    values.emplace(meta->text(0), meta->text(1));
  }
  Result<EvidenceMeta> parsed = meta_of(values);
  if (!parsed) return std::unexpected(parsed.error());
  data.metas.push_back(std::move(*parsed));

  Result<sqlite::Statement> sources =
      sqlite::Statement::prepare(connection, fmt::format("SELECT * FROM {}.source ORDER BY source_id", schema));
  if (!sources) return std::unexpected(sources.error());
  while (true) {
    const Result<bool> row = sources->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    Source source{.target = std::string(sources->text(1)),
                  .collector = std::string(sources->text(2)),
                  .location = std::string(sources->text(3)),
                  .sha256 = std::string(sources->text(4)),
                  .observed_at = {}};
    const Result<Instant> observed = parse_instant(sources->text(5));
    const auto grade = parse_evidence_grade(sources->text(6));
    const auto freshness = parse_freshness(sources->text(8));
    if (!observed || !grade || !freshness) return std::unexpected(broken("a source has no date, grade or freshness"));
    source.observed_at = *observed;
    source.grade = *grade;
    source.nature = sources->text(7) == to_string(Nature::intended) ? Nature::intended : Nature::observed;
    source.freshness = *freshness;
    source.third_party = sources->integer(9) != 0;
    data.sources.emplace_back(sources->integer(0), std::move(source));
  }

  Result<sqlite::Statement> records = sqlite::Statement::prepare(
      connection, fmt::format("SELECT * FROM {}.collection ORDER BY target,table_name", schema));
  if (!records) return std::unexpected(records.error());
  while (true) {
    const Result<bool> row = records->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    const auto state = parse_collection_state(records->text(3));
    if (!state) return std::unexpected(broken("a collection record has no state"));
    data.collections.push_back({.target = std::string(records->text(0)),
                                .collector = std::string(records->text(1)),
                                .table = std::string(records->text(2)),
                                .state = *state,
                                .reason = std::string(records->text(4)),
                                .row_count = records->integer(5)});
  }
  return {};
}

Evidence adopt_evidence(sqlite::Connection connection, EvidenceMeta meta,
                        std::vector<std::pair<SourceId, Source>> sources, std::vector<Collection> collections) {
  auto data = std::make_unique<Evidence::Data>();
  data->connection = std::move(connection);
  data->collected_at.assign(sources.size(), meta.finished_at);
  data->metas.push_back(std::move(meta));
  data->sources = std::move(sources);
  data->collections = std::move(collections);
  std::ranges::sort(data->collections, {}, [](const Collection& c) { return std::tie(c.target, c.table); });
  return Evidence(std::move(data));
}

}  // namespace ehdscan
