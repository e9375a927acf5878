// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/commands.h"
#include "collectors/openstack/plan.h"

namespace ehdscan {
namespace {

void print_rights(Console& console) {
  std::size_t list_width = 0;
  std::size_t call_width = 0;
  for (const OsRight& right : os_rights()) {
    list_width = std::max(list_width, right.list.size());
    call_width = std::max(call_width, right.call.size());
  }
  std::string text;
  std::string_view service;
  for (const OsRight& right : os_rights()) {
    if (right.service != service) text += fmt::format("{}{}\n", text.empty() ? "" : "\n", right.service);
    service = right.service;
    text += fmt::format("  {:<{}}  {:<{}}  {}\n", right.list, list_width, right.call, call_width, right.least);
  }
  console.print(text);
}

}  // namespace

void add_openstack(CLI::App& program, CommandContext& context) {
  CLI::App* command = program.add_subcommand("openstack", "What reading a running OpenStack cloud takes");
  command->require_subcommand(1);
  CLI::App* rights = command->add_subcommand(
      "rights", "Print what the collector asks for and the least role, by the default policies, that answers it whole");
  rights->callback([&context] { print_rights(context.console); });
}

}  // namespace ehdscan
