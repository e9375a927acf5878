// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/sudoers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.h"
#include "evidence/tables/host_access.h"

namespace ehdscan {
namespace {

constexpr std::array<const TableSpec*, 1> kTables{&tables::sudo_rule};
constexpr std::string_view kMainFile = "/etc/sudoers";
constexpr std::size_t kMostFiles = 256;
constexpr std::size_t kMostRules = 50'000;
constexpr std::size_t kMostProblems = 20;
constexpr int kDeepestAlias = 16;

enum class AliasKind : std::uint8_t { user, run_as, host, command };

/// A logical line: continuation lines joined, comments gone.
struct Line {
  std::string text;
  std::uint32_t number = 0;
};

std::vector<Line> logical_lines(std::string_view text) {
  std::vector<Line> lines;
  std::uint32_t number = 0;
  bool continues = false;
  for (std::string_view raw : split_lines(text)) {
    ++number;
    if (!continues) lines.push_back({.text = {}, .number = number});
    std::string& line = lines.back().text;
    continues = raw.ends_with('\\') && !raw.ends_with("\\\\");
    if (continues) raw.remove_suffix(1);
    line += raw;
    if (continues) line += ' ';
  }
  std::vector<Line> kept;
  for (Line& line : lines) {
    std::string_view rest = trim(line.text);
    // `#include` and `#includedir` are no comments, nor is a uid such as #1000.
    if (rest.starts_with('#') && !rest.starts_with("#include")) {
      if (rest.size() < 2 || rest[1] < '0' || rest[1] > '9') continue;
    }
    bool quoted = false;
    for (std::size_t i = 1; i < rest.size(); ++i) {
      if (rest[i] == '"') quoted = !quoted;
      if (quoted || rest[i] != '#' || rest[i - 1] == '\\') continue;
      const bool uid = i + 1 < rest.size() && rest[i + 1] >= '0' && rest[i + 1] <= '9';
      if (uid) continue;
      rest = trim(rest.substr(0, i));
      break;
    }
    if (!rest.empty()) kept.push_back({.text = to_valid_utf8(rest), .number = line.number});
  }
  return kept;
}

/// Splits at commas that stand outside quotes and are not escaped.
std::vector<std::string> list_of(std::string_view text) {
  std::vector<std::string> parts(1);
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      parts.back() += text[i];
      parts.back() += text[++i];
      continue;
    }
    if (text[i] == '"') quoted = !quoted;
    if (text[i] == ',' && !quoted) {
      parts.emplace_back();
    } else {
      parts.back() += text[i];
    }
  }
  std::vector<std::string> trimmed;
  for (const std::string& part : parts) {
    if (const std::string_view word = trim(part); !word.empty()) trimmed.emplace_back(word);
  }
  return trimmed;
}

/// Position of the first `=` outside quotes, escapes and brackets.
std::size_t find_equals(std::string_view text) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (text[i] == '=' && !quoted) {
      return i;
    }
  }
  return std::string_view::npos;
}

bool is_alias_name(std::string_view word) {
  if (word.empty() || word.front() < 'A' || word.front() > 'Z') return false;
  return std::ranges::all_of(word, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; });
}

class Parser {
 public:
  explicit Parser(const SudoersInclude& include) : include_(include) {}

  Sudoers parse(std::string_view text, const std::string& path) {
    read(text, path, 0);
    for (const Specification& specification : specifications_) expand(specification);
    return std::move(result_);
  }

 private:
  struct Specification {
    std::string text;
    std::size_t file = 0;
    std::uint32_t line = 0;
  };

  void problem(std::string text) {
    if (result_.problems.size() < kMostProblems) result_.problems.push_back(std::move(text));
  }

  void read(std::string_view text, const std::string& path, int depth) {
    const std::size_t file = result_.files.size();
    result_.files.push_back(path);
    for (Line& line : logical_lines(text)) {
      const auto words = split_words(line.text);
      const std::string_view first = words[0];
      if (first == "@include" || first == "#include" || first == "@includedir" || first == "#includedir") {
        include(words.size() > 1 ? std::string(words[1]) : std::string(), first.ends_with("dir"), path, line.number, depth);
      } else if (first.starts_with("Defaults")) {
        defaults(line.text);
      } else if (first == "User_Alias" || first == "Runas_Alias" || first == "Host_Alias" || first == "Cmnd_Alias" || first == "Cmd_Alias") {
        aliases(first, trim(std::string_view(line.text).substr(first.size())));
      } else {
        specifications_.push_back({std::move(line.text), file, line.number});
      }
    }
  }

  void include(std::string path, bool folder, const std::string& from, std::uint32_t number, int depth) {
    if (path.size() >= 2 && path.front() == '"' && path.back() == '"') path = path.substr(1, path.size() - 2);
    if (!path.starts_with('/')) path = fmt::format("{}/{}", from.substr(0, from.rfind('/')), path);
    if (path.empty() || path.find('%') != std::string::npos || depth > 16 || result_.files.size() > kMostFiles) {
      return problem(fmt::format("`{}:{}`: the include is not followed", from, number));
    }
    const auto files = include_(path, folder);
    if (!files) {
      if (files.error().kind != ErrorKind::not_found) problem(files.error().message);
      return;
    }
    for (const auto& [name, text] : *files) read(text, name, depth + 1);
  }

  /// Only settings for everybody are followed: `Defaults !authenticate`.
  void defaults(std::string_view text) {
    const std::size_t blank = text.find_first_of(" \t");
    if (text.substr(0, blank) != "Defaults" || blank == std::string_view::npos) return;
    for (const std::string& option : list_of(text.substr(blank))) {
      if (option == "!authenticate") authenticate_ = false;
      if (option == "authenticate") authenticate_ = true;
    }
  }

  void aliases(std::string_view kind_word, std::string_view text) {
    const AliasKind kind = kind_word == "User_Alias"    ? AliasKind::user
                           : kind_word == "Runas_Alias" ? AliasKind::run_as
                           : kind_word == "Host_Alias"  ? AliasKind::host
                                                        : AliasKind::command;
    // Several on one line are separated by colons: A = x, y : B = z
    for (std::string_view rest = text; !rest.empty();) {
      const std::size_t equals = find_equals(rest);
      if (equals == std::string_view::npos) return;
      const std::string name(trim(rest.substr(0, equals)));
      std::string_view members = rest.substr(equals + 1);
      std::size_t next = std::string_view::npos;
      for (std::size_t colon = members.find(" :"); colon != std::string_view::npos; colon = members.find(" :", colon + 1)) {
        const std::string_view after = trim(members.substr(colon + 2));
        const std::size_t following = find_equals(after);
        if (following != std::string_view::npos && is_alias_name(trim(after.substr(0, following)))) {
          next = colon;
          break;
        }
      }
      aliases_[kind][name] = list_of(members.substr(0, next));
      rest = next == std::string_view::npos ? std::string_view() : members.substr(next + 2);
      rest = trim(rest);
    }
  }

  /// Members of a list with aliases expanded; `!` of an alias negates its members.
  // NOLINTNEXTLINE(misc-no-recursion): bounded by kDeepestAlias
  std::vector<std::pair<std::string, bool>> expanded(AliasKind kind, const std::vector<std::string>& list, int depth = 0) const {
    std::vector<std::pair<std::string, bool>> members;
    for (const std::string& written : list) {
      std::string_view word = written;
      bool negated = false;
      while (word.starts_with('!')) {
        negated = !negated;
        word = trim(word.substr(1));
      }
      const auto kinds = aliases_.find(kind);
      if (depth < kDeepestAlias && is_alias_name(word) && kinds != aliases_.end()) {
        if (const auto alias = kinds->second.find(word); alias != kinds->second.end()) {
          for (auto& [member, inner] : expanded(kind, alias->second, depth + 1)) {
            members.emplace_back(std::move(member), inner != negated);
            if (members.size() > kMostRules) return members;
          }
          continue;
        }
      }
      if (!word.empty()) members.emplace_back(std::string(word), negated);
    }
    return members;
  }

  /// user list, host list = (run as) tags commands : host list = …
  void expand(const Specification& specification) {
    const std::string_view text = specification.text;
    const std::size_t equals = find_equals(text);
    if (equals == std::string_view::npos) return misread(specification);
    // Users end where the hosts begin: the last blank-separated word (or list) before `=`.
    const std::string_view left = trim(text.substr(0, equals));
    std::size_t split_at = left.size();
    bool after_comma = false;
    for (std::size_t i = left.size(); i-- > 0;) {
      if (left[i] != ' ' && left[i] != '\t') {
        after_comma = left[i] == ',';
        continue;
      }
      const std::string_view before = trim(left.substr(0, i));
      if (before.ends_with(',') || trim(left.substr(i)).starts_with(',') || after_comma) continue;
      if (before.ends_with('!') || before.ends_with('\\')) continue;
      split_at = i;
      break;
    }
    if (split_at == left.size()) return misread(specification);
    const std::vector<std::pair<std::string, bool>> users = expanded(AliasKind::user, list_of(left.substr(0, split_at)));
    std::vector<SudoRule> rules;
    if (!commands_of(text.substr(equals + 1), rules)) return misread(specification);
    for (const auto& [user, excluded] : users) {
      if (excluded) continue;
      for (const SudoRule& rule : rules) {
        if (result_.rules.size() >= kMostRules) return problem("more rules than are looked at");
        SudoRule complete = rule;
        complete.principal = user;
        complete.file = specification.file;
        complete.line = specification.line;
        result_.rules.push_back(std::move(complete));
      }
    }
  }

  void misread(const Specification& specification) {
    problem(fmt::format("`{}:{}` was not understood", result_.files[specification.file], specification.line));
  }

  /// Tags and run-as hold for the commands after them, until changed.
  bool commands_of(std::string_view text, std::vector<SudoRule>& rules) const {
    std::vector<std::string> run_as{"root"};
    bool nopasswd = !authenticate_;
    bool setenv = false;
    for (const std::string& part : list_with_brackets(text)) {
      std::string_view rest = trim(part);
      if (rest.starts_with('(')) {
        const std::size_t close = rest.find(')');
        if (close == std::string_view::npos) return false;
        const std::string_view inside = rest.substr(1, close - 1);
        run_as.clear();
        for (const auto& [user, negated] : expanded(AliasKind::run_as, list_of(inside.substr(0, inside.find(':'))))) {
          run_as.push_back(negated ? "!" + user : user);
        }
        if (run_as.empty()) run_as.emplace_back("root");
        rest = trim(rest.substr(close + 1));
      }
      while (true) {
        const std::size_t colon = rest.find(':');
        const std::size_t option = rest.find('=');
        const std::string_view word = rest.substr(0, rest.find_first_of(" \t"));
        if (colon != std::string_view::npos && is_tag(trim(rest.substr(0, colon)))) {
          const std::string_view tag = trim(rest.substr(0, colon));
          if (tag == "NOPASSWD") nopasswd = true;
          if (tag == "PASSWD") nopasswd = false;
          if (tag == "SETENV") setenv = true;
          if (tag == "NOSETENV") setenv = false;
          rest = trim(rest.substr(colon + 1));
          continue;
        }
        // ROLE=, TYPE=, TIMEOUT=, CWD= … stand before the command.
        if (option != std::string_view::npos && word.find('=') != std::string_view::npos && is_alias_name(word.substr(0, word.find('=')))) {
          rest = trim(rest.substr(word.size()));
          continue;
        }
        break;
      }
      if (rest.find_first_not_of("! \t") == std::string_view::npos) return false;  // nothing but negations
      for (const auto& [command, negated] : expanded(AliasKind::command, {std::string(rest)})) {
        for (const std::string& target : run_as) {
          SudoRule rule{.run_as = target, .command = command, .nopasswd = nopasswd, .negated = negated};
          rule.setenv = setenv || (command == "ALL" && !negated);
          rules.push_back(std::move(rule));
        }
      }
    }
    return !rules.empty();
  }

  /// Commas inside `(root, admin)` belong to the run-as list.
  static std::vector<std::string> list_with_brackets(std::string_view text) {
    std::vector<std::string> parts;
    std::string current;
    int depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\\' && i + 1 < text.size()) {
        current += text[i];
        current += text[++i];
        continue;
      }
      if (text[i] == '(') ++depth;
      if (text[i] == ')') --depth;
      if (text[i] == ',' && depth <= 0) {
        parts.push_back(std::move(current));
        current.clear();
      } else {
        current += text[i];
      }
    }
    parts.push_back(std::move(current));
    std::erase_if(parts, [](const std::string& part) { return trim(part).empty(); });
    return parts;
  }

  static bool is_tag(std::string_view word) {
    constexpr std::array<std::string_view, 14> kTags{"EXEC",    "NOEXEC",     "FOLLOW",   "NOFOLLOW",     "LOG_INPUT", "NOLOG_INPUT", "LOG_OUTPUT",
                                                     "NOLOG_OUTPUT", "MAIL",  "NOMAIL",   "INTERCEPT", "NOINTERCEPT", "PASSWD", "NOPASSWD"};
    return std::ranges::find(kTags, word) != kTags.end() || word == "SETENV" || word == "NOSETENV";
  }

  const SudoersInclude& include_;
  Sudoers result_;
  std::vector<Specification> specifications_;
  std::map<AliasKind, std::map<std::string, std::vector<std::string>, std::less<>>> aliases_;
  bool authenticate_ = true;
};

void collect(HostContext& context) {
  const bool installed = context.files.exists("/usr/bin/sudo") || context.files.exists("/usr/bin/sudo-rs");
  if (!installed && !context.files.exists(kMainFile)) return;
  const Result<ReadFile> main = context.read(kMainFile);
  if (!main) return context.failed(tables::sudo_rule, main.error());
  std::map<std::string, SourceId> sources{{std::string(kMainFile), main->source}};
  const SudoersInclude include = [&](const std::string& path, bool folder) -> Result<std::vector<std::pair<std::string, std::string>>> {
    std::vector<std::string> paths{path};
    if (folder) {
      const auto entries = context.files.list(path);
      if (!entries) return std::unexpected(entries.error());
      paths.clear();
      // sudo leaves out names that end in ~ or contain a dot.
      for (const FolderEntry& entry : *entries) {
        if (entry.name.ends_with('~') || entry.name.find('.') != std::string::npos) continue;
        paths.push_back(fmt::format("{}/{}", path, entry.name));
      }
    }
    std::vector<std::pair<std::string, std::string>> files;
    for (const std::string& name : paths) {
      Result<ReadFile> file = context.read(name);
      if (!file) return std::unexpected(file.error());
      sources.emplace(name, file->source);
      files.emplace_back(name, std::move(file->text));
    }
    return files;
  };
  const Sudoers sudoers = parse_sudoers(main->text, std::string(kMainFile), include);
  for (const std::string& problem : sudoers.problems) context.partial(tables::sudo_rule, problem);
  std::map<std::pair<std::size_t, std::uint32_t>, int> numbers;
  Row<tables::sudo_rule> row(context.platform);
  for (const SudoRule& rule : sudoers.rules) {
    const std::string& file = sudoers.files[rule.file];
    row.set<"host_id">(context.host_id);
    row.set<"rule_id">(fmt::format("{}:{}#{}", file, rule.line, ++numbers[{rule.file, rule.line}]));
    row.set<"principal">(rule.principal).set<"run_as">(rule.run_as).set<"command">(rule.command);
    row.set<"all_commands">(rule.command == "ALL").set<"nopasswd">(rule.nopasswd).set<"negated">(rule.negated);
    row.set<"setenv">(rule.setenv);
    row.write(context.sink, {.source = sources.at(file), .line = rule.line});
  }
}

}  // namespace

Sudoers parse_sudoers(std::string_view text, const std::string& path, const SudoersInclude& include) {
  return Parser(include).parse(text, path);
}

const HostSection sudo_section{.name = "sudo", .tables = kTables, .collect = collect};

}  // namespace ehdscan
