// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/account_files.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace ehdscan {
namespace {

constexpr std::int64_t kMaxId = 4294967295;
constexpr std::int64_t kMaxDay = 10'000'000;  // some 27,000 years: beyond it is not a day

std::optional<std::int64_t> parse_id(std::string_view text) {
  const std::optional<std::int64_t> id = parse_integer(text);
  if (!id || *id < 0 || *id > kMaxId) return std::nullopt;
  return id;
}

std::optional<Day> day_number(std::int64_t days) {
  if (days < 0 || days > kMaxDay / 4) return std::nullopt;
  return day_of(Instant{days * 86400});
}

/// Calls `use(fields, number)` for each line that is no comment; it returns false for a line it cannot use.
template <typename Entry, typename Use>
AccountFile<Entry> each_line(std::string_view text, Use use) {
  AccountFile<Entry> file;
  std::uint32_t number = 0;
  for (const std::string_view line : split_lines(text)) {
    ++number;
    if (trim(line).empty() || line.starts_with('#')) continue;
    if (!use(split(line, ':'), number, file.entries)) file.bad_lines.push_back(number);
  }
  return file;
}

/// NIS lines of old (`+name`, `-@netgroup`) are not entries; a name of other bytes than text would break reports.
bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 256 && !name.starts_with('+') && !name.starts_with('-') && is_utf8(name);
}

}  // namespace

std::string_view to_string(PasswordState state) {
  switch (state) {
    case PasswordState::set:
      return "set";
    case PasswordState::locked:
      return "locked";
    case PasswordState::empty:
      return "empty";
    case PasswordState::none:
      return "none";
  }
  return "none";
}

PasswordField read_password_field(std::string_view field) {
  if (field.empty()) return {PasswordState::empty, {}};
  constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kPrefixes{{
      {"$y$", "yescrypt"},
      {"$gy$", "gost-yescrypt"},
      {"$7$", "scrypt"},
      {"$2a$", "bcrypt"},
      {"$2b$", "bcrypt"},
      {"$2x$", "bcrypt"},
      {"$2y$", "bcrypt"},
      {"$6$", "sha512"},
      {"$5$", "sha256"},
      {"$1$", "md5"},
      {"$sha1$", "sha1"},
      {"$md5", "sunmd5"},
      {"$3$", "nt"},
  }};
  for (const auto& [prefix, name] : kPrefixes) {
    if (field.starts_with(prefix)) return {PasswordState::set, std::string(name)};
  }
  if (field.starts_with('$')) return {PasswordState::set, {}};  // a method that crypt here may know and we do not
  const bool plain = std::ranges::all_of(field, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '/';
  });
  if (plain && field.size() == 13) return {PasswordState::set, "des"};
  if (field.starts_with('_') && field.size() == 20) return {PasswordState::set, "bsdi-des"};
  return {PasswordState::locked, {}};  // `!…`, `*`, `x`: no password ever gives it
}

AccountFile<PasswdEntry> parse_passwd(std::string_view text) {
  return each_line<PasswdEntry>(text, [](const auto& fields, std::uint32_t number, std::vector<PasswdEntry>& entries) {
    if (fields.size() != 7 || !is_name(fields[0])) return false;
    const std::optional<std::int64_t> uid = parse_id(fields[2]);
    const std::optional<std::int64_t> gid = parse_id(fields[3]);
    if (!uid || !gid) return false;
    entries.push_back({.name = std::string(fields[0]),
                       .in_shadow = fields[1] == "x",
                       .password = read_password_field(fields[1]),
                       .uid = *uid,
                       .gid = *gid,
                       .home = to_valid_utf8(fields[5]),
                       .shell = to_valid_utf8(fields[6]),
                       .line = number});
    return true;
  });
}

AccountFile<ShadowEntry> parse_shadow(std::string_view text) {
  return each_line<ShadowEntry>(text, [](const auto& fields, std::uint32_t, std::vector<ShadowEntry>& entries) {
    if (fields.size() < 2 || fields.size() > 9 || !is_name(fields[0])) return false;
    ShadowEntry entry{.name = std::string(fields[0]),
                      .password = read_password_field(fields[1]),
                      .changed_on = {},
                      .max_days = {},
                      .last_day = {}};
    const auto number = [&](std::size_t index) -> std::optional<std::int64_t> {
      if (index >= fields.size()) return std::nullopt;
      return parse_integer(fields[index]);
    };
    // Day 0 is not a date: the password must be changed at the next login.
    if (const auto changed = number(2); changed && *changed > 0) entry.changed_on = day_number(*changed);
    if (const auto max = number(4); max && *max >= 0) entry.max_days = max;
    // From its expiry day on an account is refused, so the day before is its last.
    if (const auto expiry = number(7); expiry && *expiry >= 0) {
      if (const std::optional<Day> day = day_number(*expiry)) entry.last_day = add_days(*day, -1);
    }
    entries.push_back(std::move(entry));
    return true;
  });
}

AccountFile<GroupEntry> parse_group(std::string_view text) {
  return each_line<GroupEntry>(text, [](const auto& fields, std::uint32_t number, std::vector<GroupEntry>& entries) {
    if (fields.size() != 4 || !is_name(fields[0])) return false;
    const std::optional<std::int64_t> gid = parse_id(fields[2]);
    if (!gid) return false;
    GroupEntry entry{.name = std::string(fields[0]), .gid = *gid, .members = {}, .line = number};
    for (const std::string_view member : split(fields[3], ',')) {
      if (!trim(member).empty()) entry.members.push_back(to_valid_utf8(trim(member)));
    }
    entries.push_back(std::move(entry));
    return true;
  });
}

std::vector<std::string> groups_of(const PasswdEntry& user, const std::vector<GroupEntry>& groups) {
  std::vector<std::string> names;
  for (const GroupEntry& group : groups) {
    if (group.gid == user.gid) names.push_back(group.name);
  }
  for (const GroupEntry& group : groups) {
    if (group.gid != user.gid && std::ranges::find(group.members, user.name) != group.members.end()) {
      names.push_back(group.name);
    }
  }
  return names;
}

std::map<std::string, NamedValue> parse_login_defs(std::string_view text) {
  std::map<std::string, NamedValue> values;
  std::uint32_t number = 0;
  for (const std::string_view line : split_lines(text)) {
    ++number;
    const std::vector<std::string_view> words = split_words(line);
    if (words.size() < 2 || words[0].starts_with('#')) continue;
    std::string_view value = words[1];
    if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"')) value = value.substr(1, value.size() - 2);
    values[to_valid_utf8(words[0])] = {to_valid_utf8(value), number};
  }
  return values;
}

bool is_interactive_shell(std::string_view shell) {
  constexpr std::array<std::string_view, 8> kNot{"nologin",  "false", "true",     "sync",
                                                 "shutdown", "halt",  "poweroff", "nologin.sh"};
  const std::string_view name = shell.substr(shell.rfind('/') + 1);
  return std::ranges::find(kNot, name) == kNot.end();
}

}  // namespace ehdscan
