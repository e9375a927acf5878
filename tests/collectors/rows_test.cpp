// SPDX-License-Identifier: Apache-2.0
#include "collectors/rows/rows.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <fstream>

#include "base/diagnostic.h"
#include "base/line_reader.h"
#include "collectors/recording_sink.h"
#include "collectors/rows/row_binder.h"
#include "crypto/digest.h"
#include "evidence/tables/all.h"
#include "support/temporary_folder.h"

using namespace ehdscan;

namespace {

constexpr std::string_view kHeader =
    R"({"schema":"ehdscan-rows/1","tool":"steampipe 1.0","observed_at":"2026-11-20T10:00:00+02:00","tables":["sysctl"]})"
    "\n";
constexpr std::string_view kRow =
    R"({"table":"sysctl","platform":"host:a","row":{"host_id":"a","name":"kernel.x","value":"1"}})"
    "\n";
constexpr std::string_view kTrailer = R"({"complete":["sysctl"],"rows":1})";

struct Run {
  TemporaryFolder folder;
  RecordingSink sink;
  Result<void> result;

  /// Collects file.ndjson with this content.
  explicit Run(const std::string& content, const std::string& options = "file.ndjson") {
    std::ofstream(folder.path / "file.ndjson", std::ios::binary) << content;
    collect(options);
  }
  void collect(const std::string& options) {
    const auto document = Document::parse_yaml(options, "site.yaml");
    REQUIRE(document);
    const Target target{.name = "rows",
                        .collector = "rows",
                        .document = *document,
                        .options = (*document)->root(),
                        .folder = folder.path,
                        .place = {}};
    const CollectContext context{.started_at = *parse_instant("2026-11-23T08:00:00Z")};
    const CollectorSpec spec = rows_collector();
    result = spec.validate(target);
    if (result) result = spec.collect(target, sink, context);
  }
  [[nodiscard]] std::string outcome() const { return sink.state_of(*find_table("sysctl")); }
};

/// "table@platform:line column=value …"; NULL is left out.
std::string row_text(const RecordedRow& row) {
  std::string text = std::string(row.table->name) + "@" + row.platform + ":" + std::to_string(row.line);
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    const Cell& cell = row.cells[i];
    if (cell.kind == Cell::Kind::null) continue;
    text += " " + std::string(row.table->columns[i].name) + "=";
    text += cell.kind == Cell::Kind::integer ? std::to_string(cell.integer) : cell.text;
  }
  return text;
}

std::string text(std::string_view a, std::string_view b = {}, std::string_view c = {}, std::string_view d = {}) {
  return std::string(a) + std::string(b) + std::string(c) + std::string(d);
}

}  // namespace

TEST_CASE("rows: a file with a trailer that counts right is complete") {
  const std::string content = text(kHeader, kRow, kTrailer);
  const Run run(content);
  CHECK(run.result);
  CHECK(run.outcome() == "complete");
  REQUIRE(run.sink.rows.size() == 1);
  CHECK(row_text(run.sink.rows[0]) == "sysctl@host:a:2 host_id=a name=kernel.x value=1");
  REQUIRE(run.sink.sources.size() == 1);
  const Source& source = run.sink.sources[0];
  CHECK(source.location == "file.ndjson (made by steampipe 1.0)");
  CHECK(source.sha256 == sha256_hex(content));
  CHECK(to_string(source.observed_at) == "2026-11-20T08:00:00Z");
  CHECK(source.grade == EvidenceGrade::e2);
  CHECK(source.nature == Nature::observed);
  CHECK(source.freshness == Freshness::export_file);
  CHECK(source.third_party);
}

TEST_CASE("rows: without tool or date the grade is E0 and the date the epoch") {
  for (const char* header : {R"({"schema":"ehdscan-rows/1","tables":["sysctl"]})",
                             R"({"schema":"ehdscan-rows/1","tool":"x","tables":["sysctl"],"nature":"intended"})"}) {
    const Run run(text(header, "\n", kRow, kTrailer));
    REQUIRE(run.sink.sources.size() == 1);
    CHECK(run.sink.sources[0].grade == EvidenceGrade::e0);
    CHECK(run.sink.sources[0].observed_at == Instant{0});
  }
  const Run run(R"({"schema":"ehdscan-rows/1","nature":"intended","tables":["sysctl"]})");
  CHECK(run.sink.sources[0].nature == Nature::intended);
}

TEST_CASE("rows: a missing, wrong or early trailer leaves the tables partial") {
  CHECK(Run(text(kHeader, kRow)).outcome() == "partial: no trailer says that the file is complete");
  CHECK(Run(text(kHeader)).outcome() == "partial: no trailer says that the file is complete");
  CHECK(Run(text(kHeader, kRow, kRow, kTrailer)).outcome() ==
        "partial: line 4: the trailer counts 1 rows, the file has 2");
  CHECK(Run(text(kHeader, kRow, kTrailer, "\n" + std::string(kRow))).outcome() ==
        "partial: line 4: there is more after the trailer");
  CHECK(Run(text(kHeader, kRow, R"({"complete":[],"rows":1})")).outcome() ==
        "partial: the trailer does not name this table as complete");
  CHECK(Run(text(kHeader, kRow, R"({"complete":["sysctl"]})")).outcome().find("the trailer needs `complete`") !=
        std::string::npos);
  CHECK(Run(text(kHeader, kRow, R"({"complete":["sysctl","volume"],"rows":1})"))
            .outcome()
            .find("names a table that is not in the header") != std::string::npos);
  CHECK(Run(text(kHeader, kRow, R"({"complete":["sysctl"],"rows":1,"row":2})")).outcome() ==
        "partial: line 3: unknown key `row`");
  // Cut in the middle of a row.
  const std::string cut = text(kHeader, kRow).substr(0, kHeader.size() + 30);
  CHECK(Run(cut).outcome().starts_with("partial: file.ndjson:2: this quote is never closed"));
}

TEST_CASE("rows: a wrong line is refused with its number, the rest goes on") {
  const auto with = [](std::string_view line) {
    return Run(text(kHeader, line, "\n", text(kRow, kTrailer))).outcome();
  };
  CHECK(with(R"({"table":"sysctl","platform":"p","row":{"host_id":"a","name":"n","valeu":"1"}})") ==
        "partial: file.ndjson:2: table `sysctl` has no column `valeu` (did you mean `value`?)");
  CHECK(with(R"({"table":"sysctl","platform":"p","row":{"host_id":"a","name":"n","value":1}})") ==
        "partial: file.ndjson:2: `sysctl.value` takes a text, found an integer");
  CHECK(with(R"({"table":"sysctl","platform":"p","row":{"host_id":"a"}})") ==
        "partial: file.ndjson:2: column `name` of table `sysctl` must not be missing");
  CHECK(with(R"({"table":"sysctl","platform":"p","row":{"host_id":"a","name":null}})") ==
        "partial: file.ndjson:2: column `name` of table `sysctl` must not be missing");
  CHECK(with(R"({"table":"sysctl","platform":"p","row":{"host_id":"a","host_id":"b","name":"n"}})") ==
        "partial: file.ndjson:2: column `host_id` is given twice");
  CHECK(with(R"({"table":"sysctl","row":{"host_id":"a","name":"n"}})").find("`platform` takes") != std::string::npos);
  CHECK(with(R"({"table":"sysctl","platform":"p"})").find("`row` takes an object") != std::string::npos);
  CHECK(with(R"({"table":"sysctl","platform":"p","rwo":{}})").find("unknown key `rwo`") != std::string::npos);
  CHECK(with(R"({"table":"sysctl","platform":"p","platform":"q","row":{}})").find("duplicate key `platform`") !=
        std::string::npos);
  CHECK(with(R"({"table":"sysclt","platform":"p","row":{}})") ==
        "partial: file.ndjson:2: there is no table `sysclt` (did you mean `sysctl`?)");
  CHECK(with("nonsense").starts_with("partial: file.ndjson:2: expected a value, found `nonsense`"));
  CHECK(with("[]").starts_with("partial: file.ndjson:2: expected an object"));

  const Run two(text(kHeader,
                     R"({"table":"sysctl","platform":"p","row":{"x":1}})"
                     "\n",
                     R"({"table":"sysctl","platform":"p","row":{"x":1}})"
                     "\n",
                     R"({"complete":["sysctl"],"rows":2})"));
  CHECK(two.outcome().starts_with("failed: file.ndjson:2: table `sysctl` has no column `x`"));
  CHECK(two.outcome().ends_with("; 2 lines refused"));
  CHECK(two.sink.rows.empty());
  CHECK(two.result);
}

TEST_CASE("rows: a wrong header refuses the file, and every table it might be about has failed") {
  const auto message = [](std::string_view header) {
    const Run run(text(header, "\n", kRow, kTrailer));
    REQUIRE_FALSE(run.result);
    CHECK(run.sink.rows.empty());
    CHECK(run.sink.states.size() == collected_tables().size());
    return run.result.error().message;
  };
  CHECK(message("") == "the document is empty");
  CHECK(message("{}") == "the first line is not a header of brought rows");
  CHECK(message(R"({"schema":"ehdscan-rows/2"})") == "unknown format `ehdscan-rows/2`");
  CHECK(message(R"({"schema":"ehdscan-rows/1"})").starts_with("`tables` takes a list"));
  CHECK(message(R"({"schema":"ehdscan-rows/1","tables":["sysclt"]})") == "there is no table `sysclt`");
  CHECK(message(R"({"schema":"ehdscan-rows/1","tables":["sysctl","sysctl"]})") == "`tables` names `sysctl` twice");
  CHECK(message(R"({"schema":"ehdscan-rows/1","tool":"","tables":["sysctl"]})").starts_with("`tool` takes"));
  CHECK(message(R"({"schema":"ehdscan-rows/1","observed_at":"today","tables":["sysctl"]})")
            .starts_with("`observed_at` takes"));
  CHECK(message(R"({"schema":"ehdscan-rows/1","observed_at":"2026-11-23T09:00:00Z","tables":["sysctl"]})") ==
        "`observed_at` 2026-11-23T09:00:00Z lies in the future");
  CHECK(message(R"({"schema":"ehdscan-rows/1","nature":"x","tables":["sysctl"]})") ==
        "`nature` takes `observed` or `intended`");
  const Run run(R"({"schema":"ehdscan-rows/1","tabels":["sysctl"]})");
  CHECK(render(run.result.error()) ==
        "error: unknown key `tabels`\n"
        "  --> file.ndjson:1\n"
        "   |\n"
        " 1 | {\"schema\":\"ehdscan-rows/1\",\"tabels\":[\"sysctl\"]}\n"
        "  hint: did you mean `tables`?\n");
  CHECK(Run("").result.error().message == "the file is empty");
}

TEST_CASE("rows: expected tables narrow what an unreadable or silent file makes fail") {
  Run run(text(kHeader, kRow, kTrailer), "{files: [none.ndjson], tables: [sysctl]}");
  REQUIRE_FALSE(run.result);
  CHECK(run.result.error().kind == ErrorKind::not_found);
  CHECK(run.sink.states.size() == 1);
  CHECK(run.outcome().starts_with("failed: none.ndjson: cannot read"));

  Run refused("x", "{files: [file.ndjson], tables: [sysclt]}");
  CHECK(refused.result.error().hint == "did you mean `sysctl`?");
  Run empty("x", "[]");
  CHECK(empty.result.error().message == "the list is empty");
  Run unknown("x", "{file: a}");
  CHECK(unknown.result.error().message == "unknown key `file`");
}

TEST_CASE("rows: one bad file of two leaves the other's rows") {
  Run run(text(kHeader, kRow, kTrailer), "{files: [file.ndjson, none.ndjson], tables: [sysctl]}");
  CHECK_FALSE(run.result);
  CHECK(run.sink.rows.size() == 1);
  CHECK(run.outcome().starts_with("complete; failed: none.ndjson"));
}

namespace {

constexpr std::array<std::string_view, 2> kDirections{"ingress", "egress"};
constexpr auto kColumns = std::to_array<ColumnSpec>({
    column::key("id", "id"),
    column::text("t", "text"),
    column::integer("i", "ports", "integer"),
    column::boolean("b", "boolean"),
    column::instant("at", "instant"),
    column::day("on", "day"),
    column::list("l", "list"),
    column::one_of("d", kDirections, "direction"),
});
constexpr TableSpec kAllTypes{"all_types", "test", "One row per test.", kColumns};

std::string bound(std::string_view row) {
  JsonLineParser parser;
  std::string padded(row);
  padded.append(LineReader::kPadding, ' ');
  const auto members = parser.parse(std::string_view(padded).substr(0, row.size()));
  REQUIRE(members);
  RowBinder binder(kAllTypes);
  const auto cells = binder.bind(*members);
  if (!cells) return cells.error().message;
  RecordingSink sink;
  sink.write(kAllTypes, "p", *cells, {});
  return row_text(sink.rows[0]).substr(std::string_view("all_types@p:0 ").size());
}

}  // namespace

TEST_CASE("rows: every column type takes its own JSON and nothing else") {
  CHECK(
      bound(
          R"({"d":"sideways","id":"1","t":"x","i":-5,"b":false,"at":"2026-11-23T10:00:00+02:00","on":"2026-11-23","l":["a","\""]})") ==
      R"(id=1 t=x i=-5 b=0 at=2026-11-23T08:00:00Z on=2026-11-23 l=["a","\""] d=sideways)");
  CHECK(bound(R"({"id":"1","i":"5"})") == "`all_types.i` takes an integer, found the text `5`");
  CHECK(bound(R"({"id":"1","i":1.0})") == "`all_types.i` takes an integer, found a number with a fraction");
  CHECK(bound(R"({"id":"1","b":1})") == "`all_types.b` takes true or false, found an integer");
  CHECK(bound(R"({"id":"1","at":"2026-11-23"})") ==
        "`all_types.at` takes an instant like \"2026-11-23T08:00:00Z\", found the text `2026-11-23`");
  CHECK(bound(R"({"id":"1","on":"2026-02-30"})") ==
        "`all_types.on` takes a day like \"2026-11-23\", found the text `2026-02-30`");
  CHECK(bound(R"({"id":"1","l":"a"})") == "`all_types.l` takes a list of texts, found the text `a`");
  CHECK(bound(R"({"id":"1","l":["a",1]})") == "`all_types.l` takes a list of texts, found an integer in it");
  CHECK(bound(R"({"id":"1","t":{}})") == "`all_types.t` takes a text, found an object");
  CHECK(bound(R"({"id":"1","t":"a\u0000b"})") == "`all_types.t` contains a NUL character");
}

TEST_CASE("rows: one row's values never leak into the next") {
  JsonLineParser parser;
  RowBinder binder(kAllTypes);
  const auto bind = [&](std::string_view row) {
    std::string padded(row);
    padded.append(LineReader::kPadding, ' ');
    const auto members = parser.parse(std::string_view(padded).substr(0, row.size()));
    RecordingSink sink;
    if (const auto cells = binder.bind(*members)) sink.write(kAllTypes, "p", *cells, {});
    return sink.rows.empty() ? "refused" : row_text(sink.rows[0]).substr(std::string_view("all_types@p:0 ").size());
  };
  CHECK(bind(R"({"id":"1","t":"x","i":1})") == "id=1 t=x i=1");
  CHECK(bind(R"({"i":2,"id":"2"})") == "id=2 i=2");
  CHECK(bind(R"({"t":"z","x":1})") == "refused");
  CHECK(bind(R"({"id":"3"})") == "id=3");
  CHECK(bind(R"({"t":"z"})") == "refused");
}

namespace {

constexpr std::string_view kCsvHeader =
    "#ehdscan-rows/1,tool,steampipe 1.0,observed_at,2026-11-20T10:00:00+02:00,tables,sysctl\r\n";
constexpr std::string_view kCsvTable = "#table,sysctl\r\nplatform,host_id,name,value\r\n";

std::string csv(std::string_view rows, std::string_view header = kCsvHeader) {
  return std::string(header) + std::string(kCsvTable) + std::string(rows);
}

}  // namespace

TEST_CASE("rows: csv with header, columns, rows and their count is complete") {
  const Run run(
      csv("host:a,a,kernel.x,\"1,\"\"2\"\"\nand\"\r\nhost:a,a,kernel.y,\r\nhost:a,a,kernel.z,\"\"\r\n#complete,3\r\n"));
  CHECK(run.result);
  CHECK(run.outcome() == "complete");
  REQUIRE(run.sink.rows.size() == 3);
  CHECK(row_text(run.sink.rows[0]) == "sysctl@host:a:4 host_id=a name=kernel.x value=1,\"2\"\nand");
  CHECK(row_text(run.sink.rows[1]) == "sysctl@host:a:6 host_id=a name=kernel.y");
  CHECK(row_text(run.sink.rows[2]) == "sysctl@host:a:7 host_id=a name=kernel.z value=");
  REQUIRE(run.sink.sources.size() == 1);
  CHECK(run.sink.sources[0].third_party);
  CHECK(run.sink.sources[0].grade == EvidenceGrade::e2);
  CHECK(to_string(run.sink.sources[0].observed_at) == "2026-11-20T08:00:00Z");
}

TEST_CASE("rows: csv of several tables, lists, booleans and numbers by the type of their column") {
  const Run run(
      "\xEF\xBB\xBF#ehdscan-rows/1,tables,bucket data_permit\n"
      "#table,bucket\nbucket_id,platform,object_count,name\nb1,cloud,12,results\n#complete,1\n"
      "#table,data_permit\nplatform,permit_id,withdrawn_at\n#complete,0\n");
  CHECK(run.result);
  CHECK(run.sink.state_of(*find_table("bucket")) == "complete");
  CHECK(run.sink.state_of(*find_table("data_permit")) ==
        "failed: file.ndjson:7: table `data_permit` has no column `withdrawn_at` (`ehdscan tables` names the columns)");
  REQUIRE(run.sink.rows.size() == 1);
  CHECK(row_text(run.sink.rows[0]) == "bucket@cloud:4 bucket_id=b1 name=results object_count=12");
}

TEST_CASE("rows: csv that is wrong in one thing is never complete, and says where") {
  struct Case {
    std::string content, state;
  };
  const std::string good = "host:a,a,kernel.x,1\n";
  const std::vector<Case> cases{
      {csv(good), "partial: no `#complete` record ends its rows"},
      {csv(good + "#complete,2\n"), "partial: file.ndjson:5: `#complete` counts 2 rows, there are 1"},
      {csv(good + "#complete\n"), "partial: file.ndjson:5: `#complete` counts  rows, there are 1"},
      {csv(good + "#complete,1\n" + good), "partial: file.ndjson:6: there is more after `#complete`"},
      {csv(good + "#complete,1\n#complete,1\n"), "partial: file.ndjson:6: a second `#complete`"},
      {csv(good + "a,b\n#complete,2\n"), "partial: file.ndjson:5: 2 fields, but 4 columns"},
      {csv(good + "a,b,c,d,e\n#complete,2\n"), "partial: file.ndjson:5: 5 fields, but 4 columns"},
      {csv(good + ",a,kernel.y,1\n#complete,2\n"),
       "partial: file.ndjson:5: `platform` takes the platform instance, like `keystone:https://…`"},
      {csv(good + "host:a,,kernel.y,1\n#complete,2\n"),
       "partial: file.ndjson:5: column `host_id` of table `sysctl` must not be missing"},
      {csv(good + "host:a,a,k,\"x\n#complete,2\n"),
       "partial: file.ndjson:5: a quote of the record that begins here is never closed"},
      {csv(good + "host:a,a,k,x\"y\"\n#complete,2\n"),
       "partial: file.ndjson:5: a quote inside a field that does not begin with one (put the whole field in quotes and "
       "double the quote)"},
      {csv(good + "host:a,a,k,\xFF\n#complete,2\n"), "partial: file.ndjson:5: `value` is not UTF-8"},
      {csv(good + "#end,1\n#complete,2\n"),
       "partial: file.ndjson:5: unknown record `#end` (a value that begins with # stands in quotes)"},
      {csv(good + "#complete,1\n#table,sysctl\n"), "partial: file.ndjson:6: a second part about `sysctl`"},
      {csv(good + "#complete,1\n#table,bucket\n"),
       "partial: file.ndjson:6: table `bucket` is not in the header (add it to `tables`)"},
      {std::string(kCsvHeader) + good,
       "partial: file.ndjson:2: a row before any `#table` record (`#table,NAME` begins the rows of a table)"},
      {std::string(kCsvHeader) + "#table,sysctl\nhost_id,name\na,b\n#complete,1\n",
       "failed: file.ndjson:3: no column `platform` (it names the platform instance of each row)"},
      {std::string(kCsvHeader) + "#table,sysctl\nplatform,host_id,name,name\n",
       "failed: file.ndjson:3: column `name` stands twice (`ehdscan tables` names the columns)"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.content);
    const Run run(one.content);
    CHECK(run.result);
    CHECK(run.outcome() == one.state);
  }
}

TEST_CASE("rows: a csv header that is wrong refuses the file") {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"#ehdscan-rows/2,tables,sysctl\n", "unknown format"},
      {"#ehdscan-rows/1;tables;sysctl\n", "semicolons"},
      {"#ehdscan-rows/1,tables\n", "in turn"},
      {"#ehdscan-rows/1,tables,nothing\n", "no table `nothing`"},
      {"#ehdscan-rows/1,tables,\n", "takes a list"},
      {"#ehdscan-rows/1,tabels,sysctl\n", "unknown key `tabels`"},
      {"#ehdscan-rows/1,tables,sysctl,tables,sysctl\n", "duplicate key"},
      {"#ehdscan-rows/1,tables,effective_access\n", "computed"},
      {"#ehdscan-rows/1,observed_at,2027-01-01T00:00:00Z,tables,sysctl\n", "future"},
      {"#ehdscan-rows/1,\"tables\n", "never closed"},
      {"platform,host_id\n", ""},
  };
  for (const auto& [content, message] : cases) {
    CAPTURE(content);
    const Run run(content, "{files: file.ndjson, tables: [sysctl]}");
    REQUIRE_FALSE(run.result);
    CHECK(run.result.error().message.find(message) != std::string::npos);
    CHECK(run.outcome().starts_with("failed"));
    CHECK(run.sink.rows.empty());
  }
}
