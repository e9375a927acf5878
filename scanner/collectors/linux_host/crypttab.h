// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ehdscan {

/// One line of crypttab(5).
struct CrypttabEntry {
  std::string name;
  std::string device;
  std::string key_file;  ///< path as written; empty for `none` and `-`
  std::vector<std::string> options;
  std::uint32_t line = 0;

  [[nodiscard]] bool has_option(std::string_view name) const;
  [[nodiscard]] std::string_view option_value(std::string_view name) const;  ///< of `name=value`, else empty
  /// A new key at every start: what was written before cannot be read any more.
  [[nodiscard]] bool random_key() const;

  friend bool operator==(const CrypttabEntry&, const CrypttabEntry&) = default;
};

struct Crypttab {
  std::vector<CrypttabEntry> entries;
  std::size_t malformed_lines = 0;
};
Crypttab parse_crypttab(std::string_view text);

/// One line of /proc/swaps.
struct SwapEntry {
  std::string path;  ///< without the kernel's ` (deleted)`
  std::string kind;  ///< `partition` or `file`
  std::int64_t size_bytes = 0;
  bool deleted = false;  ///< the file is no longer in a folder but still in use
  std::uint32_t line = 0;

  friend bool operator==(const SwapEntry&, const SwapEntry&) = default;
};

struct SwapTable {
  std::vector<SwapEntry> entries;
  std::size_t malformed_lines = 0;
};
SwapTable parse_swaps(std::string_view text);

}  // namespace ehdscan
