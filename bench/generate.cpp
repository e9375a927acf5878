// SPDX-License-Identifier: Apache-2.0
// Writes the inventory as brought rows, the pack of checks and a site.yaml: bench_generate FOLDER [DIVISOR]
#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "base/time.h"
#include "check_pack.h"
#include "cli/clock.h"
#include "evidence/tables/all.h"

namespace {

using ehdscan::ColumnSpec;
using ehdscan::ColumnType;
using ehdscan::TableSpec;

/// The same numbers every time (splitmix64).
class Chance {
 public:
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  bool one_in(std::uint64_t count) { return below(count) == 0; }

 private:
  std::uint64_t state_ = 42;
};

constexpr std::uint64_t kRare = 500;  ///< one value in so many is bad, and one is not known

std::string prefix_of(Chance& chance) {
  if (chance.one_in(kRare)) return "0.0.0.0/0";
  if (chance.one_in(kRare))
    return fmt::format("{}.{}.{}.0/24", 20 + chance.below(100), chance.below(256), chance.below(256));
  return fmt::format("10.{}.{}.{}/32", chance.below(256), chance.below(256), chance.below(256));
}

/// What a text column holds, by its name.
std::string text_for(const ColumnSpec& column, std::string_view table, Chance& chance) {
  const std::string_view name = column.name;
  if (name == "project_id" || name == "domain_id") return fmt::format("p-{}", chance.below(500));
  if (name == "group_id" || name == "group_name") return fmt::format("g-{}", chance.below(5000));
  if (name == "region") return "fi-1";
  if (name == "network_id") return fmt::format("n-{}", chance.below(2000));
  if (name == "remote_prefix") return prefix_of(chance);
  if (name == "protocol") return chance.one_in(kRare) ? "any" : chance.one_in(4) ? "udp" : "tcp";
  if (name == "name") return fmt::format("{}-{}", table, chance.below(1'000'000));
  return fmt::format("{}-{}", name.substr(0, 12), chance.below(100'000));
}

void append_value(std::string& line, const ColumnSpec& column, std::string_view table, Chance& chance) {
  switch (column.type) {
    case ColumnType::boolean:
      line += chance.one_in(2) ? "false" : "true";
      return;
    case ColumnType::integer:
      if (column.name == "port_from" || column.name == "port_to") {
        line += chance.one_in(kRare) ? (column.name == "port_from" ? "0" : "65535") : "443";
      } else {
        line += std::to_string(chance.below(column.name.ends_with("bytes") ? 1'000'000'000'000U : 1000U));
      }
      return;
    case ColumnType::instant:
      line += fmt::format("\"2026-{:02}-{:02}T08:00:00Z\"", 1 + chance.below(10), 1 + chance.below(28));
      return;
    case ColumnType::day:
      line += fmt::format("\"2026-{:02}-{:02}\"", 1 + chance.below(10), 1 + chance.below(28));
      return;
    case ColumnType::enumeration: {
      const auto& values = column.values;
      // The first value is the usual one.
      const std::size_t index = chance.one_in(10) ? static_cast<std::size_t>(chance.below(values.size())) : 0;
      line += fmt::format("\"{}\"", values[index]);
      return;
    }
    case ColumnType::text_list:
      line += chance.one_in(2) ? "[]" : R"(["a","b"])";
      return;
    case ColumnType::text:
      line += fmt::format("\"{}\"", text_for(column, table, chance));
      return;
  }
}

/// Columns that the other kind of remote fills stay away, as they do in the field.
bool left_out(const ColumnSpec& column, std::string_view table) {
  if (table != "network_rule") return false;
  return column.name == "remote_group_id" || column.name == "remote_address_group_id" || column.name == "remote_tag" ||
         column.name == "icmp_type" || column.name == "icmp_code" || column.name == "priority" ||
         column.name == "target_tags";
}

/// A value from the pack as JSON.
std::string json_of(const std::string& value, const ColumnSpec& column) {
  if (column.type == ColumnType::boolean || column.type == ColumnType::integer) return value;
  const bool quoted = value.starts_with('\'');
  return fmt::format("\"{}\"", quoted ? value.substr(1, value.size() - 2) : value);
}

std::string ten_days_ago() {
  constexpr std::int64_t kTenDays = std::int64_t{10} * 24 * 3600;
  return ehdscan::to_string(ehdscan::Instant{ehdscan::wall_clock().seconds_since_epoch - kTenDays});
}

struct Choice {
  std::string good;
  std::string bad;
};

/// By position of the column; empty texts where the pack says nothing.
std::vector<Choice> choices(const TableSpec& table) {
  std::vector<Choice> found(table.columns.size());
  for (const bench::UsualValue& value : bench::usual_values()) {
    if (value.table != table.name) continue;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const ColumnSpec& column = table.columns[i];
      // Ids and names stay different from row to row.
      if (column.name != value.column || column.name == "name" || column.name == "device_id" ||
          column.name == "key_id" || column.name == "network_id" || column.name == "project_id") {
        continue;
      }
      found[i] = {json_of(value.good, column), json_of(value.bad, column)};
      if (column.type == ColumnType::instant) found[i].good = fmt::format("\"{}\"", ten_days_ago());
    }
  }
  return found;
}

void write_rows(std::FILE* out, const TableSpec& table, long count, Chance& chance) {
  const std::vector<Choice> usual = choices(table);
  std::string line;
  for (long i = 0; i < count; ++i) {
    line = fmt::format(R"({{"table":"{}","platform":"keystone:https://cloud.example:5000/v3","row":{{)", table.name);
    bool first = true;
    for (std::size_t at = 0; at < table.columns.size(); ++at) {
      const ColumnSpec& column = table.columns[at];
      if (left_out(column, table.name)) continue;
      if (!column.key && chance.one_in(kRare)) continue;
      line += fmt::format("{}\"{}\":", first ? "" : ",", column.name);
      first = false;
      if (column.key && column.type == ColumnType::text) {
        line += fmt::format("\"{}-{:07}\"", column.name.substr(0, 4), i);
      } else if (column.key && column.type == ColumnType::integer) {
        line += "1";
      } else if (column.name == "remote_kind") {
        line += "\"prefix\"";
      } else if (column.name == "ethertype" || column.name == "action") {
        line += fmt::format("\"{}\"", column.values.front());
      } else if (!usual[at].good.empty()) {
        line += chance.one_in(kRare) ? usual[at].bad : usual[at].good;
      } else {
        append_value(line, column, table.name, chance);
      }
    }
    line += "}}\n";
    std::fwrite(line.data(), 1, line.size(), out);
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    std::fputs("usage: bench_generate FOLDER [DIVISOR]\n", stderr);
    return 2;
  }
  const std::filesystem::path folder = arguments[1];
  const long divisor = count > 2 ? std::max(1L, std::atol(arguments[2])) : 1;
  std::filesystem::create_directories(folder / "checks");
  for (const bench::PackCheck& check : bench::check_pack()) {
    std::ofstream(folder / "checks" / (check.id + ".yaml")) << bench::yaml_of(check);
  }
  std::ofstream(folder / "site.yaml") << "site: bench\ncountry: FI\ntargets:\n  - rows: rows.ndjson\n";

  std::FILE* out = std::fopen((folder / "rows.ndjson").c_str(), "wb");
  if (out == nullptr) return 1;
  std::string names;
  long rows = 0;
  for (const bench::TableSize& size : bench::inventory(divisor)) {
    names += fmt::format("{}\"{}\"", names.empty() ? "" : ",", size.table);
    rows += size.rows;
  }
  fmt::print(out,
             R"({{"schema":"ehdscan-rows/1","tool":"bench 1","observed_at":"{}","tables":[{}]}})"
             "\n",
             ehdscan::to_string(ehdscan::wall_clock()), names);
  Chance chance;
  for (const bench::TableSize& size : bench::inventory(divisor)) {
    write_rows(out, *ehdscan::find_table(size.table), size.rows, chance);
  }
  fmt::print(out,
             R"({{"complete":[{}],"rows":{}}})"
             "\n",
             names, rows);
  return std::fclose(out) == 0 ? 0 : 1;
}
