// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "cli/console.h"
#include "cli/exit_code.h"

namespace CLI {
class App;
}

namespace ehdscan {

/// What the subcommands share: where they speak, and what the program will return.
struct CommandContext {
  Console console;
  ExitCode code = ExitCode::fine;
};

/// Each adds its subcommand with options, help and what it does.
void add_gate(CLI::App& program, CommandContext& context);
void add_scan(CLI::App& program, CommandContext& context);
void add_collect(CLI::App& program, CommandContext& context);
void add_assess(CLI::App& program, CommandContext& context);
void add_report(CLI::App& program, CommandContext& context);
void add_compare(CLI::App& program, CommandContext& context);
void add_sign(CLI::App& program, CommandContext& context);
void add_verify(CLI::App& program, CommandContext& context);
void add_checks(CLI::App& program, CommandContext& context);
void add_explain(CLI::App& program, CommandContext& context);
void add_profile(CLI::App& program, CommandContext& context);
void add_openstack(CLI::App& program, CommandContext& context);
void add_permits(CLI::App& program, CommandContext& context);
void add_documents(CLI::App& program, CommandContext& context);
void add_tables(CLI::App& program, CommandContext& context);
void add_query(CLI::App& program, CommandContext& context);
void add_tls(CLI::App& program, CommandContext& context);
void add_init(CLI::App& program, CommandContext& context);
void add_schema(CLI::App& program, CommandContext& context);
void add_completion(CLI::App& program, CommandContext& context);
void add_docs(CLI::App& program, CommandContext& context);

/// Every subcommand, in the order of the help.
void add_all_commands(CLI::App& program, CommandContext& context);

}  // namespace ehdscan
