// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>

#include "base/file.h"
#include "base/text.h"
#include "cli/clock.h"
#include "cli/commands.h"
#include "cli/readiness_run.h"
#include "reports/attestation.h"
#include "reports/writer.h"

namespace ehdscan {
namespace {

constexpr std::size_t kMaxReportBytes = std::size_t{512} << 20;

struct SignOptions {
  std::string file;
  std::string key;
  std::string site;
  std::string out;
};

struct VerifyOptions {
  std::string file;
  std::string trusted;
  std::string signature;
  std::optional<int> max_age_days;
  std::vector<std::string> evidence;
  YardstickOptions yardstick;
};

ExitCode give_up(Console& console, const Error& error) {
  console.report(error);
  return exit_code_of(error.kind);
}

ExitCode sign_file(const SignOptions& options, Console& console) {
  const Result<SignatureKey> key = SignatureKey::read_private(options.key);
  if (!key) return give_up(console, key.error());
  const Result<Manifest> manifest = manifest_of(options.file, options.site);
  if (!manifest) return give_up(console, manifest.error());
  if (manifest->site.empty()) {
    return give_up(console, {.kind = ErrorKind::usage,
                             .message = fmt::format("`{}` does not say of which site it is", options.file),
                             .hint = "--site NAME"});
  }
  const Result<std::string> envelope = signed_envelope(*manifest, *key, wall_clock());
  if (!envelope) return give_up(console, envelope.error());
  const std::string out = options.out.empty() ? options.file + ".dsse.json" : options.out;
  if (const Result<void> written = write_file_atomically(out, *envelope); !written)
    return give_up(console, written.error());
  console.say(fmt::format("signed for site {} with {} key {}: {}", escape_for_terminal(manifest->site),
                          key->algorithm(), key->id(), escape_for_terminal(out)));
  return ExitCode::fine;
}

/// True if the evidence, judged by the yardstick at the report's instant, gives exactly the bytes of the report.
Result<bool> reproduced(const VerifyOptions& options, const Manifest& manifest, const Yardstick& yardstick,
                        Console& console) {
  Result<Evidence> evidence =
      Evidence::open(std::vector<std::filesystem::path>(options.evidence.begin(), options.evidence.end()));
  if (!evidence) return std::unexpected(evidence.error());
  const Result<Readiness> readiness = judge(*evidence, yardstick, console);
  if (!readiness) return std::unexpected(readiness.error());
  const Result<std::string> again = find_report_format("json")->write(*readiness);
  if (!again) return std::unexpected(again.error());
  const Result<std::string> given = read_file(options.file, kMaxReportBytes);
  if (!given) return std::unexpected(given.error());
  if (*given == *again) return true;
  if (manifest.profile_sha256 != readiness->profile.sha256) {
    console.say(fmt::format("the report was made with profile {} (sha256 {}), this program has sha256 {}",
                            escape_for_terminal(manifest.profile), escape_for_terminal(manifest.profile_sha256),
                            readiness->profile.sha256));
  }
  if (manifest.tool_version != readiness->tool_version) {
    console.say(fmt::format("the report was made by version {}, this is {}", escape_for_terminal(manifest.tool_version),
                            readiness->tool_version));
  }
  std::size_t line = 1;
  for (std::size_t i = 0; i < std::min(given->size(), again->size()) && (*given)[i] == (*again)[i]; ++i) {
    if ((*given)[i] == '\n') ++line;
  }
  console.say(fmt::format("the first difference is in line {} of the report", line));
  return false;
}

ExitCode not_verified(Console& console, const Error& error) {
  console.report(error);
  console.print("not verified\n");
  return ExitCode::gate_failed;
}

/// An old signature stays good for ever, so a replayed one is known by its age alone.
Result<void> young_enough(const Attestation& attestation, std::optional<int> max_age_days) {
  const Result<Instant> signed_at = parse_instant(attestation.signed_at);
  if (!signed_at) return std::unexpected(signed_at.error());
  if (!max_age_days || *signed_at >= start_of_day(add_days(day_of(wall_clock()), -*max_age_days))) return {};
  return fail(ErrorKind::invalid_input,
              fmt::format("it was signed at {}, more than {} days ago", attestation.signed_at, *max_age_days),
              "an old file that is sent again bears a good signature; ask the site for its newest");
}

ExitCode verify(VerifyOptions options, Console& console) {
  if (options.trusted.empty() && options.evidence.empty()) {
    return give_up(console, {.kind = ErrorKind::usage,
                             .message = "nothing to verify against",
                             .hint = "--trusted-keys DIR for the signature, --reassess EVIDENCE for the content"});
  }
  const Result<Manifest> manifest = manifest_of(options.file);
  if (!manifest) return give_up(console, manifest.error());
  std::string said;
  if (!options.trusted.empty()) {
    const Result<std::vector<TrustedKey>> trusted = read_trusted_keys(options.trusted);
    if (!trusted) return give_up(console, trusted.error());
    const Result<Verification> verification = verify_file(options.file, *trusted, wall_clock(), options.signature);
    if (!verification) return give_up(console, verification.error());
    const std::optional<Attestation>& good = verification->attestation;
    if (!good) return not_verified(console, verification->refused);
    if (verification->manifest.sha256 != manifest->sha256) {
      return not_verified(
          console, {.kind = ErrorKind::io, .message = fmt::format("`{}` changed while it was read", options.file)});
    }
    if (const Result<void> fresh = young_enough(*good, options.max_age_days); !fresh)
      return not_verified(console, fresh.error());
    said += fmt::format("verified: {} of site {}, signed by {} at {} with {} key {}\n", manifest->kind,
                        escape_for_terminal(good->site), escape_for_terminal(good->signer), good->signed_at,
                        good->algorithm, good->key_id);
  }
  if (!options.evidence.empty()) {
    if (manifest->kind != "report") {
      return give_up(console, {.kind = ErrorKind::usage, .message = "only a JSON report can be assessed again"});
    }
    options.yardstick.as_of = manifest->as_of;
    const std::optional<Yardstick> yardstick = load_yardstick(options.yardstick, console);
    if (!yardstick) return ExitCode::usage;
    const Result<bool> same = reproduced(options, *manifest, *yardstick, console);
    if (!same) return give_up(console, same.error());
    if (!*same) {
      return not_verified(console,
                          {.kind = ErrorKind::invalid_input, .message = "the evidence does not give this report"});
    }
    said += fmt::format("reproduced: the evidence gives this report byte for byte, as of {}\n", manifest->as_of);
  }
  console.print(said);
  return ExitCode::fine;
}

}  // namespace

void add_sign(CLI::App& program, CommandContext& context) {
  CLI::App* command =
      program.add_subcommand("sign", "Sign evidence or a report: a DSSE envelope beside it, for `ehdscan verify`");
  const auto options = std::make_shared<SignOptions>();
  command->add_option("FILE", options->file, "Evidence, JSON report, or any other file")->required();
  command->add_option("--key", options->key, "Private key, PEM without password: Ed25519 or ECDSA P-256")
      ->type_name("FILE")
      ->required();
  command->add_option("--site", options->site, "Site of a file that does not name it; must agree with one that does")
      ->type_name("NAME");
  command->add_option("-o,--out", options->out, "Envelope to write; default: FILE.dsse.json")->type_name("FILE");
  command->callback([options, &context] { context.code = sign_file(*options, context.console); });
}

void add_verify(CLI::App& program, CommandContext& context) {
  CLI::App* command = program.add_subcommand(
      "verify", "Say whose signature a file bears, and whether evidence gives a report; exit 1 if it does not hold");
  const auto options = std::make_shared<VerifyOptions>();
  command->add_option("FILE", options->file, "Evidence, JSON report, or any other signed file")->required();
  command->add_option("--trusted-keys", options->trusted, "Folder with SITE/NAME.pem, the public keys of each site")
      ->type_name("DIR");
  command->add_option("--signature", options->signature, "Its envelope; default: FILE.dsse.json")->type_name("FILE");
  command->add_option("--max-age", options->max_age_days, "Refuse what was signed longer ago: an old file sent again")
      ->check(CLI::Range(0, 36500))
      ->type_name("DAYS");
  command->add_option("--reassess", options->evidence, "Evidence that must give exactly this report (repeatable)")
      ->type_name("EVIDENCE")
      ->allow_extra_args(false);
  add_yardstick_options(*command, options->yardstick);
  command->remove_option(command->get_option("--as-of"));  // the report says it
  command->callback([options, &context] { context.code = verify(*options, context.console); });
}

}  // namespace ehdscan
