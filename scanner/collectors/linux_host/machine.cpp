// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/machine.h"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "base/text.h"
#include "evidence/tables/host.h"

namespace ehdscan {
namespace {

constexpr std::array<const TableSpec*, 1> kTables{&tables::host};

std::optional<std::string> value_of(const std::map<std::string, std::string>& release, const std::string& name) {
  const auto found = release.find(name);
  if (found == release.end() || found->second.empty()) return std::nullopt;
  return to_valid_utf8(found->second);
}

/// Newest kernel whose modules or image are installed.
std::optional<std::string> newest_installed(const HostFiles& files) {
  std::optional<std::string> newest;
  const auto consider = [&](std::string_view release) {
    if (release.empty() || release.front() < '0' || release.front() > '9') return;
    if (!newest || newer_kernel(release, *newest)) newest = to_valid_utf8(release);
  };
  if (const auto images = files.list("/boot")) {
    for (const FolderEntry& entry : *images) {
      if (entry.name.starts_with("vmlinuz-")) consider(std::string_view(entry.name).substr(8));
    }
  }
  for (const char* folder : {"/lib/modules", "/usr/lib/modules"}) {
    const auto modules = files.list(folder);
    if (!modules) continue;
    for (const FolderEntry& entry : *modules) {
      // Folders without an image hold only modules that were built for it.
      if (files.exists(fmt::format("{}/{}/vmlinuz", folder, entry.name))) consider(entry.name);
    }
  }
  return newest;
}

/// A container's marks, then the CPU flag that hypervisors set for their guests.
std::optional<std::string> virtualisation(const HostFiles& files) {
  if (!files.live()) return std::nullopt;
  if (files.exists("/.dockerenv") || files.exists("/run/.containerenv") || files.exists("/run/systemd/container")) {
    return "container";
  }
  const Result<std::string> environment = files.read("/proc/1/environ", 65536);
  if (environment && (environment->starts_with("container=") || environment->find(std::string("\0container=", 11)) != std::string::npos)) {
    return "container";
  }
  const Result<std::string> cpu = files.read("/proc/cpuinfo", std::size_t{4} << 20);
  if (!cpu) return std::nullopt;
  for (const std::string_view line : split_lines(*cpu)) {
    if (!line.starts_with("flags")) continue;
    for (const std::string_view flag : split_words(line)) {
      if (flag == "hypervisor") return "virtual_machine";
    }
    return "none";
  }
  return std::nullopt;
}

std::optional<Instant> booted_at(const HostFiles& files) {
  const Result<std::string> stat = files.read("/proc/stat", std::size_t{1} << 20);
  if (!stat) return std::nullopt;
  for (const std::string_view line : split_lines(*stat)) {
    if (!line.starts_with("btime ")) continue;
    if (const auto seconds = parse_integer(trim(line.substr(6)))) return Instant{*seconds};
  }
  return std::nullopt;
}

void collect(HostContext& context) {
  Row<tables::host> row(context.platform);
  row.set<"host_id">(context.host_id);
  Origin origin;
  Result<ReadFile> file = context.read("/etc/os-release");
  if (!file) file = context.read("/usr/lib/os-release");
  if (file) {
    origin = file->at(1);
    const auto release = parse_os_release(file->text);
    const auto id = value_of(release, "ID");
    row.set<"os_id">(id ? std::optional(to_lower(*id)) : std::nullopt);
    row.set<"os_version_id">(value_of(release, "VERSION_ID"));
    row.set<"os_pretty_name">(value_of(release, "PRETTY_NAME"));
    if (const auto end = value_of(release, "SUPPORT_END")) {
      if (const Result<Day> day = parse_day(*end)) row.set<"os_support_end">(*day);
    }
  } else {
    origin.source = context.add_source("/etc/os-release");
    if (file.error().kind != ErrorKind::not_found) context.partial(tables::host, file.error());
  }
  if (context.files.live()) {
    if (const Result<std::string> kernel = context.files.read("/proc/sys/kernel/osrelease", 4096)) {
      row.set<"kernel_release">(to_valid_utf8(trim(*kernel)));
    }
    row.set<"booted_at">(booted_at(context.files));
  }
  row.set<"newest_kernel_release">(newest_installed(context.files));
  row.set<"virtualisation">(virtualisation(context.files));
  // Debian and its kin: update-notifier-common and unattended-upgrades leave the marker.
  if (context.files.exists("/var/lib/dpkg/status") && context.files.live()) {
    row.set<"reboot_required">(context.files.exists("/run/reboot-required"));
  }
  row.write(context.sink, origin);
}

}  // namespace

std::map<std::string, std::string> parse_os_release(std::string_view text) {
  std::map<std::string, std::string> values;
  for (const std::string_view raw : split_lines(text)) {
    const std::string_view line = trim(raw);
    const std::size_t equals = line.find('=');
    if (line.starts_with('#') || equals == std::string_view::npos) continue;
    std::string_view written = line.substr(equals + 1);
    std::string value;
    const char quote = !written.empty() && (written.front() == '"' || written.front() == '\'') ? written.front() : '\0';
    if (quote != '\0') written.remove_prefix(1);
    for (std::size_t i = 0; i < written.size(); ++i) {
      if (quote != '\0' && written[i] == quote) break;
      if (written[i] == '\\' && quote != '\'' && i + 1 < written.size()) ++i;
      value += written[i];
    }
    values[std::string(trim(line.substr(0, equals)))] = std::move(value);
  }
  return values;
}

bool newer_kernel(std::string_view a, std::string_view b) {
  std::size_t i = 0;
  std::size_t j = 0;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  while (i < a.size() && j < b.size()) {
    if (digit(a[i]) && digit(b[j])) {
      const std::size_t a_start = i;
      const std::size_t b_start = j;
      while (i < a.size() && digit(a[i])) ++i;
      while (j < b.size() && digit(b[j])) ++j;
      const std::int64_t x = parse_integer(a.substr(a_start, i - a_start)).value_or(0);
      const std::int64_t y = parse_integer(b.substr(b_start, j - b_start)).value_or(0);
      if (x != y) return x > y;
      continue;
    }
    if (a[i] != b[j]) return a[i] > b[j];
    ++i;
    ++j;
  }
  return a.size() - i > b.size() - j;
}

const HostSection machine_section{.name = "machine", .tables = kTables, .collect = collect};

}  // namespace ehdscan
