// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>

#include "base/file.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/document_template.h"
#include "cli/site_template.h"

namespace ehdscan {
namespace {

struct Options {
  std::string site;
  std::string country;
  std::string out = ".";
  std::string documents;
  bool force = false;
};

/// The host name as a site name: lower case, digits and hyphens.
std::string name_of_this_machine() {
  std::array<char, 256> buffer{};
  if (::gethostname(buffer.data(), buffer.size() - 1) != 0) return "my-node";
  std::string name;
  for (const char c : to_lower(buffer.data())) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (plain) {
      name += c;
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
  }
  while (!name.empty() && name.back() == '-') name.pop_back();
  return name.empty() ? "my-node" : name;
}

/// The country that the system's time zone lies in, by the zone table (tzdata); empty if it says none (UTC).
std::string country_of_this_machine() {
  std::error_code error;
  const std::string link = std::filesystem::read_symlink("/etc/localtime", error).string();
  const std::string_view marker = "/zoneinfo/";
  const std::size_t at = link.find(marker);
  if (error || at == std::string::npos) return {};
  const std::string zone = link.substr(at + marker.size());
  const Result<std::string> table = read_file("/usr/share/zoneinfo/zone.tab");
  if (!table) return {};
  for (const std::string_view line : split_lines(*table)) {
    const std::vector<std::string_view> columns = split(line, '\t');
    if (columns.size() >= 3 && columns[2] == zone && columns[0].size() == 2) return std::string(columns[0]);
  }
  return {};
}

bool is_country(std::string_view text) {
  return text.size() == 2 && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// All or none: a folder where one of the files is there already is left as it is.
ExitCode init_documents(const Options& options, Console& console) {
  const std::filesystem::path folder = options.documents;
  const std::vector<DocumentTemplate> templates = document_templates();
  std::error_code error;
  for (const DocumentTemplate& one : templates) {
    if (!options.force && std::filesystem::exists(folder / one.file, error)) {
      console.report({.kind = ErrorKind::usage,
                      .message = fmt::format("{} is already there", (folder / one.file).string()),
                      .hint = "name a new folder, or replace the files with --force"});
      return ExitCode::usage;
    }
  }
  std::filesystem::create_directories(folder, error);
  for (const DocumentTemplate& one : templates) {
    if (const Result<void> written = write_file_atomically(folder / one.file, one.text); !written) {
      console.report(written.error());
      return exit_code_of(written.error().kind);
    }
  }
  console.print(fmt::format("{}: {} documents to fill in\n", folder.string(), templates.size()));
  console.say(fmt::format("remove what the node does not have, then: ehdscan documents check {}", folder.string()));
  return ExitCode::fine;
}

ExitCode init(Options options, Console& console) {
  if (!options.documents.empty()) return init_documents(options, console);
  const auto give_up = [&](const Error& error) {
    console.report(error);
    return exit_code_of(error.kind);
  };
  if (options.site.empty()) options.site = name_of_this_machine();
  const bool country_given = !options.country.empty();
  if (!country_given) options.country = country_of_this_machine();
  if (!options.country.empty() && !is_country(options.country)) {
    return give_up({.kind = ErrorKind::usage,
                    .message = fmt::format("`{}` is no country code", options.country),
                    .hint = "two capital letters of ISO 3166-1: --country FI"});
  }
  std::error_code error;
  std::filesystem::create_directories(options.out, error);
  const std::filesystem::path file = std::filesystem::path(options.out) / "site.yaml";
  if (std::filesystem::exists(file, error) && !options.force) {
    return give_up({.kind = ErrorKind::usage,
                    .message = fmt::format("{} is already there", file.string()),
                    .hint = "--force replaces it"});
  }
  if (const Result<void> written = write_file_atomically(
          file, site_template({.site = options.site, .country = options.country, .machine = look_at_machine("/")}));
      !written) {
    return give_up(written.error());
  }
  console.print(fmt::format("{}\n", file.string()));
  if (options.country.empty()) console.say("the time zone says no country: set `country:` in it");
  console.say(fmt::format("next: ehdscan scan {} --out {}", file.string(), options.out));
  return ExitCode::fine;
}

}  // namespace

void add_init(CLI::App& program, CommandContext& context) {
  CLI::App* command = program.add_subcommand("init", "Look at this machine and write a commented site.yaml");
  const auto options = std::make_shared<Options>();
  command->add_option("--site", options->site, "Name of the node; default: this machine's name")->type_name("NAME");
  command->add_option("--country", options->country, "ISO 3166-1 code of the country; default: from the time zone")
      ->type_name("CC");
  command->add_option("-o,--out", options->out, "Folder to write to; made if missing")
      ->type_name("DIR")
      ->capture_default_str();
  command
      ->add_option("--documents", options->documents,
                   "Write a commented file for each kind of governance document instead")
      ->type_name("DIR");
  command->add_flag("--force", options->force, "Replace files that are there");
  command->callback([options, &context] { context.code = init(*options, context.console); });
}

}  // namespace ehdscan
