// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/mount_table.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "base/text.h"

namespace ehdscan {
namespace {

constexpr std::size_t kMaxEntries = 100'000;

std::vector<std::string> parse_options(std::string_view text) {
  std::vector<std::string> options;
  for (const std::string_view part : split(text, ',')) {
    if (!part.empty()) options.push_back(unescape_octal(part));
  }
  return options;
}

std::optional<MountEntry> parse_mountinfo_line(std::string_view text) {
  // id parent major:minor root mount_point options [optional fields] - type source super_options
  const std::vector<std::string_view> words = split(text, ' ');
  if (words.size() < 9) return {};
  const auto dash = std::find(words.begin() + 6, words.end(), "-");
  if (words.end() - dash < 3) return {};
  MountEntry entry;
  entry.device = words[2];
  entry.root = unescape_octal(words[3]);
  entry.mount_point = unescape_octal(words[4]);
  entry.options = parse_options(words[5]);
  entry.filesystem = unescape_octal(dash[1]);
  entry.source = unescape_octal(dash[2]);
  if (words.end() - dash > 3) entry.super_options = parse_options(dash[3]);
  if (entry.mount_point.empty() || entry.mount_point.front() != '/' || entry.filesystem.empty()) return {};
  return entry;
}

std::optional<MountEntry> parse_fstab_line(std::string_view text) {
  const std::vector<std::string_view> words = split_words(text);
  if (words.size() < 3) return {};
  MountEntry entry;
  entry.source = unescape_octal(words[0]);
  entry.mount_point = unescape_octal(words[1]);
  entry.filesystem = unescape_octal(words[2]);
  entry.options = parse_options(words.size() > 3 ? words[3] : std::string_view("defaults"));
  return entry;
}

template <typename Parse>
MountTable parse_lines(std::string_view text, bool comments, Parse parse) {
  MountTable table;
  std::uint32_t number = 0;
  for (const std::string_view line : split_lines(text)) {
    ++number;
    if (trim(line).empty() || (comments && trim(line).front() == '#')) continue;
    std::optional<MountEntry> entry;
    if (table.entries.size() < kMaxEntries) entry = parse(line);
    if (!entry) {
      if (table.malformed_lines++ == 0) table.first_malformed_line = number;
      continue;
    }
    entry->line = number;
    table.entries.push_back(std::move(*entry));
  }
  return table;
}

bool contains(std::span<const std::string_view> sorted, std::string_view word) {
  return std::binary_search(sorted.begin(), sorted.end(), word);
}

}  // namespace

std::string unescape_octal(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  const auto octal = [](char c) { return c >= '0' && c <= '7'; };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size() && text[i + 1] <= '3' && octal(text[i + 1]) && octal(text[i + 2]) &&
        octal(text[i + 3])) {
      out += static_cast<char>(((text[i + 1] - '0') << 6) | ((text[i + 2] - '0') << 3) | (text[i + 3] - '0'));
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

bool MountEntry::has_option(std::string_view name) const {
  return std::find(options.begin(), options.end(), name) != options.end();
}

bool MountEntry::read_only() const {
  return has_option("ro") || std::find(super_options.begin(), super_options.end(), "ro") != super_options.end();
}

std::string_view MountEntry::option_value(std::string_view name) const {
  for (const std::vector<std::string>* list : {&options, &super_options}) {
    for (const std::string_view option : *list) {
      if (option.size() > name.size() && option.starts_with(name) && option[name.size()] == '=') {
        return option.substr(name.size() + 1);
      }
    }
  }
  return {};
}

MountTable parse_mountinfo(std::string_view text) { return parse_lines(text, false, parse_mountinfo_line); }
MountTable parse_fstab(std::string_view text) { return parse_lines(text, true, parse_fstab_line); }

std::vector<const MountEntry*> visible_mounts(const MountTable& table) {
  std::map<std::string_view, const MountEntry*> last;
  for (const MountEntry& entry : table.entries) last[entry.mount_point] = &entry;
  std::vector<const MountEntry*> visible;
  for (const MountEntry& entry : table.entries) {
    if (last[entry.mount_point] == &entry) visible.push_back(&entry);
  }
  return visible;
}

bool is_network_filesystem(std::string_view filesystem) {
  static constexpr auto kTypes = std::to_array<std::string_view>(
      {"9p",          "acfs",           "afs",          "beegfs",      "ceph",        "cifs",
       "coda",        "davfs",          "fuse.ceph",    "fuse.cephfs", "fuse.cvmfs2", "fuse.davfs",
       "fuse.davfs2", "fuse.glusterfs", "fuse.juicefs", "fuse.mfs",    "fuse.rclone", "fuse.s3fs",
       "fuse.sshfs",  "glusterfs",      "gpfs",         "lustre",      "ncpfs",       "nfs",
       "nfs4",        "orangefs",       "pvfs2",        "smb3",        "smbfs",       "wekafs"});
  static_assert(std::is_sorted(kTypes.begin(), kTypes.end()));
  return contains(kTypes, filesystem);
}

bool is_pseudo_filesystem(std::string_view filesystem) {
  static constexpr auto kTypes =
      std::to_array<std::string_view>({"autofs",     "binder",     "binfmt_misc",     "bpf",        "cgroup",
                                       "cgroup2",    "configfs",   "debugfs",         "devpts",     "devtmpfs",
                                       "efivarfs",   "functionfs", "fuse.gvfsd-fuse", "fuse.lxcfs", "fuse.portal",
                                       "fusectl",    "hugetlbfs",  "mqueue",          "nfsd",       "none",
                                       "nsfs",       "proc",       "pstore",          "resctrl",    "rpc_pipefs",
                                       "securityfs", "selinuxfs",  "smackfs",         "sysfs",      "tracefs"});
  static_assert(std::is_sorted(kTypes.begin(), kTypes.end()));
  return contains(kTypes, filesystem);
}

}  // namespace ehdscan
