// SPDX-License-Identifier: Apache-2.0
#include "reports/tls_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "base/text.h"
#include "base/wrap.h"
#include "net/tls/codes.h"
#include "net/x509/certificate.h"
#include "reports/tls_line.h"

namespace ehdscan {
namespace {

enum class Tone : std::uint8_t { plain, good, middling, bad, dim, strong };

class Page {
 public:
  explicit Page(const TerminalOptions& options)
      : colour_(options.colour), width_(static_cast<std::size_t>(std::max(options.width, 40))) {}

  [[nodiscard]] std::string toned(Tone tone, std::string_view text) const {
    static constexpr std::array<std::string_view, 6> kCodes{"",         "\x1b[32m", "\x1b[33m",
                                                            "\x1b[31m", "\x1b[2m",  "\x1b[1m"};
    if (!colour_ || tone == Tone::plain) return std::string(text);
    return fmt::format("{}{}\x1b[0m", kCodes.at(static_cast<std::size_t>(tone)), text);
  }
  void heading(std::string_view text) { out_ += "\n  " + toned(Tone::strong, text) + "\n"; }
  void line(std::string_view text) { out_ += fmt::format("    {}\n", text); }
  /// A word in front of a text that is broken to the width of the terminal.
  void entry(Tone tone, std::string_view word, std::string_view text) {
    const std::size_t indent = 4 + word.size() + 2;
    const std::string broken = wrap(text, indent, width_);
    out_ += "    " + toned(tone, word) + "  " + (broken.size() > indent ? broken.substr(indent) : "\n");
  }
  void raw(std::string_view text) { out_ += text; }
  std::string take() { return std::move(out_); }

 private:
  bool colour_;
  std::size_t width_;
  std::string out_;
};

std::string shown(std::string_view text) { return escape_for_terminal(to_valid_utf8(text)); }

std::string yes_no(const std::optional<bool>& value) { return !value ? "not determined" : *value ? "yes" : "no"; }

std::string answer_in_words(const tls::EndpointFinding& found) {
  if (!found.problem.empty()) return shown(found.problem);
  if (found.starttls_refused) return "it speaks the protocol but refuses STARTTLS";
  switch (found.first) {
    case tls::Answer::refused:
      return "the port is closed";
    case tls::Answer::timeout:
      return "no answer in time: nothing is known";
    case tls::Answer::reset:
      return "the connection is reset before any TLS answer: nothing is known";
    case tls::Answer::closed:
      return "the connection is closed before any TLS answer: nothing is known";
    case tls::Answer::other_protocol:
      return "another protocol answers: " + shown(found.first_bytes.substr(0, 40));
    case tls::Answer::alert:
      return fmt::format("no hello is taken: alert {}", found.first_alert.value_or(0));
    default:
      return "no hello is taken";
  }
}

/// The page names the endpoint once: messages need not.
std::string without_endpoint(std::string text, const std::string& endpoint) {
  for (const std::string& part : {" of " + endpoint, " at " + endpoint, endpoint + " ", endpoint + ", "}) {
    for (std::size_t at = 0; (at = text.find(part)) != std::string::npos;) text.erase(at, part.size());
  }
  return text;
}

void write_findings(Page& page, const TlsYardstick& yardstick) {
  std::array<int, kVerdictCount> counts{};
  for (const Finding& finding : yardstick.findings) ++counts.at(static_cast<std::size_t>(finding.verdict));
  const auto count = [&](Verdict verdict) { return counts.at(static_cast<std::size_t>(verdict)); };
  page.heading(fmt::format("Against {}: {} fail, {} warn, {} not assessed", yardstick.judged_by, count(Verdict::fail),
                           count(Verdict::warn), count(Verdict::not_assessed)));
  for (const auto& [verdict, word, tone] :
       {std::tuple{Verdict::fail, "fail", Tone::bad}, std::tuple{Verdict::warn, "warn", Tone::middling}}) {
    for (const Finding& finding : yardstick.findings) {
      if (finding.verdict != verdict) continue;
      const std::string endpoint = finding.resource.id.substr(0, finding.resource.id.find('/'));
      page.entry(tone, word, fmt::format("{} [{}]", shown(without_endpoint(finding.message, endpoint)), finding.check));
    }
  }
  // What stays open, by its reason: one reason often leaves several checks open.
  std::map<std::string, std::vector<std::string>> open;
  for (const Finding& finding : yardstick.findings) {
    if (finding.verdict != Verdict::not_assessed) continue;
    std::vector<std::string>& checks = open[finding.reason];
    if (std::ranges::find(checks, finding.check) == checks.end()) checks.push_back(finding.check);
  }
  for (const auto& [reason, checks] : open)
    page.entry(Tone::dim, "open", fmt::format("{} [{}]", shown(reason), fmt::join(checks, ", ")));
  if (yardstick.findings.empty()) page.line(page.toned(Tone::good, "nothing to mend"));
}

void write_versions(Page& page, const tls::EndpointFinding& found) {
  page.heading("Protocols");
  for (std::size_t i = found.versions.size(); i-- > 0;) {
    const tls::VersionFinding& version = found.versions.at(i);
    const bool old = version.version < tls::Version::tls12;
    const bool offered = version.offered.value_or(false);
    const Tone tone = !version.offered || (!offered && !old) ? Tone::dim : offered == old ? Tone::bad : Tone::good;
    const std::string_view word = !version.offered ? "not determined" : offered ? "offered" : "refused";
    const std::string why = version.offered ? std::string() : fmt::format(" ({})", tls::to_string(version.answer));
    page.line(fmt::format("{:<8} {}{}", tls::to_string(version.version), page.toned(tone, word), why));
  }
}

Tone tone_of(const tls::SuiteParts& parts) {
  const auto has = [&](std::string_view text) { return parts.name.find(text) != std::string_view::npos; };
  if (has("_NULL") || has("EXPORT") || has("_RC4") || has("_RC2") || has("DES") || has("anon") || has("_MD5"))
    return Tone::bad;
  const bool forward_secret = parts.key_exchange == "any" || parts.key_exchange.ends_with("DHE");
  return forward_secret && parts.mac == "AEAD" ? Tone::plain : Tone::middling;
}

void write_suites(Page& page, const tls::EndpointFinding& found) {
  for (std::size_t i = found.versions.size(); i-- > 0;) {
    const tls::VersionFinding& version = found.versions.at(i);
    if (!version.offered.value_or(false)) continue;
    const std::string_view order = !version.order_by_server   ? ""
                                   : *version.order_by_server ? ", in the server's order"
                                                              : ", the client's order counts";
    page.heading(fmt::format("Suites of {}{}{}", tls::to_string(version.version), order,
                             version.suites_complete ? "" : ", not determined to the end"));
    for (const std::uint32_t kind : version.ssl2_kinds)
      page.line(page.toned(Tone::bad, fmt::format("{:0>6}  {}", tls::code_text(kind), tls::ssl2_cipher_name(kind))));
    std::vector<tls::SuiteFinding> suites = version.suites;
    if (std::ranges::all_of(suites, [](const tls::SuiteFinding& suite) { return suite.position.has_value(); })) {
      std::ranges::sort(suites, {}, [](const tls::SuiteFinding& suite) { return *suite.position; });
    } else {
      std::ranges::sort(suites, {}, &tls::SuiteFinding::code);
    }
    for (const tls::SuiteFinding& suite : suites) {
      const tls::SuiteParts parts = tls::suite_parts(suite.code);
      page.line(fmt::format("{}  {}", tls::code_text(suite.code),
                            page.toned(tone_of(parts), parts.name.empty() ? "(not registered)" : parts.name)));
    }
    std::vector<std::string> groups;
    for (const tls::GroupFinding& group : version.groups) {
      std::string name(group.code != 0 ? tls::group_info(group.code).name : tls::known_prime(group.prime));
      if (name.empty())
        name = group.code != 0 ? tls::code_text(group.code) : fmt::format("a prime of {} bytes", group.prime.size());
      if (group.public_value_reused.value_or(false)) name += " (public value reused)";
      groups.push_back(std::move(name));
    }
    if (!groups.empty())
      page.entry(
          Tone::plain, "groups",
          fmt::format("{}{}", fmt::join(groups, ", "), version.groups_complete ? "" : " (not determined to the end)"));
  }
}

void write_trust(Page& page, const tls::EndpointFinding& found, const tls::SentChain& chain,
                 const TlsYardstick& yardstick) {
  if (yardstick.anchors.empty()) page.line(page.toned(Tone::dim, "trust not determined: no anchors could be read"));
  for (const x509::AnchorStore& anchors : yardstick.anchors) {
    const x509::ChainAnswer answer = x509::check_chain(
        chain.certificates, anchors, {.name = found.name.empty() ? found.host : found.name, .at = yardstick.now});
    const bool good = answer.path_valid.value_or(false);
    const std::string_view word = !answer.path_valid ? "trust not determined" : good ? "trusted" : "not trusted";
    page.entry(!answer.path_valid ? Tone::dim
               : good             ? Tone::good
                                  : Tone::bad,
               word,
               fmt::format("by {} anchors{}{}{}", shown(anchors.name()),
                           answer.problem.empty() ? "" : ": " + shown(answer.problem),
                           answer.missing_intermediate.value_or(false) ? "; an intermediate is missing" : "",
                           answer.in_order ? "" : "; not in order"));
    if (answer.name_matches && &anchors == &yardstick.anchors.front() && !*answer.name_matches)
      page.line(page.toned(Tone::bad, "it is not for " + shown(found.name.empty() ? found.host : found.name)));
  }
}

void write_chains(Page& page, const tls::EndpointFinding& found, const TlsYardstick& yardstick) {
  constexpr std::size_t kMostShown = 10;
  constexpr std::size_t kMostNames = 5;
  for (const tls::SentChain& chain : found.chains) {
    page.heading(fmt::format("Certificates, {}{}", shown(chain.kind), chain.staple.empty() ? "" : ", stapled"));
    write_trust(page, found, chain, yardstick);
    for (std::size_t i = 0; i < std::min(chain.certificates.size(), kMostShown); ++i) {
      const auto read = x509::read_certificate(chain.certificates[i]);
      if (!read) {
        page.line(fmt::format("{}  {}", i, page.toned(Tone::bad, shown(read.error().message))));
        continue;
      }
      const auto day = [](const std::optional<Instant>& at) { return at ? to_string(*at).substr(0, 10) : "?"; };
      const bool over = read->not_after && *read->not_after < yardstick.now;
      page.line(fmt::format("{}  {}", i, shown(read->subject.empty() ? "(no subject)" : read->subject)));
      page.line(fmt::format("   issued by {}", shown(read->issuer)));
      page.line(fmt::format("   valid {} to {}, {} {}, {}", day(read->not_before),
                            page.toned(over ? Tone::bad : Tone::plain, day(read->not_after)),
                            shown(read->key_algorithm),
                            read->curve ? shown(*read->curve) : fmt::format("{} bits", read->key_bits.value_or(0)),
                            shown(read->signature_algorithm)));
      std::vector<std::string> names = read->dns_names;
      names.insert(names.end(), read->ip_addresses.begin(), read->ip_addresses.end());
      const std::size_t more = names.size() - std::min(names.size(), kMostNames);
      names.resize(names.size() - more);
      if (!names.empty())
        page.line(fmt::format("   names: {}{}", shown(fmt::format("{}", fmt::join(names, ", "))),
                              more > 0 ? fmt::format(" and {} more", more) : ""));
    }
    if (chain.certificates.size() > kMostShown)
      page.line(fmt::format("… and {} more", chain.certificates.size() - kMostShown));
  }
  for (const std::string& reason : found.chains_not_read)
    page.line(page.toned(Tone::dim, "not read: " + shown(reason)));
}

void write_details(Page& page, const tls::EndpointFinding& found) {
  page.heading("Details");
  page.line(fmt::format("compression {}, secure renegotiation {}, extended master secret {}", yes_no(found.compression),
                        yes_no(found.secure_renegotiation), yes_no(found.extended_master_secret)));
  page.line(fmt::format("resumption by session id {}, by ticket {}{}; early data {}",
                        yes_no(found.session_id_resumption), yes_no(found.ticket_resumption),
                        found.ticket_lifetime_seconds ? fmt::format(" ({} s)", *found.ticket_lifetime_seconds) : "",
                        yes_no(found.early_data)));
  page.line(fmt::format("renegotiation by the client {}, fallback signal {}, heartbeat {}",
                        found.client_renegotiations.value_or(0) > 0
                            ? fmt::format("yes, {} times", *found.client_renegotiations)
                            : yes_no(found.client_renegotiation),
                        yes_no(found.fallback_signal_checked), yes_no(found.heartbeat)));
  const std::string_view demand = !found.client_certificate_required   ? ""
                                  : *found.client_certificate_required ? ", and insists"
                                                                       : ", but goes on without";
  page.line(fmt::format("asks for a client certificate {}{}", yes_no(found.client_certificate_asked), demand));
  if (found.alpn && !found.alpn->empty()) page.line("ALPN: " + shown(fmt::format("{}", fmt::join(*found.alpn, ", "))));
}

void write_weaknesses(Page& page, const tls::EndpointFinding& found) {
  page.heading("Known weaknesses");
  std::vector<std::string> absent;
  std::vector<std::string> open;
  for (const tls::WeaknessFinding& weakness : found.weaknesses) {
    if (!weakness.present) {
      open.push_back(weakness.weakness);
    } else if (*weakness.present) {
      page.entry(Tone::bad, weakness.weakness, shown(weakness.answer));
    } else {
      absent.push_back(weakness.weakness);
    }
  }
  if (!absent.empty()) page.entry(Tone::good, "absent", fmt::format("{}", fmt::join(absent, ", ")));
  if (!open.empty()) page.entry(Tone::dim, "not determined", fmt::format("{}", fmt::join(open, ", ")));
}

}  // namespace

std::string tls_page(const tls::EndpointFinding& found, const TlsYardstick& yardstick, const TerminalOptions& options) {
  Page page(options);
  std::string title = shown(tls_endpoint_text(found));
  if (!found.address.empty() && found.address != found.host) title += fmt::format(" at {}", found.address);
  if (found.starttls != tls::Starttls::none) title += fmt::format(" by STARTTLS of {}", tls::to_string(found.starttls));
  page.raw(
      fmt::format("{}  {} connections, {:.2f} s\n", page.toned(Tone::strong, title), found.connections, found.seconds));
  if (!found.spoke_tls()) {
    page.line(page.toned(Tone::bad, answer_in_words(found)));
    page.raw("\n");
    return page.take();
  }
  if (!found.control_held.value_or(false))
    page.line(page.toned(Tone::middling,
                         found.time_over
                             ? "the time was over: what was not answered counts as not determined"
                             : "a hello that worked at first failed at the end: refusals count as not determined"));
  write_findings(page, yardstick);
  write_versions(page, found);
  write_suites(page, found);
  write_chains(page, found, yardstick);
  write_details(page, found);
  write_weaknesses(page, found);
  page.raw("\n");
  return page.take();
}

}  // namespace ehdscan
