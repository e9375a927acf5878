// SPDX-License-Identifier: Apache-2.0
// The least that any program must do with the same input, to measure ehdscan against.
//   bench_floor insert ROWS.ndjson NEW.db   parse every line with simdjson's DOM, one bare prepared INSERT each
//   bench_floor select EVIDENCE.db          the predicates of the pack as bare SELECTs, over a warm cache
// Prints `name seconds` lines.
#include <fmt/format.h>
#include <simdjson.h>
#include <sqlite3.h>

#include <chrono>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "check_pack.h"
#include "engine/sql_functions.h"
#include "evidence/tables/all.h"
#include "scoring/profile.h"

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

[[noreturn]] void give_up(const std::string& message) {
  fmt::print(stderr, "bench_floor: {}\n", message);
  std::exit(1);
}

void run(sqlite3* database, const std::string& sql) {
  if (sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    give_up(fmt::format("{} in {}", sqlite3_errmsg(database), sql.substr(0, 200)));
  }
}

struct Target {
  const ehdscan::TableSpec* table = nullptr;
  sqlite3_stmt* insert = nullptr;
};

Target prepare(sqlite3* database, std::string_view name) {
  const ehdscan::TableSpec* table = ehdscan::find_table(name);
  if (table == nullptr) give_up("unknown table");
  std::string create = fmt::format("CREATE TABLE {}(platform,source_id,source_line", name);
  std::string insert = fmt::format("INSERT INTO {} VALUES(?,?,?", name);
  for (const ehdscan::ColumnSpec& column : table->columns) {
    create += fmt::format(",{}", column.name);
    insert += ",?";
  }
  run(database, create + ")");
  Target target{table, nullptr};
  sqlite3_prepare_v2(database, (insert + ")").c_str(), -1, &target.insert, nullptr);
  return target;
}

void bind(sqlite3_stmt* insert, int index, const simdjson::dom::element& value) {
  using Type = simdjson::dom::element_type;
  switch (value.type()) {
    case Type::STRING: {
      const std::string_view text = value.get_string();
      sqlite3_bind_text(insert, index, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
      return;
    }
    case Type::INT64:
      sqlite3_bind_int64(insert, index, value.get_int64());
      return;
    case Type::BOOL:
      sqlite3_bind_int(insert, index, value.get_bool() ? 1 : 0);
      return;
    case Type::ARRAY: {
      const std::string text = simdjson::minify(value);
      sqlite3_bind_text(insert, index, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
      return;
    }
    default:
      return;
  }
}

void insert_row(Target& target, const simdjson::dom::element& line, long number) {
  sqlite3_stmt* insert = target.insert;
  sqlite3_clear_bindings(insert);
  const std::string_view platform = line["platform"].get_string();
  sqlite3_bind_text(insert, 1, platform.data(), static_cast<int>(platform.size()), SQLITE_STATIC);
  sqlite3_bind_int(insert, 2, 1);
  sqlite3_bind_int64(insert, 3, number);
  // Columns come in the order of the table, some are left out.
  std::size_t at = 0;
  for (const auto& [key, value] : simdjson::dom::object(line["row"])) {
    while (at < target.table->columns.size() && target.table->columns[at].name != key) ++at;
    bind(insert, static_cast<int>(at) + 4, value);
  }
  sqlite3_step(insert);
  sqlite3_reset(insert);
}

int insert_all(const char* rows, const char* file) {
  const Clock::time_point start = Clock::now();
  const simdjson::padded_string text = simdjson::padded_string::load(rows);
  sqlite3* database = nullptr;
  if (sqlite3_open(file, &database) != SQLITE_OK) give_up("cannot open the database");
  run(database, "PRAGMA journal_mode=OFF;PRAGMA synchronous=OFF;BEGIN");
  simdjson::dom::parser parser;
  std::map<std::string, Target, std::less<>> targets;
  long number = 0;
  for (const char *at = text.data(), *end = at + text.size(); at < end;) {
    const auto* stop = static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
    if (stop == nullptr) stop = end;
    ++number;
    const simdjson::dom::element line = parser.parse(at, static_cast<std::size_t>(stop - at), false);
    std::string_view name;
    if (line["table"].get(name) == simdjson::SUCCESS) {
      auto found = targets.find(name);
      if (found == targets.end()) found = targets.emplace(std::string(name), prepare(database, name)).first;
      insert_row(found->second, line, number);
    }
    at = stop + 1;
  }
  run(database, "COMMIT");
  for (auto& [name, target] : targets) sqlite3_finalize(target.insert);
  sqlite3_close(database);
  fmt::print("insert {:.3f}\n", seconds_since(start));
  return 0;
}

void read_all(sqlite3* database, const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
    give_up(fmt::format("{} in {}", sqlite3_errmsg(database), sql));
  }
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
  }
  if (code != SQLITE_DONE) give_up(fmt::format("{} in {}", sqlite3_errmsg(database), sql));
  sqlite3_finalize(statement);
}

int select_all(const char* file) {
  const auto profile = ehdscan::load_profile(ehdscan::kBaselineProfile);
  if (!profile) give_up(profile.error().message);
  sqlite3* database = nullptr;
  if (sqlite3_open_v2(file, &database, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK) give_up("cannot open the evidence");
  run(database, "PRAGMA mmap_size=4294967296;PRAGMA cache_size=-1048576;PRAGMA temp_store=MEMORY");
  const ehdscan::FunctionContext context{.as_of = *ehdscan::parse_instant("2026-11-23T00:00:00Z"),
                                         .thresholds = &profile->thresholds};
  if (!ehdscan::register_functions(database, context)) give_up("cannot register the functions");

  std::map<std::string, std::string> fused;
  std::vector<std::string> singly;
  std::vector<std::string> long_forms;
  for (const bench::PackCheck& check : bench::check_pack()) {
    if (!check.query.empty()) {
      long_forms.push_back(check.query);
      continue;
    }
    const std::string value = check.where.empty()
                                  ? fmt::format("sum({})", check.pass)
                                  : fmt::format("sum(CASE WHEN {} THEN {} END)", check.where, check.pass);
    fused[check.table] += (fused[check.table].empty() ? "" : ",") + value;
    singly.push_back(fmt::format("SELECT {} FROM {}", value, check.table));
  }
  for (const bench::TableSize& size : bench::inventory(1)) read_all(database, "SELECT * FROM " + size.table);  // warm

  Clock::time_point start = Clock::now();
  for (const auto& [table, values] : fused) read_all(database, fmt::format("SELECT {} FROM {}", values, table));
  fmt::print("fused {:.3f}\n", seconds_since(start));
  start = Clock::now();
  for (const std::string& sql : long_forms) read_all(database, sql);
  fmt::print("long {:.3f}\n", seconds_since(start));
  start = Clock::now();
  for (const std::string& sql : singly) read_all(database, sql);
  fmt::print("singly {:.3f}\n", seconds_since(start));
  sqlite3_close(database);
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 4 && std::string_view(arguments[1]) == "insert") return insert_all(arguments[2], arguments[3]);
  if (count == 3 && std::string_view(arguments[1]) == "select") return select_all(arguments[2]);
  fmt::print(stderr, "usage: bench_floor insert ROWS NEW.db | select EVIDENCE.db\n");
  return 2;
}
