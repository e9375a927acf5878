// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/sysctl_config.h"

#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"

namespace ehdscan {
namespace {

constexpr std::size_t kMaxAssignments = 100'000;
constexpr std::size_t kMaxNameBytes = 256;  // also keeps fnmatch() from being led astray

struct Assignment {
  std::string path;  ///< slash form, may be a glob
  std::optional<std::string> value;
  std::size_t file = 0;
  std::uint32_t line = 0;
};

bool is_glob(std::string_view path) { return path.find_first_of("*?[") != std::string_view::npos; }

std::optional<Assignment> parse_line(std::string_view line) {
  line = trim(line);
  if (line.empty() || line.front() == '#' || line.front() == ';') return {};
  Assignment assignment;
  const bool minus = line.front() == '-';
  if (minus) line = trim(line.substr(1));
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos && !minus) return {};
  const std::string_view name = trim(line.substr(0, equals));
  if (name.empty() || name.size() > kMaxNameBytes) return {};
  assignment.path = sysctl_path(name);
  if (equals != std::string_view::npos) assignment.value = fold_blanks(line.substr(equals + 1));
  return assignment;
}

/// Keeps one assignment a path, in the order of the last one that changed the value.
std::vector<Assignment> effective_assignments(std::span<const SysctlFile> files) {
  std::vector<std::optional<Assignment>> order;
  std::map<std::string, std::size_t, std::less<>> position;
  for (std::size_t file = 0; file < files.size(); ++file) {
    std::uint32_t number = 0;
    for (const std::string_view line : split_lines(files[file].text)) {
      ++number;
      if (order.size() >= kMaxAssignments) break;
      std::optional<Assignment> assignment = parse_line(line);
      if (!assignment) continue;
      assignment->file = file;
      assignment->line = number;
      if (const auto known = position.find(assignment->path); known != position.end()) {
        if (order[known->second]->value == assignment->value) continue;
        order[known->second].reset();
      }
      position[assignment->path] = order.size();
      order.push_back(std::move(assignment));
    }
  }
  std::vector<Assignment> kept;
  for (std::optional<Assignment>& assignment : order) {
    if (assignment) kept.push_back(std::move(*assignment));
  }
  return kept;
}

constexpr auto kNames = std::to_array<std::string_view>({
    "dev.tty.ldisc_autoload",
    "fs.protected_fifos",
    "fs.protected_hardlinks",
    "fs.protected_regular",
    "fs.protected_symlinks",
    "fs.suid_dumpable",
    "kernel.core_pattern",
    "kernel.core_uses_pid",
    "kernel.dmesg_restrict",
    "kernel.io_uring_disabled",
    "kernel.kexec_load_disabled",
    "kernel.kptr_restrict",
    "kernel.modules_disabled",
    "kernel.panic_on_oops",
    "kernel.perf_event_paranoid",
    "kernel.randomize_va_space",
    "kernel.sysrq",
    "kernel.unprivileged_bpf_disabled",
    "kernel.unprivileged_userns_clone",
    "kernel.yama.ptrace_scope",
    "net.core.bpf_jit_harden",
    "net.ipv4.conf.all.accept_local",
    "net.ipv4.conf.all.accept_redirects",
    "net.ipv4.conf.all.accept_source_route",
    "net.ipv4.conf.all.forwarding",
    "net.ipv4.conf.all.log_martians",
    "net.ipv4.conf.all.route_localnet",
    "net.ipv4.conf.all.rp_filter",
    "net.ipv4.conf.all.secure_redirects",
    "net.ipv4.conf.all.send_redirects",
    "net.ipv4.conf.all.shared_media",
    "net.ipv4.conf.default.accept_redirects",
    "net.ipv4.conf.default.accept_source_route",
    "net.ipv4.conf.default.log_martians",
    "net.ipv4.conf.default.rp_filter",
    "net.ipv4.conf.default.secure_redirects",
    "net.ipv4.conf.default.send_redirects",
    "net.ipv4.icmp_echo_ignore_broadcasts",
    "net.ipv4.icmp_ignore_bogus_error_responses",
    "net.ipv4.ip_forward",
    "net.ipv4.tcp_rfc1337",
    "net.ipv4.tcp_syncookies",
    "net.ipv6.conf.all.accept_ra",
    "net.ipv6.conf.all.accept_redirects",
    "net.ipv6.conf.all.accept_source_route",
    "net.ipv6.conf.all.disable_ipv6",
    "net.ipv6.conf.all.forwarding",
    "net.ipv6.conf.default.accept_ra",
    "net.ipv6.conf.default.accept_redirects",
    "net.ipv6.conf.default.accept_source_route",
    "user.max_user_namespaces",
    "vm.mmap_min_addr",
    "vm.mmap_rnd_bits",
    "vm.unprivileged_userfaultfd",
});
static_assert(std::is_sorted(kNames.begin(), kNames.end()));

}  // namespace

std::span<const std::string_view> sysctl_names() { return kNames; }

std::string fold_blanks(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!blank) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string sysctl_path(std::string_view name) {
  // sysctl.d(5): the first of the two separators that appears is the separator; the other one is part of names.
  std::string path(name);
  const std::size_t first = path.find_first_of("./");
  if (first != std::string::npos && path[first] == '.') {
    for (char& c : path) {
      if (c == '.') {
        c = '/';
      } else if (c == '/') {
        c = '.';
      }
    }
  }
  return path;
}

std::map<std::string, SysctlSetting, std::less<>> configured_sysctls(std::span<const SysctlFile> files,
                                                                     std::span<const std::string_view> names) {
  const std::vector<Assignment> assignments = effective_assignments(files);
  std::map<std::string, SysctlSetting, std::less<>> found;
  for (const std::string_view name : names) {
    const std::string path = sysctl_path(name);
    const Assignment* winner = nullptr;
    for (const Assignment& assignment : assignments) {
      if (assignment.path == path) {
        winner = &assignment;  // in full: wins over every glob
        break;
      }
      if (assignment.value && is_glob(assignment.path) &&
          ::fnmatch(assignment.path.c_str(), path.c_str(), FNM_PATHNAME) == 0) {
        winner = &assignment;
      }
    }
    if (winner == nullptr || !winner->value) continue;
    found.emplace(name, SysctlSetting{*winner->value, winner->file, winner->line});
  }
  return found;
}

}  // namespace ehdscan
