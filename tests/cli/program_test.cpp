// SPDX-License-Identifier: Apache-2.0
// The program as a user meets it: exit codes, what goes where, what is left behind.
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <fstream>

#include "support/program.h"

namespace {

std::filesystem::path write(const TemporaryFolder& folder, const std::string& name, const std::string& text) {
  const std::filesystem::path path = folder.path / name;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path) << text;
  return path;
}

/// A site whose only target is a small image that is always the same.
std::filesystem::path small_site(const TemporaryFolder& folder) {
  write(folder, "image/etc/os-release", "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n");
  write(folder, "image/etc/ssh/sshd_config", "PermitRootLogin yes\nPasswordAuthentication no\n");
  write(folder, "image/usr/sbin/sshd", "");
  write(folder, "image/var/lib/dpkg/status",
        "Package: openssh-server\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1:9.2p1-2+deb12u3\n\n");
  return write(folder, "site.yaml", "site: test-node\ncountry: FI\ntargets:\n  - linux_host: {root: image, name: image-1}\n");
}

std::vector<std::string> names_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().filename());
  std::ranges::sort(names);
  return names;
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("program: version and help go to standard output and are fine") {
  CHECK(run_program_with({"--version"}).out == "ehdscan 0.1.0\n");
  const ProgramRun help = run_program_with({"--help"});
  CHECK(help.code == 0);
  CHECK(contains(help.out, "Exit codes: 0 fine"));
  CHECK(help.error.empty());
}

TEST_CASE("program: a wrong command line is exit 2 and says what to do") {
  CHECK(run_program_with({}).code == 2);
  const ProgramRun misspelt = run_program_with({"scann", "site.yaml"});
  CHECK(misspelt.code == 2);
  CHECK(contains(misspelt.error, "did you mean `scan`?"));
  CHECK(misspelt.out.empty());
  CHECK(run_program_with({"scan"}).code == 2);
  CHECK(run_program_with({"scan", "/nonexistent/site.yaml"}).code == 2);
  CHECK(run_program_with({"scan", "/tmp"}).code == 2);
  CHECK(run_program_with({"assess", "x.db", "--format", "htlm=x"}).code == 2);
  CHECK(run_program_with({"assess", "x.db", "--min-score", "120"}).code == 2);
  CHECK(run_program_with({"assess", "x.db", "--as-of", "tomorrow"}).code == 2);
}

TEST_CASE("program: scan writes evidence and reports; assess gives the same bytes from the evidence alone") {
  const TemporaryFolder folder;
  const std::filesystem::path site = small_site(folder);
  const std::string out = (folder.path / "out").string();
  const ProgramRun scan = run_program_with({"scan", site.string(), "--out", out, "--allow-incomplete"});
  CAPTURE(scan.error);
  REQUIRE(scan.code == 0);
  CHECK(names_in(out) == std::vector<std::string>{"evidence.db", "report.html", "report.json"});
  CHECK(std::ranges::count(scan.out, '\n') <= 15);

  const std::string again = (folder.path / "again").string();
  const ProgramRun assess =
      run_program_with({"assess", out + "/evidence.db", "--out", again, "--allow-incomplete"}, {{"TZ", "Asia/Tokyo"}, {"LANG", "tr_TR.UTF-8"}});
  REQUIRE(assess.code == 0);
  CHECK(content_of(out + "/report.json") == content_of(again + "/report.json"));
  CHECK(content_of(out + "/report.html") == content_of(again + "/report.html"));
  CHECK(assess.out == scan.out);
}

TEST_CASE("program: incomplete evidence is exit 3, a proven gate failure is exit 1") {
  const TemporaryFolder folder;
  const std::string site = small_site(folder).string();
  const std::string lacking = write(folder, "lacking.yaml",
                                    "site: test-node\ncountry: FI\ntargets:\n  - linux_host: {root: image, name: image-1}\n"
                                    "  - rows: missing.ndjson\n")
                                  .string();
  CHECK(run_program_with({"scan", lacking}).code == 3);
  CHECK(run_program_with({"scan", lacking, "--allow-incomplete"}).code == 0);
  const ProgramRun severe = run_program_with({"scan", site, "--fail-on", "high"});
  CHECK(severe.code == 1);
  CHECK(contains(severe.error, "gate failed: "));
  const ProgramRun score = run_program_with({"scan", site, "--min-score", "99", "--allow-incomplete"});
  CHECK(score.code == 1);
  CHECK(contains(score.error, "--min-score"));
  CHECK(run_program_with({"scan", site, "--min-coverage", "99", "--allow-incomplete"}).code == 1);
}

TEST_CASE("program: report writes one format of evidence, the same bytes as assess, whatever is incomplete") {
  const TemporaryFolder folder;
  const std::string out = (folder.path / "out").string();
  run_program_with({"scan", small_site(folder).string(), "--out", out, "--allow-incomplete"});
  const ProgramRun json = run_program_with({"report", out + "/evidence.db", "--format", "json"});
  CHECK(json.code == 0);
  CHECK(json.error.empty());
  CHECK(json.out == content_of(out + "/report.json"));
  CHECK(run_program_with({"report", out + "/evidence.db", "--out", out + "/again.html"}).out.empty());
  CHECK(content_of(out + "/again.html") == content_of(out + "/report.html"));
  CHECK(run_program_with({"report", out + "/evidence.db", "--format", "pdf"}).code == 2);
}

TEST_CASE("program: a report on standard output stands there alone") {
  const TemporaryFolder folder;
  const ProgramRun run = run_program_with({"scan", small_site(folder).string(), "--format", "json=-", "--allow-incomplete"});
  CHECK(run.code == 0);
  CHECK(run.out.starts_with("{"));
  CHECK(run.out.ends_with("}\n"));
}

TEST_CASE("program: one broken target does not stop the others") {
  const TemporaryFolder folder;
  small_site(folder);
  const auto site = write(folder, "two.yaml",
                          "site: test-node\ncountry: FI\ntargets:\n  - rows: missing.ndjson\n  - linux_host: {root: image, name: image-1}\n");
  const std::string out = (folder.path / "out").string();
  const ProgramRun run = run_program_with({"scan", site.string(), "--out", out});
  CHECK(run.code == 3);
  CHECK(contains(run.error, "missing.ndjson"));
  CHECK(std::filesystem::exists(out + "/report.json"));
}

TEST_CASE("program: evidence that is none is refused, and nothing is written") {
  const TemporaryFolder folder;
  const std::string empty = write(folder, "empty.db", "").string();
  const std::string text = write(folder, "text.db", "not a database, but long enough to be looked at as one").string();
  for (const std::string& file : {empty, text, folder.path.string(), std::string("/nonexistent.db")}) {
    const ProgramRun run = run_program_with({"assess", file, "--out", (folder.path / "out").string()});
    CHECK(run.code == 2);
    CHECK(!run.error.empty());
  }
  CHECK(!std::filesystem::exists(folder.path / "out"));
}

TEST_CASE("program: a check pack that does not hold our rules is refused before anything is read") {
  const TemporaryFolder folder;
  const std::string site = small_site(folder).string();
  write(folder, "pack/forgetful.yaml", R"(id: forgetful
title: forgets what it does not know
severity: low
needs: {host: rows}
query: select host_id as resource, case when exists (select 1 from host h where h.os_id = 'x') then 'fail' else 'pass' end as verdict, '' as reason from host
resource_type: host
empty: not_applicable
subject: "{resource}"
message: m
rationale: r
remediation: r
references: [x]
examples: []
)");
  const ProgramRun run = run_program_with({"scan", site, "--checks", (folder.path / "pack").string()});
  CHECK(run.code == 2);
  CHECK(contains(run.error, "EXISTS is false where a compared value is not known"));
  const ProgramRun nothing = run_program_with({"scan", site, "--checks", (folder.path / "image").string()});
  CHECK(nothing.code == 2);
}

TEST_CASE("program: query reads, and only reads") {
  const TemporaryFolder folder;
  const std::string out = (folder.path / "e.db").string();
  run_program_with({"collect", small_site(folder).string(), "--out", out});
  const ProgramRun rows = run_program_with(
      {"query", out, "select distinct keyword, value from sshd_setting where keyword = 'permitrootlogin'", "--format", "csv"});
  CHECK(rows.code == 0);
  CHECK(rows.out == "keyword,value\r\npermitrootlogin,yes\r\n");
  CHECK(run_program_with({"query", out, "delete from sshd_setting"}).code == 2);
  CHECK(run_program_with({"query", out, "attach database 'x' as x"}).code == 2);
  CHECK(run_program_with({"query", out, "select 1; select 2"}).code == 2);
  CHECK(run_program_with({"query", out, "pragma writable_schema=1"}).code == 2);
  CHECK(!std::filesystem::exists("x"));
}

TEST_CASE("program: a full disk is exit 3 and leaves neither half a file nor a temporary one") {
  const TemporaryFolder folder;
  const std::string site = small_site(folder).string();
  std::filesystem::create_directory(folder.path / "out");
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{4096, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  const ProgramRun run = run_program_with({"collect", site, "--out", (folder.path / "out/evidence.db").string()});
  ::setrlimit(RLIMIT_FSIZE, &before);
  CHECK(run.code == 3);
  CHECK(names_in(folder.path / "out").empty());
}

TEST_CASE("program: Ctrl-C is exit 130 and leaves neither half a file nor a temporary one") {
  const TemporaryFolder folder;
  std::string rows = R"({"schema":"ehdscan-rows/1","tool":"t","observed_at":"2026-11-20T08:00:00Z","tables":["sysctl"]})" "\n";
  constexpr int kRows = 300'000;
  for (int i = 0; i < kRows; ++i) {
    rows += R"({"table":"sysctl","platform":"host:a","row":{"host_id":"a","name":"x)" + std::to_string(i) + "\"}}\n";
  }
  write(folder, "rows.ndjson", rows);
  const std::string site = write(folder, "site.yaml", "site: n\ncountry: FI\ntargets:\n  - rows: rows.ndjson\n").string();
  const std::filesystem::path out = folder.path / "out";
  std::filesystem::create_directory(out);
  // As soon as it has begun to write: before that there is nothing to leave behind.
  const ProgramRun run = run_program_until([&] { return !names_in(out).empty(); }, SIGINT, {"collect", site, "--out", (out / "evidence.db").string()});
  CHECK(run.code == 130);
  CHECK(names_in(out).empty());
}

TEST_CASE("program: files that are huge, deep, binary or no files are refused with their place, in every role") {
  const TemporaryFolder folder;
  const std::string huge = write(folder, "huge.yaml", "site: x\n").string();
  std::filesystem::resize_file(huge, std::uintmax_t{1} << 30);  // sparse: a gibibyte of zeros
  const std::string deep = write(folder, "deep.yaml", std::string(100'000, '[')).string();
  const std::string binary = write(folder, "binary.yaml", std::string("\x7f" "ELF\x02\x01\x01\0\xff\xfe", 10)).string();
  const std::string pipe = (folder.path / "pipe.yaml").string();
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  for (const std::string& file : {huge, deep, binary, pipe, folder.path.string()}) {
    CAPTURE(file);
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"scan", file}, {"assess", file}, {"query", file, "select 1"}, {"profile", "show", "--profile", file}}) {
      CAPTURE(arguments[0]);
      const ProgramRun run = run_program_with(arguments);
      CHECK(run.code == 2);
      CHECK(contains(run.error, "error: "));
      CHECK(run.out.empty());
    }
  }
}

TEST_CASE("program: init writes documents that read without mistakes, and never replaces one unasked") {
  const TemporaryFolder folder;
  const std::string out = (folder.path / "governance").string();
  CHECK(run_program_with({"init", "--documents", out}).code == 0);
  CHECK(run_program_with({"documents", "check", out}).code == 0);
  CHECK(run_program_with({"init", "--documents", out}).code == 2);
  CHECK(run_program_with({"init", "--documents", out, "--force"}).code == 0);
}

TEST_CASE("program: init writes a site.yaml that can be scanned, and never replaces one unasked") {
  const TemporaryFolder folder;
  const std::string out = folder.path.string();
  CHECK(run_program_with({"init", "--site", "node-1", "--country", "FI", "--out", out}).code == 0);
  CHECK(contains(content_of(folder.path / "site.yaml"), "site: \"node-1\""));
  CHECK(run_program_with({"init", "--out", out}).code == 2);
  CHECK(run_program_with({"init", "--out", out, "--country", "Finland", "--force"}).code == 2);
  const ProgramRun collect = run_program_with({"collect", out + "/site.yaml", "--out", out + "/e.db"});
  CAPTURE(collect.error);
  CHECK(std::filesystem::exists(out + "/e.db"));
}

TEST_CASE("program: explain knows controls, checks, points, requirements, rules, thresholds and tables") {
  for (const char* id : {"HST-02", "hst-02", "sshd-root-login-refused", "73(1)(e)", "OPR-18", "GEN-1",
                         "identity.dormant_days", "sysctl"}) {
    const ProgramRun run = run_program_with({"explain", id});
    CHECK_MESSAGE(run.code == 0, id);
    CHECK(!run.out.empty());
  }
  const ProgramRun unknown = run_program_with({"explain", "HST-20"});
  CHECK(unknown.code == 2);
  CHECK(contains(unknown.error, "did you mean `HST-0"));
}

TEST_CASE("program: no escape codes outside terminals, and none at all with NO_COLOR") {
  const TemporaryFolder folder;
  const std::string site = small_site(folder).string();
  const ProgramRun plain = run_program_with({"scan", site});
  CHECK(!contains(plain.out + plain.error, "\x1b"));
  CHECK(contains(run_program_with({"scan", site, "--colour", "always"}).out, "\x1b[1m"));
}

TEST_CASE("program: completions are scripts of their shells") {
  const TemporaryFolder folder;
  const std::filesystem::path script = write(folder, "c.bash", run_program_with({"completion", "bash"}).out);
  CHECK(std::system(("bash -n " + script.string()).c_str()) == 0);
  CHECK(contains(content_of(script), "complete -o filenames -F _ehdscan ehdscan"));
  CHECK(run_program_with({"completion", "tcsh"}).code == 2);
}
