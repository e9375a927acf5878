// SPDX-License-Identifier: Apache-2.0
#include "base/line_reader.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace ehdscan {
namespace {

constexpr std::int64_t kSmallestChunk = 4096;
constexpr std::int64_t kLargestChunk = 1 << 20;

std::string reason(int error) { return std::generic_category().message(error); }

}  // namespace

LineReader::LineReader(FileDescriptor file, std::string name, std::size_t longest_line, Stamp stamp)
    : file_(std::move(file)),
      name_(std::move(name)),
      chunk_(static_cast<std::size_t>(std::clamp(stamp.size + 1, kSmallestChunk, kLargestChunk))),
      longest_(longest_line),
      opened_(stamp) {}

std::optional<LineReader::Stamp> LineReader::stamp_of(int fd) {
  struct stat status{};
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return Stamp{.size = status.st_size, .seconds = status.st_mtim.tv_sec, .nanoseconds = status.st_mtim.tv_nsec};
}

Result<LineReader> LineReader::open(const std::filesystem::path& path, std::size_t longest_line) {
  const std::string name = path.string();
  // O_NONBLOCK: a FIFO where a file should be must not hang us.
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file) {
    const int error = errno;
    const bool missing = error == ENOENT || error == ENOTDIR;
    const bool denied = error == EACCES || error == EPERM;
    return fail(missing  ? ErrorKind::not_found
                : denied ? ErrorKind::denied
                         : ErrorKind::io,
                fmt::format("cannot read `{}`: {}", name, reason(error)));
  }
  const std::optional<Stamp> stamp = stamp_of(file.get());
  if (!stamp) return fail(ErrorKind::invalid_input, fmt::format("`{}` is not a regular file", name), "name a file");
  return LineReader(std::move(file), name, longest_line, *stamp);
}

Result<void> LineReader::for_each_chunk(const std::function<void(std::string_view)>& take) {
  std::vector<char> chunk(chunk_);
  for (off_t at = 0;;) {
    const ssize_t got = ::pread(file_.get(), chunk.data(), chunk.size(), at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(ErrorKind::io, fmt::format("cannot read `{}`: {}", name_, reason(errno)));
    if (got == 0) break;
    take({chunk.data(), static_cast<std::size_t>(got)});
    at += got;
  }
  if (::lseek(file_.get(), 0, SEEK_SET) != 0) return fail(ErrorKind::io, fmt::format("cannot read `{}`", name_));
  begin_ = end_ = scanned_ = 0;
  number_ = 0;
  at_end_ = false;
  return {};
}

Result<std::size_t> LineReader::fill() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    scanned_ -= begin_;
    begin_ = 0;
  }
  if (buffer_.size() < end_ + chunk_ + kPadding) buffer_.resize(std::max(buffer_.size() * 2, end_ + chunk_ + kPadding));
  while (true) {
    const ssize_t got = ::read(file_.get(), buffer_.data() + end_, chunk_);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(ErrorKind::io, fmt::format("cannot read `{}`: {}", name_, reason(errno)));
    end_ += static_cast<std::size_t>(got);
    return static_cast<std::size_t>(got);
  }
}

Result<std::optional<LineReader::Line>> LineReader::next() {
  bool too_long = false;
  while (true) {
    const auto* feed = static_cast<const char*>(
        end_ > scanned_ ? std::memchr(buffer_.data() + scanned_, '\n', end_ - scanned_) : nullptr);
    if (feed != nullptr || (at_end_ && end_ > begin_) || (at_end_ && too_long)) {
      const std::size_t stop = feed != nullptr ? static_cast<std::size_t>(feed - buffer_.data()) : end_;
      std::string_view text(buffer_.data() + begin_, stop - begin_);
      if (text.ends_with('\r')) text.remove_suffix(1);
      begin_ = scanned_ = std::min(stop + 1, end_);
      return Line{
          .text = text.substr(0, longest_), .number = ++number_, .too_long = too_long || text.size() > longest_};
    }
    if (at_end_) return std::nullopt;
    scanned_ = end_;
    if (end_ - begin_ > longest_) {  // keep nothing of it but that it was there
      too_long = true;
      begin_ = scanned_ = end_;
    }
    const Result<std::size_t> got = fill();
    if (!got) return std::unexpected(got.error());
    at_end_ = *got == 0;
  }
}

bool LineReader::changed() const { return stamp_of(file_.get()) != opened_; }

}  // namespace ehdscan
