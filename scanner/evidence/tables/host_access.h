// SPDX-License-Identifier: Apache-2.0
// Who can sign in to a machine and what they may do there. Secrets are never stored.
#pragma once

#include <array>

#include "model/table_spec.h"

namespace ehdscan::tables {

inline constexpr auto sshd_setting_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::key("connection_class",
                "whom the value holds for: `default`, or the criteria of a Match block (`user backup`)"),
    column::key("keyword", "directive in lower case: `permitrootlogin`"),
    column::text("value",
                 "effective value as `sshd -T` prints it; lists joined by commas, repeated directives by blanks",
                 "the default of this version is not known to us"),
    column::boolean("explicitly_set", "a configuration file sets it; otherwise it is the version's default"),
    column::text("version", "OpenSSH version of the installed server: `9.2`", "the package version could not be read"),
});
inline constexpr TableSpec sshd_setting{
    "sshd_setting", "host access",
    "One row per connection class and effective setting of the SSH daemon; none if no daemon is installed.",
    sshd_setting_columns};

inline constexpr auto password_state_values = std::to_array<std::string_view>({"set", "locked", "empty", "none"});
inline constexpr auto account_expires_kind_values = std::to_array<std::string_view>({"at", "never"});
inline constexpr auto last_login_kind_values = std::to_array<std::string_view>({"at", "never"});
inline constexpr auto local_account_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::key("name", "login name"),
    column::integer("uid", "id", "numeric user id"),
    column::integer("gid", "id", "primary group id"),
    column::text("home", "home folder"),
    column::text("shell", "login shell"),
    column::boolean("interactive", "the shell lets a person work (not nologin, false, sync …)"),
    column::boolean("system_account",
                    "the uid is below UID_MIN of login.defs (root left out), or nobody or of a range that systemd "
                    "hands out: 61184 to 65535"),
    column::one_of(
        "password_state", password_state_values,
        "set: a usable hash; locked: `!` or `*`; empty: no password asked; none: the account is not in shadow",
        "the shadow file could not be read"),
    column::text("password_hash_algorithm", "`yescrypt`, `sha512`, `bcrypt`, `md5`, `des` …; never the hash",
                 "no usable hash, or shadow not readable"),
    column::day("password_changed_on", "last change of the password; set when the account is made",
                "shadow does not say or could not be read"),
    column::integer("password_max_days", "days", "days after which the password must change; 99999 and more mean never",
                    "not set or not readable"),
    column::one_of("account_expires_kind", account_expires_kind_values,
                   "whether the account ends by itself; a locked password does not end it: a key still works",
                   "the shadow file could not be read"),
    column::day("account_expires_on", "the account ends with this day", "it never ends, or shadow could not be read"),
    column::one_of("last_login_kind", last_login_kind_values,
                   "whether the machine recorded a sign-in with a terminal; a command or a copy over ssh leaves none",
                   "the machine keeps no records, or they could not be read"),
    column::instant("last_login_at", "last sign-in with a terminal seen by lastlog, lastlog2, wtmp or wtmpdb",
                    "never, or not known"),
    column::instant("logins_recorded_since", "oldest record of all accounts: from then on sign-ins were recorded",
                    "the machine keeps no records, or they could not be read"),
    column::integer("authorized_keys", "count", "usable keys in its authorized_keys files", "they could not be read"),
    column::boolean("keys_from_elsewhere",
                    "sshd also takes keys for it from AuthorizedKeysCommand or certificates of TrustedUserCAKeys",
                    "the sshd configuration could not be read"),
});
inline constexpr TableSpec local_account{
    "local_account", "host access", "One row per account of the machine's own user database.", local_account_columns};

inline constexpr auto local_group_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::key("name", "group name"),
    column::integer("gid", "id", "numeric group id"),
});
inline constexpr TableSpec local_group{"local_group", "host access", "One row per group of the machine's own database.",
                                       local_group_columns};

inline constexpr auto local_group_member_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::key("group_name", "group", "local_group.name"),
    column::key("account_name", "member; also by primary group", "local_account.name"),
});
inline constexpr TableSpec local_group_member{"local_group_member", "host access", "One row per group and member.",
                                              local_group_member_columns};

inline constexpr auto authorized_key_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::key("account_name", "account that the key opens", "local_account.name"),
    column::key("fingerprint", "`SHA256:…` as ssh-keygen prints it; the key itself is not stored"),
    column::text("key_type", "`ssh-ed25519`, `ssh-rsa`, `ecdsa-sha2-nistp256` …"),
    column::integer("key_bits", "bits", "length of the key", "the type has no length we know"),
    column::boolean("has_from", "limited to source addresses by from="),
    column::boolean("has_command", "limited to one command by command="),
    column::boolean("certificate_authority", "marked cert-authority: opens for every certificate it signed"),
    column::boolean("verify_required", "marked verify-required: the security key asks for a PIN or a finger"),
    column::day("expires_on", "day of expiry-time=", "it does not end"),
    column::instant("file_changed_at", "last change of the file: the key is at least that old or was added then"),
});
inline constexpr TableSpec authorized_key{"authorized_key", "host access",
                                          "One row per account and key in its authorized_keys files.",
                                          authorized_key_columns};

inline constexpr auto sudo_rule_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::key("rule_id", "file name and line with a running number: `/etc/sudoers:12#1`"),
    column::text("principal", "user, `%group`, `#uid`, `+netgroup` or ALL; aliases expanded"),
    column::text("run_as", "user it runs as: root unless given"),
    column::text("command", "command with arguments, or ALL; aliases expanded"),
    column::boolean("all_commands", "the command is ALL"),
    column::boolean("nopasswd", "no password is asked"),
    column::boolean("negated", "the command is forbidden by `!`"),
    column::boolean("setenv", "the caller may set the environment"),
});
inline constexpr TableSpec sudo_rule{"sudo_rule", "host access",
                                     "One row per user, run-as and command of the sudoers files.", sudo_rule_columns};

inline constexpr auto pam_control_values = std::to_array<std::string_view>(
    {"required", "requisite", "sufficient", "optional", "include", "substack", "complex"});
inline constexpr auto pam_type_values = std::to_array<std::string_view>({"auth", "account", "password", "session"});
inline constexpr auto pam_rule_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::key("service", "PAM service: `sshd`"),
    column::key_integer("position", "place in the stack, includes unfolded, from 1"),
    column::one_of("type", pam_type_values, "management group"),
    column::one_of("control", pam_control_values, "control; complex for [value=action …]"),
    column::text("control_text", "the control as written"),
    column::text("module", "file name without path: `pam_faillock.so`"),
    column::text("arguments", "arguments, blanks folded; values of key=, secret= and password= left out"),
    column::boolean("multi_factor", "a module known to ask for a second factor"),
});
inline constexpr TableSpec pam_rule{"pam_rule", "host access",
                                    "One row per PAM service and module of its unfolded stack.", pam_rule_columns};

inline constexpr auto login_setting_columns = std::to_array<ColumnSpec>({
    column::key("host_id", "machine", "host.host_id"),
    column::key(
        "name",
        "`password_min_length`, `lockout_attempts`, `lockout_seconds`, `shell_idle_seconds`, `session_idle_seconds`, "
        "`umask`, `password_max_days`, `encrypt_method`, `root_lockout`"),
    column::text("value", "value in force; 0 where the software documents 0 as off",
                 "nothing sets it and the software's default is not known to us"),
    column::text("set_by", "what sets it: `pam_faillock`, `login.defs`, `/etc/profile.d/tmout.sh`, `default`"),
    column::boolean("enforced", "the user cannot change it (readonly, or decided by PAM)", "it could not be told"),
});
inline constexpr TableSpec login_setting{
    "login_setting", "host access", "One row per sign-in and session limit of the machine.", login_setting_columns};

}  // namespace ehdscan::tables
