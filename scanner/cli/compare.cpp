// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <memory>
#include <set>

#include "base/file.h"
#include "base/text.h"
#include "cli/clock.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/readiness_run.h"
#include "compare/comparison.h"
#include "reports/attestation.h"
#include "reports/comparison.h"
#include "reports/writer.h"

namespace ehdscan {
namespace {

struct Options {
  std::vector<std::string> files;
  std::vector<std::string> formats;
  std::vector<std::string> expected;
  std::string trusted;
  bool reassessed = false;
  int max_age_days = 120;
  YardstickOptions yardstick;
};

struct Output {
  std::string format;
  std::string path;  ///< "-": standard output
};

ExitCode give_up(Console& console, const Error& error) {
  console.report(error);
  return exit_code_of(error.kind);
}

std::string in_words(const Error& error) {
  if (error.place.line == 0) return error.message;
  return fmt::format("line {}, column {}: {}", error.place.line, error.place.column, error.message);
}

Result<std::vector<Output>> outputs_of(const std::vector<std::string>& formats) {
  std::vector<Output> outputs;
  std::set<std::string> paths;
  for (const std::string& written : formats) {
    const std::size_t equals = written.find('=');
    Output output{.format = written.substr(0, equals),
                  .path = equals == std::string::npos ? std::string() : written.substr(equals + 1)};
    if ((output.format != "json" && output.format != "csv") || output.path.empty()) {
      return fail(ErrorKind::usage, fmt::format("`{}` is no format of a comparison", written),
                  "--format json=compare.json or --format csv=-");
    }
    if (!paths.insert(output.path).second)
      return fail(ErrorKind::usage, fmt::format("two comparisons would be written to `{}`", output.path));
    outputs.push_back(std::move(output));
  }
  return outputs;
}

bool is_evidence(const std::string& file) {
  constexpr std::string_view kMagic = "SQLite format 3";
  std::string head(kMagic.size(), '\0');
  std::ifstream stream(file, std::ios::binary);
  stream.read(head.data(), static_cast<std::streamsize>(head.size()));
  return head == kMagic;
}

Result<SiteReport> read_one(const std::string& file, const Yardstick& yardstick, Console& console) {
  if (!is_evidence(file)) {
    const Result<std::string> text = read_file(file, kMaxSiteReportBytes);
    return text ? read_site_report(*text, file) : std::unexpected(text.error());
  }
  Result<Evidence> evidence = Evidence::open(std::vector<std::filesystem::path>{file});
  if (!evidence) return std::unexpected(evidence.error());
  const Result<Readiness> readiness = judge(*evidence, yardstick, console);
  if (!readiness) return std::unexpected(readiness.error());
  const Result<std::string> text = find_report_format("json")->write(*readiness);
  return text ? read_site_report(*text, file) : std::unexpected(text.error());
}

/// A signature counts only for the bytes that were read, the site they name, and what they are.
void check_signature(GivenReport& given, const std::vector<TrustedKey>& trusted) {
  given.signature = SignatureState::refused;
  const Result<Verification> verification = verify_file(given.file, trusted, wall_clock());
  if (!verification) {
    given.refused = in_words(verification.error());
    return;
  }
  if (!verification->attestation) {
    given.refused = in_words(verification->refused);
    return;
  }
  const std::string& kind = verification->manifest.kind;
  if (kind == "report" ? verification->manifest.sha256 != given.report->sha256 : kind != "evidence") {
    given.refused = "the signature is about another file";
    return;
  }
  if (verification->attestation->site != given.report->site) {
    given.refused = fmt::format("signed for site {}", verification->attestation->site);
    return;
  }
  given.signature = SignatureState::good;
  given.signer = verification->attestation->signer;
  given.key_id = verification->attestation->key_id;
  given.signed_at = verification->attestation->signed_at;
}

/// Something that was given or expected does not count: the comparison holds, but it is not whole.
bool whole(const Comparison& comparison) {
  const auto sound = [](const GivenReport& given) {
    return given.standing != ReportStanding::refused && given.standing != ReportStanding::contested;
  };
  return std::ranges::all_of(comparison.given, sound) &&
         std::ranges::all_of(comparison.sites, [](const ComparedSite& site) { return site.current.has_value(); });
}

ExitCode compare_files(const Options& options, Console& console) {
  const Result<std::vector<Output>> outputs = outputs_of(options.formats);
  if (!outputs) return give_up(console, outputs.error());
  std::optional<Yardstick> yardstick = load_yardstick(options.yardstick, console);
  if (!yardstick) return ExitCode::usage;
  const Instant as_of = yardstick->as_of.value_or(wall_clock());
  yardstick->as_of.reset();  // evidence is judged as of its own end, like the reports beside it
  std::vector<TrustedKey> trusted;
  if (!options.trusted.empty()) {
    Result<std::vector<TrustedKey>> keys = read_trusted_keys(options.trusted);
    if (!keys) return give_up(console, keys.error());
    trusted = std::move(*keys);
  }
  catch_interrupts();
  std::vector<GivenReport> given;
  for (const std::string& file : options.files) {
    if (interrupted()) return ExitCode::interrupted;
    GivenReport one{.file = file};
    if (Result<SiteReport> report = read_one(file, *yardstick, console)) {
      one.report = std::move(*report);
      if (!options.trusted.empty()) check_signature(one, trusted);
    } else {
      console.report(report.error());
      one.refused = in_words(report.error());
    }
    given.push_back(std::move(one));
  }
  if (std::ranges::none_of(given, [](const GivenReport& one) { return one.report.has_value(); })) {
    return give_up(console, {.kind = ErrorKind::invalid_input, .message = "none of the files can be compared"});
  }
  const Comparison comparison = compare_reports(std::move(given), {.as_of = as_of,
                                                                   .max_age_days = options.max_age_days,
                                                                   .expected = options.expected,
                                                                   .reassessed = options.reassessed});
  bool to_stdout = false;
  for (const Output& output : *outputs) {
    const std::string text =
        output.format == "json" ? write_comparison_json(comparison) : write_comparison_csv(comparison);
    if (output.path == "-") {
      to_stdout = true;
      console.print(text);
    } else if (const Result<void> written = write_file_atomically(output.path, text); !written) {
      return give_up(console, written.error());
    }
  }
  if (!to_stdout) console.print(write_comparison_summary(comparison));
  return whole(comparison) ? ExitCode::fine : ExitCode::incomplete;
}

}  // namespace

void add_compare(CLI::App& program, CommandContext& context) {
  CLI::App* command = program.add_subcommand(
      "compare", "Many sites side by side, and what changed at each; exit 3 if a report or a site does not count");
  const auto options = std::make_shared<Options>();
  command->add_option("FILE", options->files, "JSON reports, or evidence files, which are judged first")->required();
  command
      ->add_option("--format", options->formats,
                   "Write the comparison: json or csv, as json=PATH; `-` is standard output (repeatable)")
      ->type_name("FMT=PATH")
      ->allow_extra_args(false);
  command->add_option("--trusted-keys", options->trusted, "Count only what a key of its site signed: SITE/NAME.pem")
      ->type_name("DIR");
  command->add_option("--expect", options->expected, "Site that must be there; its absence is shown (repeatable)")
      ->type_name("SITE")
      ->allow_extra_args(false);
  command->add_flag(
      "--reassessed", options->reassessed,
      "Reports of one site and day over the same evidence are assessments by different profiles; the last "
      "given is the newest");
  command->add_option("--max-age", options->max_age_days, "Mark reports, and evidence under them, that are older")
      ->check(CLI::Range(0, 36500))
      ->type_name("DAYS")
      ->capture_default_str();
  add_yardstick_options(*command, options->yardstick);
  command->remove_option(command->get_option("--as-of"));
  command
      ->add_option("--as-of", options->yardstick.as_of,
                   "Day or instant at which the ages of reports are computed, later ones are refused; default: now")
      ->type_name("TIME");
  command->callback([options, &context] { context.code = compare_files(*options, context.console); });
}

}  // namespace ehdscan
