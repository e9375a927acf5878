// SPDX-License-Identifier: Apache-2.0
#include "collectors/openstack/openstack.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "collectors/openstack/kinds.h"
#include "collectors/openstack/rights.h"
#include "engine/check_set.h"
#include "evidence/tables/all.h"

namespace ehdscan {
namespace {

struct Options {
  std::vector<std::string> checks;
  std::vector<std::string> policies;
  std::string cloud;
  std::string clouds_file;
};

/// Tables that a check reads, those behind derived tables too.
void add_tables(std::string_view name, std::set<std::string, std::less<>>& tables) {
  if (!tables.emplace(name).second) return;
  const TableSpec* table = find_table(name);
  if (table == nullptr) return;
  for (const std::string_view input : table->derived_from) add_tables(input, tables);
}

/// Keys of the lists that fill the tables of the chosen checks; nothing if a check is not known.
std::optional<std::set<std::string, std::less<>>> wanted_lists(const Options& options, Console& console) {
  std::set<std::string, std::less<>> tables;
  const CheckSet set = load_checks({});
  std::vector<std::string_view> names;
  for (const Check& check : set.checks) names.push_back(check.id);
  for (const std::string& id : options.checks) {
    const auto found = std::ranges::find(set.checks, id, &Check::id);
    if (found == set.checks.end()) {
      const std::string_view near = nearest(id, names);
      console.report(
          {.kind = ErrorKind::not_found,
           .message = fmt::format("there is no check `{}`", id),
           .hint = near.empty() ? "`ehdscan checks list` shows them" : fmt::format("did you mean `{}`?", near)});
      return std::nullopt;
    }
    for (const Need& need : found->needs) add_tables(need.table, tables);
    if (!found->table.empty()) add_tables(found->table, tables);
  }
  std::set<std::string, std::less<>> lists;
  for (const OsKind& kind : os_kinds()) {
    const bool fills = std::ranges::any_of(
        kind.tables, [&](const TableSpec* table) { return tables.contains(std::string(table->name)); });
    if (fills || options.checks.empty()) lists.emplace(kind.list_key);
  }
  if (options.checks.empty() || lists.contains("listeners")) lists.emplace("loadbalancers");
  return lists;
}

Result<OsPolicies> read_policies(const std::vector<std::string>& files) {
  OsPolicies policies;
  for (const std::string& entry : files) {
    const std::size_t equals = entry.find('=');
    if (equals == std::string::npos) {
      return fail(ErrorKind::usage, fmt::format("`--policy {}` names no service", entry),
                  "`--policy network=/etc/neutron/policy.yaml`");
    }
    const auto document = Document::read(entry.substr(equals + 1));
    if (!document) return std::unexpected(document.error());
    if (auto added = policies.add(entry.substr(0, equals), (*document)->root()); !added)
      return std::unexpected(added.error());
  }
  return policies;
}

std::string_view shown(CollectionState state) {
  switch (state) {
    case CollectionState::complete:
      return "yes";
    case CollectionState::partial:
      return "in part";
    case CollectionState::not_attempted:
      return "not there";
    default:
      return "no";
  }
}

ExitCode print_rights(const Options& options, Console& console) {
  const auto stopped_by = [&](const Error& error) {
    console.report(error);
    return exit_code_of(error.kind);
  };
  const auto lists = wanted_lists(options, console);
  if (!lists) return ExitCode::usage;
  const auto policies = read_policies(options.policies);
  if (!policies) return stopped_by(policies.error());
  std::string text;
  std::vector<OsRightState> states;
  if (!options.cloud.empty() || !options.clouds_file.empty()) {
    catch_interrupts();
    const auto probe = probe_os_rights(options.cloud, options.clouds_file, std::filesystem::current_path(),
                                       [] { return interrupted().load(); });
    if (interrupted()) return ExitCode::interrupted;
    if (!probe) return stopped_by(probe.error());
    states = probe->rights;
    text += "The credentials enter\n";
    for (const std::string& scope : probe->scopes) text += "  " + escape_for_terminal(scope) + "\n";
  }
  std::size_t list_width = 0;
  std::size_t call_width = 0;
  for (const OsRight& right : os_rights()) {
    if (!lists->contains(right.list)) continue;
    list_width = std::max(list_width, right.list.size());
    call_width = std::max(call_width, right.call.size());
  }
  std::string_view service;
  std::size_t missing = 0;
  for (const OsRight& right : os_rights()) {
    if (!lists->contains(right.list)) continue;
    if (right.service != service) text += fmt::format("{}{}\n", text.empty() ? "" : "\n", right.service);
    service = right.service;
    const std::string least = policies->least(right).value_or("nobody by these policies");
    const auto state = std::ranges::find(states, &right, &OsRightState::right);
    std::string had;
    if (state != states.end()) {
      had = fmt::format("{:<9}  ", shown(state->state.state));
      const bool lacks =
          state->state.state != CollectionState::complete && state->state.state != CollectionState::not_attempted;
      missing += lacks ? 1 : 0;
    }
    text += fmt::format("  {}{:<{}}  {:<{}}  {}\n", had, right.list, list_width, right.call, call_width, least);
    if (state != states.end() && state->state.state != CollectionState::complete)
      text += fmt::format("    {}\n", escape_for_terminal(state->state.reason));
  }
  if (!states.empty()) {
    text += missing == 0
                ? "\nA scan with these credentials sees all of it.\n"
                : fmt::format("\n{} of these are missing or not whole: what rests on them will be not assessed.\n",
                              missing);
  }
  console.print(text);
  return missing == 0 ? ExitCode::fine : ExitCode::incomplete;
}

}  // namespace

void add_openstack(CLI::App& program, CommandContext& context) {
  CLI::App* command = program.add_subcommand("openstack", "What reading a running OpenStack cloud takes");
  command->require_subcommand(1);
  CLI::App* rights = command->add_subcommand(
      "rights",
      "Print what the collector asks for and the least role that answers it whole; with a cloud, what of it the "
      "credentials have");
  const auto options = std::make_shared<Options>();
  rights->add_option("--check", options->checks, "Only what these checks need")->type_name("ID");
  rights->add_option("--policy", options->policies, "policy.yaml of a service, over the default policies")
      ->type_name("SERVICE=FILE");
  rights
      ->add_option("--cloud", options->cloud, "Try the credentials of this cloud of clouds.yaml: one page of each list")
      ->type_name("NAME");
  rights->add_option("--clouds-file", options->clouds_file, "clouds.yaml to take it from")->type_name("FILE");
  rights->callback(
      [options, &context] { context.code = worse(context.code, print_rights(*options, context.console)); });
}

}  // namespace ehdscan
