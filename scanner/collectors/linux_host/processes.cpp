// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/processes.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace ehdscan {
namespace {

constexpr std::size_t kNameBytes = 15;

/// The last component of a control group path that names a unit: "/system.slice/ssh.service".
std::string unit_of(std::string_view cgroups) {
  for (const std::string_view line : split_lines(cgroups)) {
    const std::size_t colon = line.rfind(':');
    if (colon == std::string_view::npos) continue;
    for (const std::string_view part : split(line.substr(colon + 1), '/')) {
      if (part.ends_with(".service") && !part.starts_with("user@")) return to_valid_utf8(part);
    }
  }
  return {};
}

}  // namespace

Result<std::vector<HostProcess>> host_processes(const HostFiles& files) {
  const Result<std::vector<FolderEntry>> entries = files.list("/proc");
  if (!entries) return std::unexpected(entries.error());
  std::vector<HostProcess> processes;
  for (const FolderEntry& entry : *entries) {
    const std::optional<std::int64_t> pid = parse_integer(entry.name);
    if (!pid) continue;
    const std::string folder = fmt::format("/proc/{}", *pid);
    const Result<std::string> name = files.read(folder + "/comm", 4096);
    if (!name) continue;  // gone
    HostProcess process{.pid = *pid, .name = to_valid_utf8(trim(*name))};
    if (Result<std::string> program = files.read_link(folder + "/exe")) process.program = to_valid_utf8(*program);
    if (const Result<std::string> groups = files.read(folder + "/cgroup", 65536)) process.unit = unit_of(*groups);
    processes.push_back(std::move(process));
  }
  std::ranges::sort(processes, {}, &HostProcess::pid);
  return processes;
}

bool runs(const std::vector<HostProcess>& processes, std::string_view name) {
  const std::string_view cut = name.substr(0, kNameBytes);
  return std::ranges::any_of(processes, [&](const HostProcess& process) { return process.name == cut; });
}

}  // namespace ehdscan
