// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/explanation.h"
#include "engine/check_set.h"

namespace ehdscan {
namespace {

struct Options {
  std::string id;
  std::string profile{kBaselineProfile};
  std::vector<std::string> folders;
};

ExitCode explain_id(const Options& options, Console& console) {
  const Result<LoadedProfile> profile = load_profile(options.profile);
  if (!profile) {
    console.report(profile.error());
    return exit_code_of(profile.error().kind);
  }
  const CheckSet set = load_checks({options.folders.begin(), options.folders.end()});
  for (const Error& error : set.errors) console.report(error);
  if (const std::optional<std::string> text = explain(options.id, *profile, set.checks)) {
    console.print(*text);
    return set.errors.empty() ? ExitCode::fine : ExitCode::usage;
  }
  const std::vector<std::string> ids = explainable_ids(*profile, set.checks);
  const std::vector<std::string_view> views(ids.begin(), ids.end());
  const std::string_view near = nearest(options.id, views);
  console.report({.kind = ErrorKind::not_found,
                  .message = fmt::format("nothing is called `{}`", options.id),
                  .hint = near.empty() ? "a check, a control (`HST-02`), an article point (`73(1)(e)`), a requirement "
                                         "(`OPR-18`), a rule (`GEN-1`), a threshold or a table"
                                       : fmt::format("did you mean `{}`?", near)});
  return ExitCode::usage;
}

}  // namespace

void add_explain(CLI::App& program, CommandContext& context) {
  CLI::App* command = program.add_subcommand(
      "explain", "Say what an id means: check, control, article point, requirement, rule, threshold, table");
  const auto options = std::make_shared<Options>();
  command->add_option("ID", options->id, "For example HST-02, 73(1)(e), OPR-18, sshd-root-login-refused")->required();
  command->add_option("--profile", options->profile, "Profile to look in")->type_name("NAME|FILE")->capture_default_str();
  command->add_option("--checks", options->folders, "Folder with more checks (repeatable)")->type_name("DIR")->allow_extra_args(false);
  command->callback([options, &context] { context.code = explain_id(*options, context.console); });
}

}  // namespace ehdscan
