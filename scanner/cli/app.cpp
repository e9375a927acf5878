// SPDX-License-Identifier: Apache-2.0
#include "cli/app.h"

#include <CLI/CLI.hpp>
#include <string>

#include "cli/version.h"

namespace ehdscan {

void add_all_commands(CLI::App& program, CommandContext& context) {
  add_scan(program, context);
  add_gate(program, context);
  add_collect(program, context);
  add_assess(program, context);
  add_report(program, context);
  add_compare(program, context);
  add_sign(program, context);
  add_verify(program, context);
  add_init(program, context);
  add_explain(program, context);
  add_checks(program, context);
  add_profile(program, context);
  add_openstack(program, context);
  add_permits(program, context);
  add_documents(program, context);
  add_tables(program, context);
  add_query(program, context);
  add_tls(program, context);
  add_schema(program, context);
  add_completion(program, context);
  add_docs(program, context);
}

std::unique_ptr<CLI::App> make_app(CommandContext& context) {
  auto program = std::make_unique<CLI::App>(
      "What of the EHDS/HRIC readiness baseline can this node show today, on what evidence, and what is missing?",
      "ehdscan");
  program->set_version_flag("--version", std::string(kToolVersion), "Print the version");
  program->set_help_flag("-h,--help", "Print this help");
  program->require_subcommand(1);
  program->fallthrough();
  program->footer(
      "Exit codes: 0 fine, 1 a gate failed, 2 usage or configuration, 3 incomplete evidence, 130 interrupted.\n"
      "Start with `ehdscan init`, then `ehdscan scan site.yaml --out out`.");
  program->add_flag_callback(
      "-q,--quiet", [&context] { context.console.set_quiet(true); }, "Say nothing beside results and errors");
  program
      ->add_option_function<std::string>(
          "--colour,--color", [&context](const std::string& when) { context.console.set_colour(when); },
          "Colour: auto (terminals without NO_COLOR), always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->trigger_on_parse()
      ->type_name("WHEN");
  add_all_commands(*program, context);
  return program;
}

}  // namespace ehdscan
