// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/clock.h"

#include <fmt/format.h>
#include <sys/timex.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/text.h"
#include "collectors/linux_host/host_glob.h"
#include "collectors/linux_host/processes.h"
#include "collectors/linux_host/systemd_files.h"
#include "evidence/tables/host_log.h"

namespace ehdscan {
namespace {

constexpr std::array<const TableSpec*, 2> kTables{&tables::time_state, &tables::time_source};

struct Daemon {
  const char* name;
  const char* program;
  const char* process;
  std::array<const char*, 2> configurations;
};

constexpr std::array kDaemons{
    Daemon{"chrony", "/usr/sbin/chronyd", "chronyd", {"/etc/chrony/chrony.conf", "/etc/chrony.conf"}},
    Daemon{"ntpsec", "/usr/sbin/ntpd", "ntpd", {"/etc/ntpsec/ntp.conf", nullptr}},
    Daemon{"ntpd", "/usr/sbin/ntpd", "ntpd", {"/etc/ntp.conf", nullptr}},
    Daemon{"systemd-timesyncd", "/usr/lib/systemd/systemd-timesyncd", "systemd-timesyn", {nullptr, nullptr}},
    Daemon{"systemd-timesyncd", "/lib/systemd/systemd-timesyncd", "systemd-timesyn", {nullptr, nullptr}},
};

/// Sources of one configured daemon; `readable` becomes false if a file could not be read.
struct Sources {
  std::int64_t count = 0;
  bool readable = true;
};

void write_source(HostContext& context, const char* daemon, const TimeSourceLine& source, const Origin& origin, Sources& sources) {
  Row<tables::time_source> row(context.platform);
  row.set<"host_id">(context.host_id).set<"daemon">(daemon).set<"address">(source.address).set<"kind">(source.kind);
  row.set<"authenticated">(source.authenticated);
  row.write(context.sink, origin);
  sources.count += source.kind == "pool" ? 2 : 1;
}

void read_sources(HostContext& context, const char* daemon, const std::string& path, Sources& sources, int depth = 0) {
  const Result<ReadFile> file = context.read(path);
  if (!file) {
    if (file.error().kind == ErrorKind::not_found) return;
    sources.readable = false;
    return context.partial(tables::time_source, file.error());
  }
  for (const TimeSourceLine& source : parse_time_sources(file->text)) {
    write_source(context, daemon, source, file->at(source.line), sources);
  }
  if (depth > 4) return;
  // chrony.conf(5): confdir, sourcedir and include bring in more.
  for (const std::string_view line : split_lines(file->text)) {
    const auto words = split_words(line);
    if (words.size() < 2) continue;
    std::vector<std::string> patterns;
    if (words[0] == "include") patterns.emplace_back(words[1]);
    for (std::size_t i = 1; i < words.size(); ++i) {
      if (words[0] == "confdir") patterns.push_back(fmt::format("{}/*.conf", words[i]));
      if (words[0] == "sourcedir") patterns.push_back(fmt::format("{}/*.sources", words[i]));
    }
    for (const std::string& pattern : patterns) {
      const auto paths = glob_host(context.files, pattern);
      if (!paths) {
        sources.readable = false;
        continue;
      }
      for (const std::string& included : *paths) read_sources(context, daemon, included, sources, depth + 1);
    }
  }
}

Sources read_timesyncd(HostContext& context) {
  Sources sources;
  const SystemdConfig config = read_systemd_config(context, "timesyncd.conf");
  sources.readable = config.problem.empty();
  for (const char* key : {"NTP", "FallbackNTP"}) {
    const std::vector<std::string> servers = config.words("Time", key);
    const SystemdSetting* setting = config.last("Time", key);
    for (const std::string& server : servers) {
      write_source(context, "systemd-timesyncd", {.kind = "server", .address = server},
                   setting == nullptr ? Origin{.source = context.add_source("/etc/systemd/timesyncd.conf")}
                                      : Origin{.source = setting->source, .line = setting->line},
                   sources);
    }
    // Servers that are set keep the fallbacks from being used.
    if (!servers.empty()) break;
  }
  // Without any, the distribution's compiled-in pool is used: it is not in a file, so their number is not known.
  if (sources.count == 0) sources.readable = false;
  return sources;
}

/// What the kernel says of its clock (adjtimex(2)); read-only.
void kernel_clock(Row<tables::time_state>& row) {
  timex state{};
  const int clock = ::adjtimex(&state);
  if (clock < 0) return;
  const bool synchronised = clock != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
  row.set<"synchronised">(synchronised);
  if (!synchronised) return;
  const long offset = (state.status & STA_NANO) != 0 ? state.offset / 1000 : state.offset;
  row.set<"offset_microseconds">(std::labs(offset)).set<"max_error_microseconds">(state.maxerror);
}

std::string time_zone(const HostFiles& files) {
  const Result<std::string> link = files.read_link("/etc/localtime");
  if (!link) return {};
  const std::size_t at = link->find("zoneinfo/");
  return at == std::string::npos ? std::string() : to_valid_utf8(link->substr(at + 9));
}

void collect(HostContext& context) {
  const bool live = context.files.live();
  std::optional<std::vector<HostProcess>> processes;
  if (live) {
    if (Result<std::vector<HostProcess>> found = host_processes(context.files)) processes = std::move(*found);
  }
  // Of several that are installed the one that runs; on a mounted root the first with a configuration.
  const Daemon* chosen = nullptr;
  bool running = false;
  for (const Daemon& daemon : kDaemons) {
    if (!context.files.exists(daemon.program)) continue;
    const bool has_configuration =
        daemon.configurations[0] == nullptr ||
        std::ranges::any_of(daemon.configurations, [&](const char* path) { return path != nullptr && context.files.exists(path); });
    if (!has_configuration) continue;
    const bool runs_now = processes && runs(*processes, daemon.process);
    if (chosen == nullptr || (runs_now && !running)) {
      chosen = &daemon;
      running = runs_now;
    }
  }
  Row<tables::time_state> row(context.platform);
  row.set<"host_id">(context.host_id).set<"daemon">(chosen == nullptr ? "none" : chosen->name);
  if (processes) row.set<"running">(running);
  if (chosen != nullptr) {
    Sources sources;
    if (chosen->configurations[0] == nullptr) {
      sources = read_timesyncd(context);
    } else {
      for (const char* path : chosen->configurations) {
        if (path != nullptr) read_sources(context, chosen->name, path, sources);
      }
    }
    if (sources.readable) row.set<"source_count">(sources.count);
  } else {
    row.set<"source_count">(0);
  }
  if (live) kernel_clock(row);
  if (const std::string zone = time_zone(context.files); !zone.empty()) row.set<"time_zone">(zone);
  row.write(context.sink, {.source = context.add_source(live ? "adjtimex" : "/etc")});
}

}  // namespace

std::vector<TimeSourceLine> parse_time_sources(std::string_view text) {
  std::vector<TimeSourceLine> sources;
  std::uint32_t number = 0;
  for (const std::string_view raw : split_lines(text)) {
    ++number;
    const auto words = split_words(raw);
    if (words.size() < 2) continue;
    if (words[0] != "server" && words[0] != "pool" && words[0] != "peer" && words[0] != "refclock") continue;
    TimeSourceLine source{.kind = std::string(words[0]), .address = to_valid_utf8(words[1]), .line = number};
    if (source.kind == "refclock" && words.size() > 2) source.address = to_valid_utf8(fmt::format("{} {}", words[1], words[2]));
    for (const std::string_view word : words) source.authenticated = source.authenticated || word == "nts" || word == "key";
    sources.push_back(std::move(source));
  }
  return sources;
}

const HostSection clock_section{.name = "clock", .tables = kTables, .collect = collect};

}  // namespace ehdscan
