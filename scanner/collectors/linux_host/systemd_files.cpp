// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/systemd_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <optional>

#include "base/text.h"

namespace ehdscan {
namespace {

constexpr std::array<std::string_view, 4> kSystemdFolders{"/etc/systemd", "/run/systemd", "/usr/local/lib/systemd",
                                                          "/usr/lib/systemd"};

bool masked(const HostFiles& files, const std::string& path, const FileFacts& facts) {
  if (facts.kind == FileKind::regular) return facts.size == 0;
  if (facts.kind != FileKind::symlink) return true;
  const Result<std::string> target = files.read_link(path);
  return !target || *target == "/dev/null";
}

}  // namespace

Result<std::vector<std::string>> conf_fragments(const HostFiles& files, std::initializer_list<std::string_view> folders,
                                                std::string_view ending) {
  std::map<std::string, std::string> by_name;
  for (const std::string_view folder : folders) {
    const Result<std::vector<FolderEntry>> entries = files.list(folder);
    if (!entries) {
      if (entries.error().kind == ErrorKind::not_found) continue;
      return std::unexpected(entries.error());
    }
    for (const FolderEntry& entry : *entries) {
      if (!entry.name.ends_with(ending) || by_name.contains(entry.name)) continue;
      const std::string path = fmt::format("{}/{}", folder, entry.name);
      by_name.emplace(entry.name, masked(files, path, entry.facts) ? std::string() : path);
    }
  }
  std::vector<std::string> paths;
  for (auto& [name, path] : by_name) {
    if (!path.empty()) paths.push_back(std::move(path));
  }
  return paths;
}

std::vector<SystemdSetting> parse_systemd(std::string_view text, SourceId source) {
  std::vector<SystemdSetting> settings;
  std::string section;
  const std::vector<std::string_view> lines = split_lines(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto number = static_cast<std::uint32_t>(i + 1);
    std::string line(trim(lines[i]));
    if (line.empty() || line.starts_with('#') || line.starts_with(';')) continue;
    while (line.ends_with('\\') && i + 1 < lines.size()) {
      const std::string_view next = trim(lines[++i]);
      if (next.starts_with('#') || next.starts_with(';')) continue;  // the line goes on behind it
      line.pop_back();
      line += fmt::format(" {}", next);
    }
    if (line.starts_with('[') && line.ends_with(']')) {
      section = line.substr(1, line.size() - 2);
      continue;
    }
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos) continue;
    settings.push_back({.section = section,
                        .key = std::string(trim(std::string_view(line).substr(0, equals))),
                        .value = to_valid_utf8(trim(std::string_view(line).substr(equals + 1))),
                        .source = source,
                        .line = number});
  }
  return settings;
}

const SystemdSetting* SystemdConfig::last(std::string_view section, std::string_view key) const {
  const SystemdSetting* found = nullptr;
  for (const SystemdSetting& setting : settings) {
    if (setting.section == section && setting.key == key) found = setting.value.empty() ? nullptr : &setting;
  }
  return found;
}

std::string SystemdConfig::value(std::string_view section, std::string_view key) const {
  const SystemdSetting* found = last(section, key);
  return found == nullptr ? std::string() : found->value;
}

std::vector<std::string> SystemdConfig::words(std::string_view section, std::string_view key) const {
  std::vector<std::string> words;
  for (const SystemdSetting& setting : settings) {
    if (setting.section != section || setting.key != key) continue;
    if (setting.value.empty()) words.clear();
    for (const std::string_view word : split_words(setting.value)) words.emplace_back(word);
  }
  return words;
}

SystemdConfig read_systemd_config(HostContext& context, std::string_view name) {
  SystemdConfig config;
  const auto add = [&](const std::string& path) {
    const Result<ReadFile> file = context.read(path);
    if (!file) {
      if (file.error().kind != ErrorKind::not_found) config.problem = file.error().message;
      return false;
    }
    std::ranges::move(parse_systemd(file->text, file->source), std::back_inserter(config.settings));
    return true;
  };
  for (const std::string_view folder : kSystemdFolders) {
    if (add(fmt::format("{}/{}", folder, name))) break;
  }
  const std::string drop_ins = fmt::format("{}.d", name);
  const Result<std::vector<std::string>> fragments =
      conf_fragments(context.files,
                     {fmt::format("{}/{}", kSystemdFolders[0], drop_ins), fmt::format("{}/{}", kSystemdFolders[1], drop_ins),
                      fmt::format("{}/{}", kSystemdFolders[2], drop_ins), fmt::format("{}/{}", kSystemdFolders[3], drop_ins)},
                     ".conf");
  if (!fragments) {
    config.problem = fragments.error().message;
    return config;
  }
  for (const std::string& path : *fragments) add(path);
  return config;
}

std::optional<std::int64_t> span_seconds(std::string_view text) {
  constexpr double kDay = 86400.0;
  const std::map<std::string_view, double> units{
      {"", 1},          {"s", 1},          {"sec", 1},          {"second", 1},        {"seconds", 1},
      {"m", 60},        {"min", 60},       {"minute", 60},      {"minutes", 60},      {"h", 3600},
      {"hr", 3600},     {"hour", 3600},    {"hours", 3600},     {"d", kDay},          {"day", kDay},
      {"days", kDay},   {"w", 7 * kDay},   {"week", 7 * kDay},  {"weeks", 7 * kDay},  {"month", 30.44 * kDay},
      {"M", 30.44 * kDay}, {"months", 30.44 * kDay}, {"y", 365.25 * kDay}, {"year", 365.25 * kDay}, {"years", 365.25 * kDay}};
  text = trim(text);
  if (text.empty()) return std::nullopt;
  double seconds = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    while (at < text.size() && text[at] == ' ') ++at;
    const std::size_t number = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    const std::optional<std::int64_t> count = parse_integer(text.substr(number, at - number));
    if (!count) return std::nullopt;
    while (at < text.size() && text[at] == ' ') ++at;
    const std::size_t unit = at;
    while (at < text.size() && ((text[at] >= 'a' && text[at] <= 'z') || text[at] == 'M')) ++at;
    const auto found = units.find(text.substr(unit, at - unit));
    if (found == units.end()) return std::nullopt;
    seconds += static_cast<double>(*count) * found->second;
    if (at < text.size() && text[at] != ' ' && (text[at] < '0' || text[at] > '9')) return std::nullopt;
  }
  if (seconds > 1e12) return std::nullopt;
  return static_cast<std::int64_t>(seconds);
}

std::optional<std::int64_t> span_days(std::string_view text) {
  const std::optional<std::int64_t> seconds = span_seconds(text);
  constexpr std::int64_t kDaySeconds = 86'400;
  return seconds ? std::optional(*seconds / kDaySeconds) : std::nullopt;
}

std::optional<bool> systemd_boolean(std::string_view text) {
  const std::string word = to_lower(trim(text));
  if (word == "1" || word == "yes" || word == "y" || word == "true" || word == "t" || word == "on") return true;
  if (word == "0" || word == "no" || word == "n" || word == "false" || word == "f" || word == "off") return false;
  return std::nullopt;
}

}  // namespace ehdscan
