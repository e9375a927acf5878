// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace ehdscan {

/// passwd(5). The password field is kept only as what it means.
enum class PasswordState : std::uint8_t { set, locked, empty, none };
std::string_view to_string(PasswordState state);

struct PasswordField {
  PasswordState state = PasswordState::none;
  std::string algorithm;  ///< of a usable hash: "yescrypt", "sha512" …; empty if there is none or it is not known
};
/// What crypt(5) makes of a password field.
PasswordField read_password_field(std::string_view field);

struct PasswdEntry {
  std::string name;
  bool in_shadow = false;  ///< the password field is `x`
  PasswordField password;  ///< if not in shadow
  std::int64_t uid = 0;
  std::int64_t gid = 0;
  std::string home;
  std::string shell;
  std::uint32_t line = 0;
};

struct ShadowEntry {
  std::string name;
  PasswordField password;
  std::optional<Day> changed_on;
  std::optional<std::int64_t> max_days;
  std::optional<Day> last_day;  ///< the account ends with this day
};

struct GroupEntry {
  std::string name;
  std::int64_t gid = 0;
  std::vector<std::string> members;
  std::uint32_t line = 0;
};

/// Entries of one file; lines that are none are named by number in `bad_lines`.
template <typename Entry>
struct AccountFile {
  std::vector<Entry> entries;
  std::vector<std::uint32_t> bad_lines;
};

AccountFile<PasswdEntry> parse_passwd(std::string_view text);
AccountFile<ShadowEntry> parse_shadow(std::string_view text);
AccountFile<GroupEntry> parse_group(std::string_view text);

/// Names of the groups that `user` is in, its primary group first.
std::vector<std::string> groups_of(const PasswdEntry& user, const std::vector<GroupEntry>& groups);

/// login.defs(5): the last setting of a name counts. Names in upper case.
struct NamedValue {
  std::string value;
  std::uint32_t line = 0;
};
std::map<std::string, NamedValue> parse_login_defs(std::string_view text);

/// True for shells a person can work with; an empty shell is /bin/sh.
bool is_interactive_shell(std::string_view shell);

}  // namespace ehdscan
