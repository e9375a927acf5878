// SPDX-License-Identifier: Apache-2.0
// bench_tls [--polite] [--enumeration] [--quiet]  HOST:PORT[/STARTTLS]…: what was found, one line of JSON an
// endpoint, for measuring and for comparing with others.
#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

#include "net/tls/codes.h"
#include "net/tls/scan.h"

using namespace ehdscan::tls;

namespace {

void print(const EndpointFinding& found) {
  std::string out = fmt::format(
      R"({{"endpoint":"{}:{}","address":"{}","first":"{}","held":{},"connections":{},"seconds":{:.4f},"certificates":{})",
      found.host, found.port, found.address, to_string(found.first), found.control_held.value_or(false),
      found.connections, found.seconds, found.chains.size());
  const auto boolean = [&](std::string_view name, const std::optional<bool>& value) {
    out += fmt::format(R"(,"{}":{})", name, value ? (*value ? "true" : "false") : "null");
  };
  boolean("large_hello_lost", found.large_hello_lost);
  boolean("compression", found.compression);
  boolean("secure_renegotiation", found.secure_renegotiation);
  boolean("extended_master_secret", found.extended_master_secret);
  boolean("heartbeat", found.heartbeat);
  boolean("fallback", found.fallback_signal_checked);
  boolean("client_certificate", found.client_certificate_asked);
  if (found.alpn) {
    out += R"(,"alpn":[)";
    for (std::size_t i = 0; i < found.alpn->size(); ++i)
      out += fmt::format(R"({}"{}")", i == 0 ? "" : ",", found.alpn->at(i));
    out += "]";
  }
  out += R"(,"versions":{)";
  bool first = true;
  for (const VersionFinding& version : found.versions) {
    out += fmt::format(R"({}"{}":{{"offered":{},"answer":"{}")", first ? "" : ",", to_string(version.version),
                       version.offered ? (*version.offered ? "true" : "false") : "null", to_string(version.answer));
    first = false;
    if (version.offered.value_or(false)) {
      out += fmt::format(R"(,"suites_complete":{},"groups_complete":{},"signatures_complete":{},"suites":[)",
                         version.suites_complete, version.groups_complete, version.signature_algorithms_complete);
      for (std::size_t i = 0; i < version.suites.size(); ++i)
        out += fmt::format(R"({}"{}")", i == 0 ? "" : ",", code_text(version.suites[i].code));
      out += fmt::format(R"(],"order":{},"positions":{},"groups":[)",
                         version.order_by_server ? (*version.order_by_server ? "\"server\"" : "\"client\"") : "null",
                         !version.suites.empty() && version.suites.front().position.has_value());
      for (std::size_t i = 0; i < version.groups.size(); ++i)
        out += fmt::format(R"({}"{}")", i == 0 ? "" : ",",
                           version.groups[i].code == 0 ? std::string("dh") : code_text(version.groups[i].code));
      out += R"(],"signatures":[)";
      for (std::size_t i = 0; i < version.signature_algorithms.size(); ++i)
        out += fmt::format(R"({}"{}")", i == 0 ? "" : ",", code_text(version.signature_algorithms[i]));
      out += "]";
    }
    out += "}";
  }
  fmt::print("{}}}}}\n", out);
}

bool add(std::string_view text, std::vector<ScanRequest>& requests) {
  ScanRequest request;
  if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
    const auto protocol = starttls_of(text.substr(slash + 1));
    if (!protocol) return false;
    request.starttls = *protocol;
    text = text.substr(0, slash);
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  request.host = std::string(text.substr(0, colon));
  const auto digits = text.substr(colon + 1);
  if (std::from_chars(digits.data(), digits.data() + digits.size(), request.port).ec != std::errc()) return false;
  requests.push_back(std::move(request));
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  ScanOptions options;
  std::vector<ScanRequest> requests;
  bool quiet = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--polite") {
      options.pace = Pace::polite();
      options.pace.interval = std::chrono::milliseconds(0);
    } else if (argument == "--enumeration") {
      options.depth = Depth::enumeration;
    } else if (argument == "--quiet") {
      quiet = true;
    } else if (argument == "-") {
      for (std::string line; std::getline(std::cin, line);) {
        if (!add(line, requests)) return 2;
      }
    } else if (!add(argument, requests)) {
      fmt::print(stderr, "bench_tls: `{}` is not HOST:PORT[/STARTTLS]\n", argument);
      return 2;
    }
  }
  std::size_t done = 0;
  std::size_t spoken = 0;
  scan(requests, options,
       {.tls =
            [&](EndpointFinding&& found) {
              ++done;
              if (found.spoke_tls()) ++spoken;
              if (!quiet) print(found);
            },
        .ssh = [](ehdscan::ssh::EndpointFinding&&) {}},
       [] { return false; });
  if (quiet) fmt::print("{} endpoints, {} of them speak TLS\n", done, spoken);
  return 0;
}
