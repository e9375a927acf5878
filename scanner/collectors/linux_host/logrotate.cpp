// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/logrotate.h"

#include <algorithm>

#include "base/text.h"

namespace ehdscan {
namespace {

/// Paths are separated by blanks; quotes hold blanks together.
std::vector<std::string> paths_of(std::string_view text) {
  std::vector<std::string> paths;
  std::size_t at = 0;
  while ((at = text.find_first_not_of(" \t", at)) != std::string_view::npos) {
    const char quote = text[at] == '"' || text[at] == '\'' ? text[at] : '\0';
    const std::size_t start = quote == '\0' ? at : at + 1;
    std::size_t end = quote == '\0' ? text.find_first_of(" \t", start) : text.find(quote, start);
    end = std::min(end, text.size());
    paths.push_back(to_valid_utf8(text.substr(start, end - start)));
    at = std::min(end + (quote == '\0' ? 0 : 1), text.size());
  }
  return paths;
}

void apply(LogrotateRule& rule, const std::vector<std::string_view>& words) {
  const std::string_view key = words[0];
  const auto number = [&]() { return words.size() > 1 ? parse_integer(words[1]) : std::nullopt; };
  if (key == "hourly") rule.interval_days = 0;
  if (key == "daily") rule.interval_days = 1;
  if (key == "weekly") rule.interval_days = 7;
  if (key == "monthly") rule.interval_days = 30;
  if (key == "yearly") rule.interval_days = 365;
  if (key == "rotate" || key.starts_with("rotate=")) {
    if (const auto count = key == "rotate" ? number() : parse_integer(key.substr(7))) rule.rotate = *count;
  }
  if (key == "maxage") rule.max_age_days = number();
  if (key == "size" || key.starts_with("size=") || key == "maxsize") rule.by_size = true;
}

}  // namespace

std::optional<std::int64_t> LogrotateRule::promised_days() const {
  if (by_size) return std::nullopt;
  // rotate -1 keeps every old file.
  if (rotate < 0) return max_age_days ? max_age_days : std::optional<std::int64_t>{36'500};
  const std::int64_t kept = std::min<std::int64_t>(rotate, 100'000) * interval_days;
  return max_age_days ? std::min(*max_age_days, kept) : kept;
}

LogrotateConfig parse_logrotate(std::string_view text, LogrotateRule& defaults) {
  LogrotateConfig config;
  std::vector<std::string> patterns;
  std::optional<LogrotateRule> block;
  bool in_script = false;
  std::uint32_t number = 0;
  for (const std::string_view raw : split_lines(text)) {
    ++number;
    std::string_view line = trim(raw);
    if (in_script) {
      if (line == "endscript") in_script = false;
      continue;
    }
    if (line.empty() || line.starts_with('#')) continue;
    if (block) {
      if (line.starts_with('}')) {
        config.rules.push_back(std::move(*block));
        block.reset();
        continue;
      }
      const auto words = split_words(line);
      for (const std::string_view script : {"prerotate", "postrotate", "firstaction", "lastaction", "preremove"}) {
        in_script = in_script || words[0] == script;
      }
      apply(*block, words);
      continue;
    }
    const std::size_t brace = line.find('{');
    const bool opens = brace != std::string_view::npos;
    const std::string_view behind = opens ? trim(line.substr(brace + 1)) : std::string_view();
    if (opens) line = trim(line.substr(0, brace));
    const bool names_paths = !line.empty() && (line.front() == '/' || line.front() == '"' || line.front() == '\'');
    const auto words = split_words(line);
    if (names_paths) {
      for (std::string& path : paths_of(line)) patterns.push_back(std::move(path));
    } else if (words.size() > 1 && words[0] == "include") {
      config.includes.push_back(to_valid_utf8(words[1]));
    } else if (!words.empty()) {
      apply(defaults, words);
    }
    if (opens) {
      block = defaults;
      block->patterns = std::move(patterns);
      block->line = number;
      patterns.clear();
      if (const auto settings = split_words(behind); !settings.empty()) apply(*block, settings);
    }
  }
  return config;
}

}  // namespace ehdscan
