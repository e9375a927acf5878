// SPDX-License-Identifier: Apache-2.0
#include "collectors/documents/documents.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/clock.h"
#include "cli/commands.h"
#include "collectors/documents/document_file.h"

namespace ehdscan {
namespace {

void check_documents(const std::string& path, CommandContext& context) {
  const auto files = document_files(path);
  if (!files) {
    context.console.report(files.error());
    context.code = exit_code_of(files.error().kind);
    return;
  }
  std::size_t mistakes_of_all = 0;
  std::size_t invalid = 0;
  for (const std::filesystem::path& file : *files) {
    std::vector<Error> mistakes;
    if (const auto document = Document::read(file, kDocumentLimits)) {
      read_governance_document(**document, wall_clock(), mistakes);
    } else {
      mistakes.push_back(document.error());
    }
    for (const Error& mistake : mistakes) context.console.report(mistake);
    mistakes_of_all += mistakes.size();
    if (!mistakes.empty()) ++invalid;
  }
  if (invalid == 0) {
    context.console.print(fmt::format("valid: {} documents\n", files->size()));
    return;
  }
  context.console.say(fmt::format("{} mistakes in {} of {} documents: what only they show would be not assessed",
                                  mistakes_of_all, invalid, files->size()));
  context.code = ExitCode::usage;
}

}  // namespace

void add_documents(CLI::App& program, CommandContext& context) {
  CLI::App* command = program.add_subcommand("documents", "Work with governance documents");
  command->require_subcommand(1);
  CLI::App* check = command->add_subcommand("check", "List every mistake of the documents in a folder");
  const auto path = std::make_shared<std::string>();
  check->add_option("FOLDER", *path, "Folder of documents, or one of them")->required();
  check->callback([path, &context] { check_documents(*path, context); });
}

}  // namespace ehdscan
