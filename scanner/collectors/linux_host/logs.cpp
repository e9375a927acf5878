// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/logs.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>

#include "base/text.h"
#include "collectors/linux_host/host_glob.h"
#include "collectors/linux_host/logrotate.h"
#include "collectors/linux_host/processes.h"
#include "collectors/linux_host/rsyslog.h"
#include "collectors/linux_host/services.h"
#include "collectors/linux_host/systemd_files.h"
#include "evidence/tables/host_log.h"

namespace ehdscan {
namespace {

constexpr std::array<const TableSpec*, 3> kTables{&tables::log_service, &tables::log_retention_layer,
                                                  &tables::remote_log_target};
constexpr std::string_view kJournalFolder = "/var/log/journal";
/// Logs that hold sign-ins whoever writes them.
constexpr std::array<std::string_view, 5> kSignInLogs{"/var/log/auth.log", "/var/log/secure", "/var/log/wtmp", "/var/log/btmp",
                                                      "/var/log/audit/audit.log"};

struct Journal {
  bool persistent = false;
  bool known = true;
  std::optional<std::int64_t> max_days;
  std::optional<Instant> newest;
  std::optional<Instant> oldest;
  SourceId source = 0;
};

struct Logs {
  std::optional<std::vector<HostProcess>> processes;
  std::optional<std::map<std::string, UnitState>> units;
  std::set<std::string> access_files;  ///< where sign-in records are written
  std::optional<Instant> newest_access_record;
};

std::optional<Instant> modified_at(const HostFiles& files, const std::string& path) {
  const Result<FileFacts> facts = files.facts_of_target(path);
  return facts && facts->size > 0 ? std::optional(facts->modified_at) : std::nullopt;
}

/// Journal files lie one folder deeper, in one named after the machine.
void look_into_journal(HostContext& context, Journal& journal) {
  const auto machines = context.files.list(kJournalFolder);
  if (!machines) return;
  for (const FolderEntry& machine : *machines) {
    const std::string folder = fmt::format("{}/{}", kJournalFolder, machine.name);
    const auto entries = context.files.list(folder);
    if (!entries) continue;
    for (const FolderEntry& entry : *entries) {
      if (!entry.name.starts_with("system")) continue;
      if (!journal.newest || entry.facts.modified_at > *journal.newest) journal.newest = entry.facts.modified_at;
      const auto start = journal_start(entry.name);
      if (start && (!journal.oldest || *start < *journal.oldest)) journal.oldest = start;
    }
  }
}

Journal read_journal(HostContext& context) {
  Journal journal;
  const SystemdConfig config = read_systemd_config(context, "journald.conf");
  journal.known = config.problem.empty();
  const std::string storage = to_lower(config.value("Journal", "Storage"));
  const bool folder = context.files.exists(kJournalFolder);
  journal.persistent = storage == "persistent" || ((storage.empty() || storage == "auto") && folder);
  if (const std::string most = config.value("Journal", "MaxRetentionSec"); !most.empty()) {
    const auto days = span_days(most);
    // 0 switches the limit off.
    if (days && most != "0") journal.max_days = days;
  }
  journal.source = context.add_source(journal.persistent ? std::string(kJournalFolder) : std::string("/etc/systemd/journald.conf"));
  if (journal.persistent) look_into_journal(context, journal);
  return journal;
}

void write_layer(HostContext& context, const std::string& path, std::string_view layer, bool access_log, std::string_view kind,
                 std::optional<std::int64_t> days, std::optional<Instant> oldest, const Origin& origin) {
  Row<tables::log_retention_layer> row(context.platform);
  row.set<"host_id">(context.host_id).set<"path">(to_valid_utf8(path)).set<"layer">(layer).set<"access_log">(access_log);
  if (!kind.empty()) row.set<"retention_kind">(kind);
  row.set<"retention_days">(days).set<"oldest_record_at">(oldest);
  row.write(context.sink, origin);
}

void write_service(HostContext& context, const Logs& logs, std::string_view service, std::string_view unit, std::string_view process,
                   bool always_enabled, std::optional<bool> persistent, std::optional<Instant> newest) {
  Row<tables::log_service> row(context.platform);
  row.set<"host_id">(context.host_id).set<"service">(service).set<"installed">(true);
  if (always_enabled) {
    row.set<"enabled">(true);
  } else if (logs.units) {
    const auto state = logs.units->find(std::string(unit));
    row.set<"enabled">(state != logs.units->end() && state->second.enabled && !state->second.masked);
  }
  if (logs.processes) row.set<"running">(runs(*logs.processes, process));
  row.set<"persistent">(persistent).set<"newest_record_at">(newest);
  row.write(context.sink, {.source = context.add_source(fmt::format("unit {}", unit))});
}

/// What limits the journal. MaxRetentionSec is an upper bound, never a promise: size may end it earlier.
void collect_journald(HostContext& context, const Logs& logs) {
  if (!context.files.exists("/usr/lib/systemd/systemd-journald") && !context.files.exists("/lib/systemd/systemd-journald")) return;
  const Journal journal = read_journal(context);
  write_service(context, logs, "journald", "systemd-journald.service", "systemd-journald", true,
                journal.known ? std::optional(journal.persistent) : std::nullopt, journal.newest);
  constexpr std::int64_t kYear = 365;
  std::string kind = journal.persistent ? "size_bound" : "volatile";
  std::optional<std::int64_t> days;
  if (journal.persistent && journal.max_days && *journal.max_days < kYear) {
    kind = "days";
    days = journal.max_days;
  }
  write_layer(context, std::string(kJournalFolder), "journald", true, journal.known ? kind : "", journal.known ? days : std::nullopt, journal.oldest,
              {.source = journal.source});
}

struct RsyslogFile {
  RsyslogConfig config;
  SourceId source = 0;
};

void read_rsyslog(HostContext& context, const std::string& path, std::vector<RsyslogFile>& found, std::string& problem, int depth = 0) {
  const Result<ReadFile> file = context.read(path);
  if (!file) {
    if (file.error().kind != ErrorKind::not_found) problem = file.error().message;
    return;
  }
  found.push_back({parse_rsyslog(file->text), file->source});
  if (depth > 4) return;
  const std::vector<std::string> includes = found.back().config.includes;
  for (const std::string& pattern : includes) {
    const auto paths = glob_host(context.files, pattern);
    if (!paths) {
      problem = paths.error().message;
      continue;
    }
    for (const std::string& included : *paths) read_rsyslog(context, included, found, problem, depth + 1);
  }
}

void collect_rsyslog(HostContext& context, Logs& logs) {
  if (!context.files.exists("/usr/sbin/rsyslogd")) return;
  std::vector<RsyslogFile> files;
  std::string problem;
  read_rsyslog(context, "/etc/rsyslog.conf", files, problem);
  if (!problem.empty()) {
    context.partial(tables::remote_log_target, problem);
    context.partial(tables::log_retention_layer, problem);
  }
  bool writes_access_log = false;
  std::optional<Instant> newest;
  Row<tables::remote_log_target> row(context.platform);
  for (const RsyslogFile& file : files) {
    for (const RsyslogAction& action : file.config.actions) {
      const Origin origin{.source = file.source, .line = action.line};
      const std::optional<bool> access = action.takes_access_records();
      if (!action.receiver.empty()) {
        row.set<"host_id">(context.host_id).set<"program">("rsyslog").set<"target">(action.receiver);
        row.set<"transport">(action.transport).set<"access_logs_included">(access);
        row.write(context.sink, origin);
      }
      if (action.file.empty() || access != true) continue;
      writes_access_log = true;
      if (!logs.access_files.insert(action.file).second) continue;
      const std::optional<Instant> written = modified_at(context.files, action.file);
      if (written && (!newest || *written > *newest)) newest = written;
      write_layer(context, action.file, "rsyslog", true, "unlimited", std::nullopt, std::nullopt, origin);
    }
  }
  write_service(context, logs, "rsyslog", "rsyslog.service", "rsyslogd", false,
                problem.empty() ? std::optional(writes_access_log) : std::nullopt, newest);
}

/// `key = value` lines of auditd.conf(5) and audisp-remote.conf(5), keys in lower case.
std::map<std::string, std::string> key_values(std::string_view text) {
  std::map<std::string, std::string> values;
  for (const std::string_view raw : split_lines(text)) {
    const std::string_view line = trim(raw);
    const std::size_t equals = line.find('=');
    if (line.starts_with('#') || equals == std::string_view::npos) continue;
    values[to_lower(trim(line.substr(0, equals)))] = to_valid_utf8(trim(line.substr(equals + 1)));
  }
  return values;
}

void collect_auditd(HostContext& context, Logs& logs) {
  if (!context.files.exists("/usr/sbin/auditd") && !context.files.exists("/sbin/auditd")) return;
  const Result<ReadFile> file = context.read("/etc/audit/auditd.conf");
  std::string path = "/var/log/audit/audit.log";
  std::string kind;
  bool writes = true;
  if (file) {
    std::map<std::string, std::string> values = key_values(file->text);
    if (!values["log_file"].empty()) path = values["log_file"];
    writes = to_lower(values["write_logs"]) != "no";
    const std::string action = to_lower(values["max_log_file_action"]);
    // keep_logs rotates without a limit of files; everything else lets size decide.
    kind = action == "keep_logs" ? "unlimited" : "size_bound";
  } else {
    context.partial(tables::log_retention_layer, file.error());
  }
  logs.access_files.insert(path);
  const Origin origin = file ? file->at() : Origin{.source = context.add_source("/etc/audit/auditd.conf")};
  if (writes) write_layer(context, path, "auditd", true, kind, std::nullopt, std::nullopt, origin);
  write_service(context, logs, "auditd", "auditd.service", "auditd", false, writes, modified_at(context.files, path));
}

void collect_journal_upload(HostContext& context, const Logs& logs) {
  const bool enabled = logs.units && logs.units->contains("systemd-journal-upload.service") &&
                       logs.units->at("systemd-journal-upload.service").enabled;
  if (!enabled) return;
  const SystemdConfig config = read_systemd_config(context, "journal-upload.conf");
  const SystemdSetting* url = config.last("Upload", "URL");
  if (url == nullptr) return;
  Row<tables::remote_log_target> row(context.platform);
  row.set<"host_id">(context.host_id).set<"program">("systemd-journal-upload").set<"target">(url->value);
  if (url->value.starts_with("https://")) row.set<"transport">("https");
  if (url->value.starts_with("http://")) row.set<"transport">("tcp");
  row.set<"access_logs_included">(true);
  row.write(context.sink, {.source = url->source, .line = url->line});
}

void collect_audisp(HostContext& context) {
  bool active = false;
  for (const char* plugin : {"/etc/audit/plugins.d/au-remote.conf", "/etc/audisp/plugins.d/au-remote.conf"}) {
    if (const Result<std::string> text = context.files.read(plugin)) active = active || to_lower(key_values(*text)["active"]) == "yes";
  }
  if (!active) return;
  for (const char* path : {"/etc/audit/audisp-remote.conf", "/etc/audisp/audisp-remote.conf"}) {
    const Result<ReadFile> file = context.read(path);
    if (!file) continue;
    std::map<std::string, std::string> values = key_values(file->text);
    if (values["remote_server"].empty()) continue;
    Row<tables::remote_log_target> row(context.platform);
    row.set<"host_id">(context.host_id).set<"program">("audisp-remote");
    row.set<"target">(fmt::format("{}:{}", values["remote_server"], values["port"].empty() ? "60" : values["port"]));
    row.set<"transport">("tcp").set<"access_logs_included">(true);
    row.write(context.sink, file->at());
    return;
  }
}

bool matches(const LogrotateRule& rule, const std::string& path) {
  return std::ranges::any_of(rule.patterns, [&](const std::string& pattern) {
    return ::fnmatch(pattern.c_str(), path.c_str(), FNM_PATHNAME) == 0;
  });
}

/// Access logs that logrotate removes after a time; the first rule that names a file is the one in force.
void collect_logrotate(HostContext& context, const Logs& logs) {
  if (!context.files.exists("/usr/sbin/logrotate")) return;
  LogrotateRule defaults;
  std::vector<std::pair<LogrotateRule, SourceId>> rules;
  std::vector<std::string> paths{"/etc/logrotate.conf"};
  for (std::size_t i = 0; i < paths.size() && paths.size() < 2000; ++i) {
    const Result<ReadFile> file = context.read(paths[i]);
    if (!file) {
      if (file.error().kind != ErrorKind::not_found) context.partial(tables::log_retention_layer, file.error());
      continue;
    }
    LogrotateConfig config = parse_logrotate(file->text, defaults);
    for (LogrotateRule& rule : config.rules) rules.emplace_back(std::move(rule), file->source);
    for (const std::string& include : config.includes) {
      const auto entries = context.files.list(include);
      if (!entries) {
        paths.push_back(include);
        continue;
      }
      for (const FolderEntry& entry : *entries) paths.push_back(fmt::format("{}/{}", include, entry.name));
    }
  }
  std::set<std::string> access(logs.access_files);
  for (const std::string_view path : kSignInLogs) {
    if (context.files.exists(path)) access.emplace(path);
  }
  for (const std::string& path : access) {
    const auto rule = std::ranges::find_if(rules, [&](const auto& candidate) { return matches(candidate.first, path); });
    if (rule == rules.end()) {
      // wtmp and its kin have no other layer that would say they are kept.
      if (!logs.access_files.contains(path)) {
        write_layer(context, path, "file", true, "unlimited", std::nullopt, std::nullopt, {.source = context.add_source(path)});
      }
      continue;
    }
    const std::optional<std::int64_t> days = rule->first.promised_days();
    write_layer(context, path, "logrotate", true, days ? "days" : "size_bound", days, std::nullopt,
                {.source = rule->second, .line = rule->first.line});
  }
}

void collect(HostContext& context) {
  Logs logs;
  if (context.files.live()) {
    if (auto found = host_processes(context.files)) logs.processes = std::move(*found);
  }
  if (auto units = unit_states(context.files)) {
    logs.units = std::move(*units);
  } else {
    context.partial(tables::log_service, units.error());
  }
  collect_journald(context, logs);
  collect_rsyslog(context, logs);
  collect_auditd(context, logs);
  collect_journal_upload(context, logs);
  collect_audisp(context);
  collect_logrotate(context, logs);
  if (context.files.exists("/usr/sbin/syslog-ng")) {
    for (const TableSpec* table : kTables) context.partial(*table, "the configuration of syslog-ng is not read yet");
  }
}

}  // namespace

std::optional<Instant> journal_start(std::string_view file_name) {
  const std::size_t at = file_name.find('@');
  constexpr std::string_view kEnding = ".journal";
  if (at == std::string_view::npos || !file_name.ends_with(kEnding)) return std::nullopt;
  const std::size_t dash = file_name.rfind('-');
  if (dash == std::string_view::npos || dash < at) return std::nullopt;
  const std::string_view digits = file_name.substr(dash + 1, file_name.size() - dash - 1 - kEnding.size());
  std::uint64_t microseconds = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), microseconds, 16);
  if (error != std::errc() || end != digits.data() + digits.size() || microseconds == 0) return std::nullopt;
  return Instant{static_cast<std::int64_t>(microseconds / 1'000'000)};
}

const HostSection logs_section{.name = "logs", .tables = kTables, .collect = collect};

}  // namespace ehdscan
