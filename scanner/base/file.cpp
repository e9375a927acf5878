// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

#include "base/unique_handle.h"

namespace ehdscan {
namespace {

std::string reason(int error) { return std::generic_category().message(error); }

ErrorKind kind_of(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return ErrorKind::not_found;
    case EACCES:
    case EPERM:
      return ErrorKind::denied;
    default:
      return ErrorKind::io;
  }
}

Result<void> write_all(int fd, std::string_view content, const std::string& name) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return fail(ErrorKind::io, fmt::format("cannot write `{}`: {}", name, reason(errno)),
                  "check the free space and the rights of the folder");
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::size_t max_bytes) {
  const std::string name = path.string();
  // O_NONBLOCK: a FIFO where a file should be must not hang us.
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file) {
    const int error = errno;
    return fail(kind_of(error), fmt::format("cannot read `{}`: {}", name, reason(error)));
  }
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return fail(ErrorKind::io, fmt::format("cannot read `{}`", name));
  if (S_ISDIR(status.st_mode)) {
    return fail(ErrorKind::invalid_input, fmt::format("`{}` is a folder", name), "name a file");
  }
  if (!S_ISREG(status.st_mode)) {
    return fail(ErrorKind::invalid_input, fmt::format("`{}` is not a regular file", name), "name a file");
  }
  const auto too_large = [&] {
    return fail(ErrorKind::limit, fmt::format("`{}` is larger than {} bytes", name, max_bytes),
                "is it the file that was meant?");
  };
  if (status.st_size > 0 && static_cast<std::uint64_t>(status.st_size) > max_bytes) return too_large();

  std::string content;
  content.resize(static_cast<std::size_t>(status.st_size) + 1);
  std::size_t size = 0;
  while (true) {
    if (size == content.size()) content.resize(content.size() * 2);
    const ssize_t got = ::read(file.get(), content.data() + size, content.size() - size);
    if (got < 0) {
      if (errno == EINTR) continue;
      return fail(ErrorKind::io, fmt::format("cannot read `{}`: {}", name, reason(errno)));
    }
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
    if (size > max_bytes) return too_large();
  }
  content.resize(size);
  return content;
}

Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view content) {
  const std::string name = path.string();
  std::string temporary = name + ".XXXXXX";
  const FileDescriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!file) {
    const int error = errno;
    return fail(error == EACCES ? ErrorKind::denied : (error == ENOENT ? ErrorKind::not_found : ErrorKind::io),
                fmt::format("cannot write `{}`: {}", name, reason(error)),
                "does the folder exist, and may we write to it?");
  }
  Result<void> written = write_all(file.get(), content, name);
  constexpr mode_t kReadable = 0644;
  if (written && (::fchmod(file.get(), kReadable) != 0 || ::fsync(file.get()) != 0 ||
                  ::rename(temporary.c_str(), name.c_str()) != 0)) {
    written = fail(ErrorKind::io, fmt::format("cannot write `{}`: {}", name, reason(errno)));
  }
  if (!written) ::unlink(temporary.c_str());
  return written;
}

}  // namespace ehdscan
