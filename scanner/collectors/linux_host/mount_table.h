// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ehdscan {

/// One filesystem as mounted (/proc/self/mountinfo) or as configured (/etc/fstab).
struct MountEntry {
  std::string mount_point;
  std::string source;      ///< device, server:path, label or `none`, as written
  std::string filesystem;  ///< `ext4`, `nfs4` …
  std::string root;        ///< path inside the filesystem that is mounted; `/` except for bind mounts; empty in fstab
  std::string device;      ///< `253:0`; empty in fstab
  std::vector<std::string> options;        ///< of this mount
  std::vector<std::string> super_options;  ///< of the filesystem; empty in fstab
  std::uint32_t line = 0;

  [[nodiscard]] bool has_option(std::string_view name) const;
  [[nodiscard]] bool read_only() const;  ///< the mount or the whole filesystem
  /// Value of `name=value` among both option lists; empty if there is none.
  [[nodiscard]] std::string_view option_value(std::string_view name) const;

  friend bool operator==(const MountEntry&, const MountEntry&) = default;
};

/// Entries in the order of the file, and how many lines could not be understood.
struct MountTable {
  std::vector<MountEntry> entries;
  std::size_t malformed_lines = 0;
  std::uint32_t first_malformed_line = 0;
};

/// proc(5): blanks, tabs, newlines and backslashes are written as `\040` …; at most 100,000 lines are kept, the rest
/// count as malformed.
MountTable parse_mountinfo(std::string_view text);
/// fstab(5); comments and empty lines are skipped. Entries of type `swap` are kept.
MountTable parse_fstab(std::string_view text);

/// The mounts that are visible: of several on one mount point the last.
std::vector<const MountEntry*> visible_mounts(const MountTable& table);

/// True if the data of this filesystem type lives on another machine.
bool is_network_filesystem(std::string_view filesystem);
/// True if this filesystem type holds no stored data (proc, sysfs, cgroup …). tmpfs and ramfs are not among them.
bool is_pseudo_filesystem(std::string_view filesystem);

/// `\040` and its like become the bytes they stand for; every other backslash stays.
std::string unescape_octal(std::string_view text);

}  // namespace ehdscan
