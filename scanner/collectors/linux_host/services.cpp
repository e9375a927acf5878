// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/services.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <set>

#include "base/text.h"
#include "collectors/linux_host/processes.h"
#include "evidence/tables/host_software.h"

namespace ehdscan {
namespace {

constexpr std::array<const TableSpec*, 2> kTables{&tables::service_unit, &tables::cron_job};
constexpr std::array<std::string_view, 3> kUnitFolders{"/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system"};

bool is_unit(std::string_view name) {
  return name.ends_with(".service") || name.ends_with(".socket") || name.ends_with(".timer");
}

/// One folder: links to /dev/null mask; links in `x.wants` and `x.requires` enable.
Result<void> read_folder(const HostFiles& files, std::string_view folder, std::map<std::string, UnitState>& units) {
  const Result<std::vector<FolderEntry>> entries = files.list(folder);
  if (!entries) {
    if (entries.error().kind == ErrorKind::not_found) return {};
    return std::unexpected(entries.error());
  }
  for (const FolderEntry& entry : *entries) {
    const std::string path = fmt::format("{}/{}", folder, entry.name);
    if (is_unit(entry.name)) {
      const bool empty = entry.facts.kind == FileKind::regular && entry.facts.size == 0;
      const Result<std::string> link = entry.facts.kind == FileKind::symlink ? files.read_link(path) : Result<std::string>();
      if (empty || (entry.facts.kind == FileKind::symlink && link && *link == "/dev/null")) units[entry.name].masked = true;
      // An alias (ssh.service as sshd.service) exists because somebody enabled the unit.
      if (entry.facts.kind == FileKind::symlink && link && *link != "/dev/null" && folder.starts_with("/etc/")) {
        units[link->substr(link->rfind('/') + 1)].enabled = true;
      }
      continue;
    }
    if (!entry.name.ends_with(".wants") && !entry.name.ends_with(".requires")) continue;
    const Result<std::vector<FolderEntry>> wanted = files.list(path);
    if (!wanted) return std::unexpected(wanted.error());
    for (const FolderEntry& unit : *wanted) {
      if (is_unit(unit.name)) units[unit.name].enabled = true;
    }
  }
  return {};
}

void collect_units(HostContext& context) {
  const Result<std::map<std::string, UnitState>> units = unit_states(context.files);
  if (!units) return context.failed(tables::service_unit, units.error());
  std::set<std::string> running;
  bool running_known = false;
  if (context.files.live()) {
    if (const auto processes = host_processes(context.files)) {
      running_known = true;
      for (const HostProcess& process : *processes) {
        if (!process.unit.empty()) running.insert(process.unit);
      }
    } else {
      context.partial(tables::service_unit, processes.error());
    }
  }
  std::set<std::string> names(running);
  for (const auto& [name, state] : *units) names.insert(name);
  const SourceId source = context.add_source("/etc/systemd/system");
  Row<tables::service_unit> row(context.platform);
  for (const std::string& name : names) {
    const auto state = units->find(name);
    const bool masked = state != units->end() && state->second.masked;
    row.set<"host_id">(context.host_id).set<"name">(to_valid_utf8(name)).set<"masked">(masked);
    row.set<"enabled">(!masked && state != units->end() && state->second.enabled);
    if (running_known && name.ends_with(".service")) row.set<"running">(running.contains(name));
    row.write(context.sink, {.source = source});
  }
}

/// Of a command the program's path, where it is a plain call: no shell syntax.
std::string program_of(std::string_view command) {
  const auto words = split_words(command);
  if (words.empty() || !words[0].starts_with('/')) return {};
  if (words[0].find_first_of("|&;<>()$`\\\"'*?[#~=%") != std::string_view::npos) return {};
  return to_valid_utf8(words[0]);
}

/// Somebody but root and `uid` may write to the file; its folders are not looked at.
std::optional<bool> writable_by_others(const HostFiles& files, const std::string& program) {
  const Result<FileFacts> facts = files.facts_of_target(program);
  if (!facts) return std::nullopt;
  const bool group = (facts->mode & 0020U) != 0 && facts->gid != 0;
  return group || (facts->mode & 0002U) != 0;
}

void write_job(HostContext& context, const std::string& id, std::string_view account, std::string_view schedule,
               const std::string& program, const Origin& origin) {
  Row<tables::cron_job> row(context.platform);
  row.set<"host_id">(context.host_id).set<"job_id">(to_valid_utf8(id));
  if (!account.empty()) row.set<"account_name">(to_valid_utf8(account));
  if (!schedule.empty()) row.set<"schedule">(to_valid_utf8(schedule));
  if (!program.empty()) {
    row.set<"program">(program);
    row.set<"program_writable_by_others">(writable_by_others(context.files, program));
  }
  row.write(context.sink, origin);
}

/// crontab(5). System tables name the user in the sixth field; `owner` is that of a user's own table.
void read_table(HostContext& context, const std::string& path, std::string_view owner) {
  const Result<ReadFile> file = context.read(path);
  if (!file) {
    if (file.error().kind != ErrorKind::not_found) context.partial(tables::cron_job, file.error());
    return;
  }
  std::uint32_t number = 0;
  for (const std::string_view raw : split_lines(file->text)) {
    ++number;
    const std::string_view line = trim(raw);
    if (line.empty() || line.starts_with('#')) continue;
    const auto words = split_words(line);
    const std::size_t fields = line.starts_with('@') ? 1 : 5;
    const bool assignment = words[0].find('=') != std::string_view::npos || (words.size() > 1 && words[1].starts_with('='));
    const std::size_t before_command = fields + (owner.empty() ? 1 : 0);
    if (assignment || words.size() <= before_command) continue;
    const std::string_view account = owner.empty() ? words[fields] : owner;
    const std::string_view schedule(words[0].data(), static_cast<std::size_t>(words[fields - 1].data() + words[fields - 1].size() - words[0].data()));
    const std::string_view command(words[before_command].data(), static_cast<std::size_t>(line.data() + line.size() - words[before_command].data()));
    write_job(context, fmt::format("{}:{}", path, number), account, schedule, program_of(command), file->at(number));
  }
}

void collect_cron(HostContext& context) {
  read_table(context, "/etc/crontab", "");
  for (const char* folder : {"/etc/cron.d", "/var/spool/cron/crontabs", "/var/spool/cron"}) {
    const bool users = std::string_view(folder).starts_with("/var");
    const auto entries = context.files.list(folder);
    if (!entries) {
      if (entries.error().kind != ErrorKind::not_found) context.partial(tables::cron_job, entries.error());
      continue;
    }
    for (const FolderEntry& entry : *entries) {
      if (entry.facts.kind != FileKind::regular || entry.name.starts_with('.')) continue;
      read_table(context, fmt::format("{}/{}", folder, entry.name), users ? std::string_view(entry.name) : std::string_view());
    }
  }
  for (const char* period : {"hourly", "daily", "weekly", "monthly"}) {
    const std::string folder = fmt::format("/etc/cron.{}", period);
    const auto entries = context.files.list(folder);
    if (!entries) continue;
    for (const FolderEntry& entry : *entries) {
      if (entry.facts.kind != FileKind::regular || (entry.facts.mode & 0111U) == 0) continue;
      const std::string path = fmt::format("{}/{}", folder, entry.name);
      write_job(context, path, "root", fmt::format("@{}", period), to_valid_utf8(path), {.source = context.add_source(folder)});
    }
  }
}

void collect(HostContext& context) {
  collect_units(context);
  collect_cron(context);
}

}  // namespace

Result<std::map<std::string, UnitState>> unit_states(const HostFiles& files) {
  std::map<std::string, UnitState> units;
  for (const std::string_view folder : kUnitFolders) {
    if (Result<void> read = read_folder(files, folder, units); !read) return std::unexpected(read.error());
  }
  return units;
}

const HostSection services_section{.name = "services", .tables = kTables, .collect = collect};

}  // namespace ehdscan
