// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/unique_handle.h"

namespace ehdscan {

/// Reads a regular file of any size line by line, in chunks, in bounded memory.
class LineReader {
 public:
  /// Readable bytes behind every line, for parsers that read in wide steps.
  static constexpr std::size_t kPadding = 64;
  static constexpr std::size_t kLongestLine = std::size_t{16} << 20;

  struct Line {
    std::string_view text;     ///< without its end; valid until the next call
    std::uint64_t number = 0;  ///< counts from 1
    bool too_long = false;     ///< longer than the limit: `text` is only a part of it
  };

  /// Errors: not_found, denied, invalid_input (not a regular file), io.
  static Result<LineReader> open(const std::filesystem::path& path, std::size_t longest_line = kLongestLine);

  /// Hands every byte of the file to `take`, then starts again at the first line. Errors: io.
  Result<void> for_each_chunk(const std::function<void(std::string_view)>& take);

  /// The next line, empty at the end of the file. A last line without line feed counts. Errors: io.
  Result<std::optional<Line>> next();

  /// True if size, time of change or identity of the file differ from when it was opened.
  [[nodiscard]] bool changed() const;

 private:
  struct Stamp {
    std::int64_t size = 0;
    std::int64_t seconds = 0;
    std::int64_t nanoseconds = 0;
    friend bool operator==(const Stamp&, const Stamp&) = default;
  };
  LineReader(FileDescriptor file, std::string name, std::size_t longest_line, Stamp stamp);
  Result<std::size_t> fill();
  static std::optional<Stamp> stamp_of(int fd);

  FileDescriptor file_;
  std::string name_;
  std::size_t chunk_;  ///< how much is read at once
  std::size_t longest_;
  Stamp opened_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;    ///< of what is not handed out yet
  std::size_t end_ = 0;      ///< of what was read
  std::size_t scanned_ = 0;  ///< no line feed in [begin_, scanned_)
  std::uint64_t number_ = 0;
  bool at_end_ = false;
};

}  // namespace ehdscan
