// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/crypttab.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "collectors/linux_host/mount_table.h"

namespace ehdscan {
namespace {
constexpr std::size_t kMaxEntries = 10'000;
}

bool CrypttabEntry::has_option(std::string_view name_of_option) const {
  return std::find(options.begin(), options.end(), name_of_option) != options.end();
}

std::string_view CrypttabEntry::option_value(std::string_view name_of_option) const {
  for (const std::string_view option : options) {
    if (option.size() > name_of_option.size() && option.starts_with(name_of_option) &&
        option[name_of_option.size()] == '=') {
      return option.substr(name_of_option.size() + 1);
    }
  }
  return {};
}

bool CrypttabEntry::random_key() const {
  static constexpr auto kRandom =
      std::to_array<std::string_view>({"/dev/hw_random", "/dev/hwrng", "/dev/random", "/dev/urandom"});
  return std::find(kRandom.begin(), kRandom.end(), key_file) != kRandom.end();
}

Crypttab parse_crypttab(std::string_view text) {
  Crypttab table;
  std::uint32_t number = 0;
  for (const std::string_view line : split_lines(text)) {
    ++number;
    if (trim(line).empty() || trim(line).front() == '#') continue;
    const std::vector<std::string_view> words = split_words(line);
    if (words.size() < 2 || table.entries.size() >= kMaxEntries) {
      ++table.malformed_lines;
      continue;
    }
    CrypttabEntry entry;
    entry.line = number;
    entry.name = unescape_octal(words[0]);
    entry.device = unescape_octal(words[1]);
    if (words.size() > 2 && words[2] != "none" && words[2] != "-") entry.key_file = unescape_octal(words[2]);
    if (words.size() > 3) {
      for (const std::string_view option : split(words[3], ',')) {
        if (!option.empty()) entry.options.emplace_back(option);
      }
    }
    table.entries.push_back(std::move(entry));
  }
  return table;
}

SwapTable parse_swaps(std::string_view text) {
  SwapTable table;
  std::uint32_t number = 0;
  for (const std::string_view line : split_lines(text)) {
    if (++number == 1 || trim(line).empty()) continue;  // the heading
    std::vector<std::string_view> words = split_words(line);
    SwapEntry entry;
    entry.line = number;
    if (words.size() == 6 && words[1] == "(deleted)") {
      entry.deleted = true;
      words.erase(words.begin() + 1);
    }
    const auto size_kib = words.size() == 5 ? parse_integer(words[2]) : std::nullopt;
    if (!size_kib || *size_kib < 0 || *size_kib > (INT64_MAX >> 10) || table.entries.size() >= kMaxEntries) {
      ++table.malformed_lines;
      continue;
    }
    entry.path = unescape_octal(words[0]);
    constexpr std::string_view kDeleted = " (deleted)";
    if (entry.path.ends_with(kDeleted)) {
      entry.deleted = true;
      entry.path.resize(entry.path.size() - kDeleted.size());
    }
    entry.kind = words[1];
    entry.size_bytes = *size_kib * 1024;
    table.entries.push_back(std::move(entry));
  }
  return table;
}

}  // namespace ehdscan
