// SPDX-License-Identifier: Apache-2.0
// Runs ehdscan and the floor programs on one core, each in a process of its own, and prints what they took:
// bench_drive EHDSCAN FOLDER [DIVISOR]
#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "check_pack.h"

namespace {

struct Measured {
  double seconds = 0;  ///< wall clock
  double cpu_seconds = 0;
  double mib = 0;  ///< largest resident set
  int code = 0;
};

/// Runs a program with its output in `log`. With `one_core` it may use the last core only.
Measured measure(const std::vector<std::string>& command, const std::filesystem::path& log, bool one_core = true) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const auto start = std::chrono::steady_clock::now();
  const pid_t child = ::fork();
  if (child == 0) {
    const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    ::dup2(file, STDOUT_FILENO);
    ::dup2(file, STDERR_FILENO);
    if (one_core) {
      cpu_set_t cores;
      CPU_ZERO(&cores);
      CPU_SET(static_cast<std::size_t>(::sysconf(_SC_NPROCESSORS_ONLN) - 1), &cores);
      ::sched_setaffinity(0, sizeof(cores), &cores);
    }
    ::execvp(arguments.front(), arguments.data());
    ::_exit(127);
  }
  int status = 0;
  rusage used{};
  if (child < 0 || ::wait4(child, &status, 0, &used) != child) return {.code = 126};
  const auto time = [](const timeval& value) {
    return static_cast<double>(value.tv_sec) + static_cast<double>(value.tv_usec) / 1e6;
  };
  return {.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
          .cpu_seconds = time(used.ru_utime) + time(used.ru_stime),
          .mib = static_cast<double>(used.ru_maxrss) / 1024.0,
          .code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status)};
}

int failures = 0;

/// The same, printed. Any code not in `good` is a failure of the benchmark.
Measured shown(const std::string& what, const std::vector<std::string>& command, const std::filesystem::path& log,
               const std::vector<int>& good = {0}) {
  const Measured measured = measure(command, log);
  fmt::print("{:<44} {:>8.2f} s {:>8.2f} s {:>8.0f} MiB\n", what, measured.seconds, measured.cpu_seconds, measured.mib);
  std::fflush(stdout);
  if (std::ranges::find(good, measured.code) == good.end()) {
    ++failures;
    fmt::print("  FAILED with exit code {}; see {}\n", measured.code, log.string());
  }
  return measured;
}

void target(const std::string& what, double value, const std::string& unit, double limit, bool at_most) {
  const bool met = at_most ? value <= limit : value >= limit;
  fmt::print("{:<44} {:>8.2f} {:<8} target {} {:g}: {}\n", what, value, unit, at_most ? "<=" : ">=", limit,
             met ? "met" : "NOT MET");
}

/// `name seconds` lines of a floor program.
std::map<std::string, double> values_in(const std::filesystem::path& log) {
  std::map<std::string, double> values;
  std::ifstream in(log);
  std::string name;
  double value = 0;
  while (in >> name >> value) values[name] = value;
  return values;
}

double median_start(const std::string& program, const std::filesystem::path& log) {
  std::vector<double> times;
  for (int i = 0; i < 21; ++i) times.push_back(measure({program, "--version"}, log).seconds);
  std::ranges::nth_element(times, times.begin() + 10);
  return times[10] * 1000;
}

void big_inventory(const std::string& program, const std::filesystem::path& folder, long divisor) {
  const std::string here = folder.string();
  const std::string floor = (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "bench_floor").string();
  long rows = 0;
  double evaluations = 0;
  std::map<std::string, long> sizes;
  for (const bench::TableSize& size : bench::inventory(divisor)) {
    sizes[size.table] = size.rows;
    rows += size.rows;
  }
  for (const bench::PackCheck& check : bench::check_pack()) {
    evaluations += static_cast<double>(sizes[check.table]);
  }
  fmt::print("{} rows, {} MB of JSON lines, {} checks, {:.1f} million evaluations of a check on a row\n\n", rows,
             std::filesystem::file_size(folder / "rows.ndjson") / 1'000'000, bench::check_pack().size(),
             evaluations / 1e6);
  fmt::print("{:<44} {:>10} {:>10} {:>12}\n", "", "wall", "CPU", "peak memory");

  // Codes: 3 says that evidence was incomplete, 0 that all is well; both mean that the work was done.
  const std::vector<int> done{0, 3};
  const std::string evidence = here + "/evidence.db";
  const std::string checks = here + "/checks";
  const std::string out = here + "/out";
  const Measured collect =
      shown("ehdscan collect", {program, "collect", here + "/site.yaml", "-o", evidence}, folder / "collect.log", done);
  const Measured assess =
      shown("ehdscan assess", {program, "assess", evidence, "--checks", checks}, folder / "assess.log", done);
  const Measured reports =
      shown("ehdscan assess with JSON and HTML reports",
            {program, "assess", evidence, "--checks", checks, "--out", out}, folder / "reports.log", done);
  const Measured scan =
      shown("ehdscan scan: all of it", {program, "scan", here + "/site.yaml", "--checks", checks, "--out", out},
            folder / "scan.log", done);
  std::filesystem::remove(folder / "floor.db");
  shown("floor: simdjson DOM and bare INSERT", {floor, "insert", here + "/rows.ndjson", here + "/floor.db"},
        folder / "insert.log");
  shown("floor: bare SELECTs, three ways", {floor, "select", evidence}, folder / "select.log");

  std::map<std::string, double> least = values_in(folder / "insert.log");
  least.merge(values_in(folder / "select.log"));
  const double fused = least["fused"] + least["long"];
  const double singly = least["singly"] + least["long"];
  fmt::print("\nbare SELECTs over a warm cache: {:.2f} s one pass a table, {:.2f} s one by one, {:.2f} s long form\n",
             least["fused"], least["singly"], least["long"]);
  fmt::print("report time: {:.2f} s; report.json {} MB, report.html {} MB\n\n",
             std::max(0.0, reports.seconds - assess.seconds),
             std::filesystem::file_size(folder / "out/report.json") / 1'000'000,
             std::filesystem::file_size(folder / "out/report.html") / 1'000'000);
  fmt::print("{:<44} {:>8.2f}\n", "collect, times the floor", collect.seconds / least["insert"]);
  fmt::print("{:<44} {:>8.2f}\n", "assess, times the floor (one pass a table)", assess.seconds / fused);
  fmt::print("{:<44} {:>8.2f}\n", "assess, times the floor (one by one)", assess.seconds / singly);
  target("scan, times the floor (one pass a table)", scan.seconds / (least["insert"] + fused), "", 3, true);
  fmt::print("{:<44} {:>8.2f}\n", "scan, times the floor (one by one)", scan.seconds / (least["insert"] + singly));
  target("evaluations a second, whole assess", evaluations / assess.seconds / 1e6, "million", 5, false);
  target("peak memory of the scan", scan.mib, "MiB", 1024, true);
}

void this_machine(const std::string& program, const std::filesystem::path& folder, bool with_lynis) {
  fmt::print("\n");
  target("ehdscan --version, median of 21", median_start(program, folder / "version.log"), "ms", 10, true);
  const std::string site = (folder / "host").string();
  std::filesystem::remove_all(site);
  if (measure({program, "init", "--site", "bench", "--country", "FI", "--out", site}, folder / "init.log").code != 0) {
    ++failures;
    fmt::print("  `ehdscan init` FAILED; see {}\n", (folder / "init.log").string());
    return;
  }
  const std::vector<std::string> scan{program, "scan", site + "/site.yaml", "--out", site};
  const std::filesystem::path log = folder / "host.log";
  shown("ehdscan scan of this machine, as found", scan, log, {0, 3});
  // What the walk over the file systems finds is cached then, as it is for Lynis, which comes after.
  std::vector<Measured> again;
  for (int i = 0; i < 5; ++i) again.push_back(measure(scan, log));
  std::ranges::sort(again, {}, &Measured::seconds);
  const Measured& host = again[again.size() / 2];
  fmt::print("{:<44} {:>8.2f} s {:>8.2f} s {:>8.0f} MiB\n", "the same again, median of 5", host.seconds,
             host.cpu_seconds, host.mib);
  target("scan of this machine, again", host.seconds, "s", 1, true);
  if (!with_lynis) return;
  const Measured lynis = measure({"lynis", "audit", "system", "--quiet", "--no-colors"}, folder / "lynis.log", false);
  if (lynis.code == 127) {
    fmt::print("lynis is not installed: not compared\n");
    return;
  }
  fmt::print("{:<44} {:>8.2f} s {:>8.2f} s {:>8.0f} MiB: ehdscan is {:.0f} times faster\n", "lynis audit system",
             lynis.seconds, lynis.cpu_seconds, lynis.mib, lynis.seconds / host.seconds);
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) {
    fmt::print(stderr, "usage: bench_drive EHDSCAN FOLDER [DIVISOR [no-lynis]]\n");
    return 2;
  }
  const long divisor = count > 3 ? std::max(1L, std::atol(arguments[3])) : 1;
  const bool with_lynis = count < 5;
  big_inventory(arguments[1], arguments[2], divisor);
  this_machine(arguments[1], arguments[2], with_lynis);
  if (failures > 0) fmt::print("\n{} of the runs failed\n", failures);
  return failures == 0 ? 0 : 1;
}
