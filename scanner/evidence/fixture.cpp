// SPDX-License-Identifier: Apache-2.0
#include "evidence/fixture.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "evidence/ddl.h"
#include "evidence/internal.h"
#include "evidence/sqlite.h"
#include "evidence/tables/all.h"

namespace ehdscan {
namespace {

Error wrong(const TableSpec& table, std::string_view column, std::string_view what) {
  return {.kind = ErrorKind::invalid_input, .message = fmt::format("`{}.{}` {}", table.name, column, what)};
}

ExampleValue filler(const StoredColumn& column) {
  switch (column.type) {
    case ColumnType::integer:
    case ColumnType::boolean:
      return std::int64_t{0};
    case ColumnType::instant:
      return std::string("2026-01-01T00:00:00Z");
    case ColumnType::day:
      return std::string("2026-01-01");
    case ColumnType::enumeration:
      return std::string(column.spec->values.front());
    case ColumnType::text_list:
      return std::string("[]");
    case ColumnType::text:
      return std::string("x");
  }
  return std::string("x");
}

/// Why a value does not fit; empty if it does.
std::string_view misfit(const StoredColumn& column, const ExampleValue& value) {
  if (std::holds_alternative<std::monostate>(value)) return column.nullable ? "" : "is never NULL";
  const auto* text = std::get_if<std::string>(&value);
  switch (column.type) {
    case ColumnType::integer:
      return std::holds_alternative<std::int64_t>(value) ? "" : "takes an integer";
    case ColumnType::boolean:
      return std::holds_alternative<bool>(value) ? "" : "takes true or false";
    case ColumnType::instant:
      return text != nullptr && is_stored_instant(*text) ? "" : "takes a time like 2026-11-23T08:00:00Z";
    case ColumnType::day:
      return text != nullptr && is_stored_day(*text) ? "" : "takes a day like 2026-11-23";
    case ColumnType::enumeration:
      return text != nullptr && std::ranges::find(column.spec->values, *text) != column.spec->values.end()
                 ? ""
                 : "takes one of its listed values (`ehdscan tables` shows them)";
    case ColumnType::text_list:
      return text != nullptr && text->starts_with('[') ? "" : "takes a list";
    case ColumnType::text:
      return text != nullptr ? "" : "takes a text (quote it)";
  }
  return "";
}

}  // namespace

Result<EvidenceFixture> EvidenceFixture::create(Instant collected_at) {
  auto data = std::make_unique<Evidence::Data>();
  Result<sqlite::Connection> connection =
      sqlite::open(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX);
  if (!connection) return std::unexpected(connection.error());
  data->connection = std::move(*connection);
  if (Result<void> made = create_schema(data->connection.get()); !made) return std::unexpected(made.error());
  // Examples give the rows of derived tables themselves.
  std::string derived;
  for (const TableSpec* table : all_tables()) {
    if (table->is_derived()) derived += create_table_sql(*table) + ";";
  }
  if (Result<void> made = sqlite::run(data->connection.get(), derived + "COMMIT"); !made)
    return std::unexpected(made.error());
  data->metas.push_back(
      {.site = "example", .country = "", .tool_version = "", .started_at = collected_at, .finished_at = collected_at});
  data->sources.emplace_back(1, Source{.target = kTarget,
                                       .collector = "example",
                                       .location = "example",
                                       .sha256 = "",
                                       .observed_at = collected_at,
                                       .grade = EvidenceGrade::e3});
  data->collected_at.push_back(collected_at);
  return EvidenceFixture(Evidence(std::move(data)));
}

void EvidenceFixture::clear() {
  for (const Collection& collection : evidence_.data_->collections) {
    if (find_table(collection.table) != nullptr) {
      (void)sqlite::run(evidence_.handle(), fmt::format("DELETE FROM {}", collection.table));
    }
  }
  evidence_.data_->collections.clear();
}

Result<void> EvidenceFixture::add_row(const TableSpec& table, const ExampleRow& row) {
  std::string names;
  std::string marks;
  std::vector<ExampleValue> values;
  std::set<std::string> used;
  for (const StoredColumn& column : stored_columns(table)) {
    names += fmt::format("{}{}", names.empty() ? "" : ",", column.name);
    marks += marks.empty() ? "?" : ",?";
    const auto given = row.find(column.name);
    if (column.name == kSourceIdColumn) {
      values.emplace_back(std::int64_t{1});
    } else if (given != row.end()) {
      used.insert(column.name);
      if (const std::string_view why = misfit(column, given->second); !why.empty()) {
        return std::unexpected(wrong(table, column.name, why));
      }
      values.push_back(given->second);
    } else if (column.name == kPlatformColumn) {
      values.emplace_back(std::string(kPlatform));
    } else {
      values.push_back(column.nullable ? ExampleValue{} : filler(column));
    }
  }
  for (const auto& [name, value] : row) {
    if (!used.contains(name)) return std::unexpected(wrong(table, name, "is not a column"));
  }
  Result<sqlite::Statement> insert = sqlite::Statement::prepare(
      evidence_.handle(), fmt::format("INSERT INTO {}({}) VALUES({})", table.name, names, marks));
  if (!insert) return std::unexpected(insert.error());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const int index = static_cast<int>(i) + 1;
    if (const auto* integer = std::get_if<std::int64_t>(&values[i])) {
      insert->bind(index, *integer);
    } else if (const auto* boolean = std::get_if<bool>(&values[i])) {
      insert->bind(index, std::int64_t{*boolean ? 1 : 0});
    } else if (const auto* text = std::get_if<std::string>(&values[i])) {
      insert->bind(index, std::string_view(*text));
    } else {
      insert->bind_null(index);
    }
  }
  if (const Result<bool> done = insert->step(); !done) return std::unexpected(done.error());
  return {};
}

void EvidenceFixture::set_null(const TableSpec& table, const std::string& column) {
  (void)sqlite::run(evidence_.handle(), fmt::format("UPDATE {} SET {}=NULL", table.name, column));
}

void EvidenceFixture::set_collection(const std::string& table, CollectionState state) {
  auto& collections = evidence_.data_->collections;
  const auto found = std::ranges::find(collections, table, &Collection::table);
  Collection record{.target = kTarget,
                    .collector = "example",
                    .table = table,
                    .state = state,
                    .reason = state == CollectionState::complete ? "" : "as the example says",
                    .row_count = 0};
  if (found != collections.end()) {
    *found = std::move(record);
  } else {
    collections.push_back(std::move(record));
    std::ranges::sort(collections, {}, &Collection::table);
  }
}

void EvidenceFixture::set_source(Source source) {
  // Queries ask the table for the nature of a row.
  (void)sqlite::run(
      evidence_.handle(),
      fmt::format("INSERT OR REPLACE INTO source VALUES(1,'{}','example','example','','{}','{}','{}','{}',0)", kTarget,
                  to_string(source.observed_at), to_string(source.grade), to_string(source.nature),
                  to_string(source.freshness)));
  evidence_.data_->sources.front().second = std::move(source);
}

}  // namespace ehdscan
