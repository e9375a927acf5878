// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <chrono>
#include <memory>

#include "base/file.h"
#include "base/text.h"
#include "cli/clock.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/tls_verdicts.h"
#include "collectors/tls/certificates.h"
#include "net/tls/scan.h"
#include "reports/tls_line.h"
#include "reports/tls_page.h"

namespace ehdscan {
namespace {

struct Options {
  std::vector<std::string> targets;
  std::string targets_file;
  std::string starttls = "none";
  std::string anchors_file;
  std::string overlay = "mozilla-intermediate-6.0";
  bool json = false;
  bool polite = false;
};

Result<tls::ScanRequest> read_target(std::string_view text, tls::Starttls starttls) {
  tls::ScanRequest request{.host = {}, .port = 443, .starttls = starttls};
  const auto wrong = [&](std::string_view what) {
    return fail(ErrorKind::usage, fmt::format("`{}`: {}", escape_for_terminal(text), what),
                "write host:port; an IPv6 address in brackets");
  };
  std::string_view host = text;
  std::string_view port;
  if (host.starts_with('[')) {
    const std::size_t close = host.find(']');
    if (close == std::string_view::npos) return wrong("`]` is missing");
    port = host.substr(close + 1);
    host = host.substr(1, close - 1);
    if (!port.empty() && !port.starts_with(':')) return wrong("`:` and a port are expected after `]`");
    if (!port.empty()) port.remove_prefix(1);
  } else if (const std::size_t colon = host.rfind(':'); colon != std::string_view::npos && host.find(':') == colon) {
    port = host.substr(colon + 1);
    host = host.substr(0, colon);
    if (port.empty()) return wrong("the port is missing after `:`");
  }
  if (!port.empty()) {
    const auto [end, problem] = std::from_chars(port.data(), port.data() + port.size(), request.port);
    if (problem != std::errc{} || end != port.data() + port.size() || request.port == 0)
      return wrong("that is not a port");
  }
  if (host.empty() || host.size() > 253 || host.find_first_of(" \t\r/") != std::string_view::npos)
    return wrong("that is not a host name");
  request.host = host;
  return request;
}

Result<std::vector<tls::ScanRequest>> read_targets(const Options& options, tls::Starttls starttls) {
  std::vector<tls::ScanRequest> requests;
  for (const std::string& target : options.targets) {
    auto request = read_target(target, starttls);
    if (!request) return std::unexpected(std::move(request).error());
    requests.push_back(*std::move(request));
  }
  if (!options.targets_file.empty()) {
    constexpr std::size_t kMostBytes = 64U << 20U;
    const auto text = read_file(options.targets_file, kMostBytes);
    if (!text) return std::unexpected(text.error());
    std::string_view rest = *text;
    for (std::uint32_t number = 1; !rest.empty(); ++number) {
      const std::size_t end = rest.find('\n');
      std::string_view line = rest.substr(0, end);
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
      while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
      if (line.empty() || line.starts_with('#')) continue;
      auto request = read_target(line, starttls);
      if (!request) {
        Error error = std::move(request).error();
        error.kind = ErrorKind::invalid_input;
        error.place = {.file = options.targets_file, .line = number, .column = 1};
        return std::unexpected(std::move(error));
      }
      requests.push_back(*std::move(request));
    }
  }
  if (requests.empty())
    return fail(ErrorKind::usage, "no endpoint is named", "ehdscan tls host:port, or --targets FILE");
  return requests;
}

/// "120 of 10000, 210 per second, 47 s left".
std::string progress_line(std::size_t done, std::size_t all, double seconds) {
  const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
  std::string text = fmt::format("{} of {}, {:.0f} per second", done, all, rate);
  if (rate > 0 && done < all) text += fmt::format(", {:.0f} s left", static_cast<double>(all - done) / rate);
  return text;
}

void run(const Options& options, CommandContext& context) {
  const auto stop_with = [&](const Error& error) {
    context.console.report(error);
    context.code = exit_code_of(error.kind);
  };
  const auto starttls = tls::starttls_of(options.starttls);
  if (!starttls)
    return stop_with({.kind = ErrorKind::usage,
                      .message = fmt::format("there is no STARTTLS for `{}`", escape_for_terminal(options.starttls)),
                      .hint = "smtp, imap, pop3, ftp, ldap, xmpp, postgres, mysql"});
  const auto requests = read_targets(options, *starttls);
  if (!requests) return stop_with(requests.error());
  std::vector<x509::AnchorStore> anchors = public_anchors();
  if (anchors.empty())
    context.console.say(fmt::format("{} cannot be read: public trust is not determined", kPublicAnchors));
  if (!options.anchors_file.empty()) {
    constexpr std::size_t kMostBytes = 8U << 20U;
    const auto text = read_file(options.anchors_file, kMostBytes);
    if (!text) return stop_with(text.error());
    auto store = x509::AnchorStore::from_pem(options.anchors_file, *text);
    if (!store) return stop_with(store.error());
    anchors.push_back(*std::move(store));
  }
  std::optional<TlsJudge> judge;
  if (!options.json) {
    auto created = TlsJudge::create(options.overlay, anchors);
    if (!created) return stop_with(created.error());
    judge.emplace(*std::move(created));
  }
  tls::ScanOptions scan;
  if (options.polite) {
    scan.pace = tls::Pace::polite();
    scan.endpoints_at_once = 4;
  }
  catch_interrupts();
  const auto started = std::chrono::steady_clock::now();
  std::size_t done = 0;
  const auto write = [&](tls::EndpointFinding&& found) {
    ++done;
    context.console.end_progress();
    if (!found.spoke_tls() || !found.control_held.value_or(false))
      context.code = worse(context.code, ExitCode::incomplete);
    if (options.json) {
      context.console.print(tls_line(found, anchors, wall_clock()));
      if (const auto flushed = context.console.flush(); !flushed)
        context.code = worse(context.code, ExitCode::incomplete);
    } else {
      const Instant now = wall_clock();
      std::vector<Finding> findings;
      if (found.spoke_tls()) {
        auto judged = judge->judge(found, now);
        if (!judged) return stop_with(judged.error());
        findings = *std::move(judged);
      }
      context.console.print(
          tls_page(found, {.findings = findings, .judged_by = options.overlay, .anchors = anchors, .now = now},
                   {.colour = context.console.colour(), .width = context.console.width()}));
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    if (requests->size() > 1) context.console.progress(progress_line(done, requests->size(), seconds));
  };
  tls::scan(*requests, scan, {.tls = write, .ssh = {}}, [] { return interrupted().load(std::memory_order_relaxed); });
  context.console.end_progress();
  if (interrupted()) context.code = worse(context.code, ExitCode::incomplete);
}

}  // namespace

void add_tls(CLI::App& program, CommandContext& context) {
  CLI::App* command =
      program.add_subcommand("tls", "Ask TLS endpoints what they take, without a site.yaml; ask only those you may");
  const auto options = std::make_shared<Options>();
  command->add_option("HOST[:PORT]", options->targets, "Endpoints; port 443 if none is named");
  command->add_option("--targets", options->targets_file, "File with one HOST[:PORT] a line")->type_name("FILE");
  command
      ->add_option("--starttls", options->starttls, "Speak smtp, imap, pop3, ftp, ldap, xmpp, postgres or mysql first")
      ->type_name("PROTOCOL");
  command->add_option("--anchors", options->anchors_file, "PEM file of a private root that chains should end in")
      ->type_name("FILE");
  command->add_option("--overlay", options->overlay, "Yardstick of the verdicts: an overlay or the baseline")
      ->capture_default_str();
  command->add_flag("--json", options->json,
                    "One line of JSON per endpoint, as they finish (`ehdscan schema tls-endpoint`)");
  command->add_flag("--polite", options->polite, "One connection at a time per endpoint");
  command->callback([options, &context] { run(*options, context); });
}

}  // namespace ehdscan
