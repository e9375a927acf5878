// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/logrotate.h"

#include <algorithm>

#include "base/text.h"

namespace ehdscan {
namespace {

std::string unquoted(std::string_view word) {
  if (word.size() >= 2 && (word.front() == '"' || word.front() == '\'') && word.back() == word.front()) {
    word = word.substr(1, word.size() - 2);
  }
  return to_valid_utf8(word);
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
    const bool opens = line.ends_with('{');
    if (opens) line = trim(line.substr(0, line.size() - 1));
    const auto words = line.empty() ? std::vector<std::string_view>{} : split_words(line);
    const bool paths = !words.empty() && (words[0].starts_with('/') || words[0].starts_with('"') || words[0].starts_with('\''));
    if (paths) {
      for (const std::string_view word : words) patterns.push_back(unquoted(word));
    } else if (!words.empty() && words[0] == "include" && words.size() > 1) {
      config.includes.push_back(unquoted(words[1]));
    } else if (!words.empty()) {
      apply(defaults, words);
    }
    if (opens) {
      block = defaults;
      block->patterns = std::move(patterns);
      block->line = number;
      patterns.clear();
    }
  }
  return config;
}

}  // namespace ehdscan
