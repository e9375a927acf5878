// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/table_reference.h"
#include "evidence/tables/all.h"

namespace ehdscan {

void add_tables(CLI::App& program, CommandContext& context) {
  CLI::App* command = program.add_subcommand("tables", "List the evidence tables, or describe one");
  const auto name = std::make_shared<std::string>();
  command->add_option("NAME", *name, "Table to describe");
  command->callback([name, &context] {
    if (name->empty()) return context.console.print(list_tables());
    if (const TableSpec* table = find_table(*name)) return context.console.print(describe_table(*table));
    std::vector<std::string_view> names;
    for (const TableSpec* table : all_tables()) names.push_back(table->name);
    const std::string_view near = nearest(*name, names);
    context.console.report({.kind = ErrorKind::not_found,
                            .message = fmt::format("there is no table `{}`", *name),
                            .hint = near.empty() ? "`ehdscan tables` lists them"
                                                 : fmt::format("did you mean `{}`?", near)});
    context.code = ExitCode::usage;
  });
}

}  // namespace ehdscan
