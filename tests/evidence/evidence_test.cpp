// SPDX-License-Identifier: Apache-2.0
#include "evidence/evidence.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "evidence/sqlite.h"
#include "evidence/tables/all.h"
#include "evidence/tables/host.h"
#include "evidence/writer.h"
#include "support/temporary_folder.h"

using namespace ehdscan;
namespace fs = std::filesystem;

namespace {

const EvidenceMeta kMeta{.site = "fi-1", .country = "FI", .tool_version = "0", .started_at = {1000}, .finished_at = {}};
const TableSpec* const kTables[] = {&tables::sysctl};

void write_one(const fs::path& file, const std::string& host) {
  Result<EvidenceWriter> writer = EvidenceWriter::create(file, kMeta);
  REQUIRE(writer);
  RowSink& sink = writer->begin_target("local", "linux_host", kTables);
  const SourceId source = sink.add_source({.location = "/proc/sys", .observed_at = {1000}, .grade = EvidenceGrade::e3});
  CHECK(sink.add_source({.location = "/proc/sys", .observed_at = {1000}, .grade = EvidenceGrade::e3}) == source);
  Row<tables::sysctl> row("host:" + host);
  row.set<"host_id">(host).set<"name">("kernel.x").set<"value">("1\xFF\0two").write(sink, {source, 7});
  sink.collected(tables::sysctl, CollectionState::complete);
  writer->end_target();
  REQUIRE(writer->finish({2000}));
}

Error open_error(const fs::path& file) {
  const Result<Evidence> evidence = Evidence::open(std::vector{file});
  REQUIRE_FALSE(evidence);
  return evidence.error();
}

/// Runs SQL on a copy, as an attacker would.
fs::path tampered(const fs::path& file, const char* sql) {
  const fs::path copy = file.string() + ".copy";
  fs::copy_file(file, copy, fs::copy_options::overwrite_existing);
  auto connection = sqlite::open(copy, SQLITE_OPEN_READWRITE);
  REQUIRE(connection);
  const auto ran = sqlite::run(connection->get(), sql);
  if (!ran) MESSAGE(ran.error().message);
  REQUIRE(ran);
  return copy;
}

}  // namespace

TEST_CASE("evidence: what is written is read back, text made well-formed") {
  const TemporaryFolder folder;
  const fs::path file = folder.path / "evidence.db";
  write_one(file, "a");
  CHECK(std::distance(fs::directory_iterator(folder.path), {}) == 1);
  CHECK((fs::status(file).permissions() & fs::perms::others_all) == fs::perms::none);
  const Result<Evidence> evidence = Evidence::open(std::vector{file});
  REQUIRE(evidence);
  CHECK(evidence->metas().front().site == "fi-1");
  CHECK(evidence->newest_finish() == Instant{2000});
  REQUIRE(evidence->sources().size() == 1);
  CHECK(evidence->sources().front().second.target == "local");
  REQUIRE(evidence->collections().size() == 1);
  CHECK(evidence->collections().front().row_count == 1);
  auto select = sqlite::Statement::prepare(evidence->handle(), "SELECT value,source_line FROM sysctl");
  REQUIRE(select);
  REQUIRE(*select->step());
  CHECK(select->text(0) == "1\xEF\xBF\xBD");
  CHECK(select->integer(1) == 7);
  CHECK_FALSE(sqlite::run(evidence->handle(), "DELETE FROM sysctl"));
}

TEST_CASE("evidence: a run that is not finished leaves nothing") {
  const TemporaryFolder folder;
  {
    Result<EvidenceWriter> writer = EvidenceWriter::create(folder.path / "evidence.db", kMeta);
    REQUIRE(writer);
    writer->begin_target("local", "linux_host", kTables);
  }
  CHECK(fs::is_empty(folder.path));
  CHECK(EvidenceWriter::create(folder.path / "no" / "x.db", kMeta).error().kind == ErrorKind::not_found);
}

TEST_CASE("evidence: what a collector does not say is never complete") {
  Result<EvidenceWriter> writer = EvidenceWriter::in_memory(kMeta);
  REQUIRE(writer);
  writer->begin_target("silent", "linux_host", kTables);
  writer->end_target();
  const Error denied{.kind = ErrorKind::denied, .message = "no right"};
  writer->begin_target("denied", "linux_host", kTables);
  writer->end_target(&denied);
  RowSink& sink = writer->begin_target("mixed", "linux_host", kTables);
  sink.collected(tables::sysctl, CollectionState::complete);
  sink.collected(tables::sysctl, CollectionState::denied, "one file");
  writer->end_target();
  const Result<Evidence> evidence = writer->finish_in_memory({2000});
  REQUIRE(evidence);
  CHECK(evidence->collections()[0].state == CollectionState::denied);
  CHECK(evidence->collections()[1].state == CollectionState::partial);
  CHECK(evidence->collections()[1].reason == "one file");
  CHECK(evidence->collections()[2].state == CollectionState::not_attempted);
  CHECK_FALSE(evidence->collections()[2].reason.empty());
}

TEST_CASE("evidence: a row that breaks its table is our own mistake and stops the run") {
  const TemporaryFolder folder;
  Result<EvidenceWriter> writer = EvidenceWriter::create(folder.path / "evidence.db", kMeta);
  REQUIRE(writer);
  RowSink& sink = writer->begin_target("local", "linux_host", kTables);
  Row<tables::sysctl> row("host:a");
  row.set<"host_id">("a").write(sink, {1, 0});
  writer->end_target();
  const Result<void> finished = writer->finish({2000});
  REQUIRE_FALSE(finished);
  CHECK(finished.error().message.find("`sysctl.name`") != std::string::npos);
}

TEST_CASE("evidence: several files become one, whatever the order, and same names are told apart") {
  const TemporaryFolder folder;
  write_one(folder.path / "a.db", "a");
  write_one(folder.path / "b.db", "b");
  const auto targets = [&](std::vector<fs::path> files) {
    const Result<Evidence> evidence = Evidence::open(files);
    REQUIRE(evidence);
    std::string text;
    for (const Collection& c : evidence->collections()) text += c.target + ";";
    auto count =
        sqlite::Statement::prepare(evidence->handle(), "SELECT count(*),count(DISTINCT source_id) FROM sysctl");
    REQUIRE(*count->step());
    CHECK(count->integer(0) == 2);
    CHECK(count->integer(1) == 2);
    return text;
  };
  const std::string one = targets({folder.path / "a.db", folder.path / "b.db"});
  CHECK(one == targets({folder.path / "b.db", folder.path / "a.db"}));
  CHECK(one.find(".db)") != std::string::npos);
  CHECK_FALSE(Evidence::open(std::vector{folder.path / "a.db", folder.path / "a.db"}));
}

TEST_CASE("evidence: the bookkeeping of the whole says where each row of each file comes from") {
  const TemporaryFolder folder;
  write_one(folder.path / "a.db", "a");
  write_one(folder.path / "b.db", "b");
  const Result<Evidence> evidence = Evidence::open(std::vector{folder.path / "a.db", folder.path / "b.db"});
  REQUIRE(evidence);
  auto rows =
      sqlite::Statement::prepare(evidence->handle(),
                                 "SELECT count(*),count(DISTINCT target) FROM sysctl JOIN source USING(source_id) "
                                 "JOIN collection USING(target) WHERE nature='observed'");
  REQUIRE(rows);
  REQUIRE(*rows->step());
  CHECK(rows->integer(0) == 2);
  CHECK(rows->integer(1) == 2);
}

namespace {

/// Evidence of targets that are each read from a file (its digest), failed (empty) or left to others ("-").
void write_targets(const fs::path& file, std::int64_t finished_at,
                   std::initializer_list<std::pair<const char*, const char*>> targets) {
  Result<EvidenceWriter> writer = EvidenceWriter::create(file, kMeta);
  REQUIRE(writer);
  for (const auto& [target, digest] : targets) {
    RowSink& sink = writer->begin_target(target, "linux_host", kTables);
    if (std::string_view(digest) == "-") {
      sink.collected(tables::sysctl, CollectionState::not_attempted, "left to others");
    } else if (std::string_view(digest).empty()) {
      sink.collected(tables::sysctl, CollectionState::failed, "gone");
    } else {
      const SourceId source = sink.add_source({.location = "/proc/sys", .sha256 = digest, .observed_at = {1000}});
      Row<tables::sysctl> row("host:" + std::string(target));
      row.set<"host_id">("h").set<"name">("kernel.x").write(sink, {source, 7});
      sink.collected(tables::sysctl, CollectionState::complete);
    }
    writer->end_target();
  }
  REQUIRE(writer->finish({finished_at}));
}

/// "target state rows in the table" of each target of several files.
std::string merged(std::vector<fs::path> files) {
  const auto text = [&] {
    const Result<Evidence> evidence = Evidence::open(files);
    REQUIRE(evidence);
    std::string all;
    for (const Collection& c : evidence->collections()) all += fmt::format("{} {}; ", c.target, to_string(c.state));
    auto count = sqlite::Statement::prepare(evidence->handle(), "SELECT count(*) FROM sysctl");
    REQUIRE(*count->step());
    return fmt::format("{}{} rows", all, count->integer(0));
  };
  const std::string one = text();
  std::ranges::reverse(files);
  CHECK(text() == one);
  return one;
}

}  // namespace

TEST_CASE("evidence: a target left to another shard is missed until that shard's evidence comes") {
  const TemporaryFolder folder;
  const fs::path one = folder.path / "1.db";
  const fs::path two = folder.path / "2.db";
  const fs::path three = folder.path / "3.db";
  write_targets(one, 2000, {{"a", "11"}, {"b", "-"}, {"c", "-"}});
  write_targets(two, 2001, {{"a", "-"}, {"b", "22"}, {"c", "-"}});
  write_targets(three, 2002, {{"a", "-"}, {"b", "-"}, {"c", ""}});
  CHECK(merged({one, two}) == "a complete; b complete; c not_attempted; 2 rows");
  CHECK(merged({one, two, three}) == "a complete; b complete; c failed; 2 rows");
}

TEST_CASE("evidence: the same bytes read twice count once, other bytes of the same target do not hide") {
  const TemporaryFolder folder;
  const fs::path one = folder.path / "1.db";
  const fs::path two = folder.path / "2.db";
  const fs::path three = folder.path / "3.db";
  write_targets(one, 2000, {{"a", "11"}, {"b", "22"}});
  write_targets(two, 2001, {{"a", "11"}, {"b", "33"}});
  write_targets(three, 1999, {{"b", ""}});
  CHECK(merged({one, two}) == "a complete; b complete; b (1.db) complete; 3 rows");
  CHECK(merged({one, three}) == "a complete; b complete; b (3.db) failed; 2 rows");
  const Result<Evidence> evidence = Evidence::open(std::vector{one, two});
  REQUIRE(evidence);
  CHECK(evidence->collected_at(0) == Instant{2001});  // the later of the two readings
}

TEST_CASE("evidence: a part whose rows have no source, or whose sources have any number, does no harm") {
  const TemporaryFolder folder;
  const fs::path one = folder.path / "1.db";
  write_targets(one, 2000, {{"a", "11"}});
  write_targets(folder.path / "2.db", 2001, {{"b", "22"}});
  const fs::path orphan = tampered(folder.path / "2.db", "UPDATE sysctl SET source_id=99");
  const Result<Evidence> refused = Evidence::open(std::vector{one, orphan});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::invalid_input);
  const fs::path huge = tampered(folder.path / "2.db",
                                 "UPDATE sysctl SET source_id=9223372036854775807;"
                                 "UPDATE source SET source_id=9223372036854775807");
  CHECK(merged({one, huge}) == "a complete; b complete; 2 rows");
}

TEST_CASE("evidence: files made to attack their reader are refused") {
  const TemporaryFolder folder;
  const fs::path file = folder.path / "evidence.db";
  write_one(file, "a");
  const auto refused = [&](const char* sql) { return open_error(tampered(file, sql)).message; };
  CHECK(refused("CREATE VIEW v AS SELECT load_extension('x')").find("does not belong there") != std::string::npos);
  CHECK(refused("CREATE TRIGGER t AFTER INSERT ON sysctl BEGIN SELECT 1; END").find("does not belong there") !=
        std::string::npos);
  CHECK(refused("CREATE INDEX i ON sysctl(name)").find("does not belong there") != std::string::npos);
  CHECK(refused("DROP TABLE sysctl").find("missing") != std::string::npos);
  CHECK(refused("DROP TABLE sysctl; CREATE VIEW sysctl AS SELECT 1").find("does not belong there") !=
        std::string::npos);
  CHECK(refused("PRAGMA user_version=99").find("version 99") != std::string::npos);
  CHECK(refused("PRAGMA application_id=1").find("some other database") != std::string::npos);
  CHECK(refused("PRAGMA ignore_check_constraints=ON; UPDATE source SET grade='E9'").find("no date, grade") !=
        std::string::npos);
  CHECK(refused("DELETE FROM meta").find("when it was collected") != std::string::npos);
}

TEST_CASE("evidence: what is not a database is refused by kind") {
  const TemporaryFolder folder;
  CHECK(open_error(folder.path / "missing.db").kind == ErrorKind::not_found);
  CHECK(open_error(folder.path).message.find("not a file") != std::string::npos);
  REQUIRE(write_file_atomically(folder.path / "empty.db", ""));
  CHECK(open_error(folder.path / "empty.db").kind == ErrorKind::invalid_input);
  REQUIRE(write_file_atomically(folder.path / "text.db", std::string(10'000, 'x')));
  CHECK(open_error(folder.path / "text.db").kind == ErrorKind::invalid_input);
  write_one(folder.path / "cut.db", "a");
  fs::resize_file(folder.path / "cut.db", fs::file_size(folder.path / "cut.db") / 2);
  CHECK(open_error(folder.path / "cut.db").kind == ErrorKind::invalid_input);
}

TEST_CASE("evidence: of a thousand reasons the first stand in words and the others are counted once each") {
  const TemporaryFolder folder;
  const fs::path file = folder.path / "evidence.db";
  {
    Result<EvidenceWriter> writer = EvidenceWriter::create(file, kMeta);
    REQUIRE(writer);
    RowSink& sink = writer->begin_target("plan", "terraform", kTables);
    for (int again = 0; again < 2; ++again) {
      for (int i = 0; i < 1000; ++i) {
        sink.collected(tables::sysctl, CollectionState::partial, "not known of x" + std::to_string(i));
      }
    }
    writer->end_target();
    REQUIRE(writer->finish({2000}));
  }
  const Result<Evidence> evidence = Evidence::open(std::vector{file});
  REQUIRE(evidence);
  REQUIRE(evidence->collections().size() == 1);
  CHECK(evidence->collections()[0].reason == "not known of x0; not known of x1; not known of x2 (and 997 more)");
}
