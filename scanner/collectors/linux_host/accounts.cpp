// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/accounts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"
#include "collectors/linux_host/account_files.h"
#include "collectors/linux_host/authorized_keys.h"
#include "collectors/linux_host/login_records.h"
#include "collectors/linux_host/sshd.h"
#include "crypto/identity_hash.h"
#include "evidence/tables/host_access.h"
#include "evidence/tables/identity.h"
#include "evidence/tables/inventory.h"

namespace ehdscan {
namespace {

// A machine makes no projects, roles and grants of its own: those four are complete without a row.
constexpr std::array<const TableSpec*, 11> kTables{
    &tables::local_account, &tables::local_group,      &tables::local_group_member, &tables::authorized_key,
    &tables::account,       &tables::account_group,    &tables::group_member,       &tables::project,
    &tables::role,          &tables::role_implication, &tables::role_grant};
constexpr std::int64_t kDefaultUidMin = 1000;  // what shadow takes without login.defs
constexpr std::size_t kMaxNamed = 5;           // lines and files that a reason names one by one

/// The uids that systemd hands out by itself, nobody and the reserved ones.
bool is_dynamic_uid(std::int64_t uid) { return uid >= 61184 && uid <= 65535; }

/// Services of nsswitch.conf for a database that hold accounts which no file of the machine shows.
std::vector<std::string> directory_services(const HostFiles& files, std::string_view database) {
  std::vector<std::string> services;
  const Result<std::string> text = files.read("/etc/nsswitch.conf");
  if (!text) return services;
  constexpr std::array<std::string_view, 6> kOwn{"files", "compat", "systemd", "mymachines", "altfiles", "db"};
  for (const std::string_view line : split_lines(*text)) {
    const std::vector<std::string_view> words = split_words(line.substr(0, line.find('#')));
    if (words.empty() || words[0] != fmt::format("{}:", database)) continue;
    for (std::size_t i = 1; i < words.size(); ++i) {
      if (words[i].starts_with('[') || words[i].ends_with(']')) continue;
      if (std::ranges::find(kOwn, words[i]) == kOwn.end()) services.push_back(to_valid_utf8(words[i]));
    }
  }
  return services;
}

void say_directories(HostContext& context, const TableSpec& table, std::string_view database) {
  const std::vector<std::string> services = directory_services(context.files, database);
  if (services.empty()) return;
  context.partial(table, fmt::format("`/etc/nsswitch.conf` takes more of it from `{}`, which is not read",
                                     fmt::join(services, " ")));
}

void say_bad_lines(HostContext& context, const TableSpec& table, std::string_view path,
                   const std::vector<std::uint32_t>& lines) {
  for (std::size_t i = 0; i < std::min(lines.size(), kMaxNamed); ++i) {
    context.partial(table, fmt::format("`{}:{}` is no entry", path, lines[i]));
  }
}

/// Keeps the first entry of each name, as the C library does.
template <typename Entry>
void drop_repeated(HostContext& context, const TableSpec& table, std::string_view path, std::vector<Entry>& entries) {
  std::set<std::string> seen;
  std::size_t said = 0;
  std::erase_if(entries, [&](const Entry& entry) {
    if (seen.insert(entry.name).second) return false;
    if (++said <= kMaxNamed) {
      context.partial(table,
                      fmt::format("`{}:{}`: `{}` is there again; only the first counts", path, entry.line, entry.name));
    }
    return true;
  });
}

std::int64_t uid_min(const HostFiles& files) {
  const Result<std::string> text = files.read("/etc/login.defs");
  if (!text) return kDefaultUidMin;
  const auto values = parse_login_defs(*text);
  const auto found = values.find("UID_MIN");
  if (found == values.end()) return kDefaultUidMin;
  return parse_integer(found->second.value).value_or(kDefaultUidMin);
}

std::vector<std::string> default_key_files() { return {".ssh/authorized_keys", ".ssh/authorized_keys2"}; }

/// Where sshd looks for the keys of one account.
struct KeySources {
  std::optional<std::vector<std::string>> paths;  ///< empty: not known
  std::optional<bool> elsewhere;
};

/// How the keys of all accounts went.
struct KeyTrouble {
  std::size_t accounts = 0;
  std::vector<std::string> examples;
  bool denied = false;

  void add(const Error& error) {
    ++accounts;
    denied = denied || error.kind == ErrorKind::denied;
    if (examples.size() < kMaxNamed) examples.push_back(error.message);
  }
};

class Accounts {
 public:
  explicit Accounts(HostContext& context) : context_(context) {}

  void collect() {
    const Result<ReadFile> passwd = context_.read("/etc/passwd");
    if (!passwd) {
      for (const TableSpec* table : kTables) context_.failed(*table, passwd.error());
      return;
    }
    AccountFile<PasswdEntry> accounts = parse_passwd(passwd->text);
    say_bad_lines(context_, tables::local_account, "/etc/passwd", accounts.bad_lines);
    drop_repeated(context_, tables::local_account, "/etc/passwd", accounts.entries);
    if (!accounts.bad_lines.empty()) context_.partial(tables::account, "a line of `/etc/passwd` is no entry");
    say_directories(context_, tables::local_account, "passwd");
    read_groups(accounts.entries);
    read_shadow();
    read_sshd();
    const LoginRecords logins = read_login_records(context_, accounts.entries);
    for (const Error& error : logins.errors) context_.partial(tables::local_account, error);
    const std::int64_t first_human_uid = uid_min(context_.files);
    for (const PasswdEntry& account : accounts.entries) {
      write_account(account, first_human_uid, logins, passwd->at(account.line));
      if (context_.run.stop()) return;
    }
    say_key_trouble();
    say_directories(context_, tables::account, "passwd");
  }

 private:
  void read_groups(const std::vector<PasswdEntry>& accounts) {
    const Result<ReadFile> file = context_.read("/etc/group");
    if (!file) {
      context_.failed(tables::local_group, file.error());
      context_.failed(tables::local_group_member, file.error());
      context_.failed(tables::account_group, file.error());
      context_.failed(tables::group_member, file.error());
      return;
    }
    AccountFile<GroupEntry> groups = parse_group(file->text);
    say_bad_lines(context_, tables::local_group, "/etc/group", groups.bad_lines);
    if (!groups.bad_lines.empty()) {
      context_.partial(tables::local_group_member, "a line of `/etc/group` is no entry");
      context_.partial(tables::group_member, "a line of `/etc/group` is no entry");
    }
    drop_repeated(context_, tables::local_group, "/etc/group", groups.entries);
    say_directories(context_, tables::local_group, "group");
    say_directories(context_, tables::local_group_member, "group");
    say_directories(context_, tables::group_member, "group");
    Row<tables::local_group> group_row(context_.platform);
    Row<tables::local_group_member> member_row(context_.platform);
    Row<tables::account_group> identity_group(context_.platform);
    Row<tables::group_member> identity_member(context_.platform);
    for (const GroupEntry& group : groups.entries) {
      group_row.set<"host_id">(context_.host_id).set<"name">(group.name).set<"gid">(group.gid);
      group_row.write(context_.sink, file->at(group.line));
      identity_group.set<"group_id">(group.name)
          .set<"name">(group.name)
          .set<"everybody">(false)
          .set<"members_listed">(true);
      identity_group.write(context_.sink, file->at(group.line));
      std::set<std::string> members(group.members.begin(), group.members.end());
      for (const PasswdEntry& account : accounts) {
        if (account.gid == group.gid) members.insert(account.name);
      }
      for (const std::string& member : members) {
        member_row.set<"host_id">(context_.host_id).set<"group_name">(group.name).set<"account_name">(member);
        member_row.write(context_.sink, file->at(group.line));
        identity_member.set<"group_id">(group.name).set<"member_kind">("account").set<"member_id">(member);
        identity_member.set<"expires_kind">("never");
        identity_member.write(context_.sink, file->at(group.line));
      }
    }
    groups_ = std::move(groups.entries);
  }

  void read_shadow() {
    const Result<std::string> text = context_.files.read("/etc/shadow");  // no digest of it is kept
    if (!text) return context_.partial(tables::local_account, text.error());
    const AccountFile<ShadowEntry> shadow = parse_shadow(*text);
    say_bad_lines(context_, tables::local_account, "/etc/shadow", shadow.bad_lines);
    shadow_.emplace();
    for (const ShadowEntry& entry : shadow.entries) shadow_->emplace(entry.name, entry);
  }

  void read_sshd() {
    Result<std::optional<HostSshd>> sshd = read_host_sshd(context_);
    if (!sshd) return context_.partial(tables::authorized_key, sshd.error());
    sshd_known_ = true;
    sshd_ = std::move(*sshd);
    if (!sshd_) default_sources_ = KeySources{.paths = default_key_files(), .elsewhere = false};
  }

  KeySources key_sources(const PasswdEntry& account) {
    if (!sshd_known_) return {};
    if (default_sources_) return *default_sources_;
    KeySources sources;
    if (!sshd_->config.incomplete) {
      const std::vector<SshdSetting> settings = sshd_settings_of(*sshd_, account.name, groups_of(account, groups_));
      // What nothing sets has had these defaults since OpenSSH 6.2, so the version need not be known.
      const auto values = [&](std::string_view keyword,
                              std::vector<std::string> standard) -> std::optional<std::vector<std::string>> {
        const SshdSetting* setting = find_setting(settings, keyword);
        if (setting == nullptr || !setting->configured) return standard;
        if (!setting->values) return std::nullopt;
        std::vector<std::string> words;
        for (const std::string& value : *setting->values) {
          for (const std::string_view word : split_words(value)) words.emplace_back(word);
        }
        return words;
      };
      const std::vector<std::string> none{"none"};
      sources.paths = values("authorizedkeysfile", default_key_files());
      const auto command = values("authorizedkeyscommand", none);
      const auto authority = values("trustedusercakeys", none);
      if (command && authority) sources.elsewhere = *command != none || *authority != none;
    }
    if (sshd_->config.matches.empty()) default_sources_ = sources;
    return sources;
  }

  void write_account(const PasswdEntry& account, std::int64_t first_human_uid, const LoginRecords& logins,
                     const Origin& origin) {
    const bool system = (account.uid != 0 && account.uid < first_human_uid) || is_dynamic_uid(account.uid);
    const bool interactive = is_interactive_shell(account.shell);
    Row<tables::local_account> row(context_.platform);
    row.set<"host_id">(context_.host_id)
        .set<"name">(account.name)
        .set<"uid">(account.uid)
        .set<"gid">(account.gid)
        .set<"home">(account.home)
        .set<"shell">(account.shell)
        .set<"interactive">(interactive)
        .set<"system_account">(system);
    set_password(account, row);
    if (logins.errors.empty() && logins.since) {
      row.set<"logins_recorded_since">(*logins.since);
      const auto last = logins.last.find(account.name);
      row.set<"last_login_kind">(last == logins.last.end() ? "never" : "at");
      if (last != logins.last.end()) row.set<"last_login_at">(last->second);
    }
    const KeySources sources = key_sources(account);
    row.set<"keys_from_elsewhere">(sources.elsewhere);
    const std::optional<std::int64_t> keys = write_keys(account, sources, interactive && !system);
    row.set<"authorized_keys">(keys);
    row.write(context_.sink, origin);
    write_identity(account, system, logins, enabled(account, interactive, keys, sources.elsewhere), origin);
  }

  /// Whether somebody can sign in: a shell, not expired, and a password or key that works (LX-2).
  std::optional<bool> enabled(const PasswdEntry& account, bool interactive, std::optional<std::int64_t> keys,
                              std::optional<bool> keys_elsewhere) const {
    if (!interactive) return false;
    PasswordField password = account.password;
    if (account.in_shadow) {
      if (!shadow_) return std::nullopt;
      const auto entry = shadow_->find(account.name);
      password = entry == shadow_->end() ? PasswordField{} : entry->second.password;
      if (entry != shadow_->end() && entry->second.last_day &&
          *entry->second.last_day < day_of(context_.run.started_at))
        return false;
    }
    const std::string_view state = to_string(password.state);
    if (state == "set" || state == "empty" || keys.value_or(0) > 0 || keys_elsewhere.value_or(false)) return true;
    if (!keys || !keys_elsewhere) return std::nullopt;
    return false;
  }

  /// The same account as every identity source lists it, so that it can be compared with the permit register.
  void write_identity(const PasswdEntry& account, bool system, const LoginRecords& logins,
                      std::optional<bool> can_sign_in, const Origin& origin) {
    const std::string issuer = "unix:" + context_.host_id;
    Row<tables::account> row(context_.platform);
    row.set<"account_id">(account.name).set<"issuer">(issuer).set<"uid">(account.uid).set<"origin">("local");
    row.set<"kind">(account.uid == 0 ? "root" : system ? "service" : "human").set<"enabled">(can_sign_in);
    if (context_.identity_key.empty()) {
      row.set<"subject">(account.name);
    } else if (const Result<std::string> hash = identity_hash(context_.identity_key, issuer, account.name)) {
      row.set<"identity_hash">(*hash);
    }
    const bool recorded = logins.errors.empty() && logins.since.has_value();
    row.set<"last_used_known">(recorded);
    if (recorded) {
      row.set<"tracked_since">(*logins.since);
      const auto last = logins.last.find(account.name);
      if (last != logins.last.end()) row.set<"last_used_at">(last->second);
    }
    row.write(context_.sink, origin);
  }

  void set_password(const PasswdEntry& account, Row<tables::local_account>& row) {
    PasswordField password = account.password;
    if (!shadow_) {
      if (!account.in_shadow) row.set<"password_state">(to_string(password.state));
    } else {
      const auto entry = shadow_->find(account.name);
      if (account.in_shadow) password = entry == shadow_->end() ? PasswordField{} : entry->second.password;
      row.set<"password_state">(to_string(password.state));
      const bool ends = entry != shadow_->end() && entry->second.last_day;
      row.set<"account_expires_kind">(ends ? "at" : "never");
      if (entry != shadow_->end()) {
        row.set<"password_changed_on">(entry->second.changed_on)
            .set<"password_max_days">(entry->second.max_days)
            .set<"account_expires_on">(entry->second.last_day);
      }
    }
    if (!password.algorithm.empty()) row.set<"password_hash_algorithm">(password.algorithm);
  }

  /// Number of keys; empty if some file could not be read.
  std::optional<std::int64_t> write_keys(const PasswdEntry& account, const KeySources& sources, bool person) {
    if (!sources.paths) {
      if (sshd_known_) {
        key_trouble_.add({.kind = ErrorKind::invalid_input,
                          .message = fmt::format("where sshd looks for keys of `{}` is not known", account.name)});
      }
      return std::nullopt;
    }
    if (!context_.files.live() && person && !context_.files.exists(account.home)) {
      key_trouble_.add({.kind = ErrorKind::not_found,
                        .message = fmt::format("the home of `{}` is not below the root", account.name)});
      return std::nullopt;
    }
    std::map<std::string, std::pair<AuthorizedKey, std::pair<Origin, Instant>>> keys;
    bool known = true;
    for (const std::string& path : authorized_keys_paths(*sources.paths, account)) {
      const Result<std::string> text = context_.files.read(path);
      const Result<FileFacts> facts = context_.files.facts_of_target(path);
      if (!text || !facts) {
        const Error& error = text ? facts.error() : text.error();
        if (error.kind == ErrorKind::not_found) continue;
        key_trouble_.add(error);
        known = false;
        continue;
      }
      const ReadFile file{.text = {}, .source = context_.add_source(path, *text)};
      const AuthorizedKeysText parsed = parse_authorized_keys(*text);
      for (const AuthorizedKey& key : parsed.keys) {
        const auto [place, added] =
            keys.try_emplace(key.fingerprint, key, std::pair(file.at(key.line), facts->modified_at));
        if (added) continue;
        // A key that stands twice opens with the weaker of both lines.
        AuthorizedKey& first = place->second.first;
        first.from = first.from && key.from;
        first.command = first.command && key.command;
        first.verify_required = first.verify_required && key.verify_required;
        first.certificate_authority = first.certificate_authority || key.certificate_authority;
        if (!key.expires_on || (first.expires_on && *first.expires_on < *key.expires_on)) {
          first.expires_on = key.expires_on;
        }
      }
    }
    Row<tables::authorized_key> row(context_.platform);
    for (const auto& [fingerprint, found] : keys) {
      const AuthorizedKey& key = found.first;
      row.set<"host_id">(context_.host_id)
          .set<"account_name">(account.name)
          .set<"fingerprint">(fingerprint)
          .set<"key_type">(key.type)
          .set<"key_bits">(key.bits)
          .set<"has_from">(key.from)
          .set<"has_command">(key.command)
          .set<"certificate_authority">(key.certificate_authority)
          .set<"verify_required">(key.verify_required)
          .set<"expires_on">(key.expires_on)
          .set<"file_changed_at">(found.second.second);
      row.write(context_.sink, found.second.first);
    }
    if (!known) return std::nullopt;
    return static_cast<std::int64_t>(keys.size());
  }

  void say_key_trouble() {
    if (key_trouble_.accounts == 0) return;
    const Error error{
        .kind = key_trouble_.denied ? ErrorKind::denied : ErrorKind::io,
        .message = fmt::format("the keys of {} account{} are not known: {}{}", key_trouble_.accounts,
                               key_trouble_.accounts == 1 ? "" : "s", fmt::join(key_trouble_.examples, ", "),
                               key_trouble_.accounts > key_trouble_.examples.size() ? ", …" : "")};
    context_.partial(tables::authorized_key, error);
    context_.partial(tables::local_account, error);
  }

  HostContext& context_;
  std::vector<GroupEntry> groups_;
  std::optional<std::map<std::string, ShadowEntry>> shadow_;
  bool sshd_known_ = false;
  std::optional<HostSshd> sshd_;
  std::optional<KeySources> default_sources_;
  KeyTrouble key_trouble_;
};

void collect(HostContext& context) { Accounts(context).collect(); }

}  // namespace

const HostSection accounts_section{
    .name = "accounts", .tables = kTables, .needs_running_kernel = false, .collect = collect};

}  // namespace ehdscan
