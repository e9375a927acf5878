// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace ehdscan {

/// One option, flag or argument, as help, manual page and completions need it.
struct CommandOption {
  std::vector<std::string> names;   ///< "--out", "-o"; empty for arguments
  std::string argument;             ///< "EVIDENCE" for arguments, "DIR" for options with a value, empty for flags
  std::string help;
  std::string initial;              ///< default value; empty if there is none
  std::vector<std::string> choices; ///< where only listed values are allowed
  bool repeatable = false;
  bool required = false;
};

/// A command with what is below it.
struct CommandNode {
  std::string name;  ///< "checks"
  std::string path;  ///< "ehdscan checks"
  std::string help;
  std::vector<CommandOption> options;
  std::vector<CommandNode> commands;
};

/// The command line as plain data, in the order of the help.
CommandNode command_tree(const CLI::App& app);

/// "ehdscan scan [options] SITE"
std::string usage_line(const CommandNode& node);

}  // namespace ehdscan
