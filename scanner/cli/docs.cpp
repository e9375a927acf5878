// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "base/file.h"
#include "cli/app.h"
#include "cli/reference_pages.h"

namespace ehdscan {
namespace {

ExitCode write_pages(const std::filesystem::path& folder, const CommandNode& tree, Console& console) {
  const auto give_up = [&](const Error& error) {
    console.report(error);
    return exit_code_of(error.kind);
  };
  const Result<std::vector<GeneratedPage>> pages = generated_pages(tree);
  if (!pages) return give_up(pages.error());
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  for (const GeneratedPage& page : *pages) {
    if (const Result<void> written = write_file_atomically(folder / page.path, page.text); !written) {
      return give_up(written.error());
    }
  }
  console.print(fmt::format("wrote {} pages to {}\n", pages->size(), folder.string()));
  return ExitCode::fine;
}

/// Says which pages on disk are not what would be written.
ExitCode check_pages(const std::filesystem::path& folder, const CommandNode& tree, Console& console) {
  const Result<std::vector<GeneratedPage>> pages = generated_pages(tree);
  if (!pages) {
    console.report(pages.error());
    return exit_code_of(pages.error().kind);
  }
  ExitCode code = ExitCode::fine;
  for (const GeneratedPage& page : *pages) {
    const Result<std::string> found = read_file(folder / page.path);
    if (found && *found == page.text) continue;
    console.report({.kind = ErrorKind::invalid_input,
                    .message = fmt::format("{} is out of date", (folder / page.path).string()),
                    .hint = "`./run docs` writes it anew"});
    code = ExitCode::usage;
  }
  return code;
}

}  // namespace

void add_docs(CLI::App& program, CommandContext& context) {
  CLI::App* command = program.add_subcommand("docs", "Write or check the pages made from code and data");
  command->require_subcommand(1);
  const auto folder = std::make_shared<std::string>("docs/generated");
  const auto add = [&](const char* name, const char* help, auto run) {
    CLI::App* verb = command->add_subcommand(name, help);
    verb->add_option("DIR", *folder, "Folder of the pages")->capture_default_str();
    verb->callback([folder, &context, &program, run] {
      context.code = run(*folder, command_tree(program), context.console);
    });
  };
  add("write", "Write the pages", write_pages);
  add("check", "Fail if a page on disk is out of date", check_pages);
}

}  // namespace ehdscan
