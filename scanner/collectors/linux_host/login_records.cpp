// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/login_records.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <utility>

#include "base/text.h"
#include "collectors/linux_host/host_glob.h"
#include "evidence/foreign_database.h"

namespace ehdscan {
namespace {

constexpr std::string_view kLastlog = "/var/log/lastlog";
constexpr std::size_t kMaxWtmpBytes = std::size_t{9600} * 6000;  // a multiple of both record sizes
constexpr std::size_t kMaxDatabaseBytes = std::size_t{256} << 20;

constexpr std::size_t kTypeOffset = 0;
constexpr std::size_t kUserOffset = 44;
constexpr std::size_t kUserBytes = 32;
constexpr std::size_t kTimeOffset = 340;
constexpr std::size_t kWideTimeOffset = 344;
constexpr std::uint64_t kBootTime = 2;
constexpr std::uint64_t kUserProcess = 7;

std::uint64_t little_endian(std::string_view bytes, std::size_t offset, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = count; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[offset + i]);
  return value;
}

/// Seconds since 1970 as an instant that a person can live to see; 0 and nonsense are none.
std::optional<Instant> instant_of(std::uint64_t seconds) {
  constexpr std::uint64_t kYear2200 = 7'258'118'400;
  if (seconds == 0 || seconds > kYear2200) return std::nullopt;
  return Instant{static_cast<std::int64_t>(seconds)};
}

void read_lastlog(const HostFiles& files, const LoginRecordLayout& layout, const std::vector<PasswdEntry>& accounts,
                  LoginRecords& records) {
  const Result<FileFacts> facts = files.facts_of_target(kLastlog);
  if (!facts) {
    if (facts.error().kind != ErrorKind::not_found) records.errors.push_back(facts.error());
    return;
  }
  const std::size_t time_bytes = layout.wide_time ? 8 : 4;
  for (const PasswdEntry& account : accounts) {
    const std::uint64_t offset = static_cast<std::uint64_t>(account.uid) * layout.lastlog_bytes;
    if (offset + time_bytes > facts->size) continue;
    const Result<std::string> bytes = files.read_at(kLastlog, offset, time_bytes);
    if (!bytes) {
      records.errors.push_back(bytes.error());
      return;
    }
    if (bytes->size() < time_bytes) continue;
    if (const auto when = instant_of(little_endian(*bytes, 0, time_bytes))) {
      records.add(account.name, *when);
      records.reach_back_to(*when);
    }
  }
}

void read_wtmp_files(const HostFiles& files, const LoginRecordLayout& layout, LoginRecords& records) {
  std::vector<std::string> paths{"/var/log/wtmp"};
  const Result<std::vector<std::string>> older = glob_host(files, "/var/log/wtmp[.-][0-9]*");
  if (older) paths.insert(paths.end(), older->begin(), older->end());
  for (const std::string& path : paths) {
    if (path.ends_with(".gz") || path.ends_with(".xz") || path.ends_with(".zst")) continue;
    const Result<FileFacts> facts = files.facts_of_target(path);
    const Result<std::string> bytes = !facts                         ? std::unexpected(facts.error())
                                      : facts->size <= kMaxWtmpBytes ? files.read(path, kMaxWtmpBytes)
                                                                     : files.read_end(path, kMaxWtmpBytes);
    if (bytes) {
      read_wtmp(*bytes, layout, records);
    } else if (bytes.error().kind != ErrorKind::not_found) {
      records.errors.push_back(bytes.error());
    }
  }
}

/// `sql` gives a name and a time; without name it is a record that only shows how far back they reach.
void read_database(const HostFiles& files, std::string_view path, const std::string& sql, LoginRecords& records) {
  Result<std::string> bytes = files.read(path, kMaxDatabaseBytes);
  if (!bytes) {
    if (bytes.error().kind != ErrorKind::not_found) records.errors.push_back(bytes.error());
    return;
  }
  const auto rows = query_foreign_database(std::move(*bytes), sql);
  if (!rows) {
    records.errors.push_back(
        {.kind = rows.error().kind, .message = fmt::format("cannot read `{}`: {}", path, rows.error().message)});
    return;
  }
  for (const std::vector<Cell>& row : *rows) {
    if (row[1].kind != Cell::Kind::integer || row[1].integer <= 0) continue;
    const auto when = instant_of(static_cast<std::uint64_t>(row[1].integer));
    if (!when) continue;
    records.reach_back_to(*when);
    if (row[0].kind == Cell::Kind::text && !row[0].text.empty()) records.add(row[0].text, *when);
  }
}

}  // namespace

void LoginRecords::add(const std::string& name, Instant when) {
  const auto [place, added] = last.emplace(name, when);
  if (!added && place->second < when) place->second = when;
}

void LoginRecords::reach_back_to(Instant when) {
  if (!since || when < *since) since = when;
}

LoginRecordLayout login_record_layout(std::string_view elf_header) {
  constexpr std::array<std::uint64_t, 3> kWide{183, 243, 258};  // EM_AARCH64, EM_RISCV, EM_LOONGARCH
  if (elf_header.size() < 20 ||
      !elf_header.starts_with("\x7f"
                              "ELF") ||
      elf_header[4] != 2)
    return {};
  for (const std::uint64_t machine : kWide) {
    if (little_endian(elf_header, 18, 2) == machine) {
      return {.wtmp_bytes = 400, .lastlog_bytes = 296, .wide_time = true};
    }
  }
  return {};
}

void read_wtmp(std::string_view bytes, const LoginRecordLayout& layout, LoginRecords& records) {
  for (std::size_t start = 0; start + layout.wtmp_bytes <= bytes.size(); start += layout.wtmp_bytes) {
    const std::string_view record = bytes.substr(start, layout.wtmp_bytes);
    const std::uint64_t type = little_endian(record, kTypeOffset, 2);
    if (type != kBootTime && type != kUserProcess) continue;
    const auto when = instant_of(layout.wide_time ? little_endian(record, kWideTimeOffset, 8)
                                                  : little_endian(record, kTimeOffset, 4));
    if (!when) continue;
    records.reach_back_to(*when);
    const std::string_view user = record.substr(kUserOffset, kUserBytes);
    const std::string name = to_valid_utf8(user.substr(0, user.find('\0')));
    if (type == kUserProcess && !name.empty()) records.add(name, *when);
  }
}

LoginRecords read_login_records(const HostContext& context, const std::vector<PasswdEntry>& accounts) {
  LoginRecords records;
  LoginRecordLayout layout;
  for (const std::string_view program : {"/bin/sh", "/usr/bin/env"}) {
    if (const Result<std::string> header = context.files.read_at(program, 0, 20)) {
      layout = login_record_layout(*header);
      break;
    }
  }
  read_lastlog(context.files, layout, accounts, records);
  read_wtmp_files(context.files, layout, records);
  read_database(context.files, "/var/lib/lastlog/lastlog2.db", "select Name, Time from Lastlog2", records);
  // Type 3 is a session of a user; times are microseconds.
  read_database(context.files, "/var/lib/wtmpdb/wtmp.db",
                "select User, max(Login) / 1000000 from wtmp where Type = 3 group by User "
                "union all select null, min(Login) / 1000000 from wtmp",
                records);
  return records;
}

}  // namespace ehdscan
