// SPDX-License-Identifier: Apache-2.0
#include "collectors/rows/exec.h"

#include <doctest/doctest.h>
#include <sched.h>

#include <chrono>
#include <fstream>

#include "collectors/recording_sink.h"
#include "evidence/tables/host.h"
#include "support/program.h"
#include "support/temporary_folder.h"

using namespace ehdscan;

namespace {

constexpr std::string_view kRows =
    "echo '{\"schema\":\"ehdscan-rows/1\",\"tool\":\"t "
    "1\",\"observed_at\":\"2026-11-20T08:00:00Z\",\"tables\":[\"sysctl\"]}'\n"
    "echo '{\"table\":\"sysctl\",\"platform\":\"host:a\",\"row\":{\"host_id\":\"a\",\"name\":\"x\",\"value\":\"1\"}}'\n"
    "echo '{\"complete\":[\"sysctl\"],\"rows\":1}'\n";

struct Run {
  TemporaryFolder folder;
  RecordingSink sink;
  Result<void> result;

  explicit Run(const std::string& script, const std::string& options = "{program: [./bring], tables: [sysctl]}") {
    const std::filesystem::path path = folder.path / "bring";
    std::ofstream(path) << "#!/bin/sh\n" << script;
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    const auto document = Document::parse_yaml(options, "site.yaml");
    REQUIRE(document);
    const Target target{.name = "exec",
                        .collector = "exec",
                        .document = *document,
                        .options = (*document)->root(),
                        .folder = folder.path,
                        .place = {}};
    const CollectorSpec spec = exec_collector();
    result = spec.validate(target);
    if (result) result = spec.collect(target, sink, {.started_at = *parse_instant("2026-11-23T08:00:00Z")});
  }
  [[nodiscard]] std::string error() const { return result ? "" : result.error().message; }
};

}  // namespace

TEST_CASE("exec: a program's rows are a third party's, complete if its trailer says so") {
  const Run run{std::string(kRows)};
  REQUIRE(run.result);
  CHECK(run.sink.state_of(tables::sysctl) == "complete");
  REQUIRE(run.sink.rows.size() == 1);
  CHECK(run.sink.rows[0].location == "exec:./bring (made by t 1)");
  CHECK(run.sink.sources[0].third_party);
  CHECK(run.sink.sources[0].sha256.size() == 64);
}

TEST_CASE("exec: it runs in the site's folder, with a clean environment and nothing to read") {
  ::setenv("EHDSCAN_TEST_SECRET", "s3cret", 1);
  const Run run("env > seen; cat >> seen; ls -1 /proc/self/fd | wc -l >> seen\n" + std::string(kRows));
  ::unsetenv("EHDSCAN_TEST_SECRET");
  REQUIRE(run.result);
  const std::string seen = content_of(run.folder.path / "seen");
  CHECK(seen.find("s3cret") == std::string::npos);
  CHECK(seen.find("TZ=UTC") != std::string::npos);
}

TEST_CASE("exec: arguments reach it as they are, no shell looks at them") {
  const Run run("printf '%s\\n' \"$@\" > seen\n" + std::string(kRows),
                "{program: [./bring, \"$(touch owned); a  b\", \"*\"], tables: [sysctl]}");
  REQUIRE(run.result);
  CHECK(content_of(run.folder.path / "seen") == "$(touch owned); a  b\n*\n");
  CHECK(!std::filesystem::exists(run.folder.path / "owned"));
}

TEST_CASE("exec: a program that fails, is killed or prints nothing leaves no row, and its tables have failed") {
  const struct {
    std::string script;
    std::string_view error;
  } kRuns[] = {
      {std::string(kRows) + "echo no access >&2; exit 3\n", "`./bring` ended with code 3: no access"},
      {std::string(kRows) + "kill -9 $$\n", "`./bring` was ended by signal 9"},
      {"", "the file is empty"},
      {"echo hello\n", "is not"},
  };
  for (const auto& one : kRuns) {
    const Run run(one.script);
    CAPTURE(run.error());
    CHECK(!run.result);
    CHECK(run.sink.rows.empty());
    CHECK(run.sink.state_of(tables::sysctl).starts_with("failed"));
  }
  CHECK(Run(kRuns[0].script).error() == kRuns[0].error);
  CHECK(Run(kRuns[1].script).error() == kRuns[1].error);
  CHECK(Run(kRuns[2].script).error() == kRuns[2].error);
}

TEST_CASE("exec: a program may print csv") {
  const Run run(
      "printf "
      "'#ehdscan-rows/"
      "1,tables,sysctl\\n#table,sysctl\\nplatform,host_id,name,value\\nhost:a,a,kernel.x,1\\n#complete,1\\n'\n");
  REQUIRE(run.result);
  CHECK(run.sink.rows.size() == 1);
  CHECK(run.sink.state_of(tables::sysctl) == "complete");
}

TEST_CASE("exec: one that hangs is ended with everything it started") {
  const Run run("sleep 600 & echo $! > grandchild; cat <&- ; wait\n",
                "{program: [./bring], tables: [sysctl], timeout_seconds: 1}");
  CHECK(run.error() == "`./bring` ran longer than 1 seconds");
  const std::string grandchild = content_of(run.folder.path / "grandchild");
  REQUIRE(!grandchild.empty());
  // Gone, or a zombie that nobody has collected yet; the kernel may take a moment to deliver the signal.
  const auto ended = [&] {
    const std::string status = content_of("/proc/" + grandchild.substr(0, grandchild.size() - 1) + "/stat");
    return status.empty() || status.find(") Z ") != std::string::npos || status.find(") X ") != std::string::npos;
  };
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!ended() && std::chrono::steady_clock::now() < deadline) ::sched_yield();
  CHECK(ended());
}

TEST_CASE("exec: one that floods is ended") {
  const Run run("while :; do echo 0123456789012345678901234567890123456789; done\n",
                "{program: [./bring], tables: [sysctl], max_bytes: 100000}");
  CHECK(run.error() == "`./bring` printed more than 100000 bytes");
  CHECK(run.sink.rows.empty());
}

TEST_CASE("exec: rows of another table than site.yaml expects are refused whole") {
  const Run run{std::string(kRows), "{program: [./bring], tables: [mount]}"};
  CHECK(run.error() == "site.yaml does not expect the table `sysctl` from here");
  CHECK(run.sink.rows.empty());
  CHECK(run.sink.state_of(tables::sysctl) != "complete");
}

TEST_CASE("exec: wrong options are refused with what to write") {
  CHECK(Run("", "{program: bring, tables: [sysctl]}").error().starts_with("`program` takes a list"));
  CHECK(Run("", "{program: [bring], tables: [sysctl]}").error() == "the program must be a path: nothing is searched");
  CHECK(Run("", "{program: [./bring], tables: [sysctk]}").error() == "there is no table `sysctk`");
  CHECK(Run("", "{program: [./bring]}").error() == "missing key `tables`");
  CHECK(Run("", "{program: [./nothing], tables: [sysctl]}").error().find("cannot be started") != std::string::npos);
  CHECK(Run("", "{program: [./bring], tables: [sysctl], timeout_seconds: 0}").error().starts_with("a limit lies"));
}
