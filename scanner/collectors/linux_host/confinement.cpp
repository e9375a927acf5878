// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>
#include <optional>

#include "base/text.h"
#include "collectors/linux_host/kernel.h"
#include "collectors/linux_host/listeners.h"
#include "evidence/tables/host.h"

namespace ehdscan {
namespace {

constexpr std::array<const TableSpec*, 2> kTables{&tables::mandatory_access_control, &tables::apparmor_profile};

/// SELINUX= of /etc/selinux/config.
std::optional<std::string> selinux_configured(HostContext& context) {
  const Result<ReadFile> file = context.read("/etc/selinux/config");
  if (!file) return std::nullopt;
  for (const std::string_view line : split_lines(file->text)) {
    if (trim(line).starts_with("SELINUX=")) return to_lower(trim(trim(line).substr(8)));
  }
  return std::nullopt;
}

struct Profiles {
  std::int64_t enforce = 0;
  std::int64_t complain = 0;
};

/// "/usr/sbin/chronyd (enforce)" a line.
std::optional<Profiles> collect_profiles(HostContext& context) {
  const Result<ReadFile> file = context.read("/sys/kernel/security/apparmor/profiles");
  if (!file) {
    context.partial(tables::apparmor_profile, file.error());
    return std::nullopt;
  }
  Profiles counts;
  Row<tables::apparmor_profile> row(context.platform);
  std::uint32_t number = 0;
  for (const std::string_view line : split_lines(file->text)) {
    ++number;
    const std::size_t open = line.rfind(" (");
    if (open == std::string_view::npos || !line.ends_with(')')) continue;
    const std::string_view mode = line.substr(open + 2, line.size() - open - 3);
    if (mode == "enforce" || mode == "kill") ++counts.enforce;
    if (mode == "complain") ++counts.complain;
    row.set<"host_id">(context.host_id).set<"name">(to_valid_utf8(line.substr(0, open))).set<"mode">(mode);
    row.write(context.sink, file->at(number));
  }
  return counts;
}

/// Listeners beyond loopback whose process runs without a profile.
std::optional<std::int64_t> unconfined_listeners(HostContext& context) {
  const Result<std::vector<ListeningSocket>> sockets = listening_sockets(context.files);
  if (!sockets) return std::nullopt;
  std::int64_t unconfined = 0;
  std::vector<std::int64_t> seen;
  for (const ListeningSocket& socket : *sockets) {
    if (socket.loopback) continue;
    if (socket.pids.empty()) return std::nullopt;
    for (const std::int64_t pid : socket.pids) {
      if (std::find(seen.begin(), seen.end(), pid) != seen.end()) continue;
      seen.push_back(pid);
      Result<std::string> label = context.files.read(fmt::format("/proc/{}/attr/apparmor/current", pid), 4096);
      if (!label) label = context.files.read(fmt::format("/proc/{}/attr/current", pid), 4096);
      if (!label) return std::nullopt;
      if (trim(*label).starts_with("unconfined")) ++unconfined;
    }
  }
  return unconfined;
}

void collect_running(HostContext& context, Row<tables::mandatory_access_control>& row) {
  if (const auto enforce = context.files.read("/sys/fs/selinux/enforce", 16)) {
    row.set<"module">("selinux").set<"mode">(trim(*enforce) == "1" ? "enforcing" : "permissive");
    return;
  }
  const Result<std::string> enabled = context.files.read("/sys/module/apparmor/parameters/enabled", 16);
  if (enabled && trim(*enabled) == "Y") {
    row.set<"module">("apparmor").set<"mode">("enforcing");
    if (const std::optional<Profiles> profiles = collect_profiles(context)) {
      row.set<"profiles_enforce">(profiles->enforce).set<"profiles_complain">(profiles->complain);
    }
    row.set<"unconfined_network_services">(unconfined_listeners(context));
    return;
  }
  // The list of security modules is the kernel's own word that neither is there.
  const Result<std::string> modules = context.files.read("/sys/kernel/security/lsm", 4096);
  const bool neither = modules && modules->find("selinux") == std::string::npos && modules->find("apparmor") == std::string::npos;
  const bool switched_off = enabled && trim(*enabled) == "N";
  if (neither || switched_off || !context.files.exists("/sys/module/apparmor")) {
    row.set<"module">("none").set<"mode">("disabled");
  }
}

void collect(HostContext& context) {
  Row<tables::mandatory_access_control> row(context.platform);
  row.set<"host_id">(context.host_id);
  if (context.files.live()) {
    collect_running(context, row);
  } else {
    context.partial(tables::mandatory_access_control, kNoRunningKernel);
    context.not_attempted(tables::apparmor_profile, kNoRunningKernel);
  }
  row.set<"configured_mode">(selinux_configured(context));
  row.write(context.sink, {.source = context.add_source(context.files.live() ? "/sys/kernel/security" : "/etc/selinux/config")});
}

}  // namespace

const HostSection confinement_section{.name = "confinement", .tables = kTables, .collect = collect};

}  // namespace ehdscan
