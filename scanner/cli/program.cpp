// SPDX-License-Identifier: Apache-2.0
#include "cli/program.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <new>

#include "base/text.h"
#include "cli/app.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/version.h"

namespace ehdscan {
namespace {

/// CLI11 says what is wrong; we add the likely meaning of a misspelt command.
std::string hint_for(const CLI::App& program, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return "`ehdscan --help` shows what there is";
  std::vector<std::string> names;
  for (const CLI::App* command : program.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
    if (command->get_name() == argv[1]) return fmt::format("`ehdscan {} --help` shows its options", argv[1]);
  }
  const std::vector<std::string_view> views(names.begin(), names.end());
  const std::string_view near = nearest(argv[1], views);
  return near.empty() ? std::string("`ehdscan --help` shows what there is") : fmt::format("did you mean `{}`?", near);
}

/// Our messages start in lower case; names in capitals stay.
std::string in_our_words(std::string message) {
  const bool word = message.size() > 1 && message[1] >= 'a' && message[1] <= 'z';
  if (word) message.replace(0, 1, to_lower(message.substr(0, 1)));
  return message;
}

ExitCode run(int argc, char** argv, CommandContext& context) {
  const std::unique_ptr<CLI::App> program = make_app(context);
  try {
    program->parse(argc, argv);
  } catch (const CLI::CallForHelp& asked) {
    program->exit(asked);
    return ExitCode::fine;
  } catch (const CLI::CallForAllHelp& asked) {
    program->exit(asked);
    return ExitCode::fine;
  } catch (const CLI::CallForVersion&) {
    context.console.print(fmt::format("ehdscan {}\n", kToolVersion));
    return ExitCode::fine;
  } catch (const CLI::ParseError& error) {
    context.console.report(
        {.kind = ErrorKind::usage, .message = in_our_words(error.what()), .hint = hint_for(*program, argc, argv)});
    return ExitCode::usage;
  }
  return context.code;
}

}  // namespace

int run_program(int argc, char** argv) {
  CommandContext context;
  ExitCode code = ExitCode::fine;
  try {
    code = run(argc, argv, context);
  } catch (const std::bad_alloc&) {
    context.console.report({.kind = ErrorKind::io, .message = "out of memory"});
    code = ExitCode::incomplete;
  } catch (const std::exception& error) {
    context.console.report({.kind = ErrorKind::internal,
                            .message = fmt::format("a mistake of ehdscan itself: {}", error.what()),
                            .hint = "please report it with the command line"});
    code = ExitCode::incomplete;
  }
  if (const Result<void> flushed = context.console.flush(); !flushed) {
    context.console.report(flushed.error());
    code = worse(code, ExitCode::incomplete);
  }
  if (code == ExitCode::interrupted) context.console.say("interrupted: nothing was written");
  return static_cast<int>(code);
}

}  // namespace ehdscan
