// SPDX-License-Identifier: Apache-2.0
#include "cli/completion_scripts.h"

#include <fmt/format.h>

#include <functional>

namespace ehdscan {
namespace {

using Visit = std::function<void(const CommandNode&)>;

void for_each_command(const CommandNode& node, const Visit& visit) {
  visit(node);
  for (const CommandNode& command : node.commands) for_each_command(command, visit);
}

/// The words that may follow a command: its commands and its options.
std::string words_after(const CommandNode& node) {
  std::vector<std::string> words;
  for (const CommandNode& command : node.commands) words.push_back(command.name);
  for (const CommandOption& option : node.options) {
    for (const std::string& name : option.names) {
      if (name.starts_with("--")) words.push_back(name);
    }
  }
  return fmt::format("{}", fmt::join(words, " "));
}

/// Text inside single quotes of a shell.
std::string shell_text(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string first_line(std::string_view text) { return std::string(text.substr(0, text.find('\n'))); }

}  // namespace

std::string bash_completion(const CommandNode& program) {
  std::string cases;
  std::string values;
  for_each_command(program, [&](const CommandNode& node) {
    cases += fmt::format("    '{}') words='{}' ;;\n", node.path, words_after(node));
    for (const CommandOption& option : node.options) {
      if (option.choices.empty()) continue;
      for (const std::string& name : option.names) {
        values += fmt::format("    '{} {}') words='{}' ;;\n", node.path, name, fmt::join(option.choices, " "));
      }
    }
  });
  return fmt::format(R"(# bash completion of ehdscan: source it, or put it in /etc/bash_completion.d
_ehdscan() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} path=ehdscan word words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${{COMP_WORDS[i]}}
    case "$path $word" in
{}    esac
  done
  case "$path $before" in
{}  esac
  if [ -z "$words" ]; then
    case "$path" in
{}    esac
    case "$current" in
      -*) ;;
      *) mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current"; compgen -f -- "$current"); return ;;
    esac
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}}
complete -o filenames -F _ehdscan ehdscan
)",
                     [&] {
                       std::string paths;
                       for_each_command(program, [&](const CommandNode& node) {
                         if (node.path != program.path) paths += fmt::format("      '{}') path='{}' ;;\n", node.path, node.path);
                       });
                       return paths;
                     }(),
                     values, cases);
}

std::string zsh_completion(const CommandNode& program) {
  std::string functions;
  for_each_command(program, [&](const CommandNode& node) {
    std::string function = "_" + node.path;
    for (char& c : function) {
      if (c == ' ' || c == '-') c = '_';
    }
    functions += fmt::format("{}() {{\n  local -a words\n  words=(\n", function);
    for (const CommandNode& command : node.commands) {
      functions += fmt::format("    {}\n", shell_text(fmt::format("{}:{}", command.name, first_line(command.help))));
    }
    for (const CommandOption& option : node.options) {
      for (const std::string& name : option.names) {
        if (name.starts_with("--")) functions += fmt::format("    {}\n", shell_text(fmt::format("{}:{}", name, first_line(option.help))));
      }
    }
    functions += "  )\n  _describe 'ehdscan' words\n  _files\n}\n";
  });
  return fmt::format(R"(#compdef ehdscan
{}
_ehdscan_main() {{
  local name=_ehdscan word
  for word in ${{words[2,CURRENT-1]}}; do
    (( $+functions[${{name}}_${{word//-/_}}] )) && name=${{name}}_${{word//-/_}}
  done
  $name
}}
compdef _ehdscan_main ehdscan
)",
                     functions);
}

std::string fish_completion(const CommandNode& program) {
  std::string out = "# fish completion of ehdscan: put it in ~/.config/fish/completions/ehdscan.fish\n";
  for_each_command(program, [&](const CommandNode& node) {
    std::string condition;
    if (node.path == program.path) {
      condition = "__fish_use_subcommand";
    } else {
      // "checks lint": every word of the path was seen.
      std::string seen = node.path.substr(program.path.size() + 1);
      for (std::size_t at = 0; (at = seen.find(' ', at)) != std::string::npos; at += 35) {
        seen.replace(at, 1, "; and __fish_seen_subcommand_from ");
      }
      condition = "__fish_seen_subcommand_from " + seen;
    }
    for (const CommandNode& command : node.commands) {
      out += fmt::format("complete -c ehdscan -n {} -a {} -d {}\n", shell_text(condition), command.name,
                         shell_text(first_line(command.help)));
    }
    for (const CommandOption& option : node.options) {
      for (const std::string& name : option.names) {
        if (!name.starts_with("--")) continue;
        out += fmt::format("complete -c ehdscan -n {} -l {}{}{} -d {}\n", shell_text(condition), name.substr(2),
                           option.argument.empty() ? "" : " -r",
                           option.choices.empty() ? std::string()
                                                  : fmt::format(" -a {}", shell_text(fmt::format("{}", fmt::join(option.choices, " ")))),
                           shell_text(first_line(option.help)));
      }
    }
  });
  return out;
}

}  // namespace ehdscan
