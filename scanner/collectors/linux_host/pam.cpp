// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/pam.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "collectors/linux_host/account_files.h"
#include "collectors/linux_host/systemd_files.h"
#include "evidence/tables/host_access.h"

namespace ehdscan {
namespace {

constexpr std::array<const TableSpec*, 2> kTables{&tables::pam_rule, &tables::login_setting};
constexpr int kDeepest = 16;
constexpr std::size_t kMostRules = 2000;
constexpr std::size_t kMostFiles = 128;

struct Parsed {
  PamRule rule;
  std::string include;  ///< service that stands here instead of a module
};

/// Blanks separate, brackets and their escapes hold together.
std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  std::size_t at = 0;
  while (at < line.size()) {
    if (line[at] == ' ' || line[at] == '\t') {
      ++at;
      continue;
    }
    std::string word;
    if (line[at] == '[') {
      const std::size_t close = line.find(']', at);
      word = line.substr(at, close == std::string_view::npos ? close : close - at + 1);
      at = close == std::string_view::npos ? line.size() : close + 1;
    } else {
      const std::size_t end = std::min(line.find_first_of(" \t", at), line.size());
      word = line.substr(at, end - at);
      at = end;
    }
    words.push_back(to_valid_utf8(word));
  }
  return words;
}

std::vector<Parsed> parse(std::string_view text, const std::string& file) {
  std::vector<Parsed> lines;
  std::uint32_t number = 0;
  std::string pending;
  std::uint32_t first = 0;
  for (std::string_view raw : split_lines(text)) {
    ++number;
    if (pending.empty()) first = number;
    raw = raw.substr(0, raw.find('#'));
    if (raw.ends_with('\\')) {
      pending += std::string(raw.substr(0, raw.size() - 1)) + " ";
      continue;
    }
    const std::string line = pending + std::string(raw);
    pending.clear();
    std::vector<std::string> words = words_of(line);
    if (words.empty()) continue;
    if (words[0] == "@include" && words.size() > 1) {
      lines.push_back({.rule = {.file = file, .line = first}, .include = words[1]});
      continue;
    }
    if (words.size() < 3) continue;
    std::string type = to_lower(words[0]);
    if (type.starts_with('-')) type.erase(0, 1);  // a missing module is no error
    PamRule rule{.type = std::move(type), .control_text = words[1], .file = file, .line = first};
    const std::string control = to_lower(words[1]);
    rule.control = control.starts_with('[') ? "complex" : control;
    if (control == "include" || control == "substack") {
      lines.push_back({.rule = std::move(rule), .include = words[2]});
      continue;
    }
    rule.module = words[2].substr(words[2].rfind('/') + 1);
    rule.arguments.assign(words.begin() + 3, words.end());
    lines.push_back({.rule = std::move(rule), .include = {}});
  }
  return lines;
}

/// One unfolding: what bounds it besides the depth. Files that include each other twice would double at every level.
struct Unfolding {
  const PamFile& file;
  std::vector<PamRule>& rules;
  std::size_t files_left = kMostFiles;
};

// NOLINTNEXTLINE(misc-no-recursion): bounded by kDeepest and kMostFiles
void unfold(const std::string& service, std::string_view type, int depth, Unfolding& state) {
  if (depth >= kDeepest || state.files_left == 0) return;
  --state.files_left;
  const std::optional<std::string> text = state.file(service);
  if (!text) return;
  for (Parsed& line : parse(*text, service)) {
    if (state.rules.size() >= kMostRules) return;
    if (line.include.empty()) {
      if (type.empty() || line.rule.type == type) state.rules.push_back(std::move(line.rule));
    } else if (line.rule.type.empty()) {
      unfold(line.include, type, depth + 1, state);  // @include takes every type
    } else if (type.empty() || line.rule.type == type) {
      unfold(line.include, line.rule.type, depth + 1, state);
    }
  }
}

/// Arguments without values that could be secrets.
std::string shown(const std::vector<std::string>& arguments) {
  std::vector<std::string> words;
  for (const std::string& argument : arguments) {
    const std::string name = to_lower(argument.substr(0, argument.find('=')));
    const bool secret = name.find("key") != std::string::npos || name.find("secret") != std::string::npos || name.find("password") != std::string::npos;
    words.push_back(secret && argument.find('=') != std::string::npos ? name + "=" : argument);
  }
  return fmt::format("{}", fmt::join(words, " "));
}

/// `key = value` and bare `key` lines (faillock.conf, pwquality.conf).
std::map<std::string, std::pair<std::string, std::uint32_t>> settings_of(std::string_view text) {
  std::map<std::string, std::pair<std::string, std::uint32_t>> settings;
  std::uint32_t number = 0;
  for (const std::string_view raw : split_lines(text)) {
    ++number;
    const std::string_view line = trim(raw.substr(0, raw.find('#')));
    if (line.empty()) continue;
    const std::size_t equals = line.find('=');
    settings[std::string(trim(line.substr(0, equals)))] = {
        equals == std::string_view::npos ? std::string() : to_valid_utf8(trim(line.substr(equals + 1))), number};
  }
  return settings;
}

class Limits {
 public:
  explicit Limits(HostContext& context) : context_(context) {}

  void collect() {
    read_stacks();
    password_rules();
    lockout();
    login_defs();
    shell_idle();
    session_idle();
  }

 private:
  void write(std::string_view name, const std::optional<std::string>& value, std::string_view set_by, std::optional<bool> enforced,
             const Origin& origin) {
    Row<tables::login_setting> row(context_.platform);
    row.set<"host_id">(context_.host_id).set<"name">(name).set<"value">(value).set<"set_by">(set_by).set<"enforced">(enforced);
    row.write(context_.sink, origin);
  }

  void read_stacks() {
    const PamFile file = [&](const std::string& name) -> std::optional<std::string> {
      if (name.find("..") != std::string::npos) return std::nullopt;
      for (const char* folder : {"/etc/pam.d", "/usr/lib/pam.d"}) {
        const std::string path = name.starts_with('/') ? name : fmt::format("{}/{}", folder, name);
        Result<ReadFile> read = context_.read(path);
        if (read) {
          sources_[name] = read->source;
          return std::move(read->text);
        }
        if (read.error().kind != ErrorKind::not_found) {
          context_.partial(tables::pam_rule, read.error());
          readable_ = false;
        }
      }
      return std::nullopt;
    };
    const auto entries = context_.files.list("/etc/pam.d");
    if (!entries) {
      if (entries.error().kind != ErrorKind::not_found) {
        readable_ = false;
        context_.failed(tables::pam_rule, entries.error());
      }
      return;
    }
    Row<tables::pam_rule> row(context_.platform);
    for (const FolderEntry& entry : *entries) {
      if (entry.name.starts_with("common-") || entry.name.starts_with('.')) continue;
      const std::vector<PamRule> stack = unfolded_pam_stack(entry.name, file);
      std::int64_t position = 0;
      for (const PamRule& rule : stack) {
        row.set<"host_id">(context_.host_id).set<"service">(to_valid_utf8(entry.name)).set<"position">(++position);
        row.set<"type">(rule.type).set<"control">(rule.control).set<"control_text">(rule.control_text).set<"module">(rule.module);
        row.set<"arguments">(shown(rule.arguments)).set<"multi_factor">(is_second_factor(rule.module));
        row.write(context_.sink, {.source = sources_[rule.file], .line = rule.line});
      }
      if (entry.name == "sshd" || entry.name == "login" || entry.name == "passwd") stacks_[entry.name] = stack;
    }
  }

  const PamRule* find_rule(const std::string& service, std::string_view type, std::string_view module) {
    const auto stack = stacks_.find(service);
    if (stack == stacks_.end()) return nullptr;
    const auto rule = std::ranges::find_if(stack->second, [&](const PamRule& r) { return r.type == type && r.module == module; });
    return rule == stack->second.end() ? nullptr : &*rule;
  }

  Origin origin_of(const PamRule& rule) { return {.source = sources_[rule.file], .line = rule.line}; }

  /// pam_pwquality (arguments win over pwquality.conf, default 8) or pam_unix minlen (default 6).
  void password_rules() {
    if (!readable_) return write("password_min_length", std::nullopt, "pam", std::nullopt, {.source = context_.add_source("/etc/pam.d")});
    if (const PamRule* rule = find_rule("passwd", "password", "pam_pwquality.so")) {
      std::optional<std::string> value = rule->argument("minlen");
      Origin origin = origin_of(*rule);
      std::string set_by = "pam_pwquality";
      if (!value) {
        value = "8";
        for (const std::string& path : with_fragments("/etc/security/pwquality.conf")) {
          const Result<ReadFile> file = context_.read(path);
          if (!file) continue;
          const auto settings = settings_of(file->text);
          if (const auto found = settings.find("minlen"); found != settings.end()) {
            value = found->second.first;
            origin = file->at(found->second.second);
            set_by = path;
          }
        }
      }
      return write("password_min_length", value, set_by, true, origin);
    }
    if (const PamRule* rule = find_rule("passwd", "password", "pam_unix.so")) {
      const std::optional<std::string> value = rule->argument("minlen");
      return write("password_min_length", value.value_or("6"), value ? "pam_unix" : "pam_unix default", true, origin_of(*rule));
    }
    write("password_min_length", std::nullopt, "pam", std::nullopt, {.source = context_.add_source("/etc/pam.d")});
  }

  std::vector<std::string> with_fragments(const std::string& path) {
    std::vector<std::string> paths{path};
    const std::string folder = path + ".d";
    if (const auto fragments = conf_fragments(context_.files, {folder}, ".conf")) paths.insert(paths.end(), fragments->begin(), fragments->end());
    return paths;
  }

  /// pam_faillock in the stack of sshd; its defaults are 3 attempts and 600 seconds (faillock.conf(5)).
  void lockout() {
    const PamRule* rule = nullptr;
    for (const char* service : {"sshd", "login"}) {
      if (rule == nullptr) rule = find_rule(service, "auth", "pam_faillock.so");
    }
    const Origin nowhere{.source = context_.add_source("/etc/pam.d")};
    if (rule == nullptr) {
      const std::optional<std::string> off = readable_ && !stacks_.empty() ? std::optional<std::string>("0") : std::nullopt;
      write("lockout_attempts", off, "pam", true, nowhere);
      write("lockout_seconds", off, "pam", true, nowhere);
      return;
    }
    std::map<std::string, std::pair<std::string, std::uint32_t>> settings;
    Origin origin = origin_of(*rule);
    if (const Result<ReadFile> file = context_.read("/etc/security/faillock.conf")) {
      settings = settings_of(file->text);
      if (!settings.empty()) origin.source = file->source;
    }
    const auto value = [&](const char* name, const char* initial) {
      if (const auto argument = rule->argument(name)) return *argument;
      const auto found = settings.find(name);
      return found == settings.end() ? std::string(initial) : found->second.first;
    };
    write("lockout_attempts", value("deny", "3"), "pam_faillock", true, origin);
    write("lockout_seconds", value("unlock_time", "600"), "pam_faillock", true, origin);
    const bool root = rule->argument("even_deny_root").has_value() || settings.contains("even_deny_root");
    write("root_lockout", root ? "1" : "0", "pam_faillock", true, origin);
  }

  void login_defs() {
    const Result<ReadFile> file = context_.read("/etc/login.defs");
    if (!file) {
      if (file.error().kind != ErrorKind::not_found) context_.partial(tables::login_setting, file.error());
      return;
    }
    const auto values = parse_login_defs(file->text);
    for (const auto& [key, name] : {std::pair{"PASS_MAX_DAYS", "password_max_days"}, {"ENCRYPT_METHOD", "encrypt_method"}, {"UMASK", "umask"}}) {
      const auto found = values.find(key);
      if (found == values.end()) continue;
      write(name, to_valid_utf8(found->second.value), "login.defs", std::nullopt, file->at(found->second.line));
    }
  }

  /// TMOUT of the shells' start files: the last assignment counts, readonly makes it lasting.
  void shell_idle() {
    std::vector<std::string> paths{"/etc/profile", "/etc/bash.bashrc", "/etc/bashrc", "/etc/environment"};
    if (const auto fragments = conf_fragments(context_.files, {"/etc/profile.d"}, ".sh")) paths.insert(paths.end(), fragments->begin(), fragments->end());
    std::optional<std::string> value;
    std::string set_by = "default";
    bool readonly = false;
    Origin origin{.source = context_.add_source("/etc/profile")};
    for (const std::string& path : paths) {
      const Result<ReadFile> file = context_.read(path);
      if (!file) {
        if (file.error().kind != ErrorKind::not_found) context_.partial(tables::login_setting, file.error());
        continue;
      }
      std::uint32_t number = 0;
      for (const std::string_view raw : split_lines(file->text)) {
        ++number;
        const std::string_view line = trim(raw.substr(0, raw.find('#')));
        if (line.find("TMOUT") == std::string_view::npos) continue;
        readonly = readonly || line.find("readonly") != std::string_view::npos || line.find("declare -r") != std::string_view::npos;
        const std::size_t equals = line.find("TMOUT=");
        if (equals == std::string_view::npos) continue;
        std::string_view number_text = line.substr(equals + 6);
        number_text = number_text.substr(0, number_text.find_first_not_of("0123456789"));
        // A value that is computed is not known to us.
        value = number_text.empty() ? std::nullopt : std::optional(std::string(number_text));
        set_by = path;
        origin = file->at(number);
      }
    }
    if (set_by == "default") value = "0";
    write("shell_idle_seconds", value, set_by, readonly, origin);
  }

  /// StopIdleSessionSec of logind (systemd 252 and later); infinity, the default, is off.
  void session_idle() {
    if (!context_.files.exists("/usr/lib/systemd/systemd-logind") && !context_.files.exists("/lib/systemd/systemd-logind")) return;
    const SystemdConfig config = read_systemd_config(context_, "logind.conf");
    const SystemdSetting* setting = config.last("Login", "StopIdleSessionSec");
    if (setting == nullptr || setting->value == "infinity") {
      return write("session_idle_seconds", config.problem.empty() ? std::optional<std::string>("0") : std::nullopt, "default", true,
                   {.source = context_.add_source("/etc/systemd/logind.conf")});
    }
    const auto seconds = span_seconds(setting->value);
    write("session_idle_seconds", seconds ? std::optional(fmt::format("{}", *seconds)) : std::nullopt, "logind.conf", true,
          {.source = setting->source, .line = setting->line});
  }

  HostContext& context_;
  std::map<std::string, SourceId> sources_;
  std::map<std::string, std::vector<PamRule>> stacks_;
  bool readable_ = true;
};

void collect(HostContext& context) { Limits(context).collect(); }

}  // namespace

std::optional<std::string> PamRule::argument(std::string_view name) const {
  for (const std::string& argument : arguments) {
    const std::size_t equals = argument.find('=');
    if (std::string_view(argument).substr(0, equals) != name) continue;
    return equals == std::string::npos ? std::string() : argument.substr(equals + 1);
  }
  return std::nullopt;
}

std::vector<PamRule> unfolded_pam_stack(const std::string& service, const PamFile& file) {
  std::vector<PamRule> rules;
  Unfolding state{.file = file, .rules = rules};
  unfold(service, {}, 0, state);
  return rules;
}

bool is_second_factor(std::string_view module) {
  constexpr std::array<std::string_view, 9> kModules{"pam_google_authenticator.so", "pam_oath.so", "pam_u2f.so",
                                                     "pam_yubico.so",               "pam_duo.so",  "pam_pkcs11.so",
                                                     "pam_privacyidea.so",          "pam_radius_auth.so", "pam_otpw.so"};
  return std::ranges::find(kModules, module) != kModules.end();
}

const HostSection pam_section{.name = "pam", .tables = kTables, .collect = collect};

}  // namespace ehdscan
