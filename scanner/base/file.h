// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"

namespace ehdscan {

/// Files that a person writes are small; anything larger is a mistake or an attack.
inline constexpr std::size_t kMaxHandWrittenBytes = std::size_t{16} << 20;

/// Reads a whole regular file, at most `max_bytes`.
/// Errors: not_found, denied, invalid_input (a directory, a device), limit (larger than max_bytes), io.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t max_bytes = kMaxHandWrittenBytes);

/// Writes through a temporary file in the same folder and a rename, so that readers see the old or the new content and
/// an interrupted run leaves neither half a file nor the temporary one. Errors: denied, io (also a full disk).
Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view content);

}  // namespace ehdscan
