// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/text.h"
#include "cli/check_output.h"
#include "cli/commands.h"
#include "engine/check_set.h"
#include "engine/examples.h"
#include "engine/lint.h"
#include "scoring/profile.h"

namespace ehdscan {
namespace {

struct Options {
  std::vector<std::string> folders;
  std::string profile{kBaselineProfile};
  std::vector<std::string> ids;
  std::string new_id;
  std::string new_folder = ".";
};

/// The checks asked for: all, or those named; every broken file is reported.
std::vector<Check> wanted(const Options& options, CommandContext& context) {
  CheckSet set = load_checks({options.folders.begin(), options.folders.end()});
  for (const Error& error : set.errors) context.console.report(error);
  if (!set.errors.empty()) context.code = ExitCode::usage;
  if (options.ids.empty()) return std::move(set.checks);
  std::vector<Check> chosen;
  std::vector<std::string_view> names;
  for (const Check& check : set.checks) names.push_back(check.id);
  for (const std::string& id : options.ids) {
    const auto found = std::ranges::find(set.checks, id, &Check::id);
    if (found != set.checks.end()) {
      chosen.push_back(*found);
      continue;
    }
    const std::string_view near = nearest(id, names);
    context.console.report(
        {.kind = ErrorKind::not_found,
         .message = fmt::format("there is no check `{}`", id),
         .hint = near.empty() ? "`ehdscan checks list` shows them" : fmt::format("did you mean `{}`?", near)});
    context.code = ExitCode::usage;
  }
  return chosen;
}

void list(const Options& options, CommandContext& context) {
  const std::vector<Check> checks = wanted(options, context);
  std::size_t width = 0;
  for (const Check& check : checks) width = std::max(width, check.id.size());
  for (const Check& check : checks) {
    context.console.print(fmt::format("{:<{}}  {:<8}  {}\n", check.id, width, to_string(check.severity), check.title));
  }
}

/// The profile whose thresholds checks are compiled and run with, and whose rules of platforms they name.
std::optional<LoadedProfile> profile_of(const Options& options, CommandContext& context) {
  Result<LoadedProfile> profile = load_profile(options.profile);
  if (profile) return std::move(*profile);
  context.console.report(profile.error());
  context.code = ExitCode::usage;
  return std::nullopt;
}

void lint(const Options& options, CommandContext& context) {
  const std::optional<LoadedProfile> loaded = profile_of(options, context);
  if (!loaded) return;
  std::set<std::string> rules;
  for (const Semantics& rule : loaded->profile.semantics) rules.insert(rule.id);
  const std::vector<Check> checks = wanted(options, context);
  CheckLinter linter(loaded->thresholds, std::move(rules));
  std::size_t faults = 0;
  for (const Check& check : checks) {
    for (const Error& error : linter.lint(check)) {
      context.console.report(error);
      ++faults;
    }
  }
  if (faults > 0) context.code = ExitCode::usage;
  context.console.print(fmt::format("{} checks, {} faults\n", checks.size(), faults));
}

void test(const Options& options, CommandContext& context) {
  const std::optional<LoadedProfile> loaded = profile_of(options, context);
  if (!loaded) return;
  const std::vector<Check> checks = wanted(options, context);
  std::size_t examples = 0;
  std::size_t mutations = 0;
  std::size_t passed = 0;
  for (const Check& check : checks) {
    context.console.progress(check.id);
    const ExampleReport report = run_examples(check, loaded->thresholds);
    examples += report.examples;
    mutations += report.mutations;
    if (report.failures.empty()) ++passed;
    for (const Error& error : report.failures) context.console.report(error);
  }
  if (passed != checks.size() || checks.empty()) context.code = ExitCode::usage;
  context.console.print(fmt::format("{} examples, {} mutations of {} checks\n{} passed, {} failed\n", examples,
                                    mutations, checks.size(), passed, checks.size() - passed));
}

void make_new(const Options& options, CommandContext& context) {
  const bool good_id = !options.new_id.empty() && std::ranges::all_of(options.new_id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
  if (!good_id) {
    context.console.report({.kind = ErrorKind::usage,
                            .message = fmt::format("`{}` is no id of a check", options.new_id),
                            .hint = "lower-case letters, digits and hyphens: `admin-port-closed`"});
    context.code = ExitCode::usage;
    return;
  }
  const std::filesystem::path file = std::filesystem::path(options.new_folder) / (options.new_id + ".yaml");
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored)) {
    context.console.report({.kind = ErrorKind::usage,
                            .message = fmt::format("{} is already there", file.string()),
                            .hint = "choose another id: an id is never reused"});
    context.code = ExitCode::usage;
    return;
  }
  if (const Result<void> written = write_file_atomically(file, check_template(options.new_id)); !written) {
    context.console.report(written.error());
    context.code = exit_code_of(written.error().kind);
    return;
  }
  context.console.print(fmt::format("{}\n", file.string()));
}

}  // namespace

void add_checks(CLI::App& program, CommandContext& context) {
  CLI::App* command = program.add_subcommand("checks", "List, lint, test, write and document checks");
  command->require_subcommand(1);
  const auto options = std::make_shared<Options>();
  const auto add = [&](const char* name, const char* help, void (*run)(const Options&, CommandContext&)) {
    CLI::App* verb = command->add_subcommand(name, help);
    verb->add_option("--checks", options->folders, "Folder with more checks (repeatable)")
        ->type_name("DIR")
        ->allow_extra_args(false);
    verb->callback([options, &context, run] { run(*options, context); });
    return verb;
  };
  CLI::App* list_verb = add("list", "One line per check", list);
  list_verb->add_option("ID", options->ids, "These only");
  CLI::App* lint_verb = add("lint", "Say what is wrong with checks that can be read", lint);
  CLI::App* test_verb = add("test", "Run every example, and every example with one thing unknown", test);
  for (CLI::App* verb : {lint_verb, test_verb}) {
    verb->add_option("ID", options->ids, "These only");
    verb->add_option("--profile", options->profile, "Profile whose thresholds are used")
        ->type_name("NAME|FILE")
        ->capture_default_str();
  }
  add("docs", "Print the reference of the checks as Markdown",
      [](const Options& chosen, CommandContext& c) { c.console.print(checks_markdown(wanted(chosen, c))); });
  CLI::App* new_verb = command->add_subcommand("new", "Write a commented check to start from");
  new_verb->add_option("ID", options->new_id, "Id of the new check, also its file name")->required();
  new_verb->add_option("--dir", options->new_folder, "Folder to write to")->type_name("DIR")->capture_default_str();
  new_verb->callback([options, &context] { make_new(*options, context); });
}

}  // namespace ehdscan
