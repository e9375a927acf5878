// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "base/unique_handle.h"

namespace ehdscan {

enum class FileKind : std::uint8_t { regular, directory, symlink, block_device, character_device, fifo, socket, other };

/// What stands about a file in its folder. Of a symlink itself, unless said otherwise.
struct FileFacts {
  FileKind kind = FileKind::other;
  std::uint32_t mode = 0;  ///< permission bits with setuid, setgid and sticky: 07777
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint64_t size = 0;
  std::uint64_t device = 0;  ///< number of the filesystem, to stay on one while walking
  std::uint64_t inode = 0;
  std::uint64_t links = 0;
  Instant modified_at;

  friend bool operator==(const FileFacts&, const FileFacts&) = default;
};

struct FolderEntry {
  std::string name;
  FileFacts facts;
};

/// How the linux_host collector reads the machine, and its only way to.
///
/// Paths are absolute as the machine itself spells them ("/etc/passwd") and are resolved inside the root folder: no
/// symlink and no ".." of a mounted image leads out of it. Reading never blocks on and never has effects on devices or
/// FIFOs. Entries may vanish at any moment; that is not_found.
///
/// Errors of every function: not_found, denied, invalid_input (not of the kind that was asked for, too many symlinks),
/// limit (larger than allowed), io. Messages name the path inside the root.
class HostFiles {
 public:
  /// Errors: not_found, denied, invalid_input (not a folder).
  static Result<HostFiles> open(const std::filesystem::path& root = "/");
  /// The same without openat2(2), component by component, as on kernels before 5.6. For tests.
  static Result<HostFiles> open_without_openat2(const std::filesystem::path& root);

  /// True if the root is that of the running machine. /proc, /sys and netlink describe only that one.
  [[nodiscard]] bool live() const { return live_; }
  [[nodiscard]] const std::filesystem::path& root() const { return root_; }

  /// A whole regular file. Files of /proc and /sys, whose size is given as 0 or a page, are read to their end.
  [[nodiscard]] Result<std::string> read(std::string_view path, std::size_t max_bytes = kMaxBytes) const;
  /// The last `max_bytes` of a regular file: for logs that only grow.
  [[nodiscard]] Result<std::string> read_end(std::string_view path, std::size_t max_bytes) const;
  /// Up to `count` bytes at an offset of a regular file or block device; shorter at its end. Opens the device for
  /// reading only.
  [[nodiscard]] Result<std::string> read_at(std::string_view path, std::uint64_t offset, std::size_t count) const;

  /// Entries of a folder without "." and "..", sorted by name as bytes. More than `max_entries` is limit. Entries that
  /// vanish meanwhile are left out.
  [[nodiscard]] Result<std::vector<FolderEntry>> list(std::string_view path,
                                                      std::size_t max_entries = kMaxEntries) const;

  /// Everything below a folder that lies on the same filesystem, symlinks not followed: regular files and folders, each
  /// with its path. Folders that may not be read are told to `unreadable`. Stops after `max_entries` and then says false.
  /// Errors: those of opening the folder itself.
  Result<bool> walk_filesystem(std::string_view path, std::size_t max_entries,
                               const std::function<bool(const std::string& path, const FileFacts& facts)>& descend,
                               const std::function<void(const Error& error)>& unreadable) const;

  [[nodiscard]] Result<FileFacts> facts(std::string_view path) const;            ///< of a symlink itself
  [[nodiscard]] Result<FileFacts> facts_of_target(std::string_view path) const;  ///< symlinks followed
  [[nodiscard]] Result<std::string> read_link(std::string_view path) const;
  /// True if there is something, symlinks followed. What we may not look at counts as not there: use facts_of_target
  /// where the difference matters.
  [[nodiscard]] bool exists(std::string_view path) const { return facts_of_target(path).has_value(); }

  static constexpr std::size_t kMaxBytes = std::size_t{16} << 20;
  static constexpr std::size_t kMaxEntries = 100'000;

 private:
  enum class Follow : std::uint8_t { no, yes };

  HostFiles(std::filesystem::path root, FileDescriptor folder, bool live, bool openat2)
      : root_(std::move(root)), folder_(std::move(folder)), live_(live), openat2_(openat2) {}
  static Result<HostFiles> open(const std::filesystem::path& root, bool openat2);

  [[nodiscard]] Result<FileDescriptor> open_path(std::string_view path, int flags, Follow follow) const;
  [[nodiscard]] Result<FileDescriptor> walk(std::string_view path, int flags, Follow follow) const;
  [[nodiscard]] Result<FileDescriptor> open_regular(std::string_view path, FileFacts& facts) const;

  std::filesystem::path root_;
  FileDescriptor folder_;
  bool live_ = false;
  bool openat2_ = true;
};

}  // namespace ehdscan
