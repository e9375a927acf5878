// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <set>

#include "base/text.h"
#include "cli/clock.h"
#include "cli/commands.h"
#include "collectors/permit_register/register.h"
#include "crypto/identity_hash.h"

namespace ehdscan {
namespace {

struct HashOptions {
  std::string key_file;
  std::string issuer;
  std::string subject;
  bool lower = false;
};

void check_register(const std::string& file, CommandContext& context) {
  const auto document = Document::read(file, kRegisterLimits);
  if (!document) {
    context.console.report(document.error());
    context.code = exit_code_of(document.error().kind);
    return;
  }
  std::vector<Error> mistakes;
  const Instant now = wall_clock();
  const PermitRegister list = read_permit_register(**document, now, mistakes);
  for (const Error& mistake : mistakes) context.console.report(mistake);
  if (!mistakes.empty()) {
    context.console.say(fmt::format("{} mistakes: the register is not valid, and every control that needs it would be not assessed", mistakes.size()));
    context.code = ExitCode::usage;
    return;
  }
  std::size_t active = 0;
  std::set<std::string_view> persons;
  for (const Permit& permit : list.permits) {
    if (list.zone->start_of_day(permit.valid_from) <= now && now <= effective_end(permit, *list.zone)) ++active;
    for (const PermitPerson& person : permit.persons) persons.insert(person.id);
  }
  context.console.print(fmt::format("valid: {} permits ({} in force now), {} persons, {} staff, {} services; issued {}\n", list.permits.size(), active, persons.size(),
                                    list.staff.size(), list.services.size(), to_string(list.issued_at)));
}

void hash_subjects(const HashOptions& options, CommandContext& context) {
  const auto fail_with = [&](const Error& error) {
    context.console.report(error);
    context.code = exit_code_of(error.kind);
  };
  const auto key = read_identity_key(options.key_file);
  if (!key) return fail_with(key.error());
  const auto print = [&](std::string_view subject) -> bool {
    const auto hash = identity_hash(*key, options.issuer, options.lower ? to_lower(subject) : std::string(subject));
    if (!hash) {
      fail_with(hash.error());
      return false;
    }
    context.console.print(*hash + "\n");
    return true;
  };
  if (!options.subject.empty()) {
    print(options.subject);
    return;
  }
  for (std::string line; std::getline(std::cin, line);) {
    if (!print(line)) return;
  }
}

}  // namespace

void add_permits(CLI::App& program, CommandContext& context) {
  CLI::App* command = program.add_subcommand("permits", "Look at a register of data permits, or make its identity hashes");
  command->require_subcommand(1);
  CLI::App* check = command->add_subcommand("check", "List every mistake of a register, with its line and what to do");
  const auto file = std::make_shared<std::string>();
  check->add_option("FILE", *file, "The register, YAML or JSON")->required()->type_name("FILE");
  check->callback([file, &context] { check_register(*file, context); });

  CLI::App* hash = command->add_subcommand("hash", "Print the keyed hash of a subject, or of each line of standard input");
  const auto options = std::make_shared<HashOptions>();
  hash->add_option("--key-file", options->key_file, "Key: at least 32 bytes, or their hexadecimal digits")->required()->type_name("FILE");
  hash->add_option("--issuer", options->issuer, "Identity source, exactly as the register writes it")->required()->type_name("ISSUER");
  hash->add_flag("--lower", options->lower, "Lower ASCII letters first, for sources marked `case: ascii_lower`");
  hash->add_option("SUBJECT", options->subject, "Stable id at that source; other users of this machine see it in the list of processes");
  hash->callback([options, &context] { hash_subjects(*options, context); });
}

}  // namespace ehdscan
