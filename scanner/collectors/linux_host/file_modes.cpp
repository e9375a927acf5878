// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/file_modes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/text.h"
#include "collectors/linux_host/host_glob.h"
#include "evidence/tables/host_software.h"

namespace ehdscan {
namespace {

constexpr std::array<const TableSpec*, 3> kTables{&tables::setuid_file, &tables::writable_path, &tables::key_file};
constexpr std::uint32_t kSetuid = 04000;
constexpr std::uint32_t kSetgid = 02000;
constexpr std::uint32_t kSticky = 01000;
constexpr std::uint32_t kOthersWrite = 00002;
constexpr std::size_t kMostEntries = 1'000'000;
constexpr std::size_t kMostRows = 10'000;

/// Where programs and state of the system lie. Folders of users and data are not walked: they are large, and what lies
/// there is theirs.
constexpr std::array<std::string_view, 8> kRoots{"/usr", "/opt", "/etc", "/bin", "/sbin", "/lib", "/var", "/tmp"};
/// Below /var: copies of other systems, caches without programs.
constexpr std::array<std::string_view, 6> kLeftOut{"/var/lib/docker", "/var/lib/containers", "/var/lib/containerd",
                                                   "/var/lib/lxc",    "/var/lib/libvirt",    "/var/cache"};

struct Found {
  std::string path;
  FileFacts facts;
};

struct Walk {
  std::vector<Found> setuid;
  std::vector<Found> writable;
  bool whole = true;
};

Walk walk_system(HostContext& context) {
  Walk walk;
  const auto look_at = [&](const std::string& path, const FileFacts& facts) {
    const bool file = facts.kind == FileKind::regular;
    if (file && (facts.mode & (kSetuid | kSetgid)) != 0 && walk.setuid.size() < kMostRows)
      walk.setuid.push_back({path, facts});
    if ((facts.mode & kOthersWrite) != 0 && walk.writable.size() < kMostRows) walk.writable.push_back({path, facts});
    return !context.run.stop() && std::ranges::find(kLeftOut, path) == kLeftOut.end();
  };
  const auto unreadable = [&](const Error& error) {
    context.partial(tables::setuid_file, error);
    context.partial(tables::writable_path, error);
  };
  for (const std::string_view root : kRoots) {
    const Result<FileFacts> facts = context.files.facts(root);
    if (!facts || facts->kind != FileKind::directory) continue;  // /bin is a link to /usr/bin
    if ((facts->mode & kOthersWrite) != 0) walk.writable.push_back({std::string(root), *facts});
    const Result<bool> whole = context.files.walk_filesystem(root, kMostEntries, look_at, unreadable);
    if (!whole) unreadable(whole.error());
    walk.whole = walk.whole && whole.value_or(true);
  }
  return walk;
}

/// Which of these paths an installed package lists. /bin and /lib are links into /usr, and dpkg keeps the old spelling.
/// Empty if the lists cannot be read.
std::optional<std::unordered_set<std::string>> packaged(HostContext& context, const std::vector<Found>& files) {
  std::unordered_set<std::string> wanted;
  for (const Found& file : files) {
    wanted.insert(file.path);
    if (file.path.starts_with("/usr/")) wanted.insert(file.path.substr(4));
  }
  const auto lists = context.files.list("/var/lib/dpkg/info");
  if (!lists) return std::nullopt;
  std::unordered_set<std::string> found;
  std::string key;
  for (const FolderEntry& entry : *lists) {
    if (!entry.name.ends_with(".list")) continue;
    const Result<std::string> text = context.files.read(fmt::format("/var/lib/dpkg/info/{}", entry.name));
    if (!text) return std::nullopt;
    std::string_view rest = *text;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      key.assign(rest.substr(0, end));
      if (wanted.contains(key)) found.insert(key);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return found;
}

void write_setuid(HostContext& context, std::vector<Found>& files) {
  std::ranges::sort(files, {}, &Found::path);
  const auto known = packaged(context, files);
  const SourceId source = context.add_source("/usr");
  Row<tables::setuid_file> row(context.platform);
  for (const Found& file : files) {
    row.set<"host_id">(context.host_id)
        .set<"path">(to_valid_utf8(file.path))
        .set<"uid">(file.facts.uid)
        .set<"gid">(file.facts.gid);
    row.set<"setuid">((file.facts.mode & kSetuid) != 0).set<"setgid">((file.facts.mode & kSetgid) != 0);
    if (known) {
      const bool usr = file.path.starts_with("/usr/");
      row.set<"packaged">(known->contains(file.path) || (usr && known->contains(file.path.substr(4))));
    }
    row.write(context.sink, {.source = source});
  }
}

void write_writable(HostContext& context, std::vector<Found>& files) {
  std::ranges::sort(files, {}, &Found::path);
  const SourceId source = context.add_source("/");
  Row<tables::writable_path> row(context.platform);
  for (const Found& file : files) {
    row.set<"host_id">(context.host_id).set<"path">(to_valid_utf8(file.path));
    row.set<"kind">(file.facts.kind == FileKind::directory ? "folder" : "file");
    if (file.facts.kind == FileKind::directory) row.set<"sticky">((file.facts.mode & kSticky) != 0);
    row.write(context.sink, {.source = source});
  }
}

struct NamedFile {
  const char* pattern;
  std::uint32_t most_mode;
};
constexpr std::array kNamedFiles{
    NamedFile{"/etc/passwd", 0644},
    NamedFile{"/etc/group", 0644},
    NamedFile{"/etc/shadow", 0640},
    NamedFile{"/etc/gshadow", 0640},
    NamedFile{"/etc/shadow-", 0640},
    NamedFile{"/etc/gshadow-", 0640},
    NamedFile{"/etc/sudoers", 0440},
    NamedFile{"/etc/sudoers.d/*", 0440},
    NamedFile{"/etc/ssh/sshd_config", 0644},
    NamedFile{"/etc/ssh/ssh_host_*_key", 0640},
    NamedFile{"/etc/ssl/private/*", 0640},
    NamedFile{"/boot/grub/grub.cfg", 0644},
    NamedFile{"/etc/crontab", 0644},
    NamedFile{"/etc/audit/auditd.conf", 0640},
    NamedFile{"/root/.ssh/authorized_keys", 0600},
};

void collect_named(HostContext& context) {
  Row<tables::key_file> row(context.platform);
  // A root that somebody else unpacked shows their uid on every file, not the machine's.
  const Result<FileFacts> top = context.files.facts_of_target("/");
  const bool owners_kept = context.files.live() || (top && top->uid == 0);
  for (const NamedFile& named : kNamedFiles) {
    const auto paths = glob_host(context.files, named.pattern);
    if (!paths) {
      context.partial(tables::key_file, paths.error());
      continue;
    }
    for (const std::string& path : *paths) {
      const Result<FileFacts> facts = context.files.facts_of_target(path);
      if (!facts) {
        if (facts.error().kind != ErrorKind::not_found) context.partial(tables::key_file, facts.error());
        continue;
      }
      if (facts->kind != FileKind::regular) continue;
      row.set<"host_id">(context.host_id)
          .set<"path">(to_valid_utf8(path))
          .set<"mode">(facts->mode)
          .set<"most_mode">(named.most_mode);
      if (owners_kept) row.set<"uid">(facts->uid).set<"gid">(facts->gid);
      row.write(context.sink, {.source = context.add_source(path)});
    }
  }
}

void collect(HostContext& context) {
  Walk walk = walk_system(context);
  if (!walk.whole) {
    const std::string reason =
        fmt::format("stopped after {} entries: there are more files than are looked at", kMostEntries);
    context.partial(tables::setuid_file, reason);
    context.partial(tables::writable_path, reason);
  }
  write_setuid(context, walk.setuid);
  write_writable(context, walk.writable);
  collect_named(context);
}

}  // namespace

const HostSection file_modes_section{.name = "file modes", .tables = kTables, .collect = collect};

}  // namespace ehdscan
