// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/kernel.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "base/text.h"
#include "collectors/linux_host/sysctl_config.h"
#include "collectors/linux_host/systemd_files.h"
#include "evidence/tables/host.h"

namespace ehdscan {
namespace {

constexpr std::array<const TableSpec*, 3> kTables{&tables::sysctl, &tables::kernel_module, &tables::core_dump_setting};

/// Filesystems and buses that hardening baselines want out of the kernel.
constexpr std::array<std::string_view, 12> kNamedModules{"cramfs", "dccp",  "freevxfs", "hfs",        "hfsplus",    "jffs2",
                                                         "rds",    "sctp",  "squashfs", "tipc",       "udf",        "usb_storage"};

std::optional<std::string> setting_in_force(HostContext& context, std::string_view name) {
  const Result<std::string> value = context.files.read("/proc/sys/" + sysctl_path(name), 65536);
  if (!value) return std::nullopt;
  return to_valid_utf8(fold_blanks(*value));
}

void collect_sysctls(HostContext& context) {
  std::vector<SysctlFile> files;
  std::vector<SourceId> sources;
  Result<std::vector<std::string>> paths = conf_fragments(
      context.files, {"/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d", "/lib/sysctl.d"}, ".conf");
  if (!paths) {
    context.partial(tables::sysctl, paths.error());
    paths = std::vector<std::string>{};
  }
  // Debian links /etc/sysctl.d/99-sysctl.conf to it; elsewhere systemd does not read it, sysctl --system reads it last.
  if (std::ranges::find(*paths, "/etc/sysctl.d/99-sysctl.conf") == paths->end()) paths->emplace_back("/etc/sysctl.conf");
  for (const std::string& path : *paths) {
    Result<ReadFile> file = context.read(path);
    if (!file) {
      if (file.error().kind != ErrorKind::not_found) context.partial(tables::sysctl, file.error());
      continue;
    }
    files.push_back({path, std::move(file->text)});
    sources.push_back(file->source);
  }
  const auto configured = configured_sysctls(files, sysctl_names());
  const SourceId kernel = context.add_source("/proc/sys");
  Row<tables::sysctl> row(context.platform);
  for (const std::string_view name : sysctl_names()) {
    row.set<"host_id">(context.host_id).set<"name">(name);
    Origin origin{.source = kernel};
    if (context.files.live()) row.set<"value">(setting_in_force(context, name));
    if (const auto found = configured.find(name); found != configured.end()) {
      row.set<"configured_value">(to_valid_utf8(found->second.value));
      origin = {.source = sources[found->second.file], .line = found->second.line};
    }
    row.write(context.sink, origin);
  }
}

std::string with_underscores(std::string_view name) {
  std::string text(name);
  std::ranges::replace(text, '-', '_');
  return text;
}

void collect_modules(HostContext& context) {
  std::set<std::string> loaded;
  bool list_read = false;
  SourceId source = context.add_source("/etc/modprobe.d");
  if (context.files.live()) {
    if (const Result<ReadFile> modules = context.read("/proc/modules")) {
      list_read = true;
      source = modules->source;
      for (const std::string_view line : split_lines(modules->text)) {
        if (const auto words = split_words(line); !words.empty()) loaded.insert(with_underscores(words[0]));
      }
    } else if (modules.error().kind != ErrorKind::not_found) {
      context.partial(tables::kernel_module, modules.error());
    }
  }
  std::set<std::string> blocked;
  bool configuration_read = true;
  const Result<std::vector<std::string>> paths = conf_fragments(
      context.files, {"/etc/modprobe.d", "/run/modprobe.d", "/usr/local/lib/modprobe.d", "/usr/lib/modprobe.d", "/lib/modprobe.d"}, ".conf");
  if (!paths) {
    configuration_read = false;
    context.partial(tables::kernel_module, paths.error());
  } else {
    for (const std::string& path : *paths) {
      const Result<ReadFile> file = context.read(path);
      if (!file) {
        configuration_read = false;
        context.partial(tables::kernel_module, file.error());
        continue;
      }
      for (const std::string_view line : split_lines(file->text)) {
        const auto words = split_words(line);
        if (words.size() >= 2 && words[0] == "blacklist") blocked.insert(with_underscores(words[1]));
        if (words.size() < 3 || words[0] != "install") continue;
        if (words[2].ends_with("/false") || words[2].ends_with("/true")) blocked.insert(with_underscores(words[1]));
      }
    }
  }
  std::set<std::string> names(loaded);
  for (const std::string_view name : kNamedModules) names.emplace(name);
  Row<tables::kernel_module> row(context.platform);
  for (const std::string& name : names) {
    row.set<"host_id">(context.host_id).set<"name">(to_valid_utf8(name));
    if (list_read) row.set<"loaded">(loaded.contains(name));
    if (configuration_read) row.set<"blocked">(blocked.contains(name));
    row.write(context.sink, {.source = source});
  }
}

/// limits.conf(5): `* hard core 0`, and no later line that gives it back.
std::optional<bool> hard_core_limit_zero(HostContext& context) {
  std::vector<std::string> paths{"/etc/security/limits.conf"};
  const auto fragments = conf_fragments(context.files, {"/etc/security/limits.d"}, ".conf");
  if (!fragments) return std::nullopt;
  paths.insert(paths.end(), fragments->begin(), fragments->end());
  bool zero = false;
  for (const std::string& path : paths) {
    const Result<ReadFile> file = context.read(path);
    if (!file) {
      if (file.error().kind == ErrorKind::not_found) continue;
      return std::nullopt;
    }
    for (const std::string_view line : split_lines(file->text)) {
      const auto words = split_words(line.substr(0, line.find('#')));
      if (words.size() != 4 || words[0] != "*" || words[2] != "core") continue;
      if (words[1] == "hard" || words[1] == "-") zero = words[3] == "0";
    }
  }
  return zero;
}

void collect_core_dumps(HostContext& context) {
  Row<tables::core_dump_setting> row(context.platform);
  row.set<"host_id">(context.host_id);
  SourceId source = context.add_source("/etc/security/limits.conf");
  if (context.files.live()) {
    if (const Result<ReadFile> pattern = context.read("/proc/sys/kernel/core_pattern")) {
      row.set<"core_pattern">(to_valid_utf8(trim(pattern->text)));
      source = pattern->source;
    }
    if (const auto level = setting_in_force(context, "fs.suid_dumpable")) {
      row.set<"suid_dumpable">(parse_integer(*level));
    }
  }
  row.set<"hard_limit_zero">(hard_core_limit_zero(context));
  if (context.files.exists("/usr/lib/systemd/systemd-coredump") || context.files.exists("/lib/systemd/systemd-coredump")) {
    const SystemdConfig config = read_systemd_config(context, "coredump.conf");
    if (config.problem.empty()) {
      const std::string storage = config.value("Coredump", "Storage");
      row.set<"collector_storage">(storage.empty() || storage == "external" || storage == "journal" ? "collector" : storage);
    }
  }
  row.write(context.sink, {.source = source});
}

void collect(HostContext& context) {
  collect_sysctls(context);
  collect_modules(context);
  collect_core_dumps(context);
}

}  // namespace

const HostSection kernel_section{.name = "kernel", .tables = kTables, .collect = collect};

}  // namespace ehdscan
