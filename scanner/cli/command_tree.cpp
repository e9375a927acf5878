// SPDX-License-Identifier: Apache-2.0
#include "cli/command_tree.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/text.h"

namespace ehdscan {
namespace {

/// CLI11 describes a choice as "{a,b,c}" in the type name.
std::vector<std::string> choices_of(std::string& type_name) {
  const std::size_t open = type_name.find('{');
  const std::size_t close = type_name.rfind('}');
  if (open == std::string::npos || close == std::string::npos || close < open) return {};
  std::vector<std::string> choices;
  const std::string inside = type_name.substr(open + 1, close - open - 1);
  for (const std::string_view choice : split(inside, ',')) choices.emplace_back(trim(choice));
  type_name = type_name.substr(0, open);
  if (const std::size_t colon = type_name.find(':'); colon != std::string::npos) type_name.resize(colon);
  return choices;
}

CommandOption option_of(const CLI::Option& option) {
  CommandOption result{.help = option.get_description(),
                       .initial = option.get_default_str(),
                       .repeatable = option.get_items_expected_max() > 1 ||
                                     option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll,
                       .required = option.get_required()};
  for (const std::string& name : option.get_lnames()) result.names.push_back("--" + name);
  for (const std::string& name : option.get_snames()) result.names.push_back("-" + name);
  if (option.get_items_expected_max() == 0) return result;
  std::string type_name = option.get_type_name();
  result.choices = choices_of(type_name);
  if (result.names.empty()) {
    result.argument = option.get_name(true);
  } else {
    const std::size_t colon = type_name.find(':');
    if (colon != std::string::npos) type_name.resize(colon);
    result.argument = type_name.empty() || type_name == "TEXT" ? "VALUE" : type_name;
  }
  return result;
}

CommandNode node_of(const CLI::App& app, const std::string& above) {
  CommandNode node{.name = app.get_name(),
                   .path = above.empty() ? app.get_name() : above + " " + app.get_name(),
                   .help = app.get_description()};
  for (const CLI::Option* option : app.get_options()) node.options.push_back(option_of(*option));
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    node.commands.push_back(node_of(*command, node.path));
  }
  return node;
}

}  // namespace

CommandNode command_tree(const CLI::App& app) { return node_of(app, ""); }

std::string usage_line(const CommandNode& node) {
  std::string line = node.path;
  if (!node.commands.empty()) return line + " [options] COMMAND";
  line += " [options]";
  for (const CommandOption& option : node.options) {
    if (!option.names.empty()) continue;
    line += fmt::format(" {}{}{}{}", option.required ? "" : "[", option.argument, option.repeatable ? "…" : "",
                        option.required ? "" : "]");
  }
  return line;
}

}  // namespace ehdscan
