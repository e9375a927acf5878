// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/login_records.h"

#include <doctest/doctest.h>
#include <utmp.h>

#include <cstring>

#include "collectors/linux_host/host_fixture.h"
#include "support/sqlite_bytes.h"

using namespace ehdscan;

namespace {

std::string wtmp_record(short type, std::string_view user, std::uint32_t when, bool wide = false) {
  std::string bytes(wide ? 400 : 384, '\0');
  bytes[0] = static_cast<char>(type);
  bytes.replace(44, user.size(), user);
  std::memcpy(bytes.data() + (wide ? 344 : 340), &when, sizeof when);
  return bytes;
}

std::string lastlog_of(std::size_t uid, std::uint32_t when) {
  std::string bytes((uid + 1) * 292, '\0');
  std::memcpy(bytes.data() + uid * 292, &when, sizeof when);
  return bytes;
}

LoginRecords read(const HostFixture& host) {
  RecordingSink sink;
  const HostFiles files = HostFiles::open(host.folder.path).value();
  const HostContext context(files, sink, host.run_context, "test", EvidenceGrade::e2);
  return read_login_records(context,
                            {{.name = "root", .uid = 0}, {.name = "bob", .uid = 5}, {.name = "eve", .uid = 9}});
}

std::string text_of(const LoginRecords& records) {
  std::string text = records.since ? "since " + to_string(*records.since) : "no records";
  for (const auto& [name, when] : records.last) text += ", " + name + " " + to_string(when);
  for (const Error& error : records.errors) text += ", " + error.message;
  return text;
}

}  // namespace

TEST_CASE("login records: a machine without any does not know") {
  CHECK(text_of(read(HostFixture())) == "no records");
  CHECK(text_of(read(HostFixture({{"/var/log/lastlog", ""}, {"/var/log/wtmp", ""}}))) == "no records");
}

TEST_CASE("login records: the newest of wtmp, its older files and lastlog counts") {
  const HostFixture host(
      {{"/var/log/wtmp", wtmp_record(2, "reboot", 1'700'000'000) + wtmp_record(7, "bob", 1'700'000'100) +
                             wtmp_record(8, "eve", 1'700'000'200)},
       {"/var/log/wtmp.1", wtmp_record(7, "eve", 1'690'000'000) + "torn"},
       {"/var/log/wtmp.2.gz", "packed"},
       {"/var/log/lastlog", lastlog_of(5, 1'710'000'000)}});
  CHECK(text_of(read(host)) == "since 2023-07-22T04:26:40Z, bob 2024-03-09T16:00:00Z, eve 2023-07-22T04:26:40Z");
}

TEST_CASE("login records: lastlog2 and wtmpdb are read") {
  const HostFixture host(
      {{"/var/lib/lastlog/lastlog2.db",
        sqlite_bytes("create table Lastlog2(Name text primary key, Time integer, TTY text);"
                     "insert into Lastlog2 values('bob',1700000000,'tty1'),('eve',0,null)")},
       {"/var/lib/wtmpdb/wtmp.db",
        sqlite_bytes(
            "create table wtmp(ID integer primary key, Type integer, User text, Login integer, Logout integer);"
            "insert into wtmp values(1,1,'reboot',1690000000000000,null),(2,3,'root',1700000100000000,null)")}});
  CHECK(text_of(read(host)) == "since 2023-07-22T04:26:40Z, bob 2023-11-14T22:13:20Z, root 2023-11-14T22:15:00Z");
}

TEST_CASE("login records: what is there and cannot be read is said") {
  const HostFixture host({{"/var/lib/lastlog/lastlog2.db", "garbage"}, {"/var/log/wtmp/x", ""}});
  const std::string text = text_of(read(host));
  CHECK(text.find("cannot read `/var/lib/lastlog/lastlog2.db`: not a SQLite database") != std::string::npos);
  CHECK(text.find("/var/log/wtmp") != std::string::npos);
}

TEST_CASE("login records: the layout is that of the machine, not ours") {
  std::string elf(
      "\x7f"
      "ELF\x02\x01\x01",
      7);
  elf.resize(20);
  elf[18] = static_cast<char>(183);
  CHECK(login_record_layout(elf).wide_time);
  elf[18] = 62;
  CHECK_FALSE(login_record_layout(elf).wide_time);
  CHECK_FALSE(login_record_layout("#!/bin/sh").wide_time);
  LoginRecords records;
  elf[18] = static_cast<char>(183);
  read_wtmp(wtmp_record(7, "bob", 1'700'000'000, true), login_record_layout(elf), records);
  CHECK(text_of(records) == "since 2023-11-14T22:13:20Z, bob 2023-11-14T22:13:20Z");
#ifdef __x86_64__
  CHECK(sizeof(utmp) == 384);
  CHECK(offsetof(utmp, ut_user) == 44);
  CHECK(offsetof(utmp, ut_tv) == 340);
  CHECK(sizeof(lastlog) == 292);
#endif
}
