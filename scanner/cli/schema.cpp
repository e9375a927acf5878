// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "base/text.h"
#include "cli/commands.h"
#include "content/content.h"

namespace ehdscan {
namespace {

constexpr std::string_view kFolder = "schemas/";
constexpr std::string_view kEnding = ".schema.json";

std::vector<std::string_view> schema_names() {
  std::vector<std::string_view> names;
  for (const ContentFile& file : content_below(kFolder)) {
    std::string_view name = file.path.substr(kFolder.size());
    if (name.ends_with(kEnding)) names.push_back(name.substr(0, name.size() - kEnding.size()));
  }
  return names;
}

void print_schema(const std::string& name, CommandContext& context) {
  if (name.empty()) {
    for (const std::string_view known : schema_names()) context.console.print(fmt::format("{}\n", known));
    return;
  }
  if (const auto text = find_content(fmt::format("{}{}{}", kFolder, name, kEnding))) {
    return context.console.print(*text);
  }
  const std::vector<std::string_view> names = schema_names();
  const std::string_view near = nearest(name, names);
  context.console.report({.kind = ErrorKind::not_found,
                          .message = fmt::format("there is no schema `{}`", name),
                          .hint = near.empty() ? "`ehdscan schema` lists them" : fmt::format("did you mean `{}`?", near)});
  context.code = ExitCode::usage;
}

}  // namespace

void add_schema(CLI::App& program, CommandContext& context) {
  CLI::App* command =
      program.add_subcommand("schema", "Print the JSON Schema of a file that a person writes, or of a report");
  const auto name = std::make_shared<std::string>();
  command->add_option("NAME", *name, "Schema to print; without it, their names");
  command->callback([name, &context] { print_schema(*name, context); });
}

}  // namespace ehdscan
