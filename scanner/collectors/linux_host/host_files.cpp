// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/host_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <memory>
#include <system_error>
#include <utility>

#include "base/text.h"

namespace ehdscan {
namespace {

constexpr int kMaxSymlinks = 40;  // as the kernel
constexpr int kReadFlags = O_RDONLY | O_NONBLOCK | O_NOCTTY;

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

std::unexpected<Error> failure(int error, std::string_view path) {
  ErrorKind kind = ErrorKind::io;
  switch (error) {
    case ENOENT:
    case ENOTDIR:
    case ESRCH:  // a process that ended while its /proc entry was read
    case ENXIO:
    case ENODEV:
      kind = ErrorKind::not_found;
      break;
    case EACCES:
    case EPERM:
      kind = ErrorKind::denied;
      break;
    case ELOOP:
    case ENAMETOOLONG:
    case EISDIR:
    case EINVAL:
      kind = ErrorKind::invalid_input;
      break;
    default:
      break;
  }
  return fail(kind, fmt::format("cannot read `{}`: {}", path, std::generic_category().message(error)));
}

std::unexpected<Error> wrong_kind(std::string_view path, std::string_view wanted) {
  return fail(ErrorKind::invalid_input, fmt::format("`{}` is not {}", path, wanted));
}

std::unexpected<Error> too_large(std::string_view path, std::size_t max_bytes) {
  return fail(ErrorKind::limit, fmt::format("`{}` is larger than {} bytes", path, max_bytes));
}

FileKind kind_of(mode_t mode) {
  if (S_ISREG(mode)) return FileKind::regular;
  if (S_ISDIR(mode)) return FileKind::directory;
  if (S_ISLNK(mode)) return FileKind::symlink;
  if (S_ISBLK(mode)) return FileKind::block_device;
  if (S_ISCHR(mode)) return FileKind::character_device;
  if (S_ISFIFO(mode)) return FileKind::fifo;
  if (S_ISSOCK(mode)) return FileKind::socket;
  return FileKind::other;
}

FileFacts to_facts(const struct stat& status) {
  return {.kind = kind_of(status.st_mode),
          .mode = static_cast<std::uint32_t>(status.st_mode & 07777U),
          .uid = status.st_uid,
          .gid = status.st_gid,
          .size = status.st_size > 0 ? static_cast<std::uint64_t>(status.st_size) : 0,
          .device = status.st_dev,
          .inode = status.st_ino,
          .links = status.st_nlink,
          .modified_at = {status.st_mtim.tv_sec}};
}

Result<FileFacts> facts_of(int fd, std::string_view path) {
  struct stat status{};
  if (::fstat(fd, &status) != 0) return failure(errno, path);
  return to_facts(status);
}

/// Fills `out` from `fd` up to its end or `max_bytes`; returns the number of bytes read or -1 with errno.
ssize_t read_all(int fd, std::string& out, std::size_t max_bytes) {
  std::size_t size = 0;
  out.resize(std::min(std::max<std::size_t>(out.size(), 4096), max_bytes));
  while (size < max_bytes) {
    if (size == out.size()) out.resize(std::min(out.size() * 2, max_bytes));
    const ssize_t got = ::read(fd, out.data() + size, out.size() - size);
    if (got < 0) {
      if (errno == EINTR) continue;
      return -1;
    }
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  out.resize(size);
  return static_cast<ssize_t>(size);
}

Result<std::string> link_text(int fd, std::string_view path) {
  std::string text(4096, '\0');
  const ssize_t length = ::readlinkat(fd, "", text.data(), text.size());
  if (length < 0) return failure(errno == EINVAL ? ENOENT : errno, path);
  text.resize(static_cast<std::size_t>(length));
  return text;
}

}  // namespace

Result<HostFiles> HostFiles::open(const std::filesystem::path& root) { return open(root, true); }

Result<HostFiles> HostFiles::open_without_openat2(const std::filesystem::path& root) { return open(root, false); }

Result<HostFiles> HostFiles::open(const std::filesystem::path& root, bool openat2) {
  FileDescriptor folder(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder) {
    const int error = errno;
    if (error == ENOTDIR) return wrong_kind(root.native(), "a folder");
    return failure(error, root.native());
  }
  struct stat ours{};
  struct stat running{};
  if (::fstat(folder.get(), &ours) != 0) return failure(errno, root.native());
  const bool live = ::stat("/", &running) == 0 && ours.st_dev == running.st_dev && ours.st_ino == running.st_ino;
  return HostFiles(root, std::move(folder), live, openat2);
}

Result<FileDescriptor> HostFiles::open_path(std::string_view path, int flags, Follow follow) const {
  if (path.find('\0') != std::string_view::npos) return failure(ENOENT, "?");
  if (openat2_) {
    open_how how{};
    how.flags = static_cast<unsigned>(flags | O_CLOEXEC | (follow == Follow::no ? O_NOFOLLOW : 0));
    how.resolve = RESOLVE_IN_ROOT;
    const std::string name(path);
    for (int attempt = 0; attempt < 8; ++attempt) {  // EAGAIN: something was renamed meanwhile
      FileDescriptor file(static_cast<int>(::syscall(SYS_openat2, folder_.get(), name.c_str(), &how, sizeof how)));
      if (file) return file;
      if (errno != EAGAIN && errno != EINTR) break;
    }
    if (errno != ENOSYS && errno != EPERM) return failure(errno, path);
    // EPERM comes from system call filters of containers too; the walk below tells the difference.
  }
  return walk(path, flags, follow);
}

Result<FileDescriptor> HostFiles::walk(std::string_view path, int flags, Follow follow) const {
  std::deque<std::string> ahead;
  const auto push_front = [&ahead](std::string_view text) {
    std::vector<std::string_view> parts = split(text, '/');
    for (auto part = parts.rbegin(); part != parts.rend(); ++part) ahead.emplace_front(*part);
  };
  push_front(path);
  std::vector<FileDescriptor> folders;  // the way from the root; empty means the root
  const auto here = [&] { return folders.empty() ? folder_.get() : folders.back().get(); };
  int symlinks = 0;
  while (!ahead.empty()) {
    const std::string name = std::move(ahead.front());
    ahead.pop_front();
    if (name.empty() || name == ".") continue;
    if (name == "..") {
      if (!folders.empty()) folders.pop_back();
      continue;
    }
    FileDescriptor next(::openat(here(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    if (!next) return failure(errno, path);
    const Result<FileFacts> facts = facts_of(next.get(), path);
    if (!facts) return std::unexpected(facts.error());
    const bool last = std::ranges::all_of(ahead, [](const std::string& part) { return part.empty() || part == "."; });
    if (facts->kind == FileKind::symlink && (!last || follow == Follow::yes)) {
      if (++symlinks > kMaxSymlinks) return failure(ELOOP, path);
      const Result<std::string> text = link_text(next.get(), path);
      if (!text) return std::unexpected(text.error());
      if (text->starts_with('/')) folders.clear();
      push_front(*text);
      continue;
    }
    if (last) {
      FileDescriptor file(::openat(here(), name.c_str(), flags | O_NOFOLLOW | O_CLOEXEC));
      if (!file) return failure(errno, path);
      return file;
    }
    if (facts->kind != FileKind::directory) return failure(ENOTDIR, path);
    folders.push_back(std::move(next));
  }
  FileDescriptor file(::openat(here(), ".", flags | O_CLOEXEC));
  if (!file) return failure(errno, path);
  return file;
}

// Looks first and opens then, because opening a device or FIFO can have effects; after opening we look again.
Result<FileDescriptor> HostFiles::open_regular(std::string_view path, FileFacts& facts) const {
  const Result<FileFacts> before = facts_of_target(path);
  if (!before) return std::unexpected(before.error());
  if (before->kind != FileKind::regular) return wrong_kind(path, "a regular file");
  Result<FileDescriptor> file = open_path(path, kReadFlags, Follow::yes);
  if (!file) return file;
  const Result<FileFacts> after = facts_of(file->get(), path);
  if (!after) return std::unexpected(after.error());
  if (after->kind != FileKind::regular) return wrong_kind(path, "a regular file");
  facts = *after;
  return file;
}

Result<std::string> HostFiles::read(std::string_view path, std::size_t max_bytes) const {
  FileFacts facts;
  const Result<FileDescriptor> file = open_regular(path, facts);
  if (!file) return std::unexpected(file.error());
  if (facts.size > max_bytes && !path.starts_with("/sys/")) return too_large(path, max_bytes);
  std::string content(std::min<std::size_t>(facts.size, max_bytes) + 1, '\0');
  if (read_all(file->get(), content, max_bytes + 1) < 0) return failure(errno, path);
  if (content.size() > max_bytes) return too_large(path, max_bytes);
  return content;
}

Result<std::string> HostFiles::read_end(std::string_view path, std::size_t max_bytes) const {
  FileFacts facts;
  const Result<FileDescriptor> file = open_regular(path, facts);
  if (!file) return std::unexpected(file.error());
  if (facts.size > max_bytes && ::lseek(file->get(), static_cast<off_t>(facts.size - max_bytes), SEEK_SET) < 0) {
    return failure(errno, path);
  }
  std::string content;
  if (read_all(file->get(), content, max_bytes) < 0) return failure(errno, path);
  return content;
}

Result<std::string> HostFiles::read_at(std::string_view path, std::uint64_t offset, std::size_t count) const {
  const Result<FileFacts> before = facts_of_target(path);
  if (!before) return std::unexpected(before.error());
  if (before->kind != FileKind::regular && before->kind != FileKind::block_device) {
    return wrong_kind(path, "a file or block device");
  }
  const Result<FileDescriptor> file = open_path(path, kReadFlags, Follow::yes);
  if (!file) return std::unexpected(file.error());
  const Result<FileFacts> after = facts_of(file->get(), path);
  if (!after) return std::unexpected(after.error());
  if (after->kind != before->kind) return wrong_kind(path, "the file it was");
  if (::lseek(file->get(), static_cast<off_t>(offset), SEEK_SET) < 0) return failure(errno, path);
  std::string content;
  if (read_all(file->get(), content, count) < 0) return failure(errno, path);
  return content;
}

Result<std::vector<FolderEntry>> HostFiles::list(std::string_view path, std::size_t max_entries) const {
  Result<FileDescriptor> opened = open_path(path, kReadFlags | O_DIRECTORY, Follow::yes);
  if (!opened) return std::unexpected(opened.error());
  const int duplicate = ::fcntl(opened->get(), F_DUPFD_CLOEXEC, 0);
  if (duplicate < 0) return failure(errno, path);
  const std::unique_ptr<DIR, CloseFolder> folder(::fdopendir(duplicate));
  if (!folder) {
    const int error = errno;
    ::close(duplicate);
    return failure(error, path);
  }
  std::vector<FolderEntry> entries;
  while (true) {
    errno = 0;
    const dirent* entry = ::readdir(folder.get());  // NOLINT(concurrency-mt-unsafe): the stream is ours alone
    if (entry == nullptr) {
      if (errno != 0) return failure(errno, path);
      break;
    }
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    struct stat status{};
    if (::fstatat(opened->get(), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT || errno == ESRCH) continue;
      return failure(errno, fmt::format("{}/{}", path, name));
    }
    if (entries.size() == max_entries) {
      return fail(ErrorKind::limit, fmt::format("`{}` has more than {} entries", path, max_entries));
    }
    entries.push_back({std::string(name), to_facts(status)});
  }
  std::ranges::sort(entries, {}, &FolderEntry::name);
  return entries;
}

namespace {

using Descend = std::function<bool(const std::string&, const FileFacts&)>;
using Unreadable = std::function<void(const Error&)>;

/// One walk: relative to the folder above, so that no path is resolved twice.
struct FilesystemWalk {
  const Descend& descend;
  const Unreadable& unreadable;
  std::size_t entries_left;
  dev_t device = 0;
  std::string path{};

  /// Folders are nested a few dozen levels deep at most; deeper ones are there to exhaust descriptors.
  static constexpr int kDeepest = 128;

  // NOLINTNEXTLINE(misc-no-recursion): bounded by kDeepest
  bool walk(int descriptor, int depth) {
    const std::unique_ptr<DIR, CloseFolder> folder(::fdopendir(descriptor));
    if (!folder) {
      ::close(descriptor);
      return true;
    }
    const std::size_t length = path.size();
    std::vector<std::string> folders;
    while (const dirent* entry = ::readdir(folder.get())) {  // NOLINT(concurrency-mt-unsafe): the stream is ours alone
      const std::string_view name = entry->d_name;
      if (name == "." || name == ".." || (entry->d_type != DT_DIR && entry->d_type != DT_REG && entry->d_type != DT_UNKNOWN)) continue;
      if (entries_left-- == 0) return false;
      struct stat status{};
      if (::fstatat(::dirfd(folder.get()), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;  // vanished
      if (status.st_dev != device || (!S_ISDIR(status.st_mode) && !S_ISREG(status.st_mode))) continue;
      path.append(1, '/').append(name);
      if (descend(path, to_facts(status)) && S_ISDIR(status.st_mode)) folders.emplace_back(name);
      path.resize(length);
    }
    for (const std::string& name : folders) {
      path.append(1, '/').append(name);
      const bool whole = enter(::dirfd(folder.get()), name, depth);
      path.resize(length);
      if (!whole) return false;
    }
    return true;
  }

  // NOLINTNEXTLINE(misc-no-recursion): bounded by kDeepest
  bool enter(int parent, const std::string& name, int depth) {
    if (depth == kDeepest) return false;
    const int descriptor = ::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
      if (errno != ENOENT && errno != ENOTDIR) unreadable(failure(errno, path).error());
      return true;
    }
    return walk(descriptor, depth + 1);
  }
};

}  // namespace

Result<bool> HostFiles::walk_filesystem(std::string_view path, std::size_t max_entries, const Descend& descend,
                                        const Unreadable& unreadable) const {
  const Result<FileDescriptor> opened = open_path(path, kReadFlags | O_DIRECTORY, Follow::no);
  if (!opened) return std::unexpected(opened.error());
  struct stat status{};
  if (::fstat(opened->get(), &status) != 0) return failure(errno, path);
  const int duplicate = ::fcntl(opened->get(), F_DUPFD_CLOEXEC, 0);
  if (duplicate < 0) return failure(errno, path);
  FilesystemWalk walk{descend, unreadable, max_entries, status.st_dev, std::string(path)};
  return walk.walk(duplicate, 0);
}

Result<FileFacts> HostFiles::facts(std::string_view path) const {
  const Result<FileDescriptor> file = open_path(path, O_PATH, Follow::no);
  if (!file) return std::unexpected(file.error());
  return facts_of(file->get(), path);
}

Result<FileFacts> HostFiles::facts_of_target(std::string_view path) const {
  const Result<FileDescriptor> file = open_path(path, O_PATH, Follow::yes);
  if (!file) return std::unexpected(file.error());
  return facts_of(file->get(), path);
}

Result<std::string> HostFiles::read_link(std::string_view path) const {
  const Result<FileDescriptor> file = open_path(path, O_PATH, Follow::no);
  if (!file) return std::unexpected(file.error());
  const Result<FileFacts> found = facts_of(file->get(), path);
  if (!found) return std::unexpected(found.error());
  if (found->kind != FileKind::symlink) return wrong_kind(path, "a symlink");
  return link_text(file->get(), path);
}

}  // namespace ehdscan
