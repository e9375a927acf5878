// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>

#include "cli/app.h"
#include "cli/completion_scripts.h"

namespace ehdscan {

void add_completion(CLI::App& program, CommandContext& context) {
  CLI::App* command = program.add_subcommand("completion", "Print the completion script of a shell");
  const auto shell = std::make_shared<std::string>();
  command->add_option("SHELL", *shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->callback([shell, &context, &program] {
    const CommandNode tree = command_tree(program);
    context.console.print(*shell == "bash"  ? bash_completion(tree)
                          : *shell == "zsh" ? zsh_completion(tree)
                                            : fish_completion(tree));
  });
}

}  // namespace ehdscan
