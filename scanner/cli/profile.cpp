// SPDX-License-Identifier: Apache-2.0
#include "scoring/profile.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "cli/commands.h"
#include "cli/explanation.h"

namespace ehdscan {
namespace {

struct Options {
  std::string profile{kBaselineProfile};
};

void show(const LoadedProfile& loaded, Console& console) {
  const Profile& profile = loaded.profile;
  console.print(fmt::format("{}\n  {}\n\n  version     {} of {}\n  sha256      {}\n", profile.id, profile.title,
                            profile.version, profile.baseline_date, profile.sha256));
  if (!profile.overlays.empty()) {
    console.print(fmt::format("  overlays    {}\n", fmt::join(profile.overlays, ", ")));
  }
  std::size_t parts = 0;
  std::size_t with_check = 0;
  for (const Control& control : profile.controls) {
    parts += control.parts.size();
    with_check += static_cast<std::size_t>(
        std::ranges::count_if(control.parts, [](const Part& part) { return !part.checks.empty(); }));
  }
  console.print(fmt::format(
      "  controls    {}, of them {} gates\n  parts       {}, of them {} with a check\n  articles    {}\n"
      "  thresholds  {} values, {} tables\n\n  domain  weight  controls  title\n",
      profile.controls.size(), std::ranges::count_if(profile.controls, &Control::gates), parts, with_check,
      profile.articles.size(), loaded.thresholds.values.size(), loaded.thresholds.tables.size()));
  for (const Domain& domain : profile.domains) {
    console.print(fmt::format("  {:<6}  {:>6}  {:>8}  {}\n", domain.id, domain.weight,
                              std::ranges::count(profile.controls, domain.id, &Control::domain), domain.title));
  }
  for (const Exclusion& exclusion : profile.exclusions) {
    console.print(fmt::format("\n  {} is excluded until {} by {}: {}\n", exclusion.control, exclusion.expires,
                              exclusion.approver, exclusion.reason));
  }
}

void controls(const LoadedProfile& loaded, Console& console) {
  for (const Control& control : loaded.profile.controls) {
    const auto checked =
        std::ranges::count_if(control.parts, [](const Part& part) { return !part.checks.empty(); });
    console.print(fmt::format("{:<7} {:<8} {:<4} {}/{} parts  {}\n", control.id, to_string(control.severity),
                              control.gates ? "gate" : "", checked, control.parts.size(), control.title));
  }
}

void thresholds(const LoadedProfile& loaded, Console& console) {
  for (const auto& [name, value] : loaded.thresholds.values) {
    console.print(fmt::format("{:<52} {}\n", name, value_text(value)));
  }
  for (const ThresholdTable& table : loaded.thresholds.tables) {
    console.print(fmt::format("{:<52} table of {} rows\n", "threshold_" + table.name, table.rows.size()));
  }
}

void list(Console& console) {
  for (const std::string& id : embedded_profiles()) console.print(fmt::format("{}\n", id));
}

}  // namespace

void add_profile(CLI::App& program, CommandContext& context) {
  CLI::App* command = program.add_subcommand("profile", "Show the yardstick: controls, thresholds, overlays");
  command->require_subcommand(1);
  const auto options = std::make_shared<Options>();
  const auto add = [&](const char* name, const char* help, void (*run)(const LoadedProfile&, Console&)) {
    CLI::App* verb = command->add_subcommand(name, help);
    verb->add_option("PROFILE", options->profile, "A name of `ehdscan profile list`, or a file; also checks it")
        ->capture_default_str();
    verb->callback([options, &context, run] {
      const Result<LoadedProfile> loaded = load_profile(options->profile);
      if (loaded) return run(*loaded, context.console);
      context.console.report(loaded.error());
      context.code = exit_code_of(loaded.error().kind);
    });
  };
  command->add_subcommand("list", "Profiles and overlays of the program")->callback([&context] {
    list(context.console);
  });
  add("show", "Version, digest, domains and exclusions", show);
  add("controls", "One line per control, with the parts that a check looks at", controls);
  add("thresholds", "Every number and list", thresholds);
}

}  // namespace ehdscan
