// SPDX-License-Identifier: Apache-2.0
#include "collectors/tls/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace ehdscan {
namespace {

using Endpoint = TlsEndpoint;

Result<std::uint16_t> port_of(const Node& node, std::int64_t number) {
  if (number < 1 || number > 65535)
    return std::unexpected(node.error(fmt::format("`{}` is not a port", number), "write 1 to 65535"));
  return static_cast<std::uint16_t>(number);
}

/// The ports of IANA's registry for what is spoken before TLS.
std::uint16_t usual_port(tls::Starttls protocol) {
  switch (protocol) {
    case tls::Starttls::smtp:
      return 25;
    case tls::Starttls::imap:
      return 143;
    case tls::Starttls::pop3:
      return 110;
    case tls::Starttls::ftp:
      return 21;
    case tls::Starttls::ldap:
      return 389;
    case tls::Starttls::xmpp:
      return 5222;
    case tls::Starttls::postgres:
      return 5432;
    case tls::Starttls::mysql:
      return 3306;
    case tls::Starttls::none:
      break;
  }
  return 443;
}

Result<void> read_protocol(const Node& node, Endpoint& endpoint, bool port_given) {
  if (const auto member = node.find("protocol")) {
    const auto word = member->as_text();
    if (!word) return std::unexpected(word.error());
    if (*word != "tls" && *word != "ssh" && *word != "sftp")
      return std::unexpected(member->error(fmt::format("`{}` is not a protocol", *word), "write tls, ssh or sftp"));
    endpoint.ssh = *word != "tls";
    if (endpoint.ssh && !port_given) endpoint.port = 22;
  }
  if (const auto member = node.find("starttls")) {
    const auto word = member->as_text();
    if (!word) return std::unexpected(word.error());
    const auto protocol = tls::starttls_of(*word);
    if (!protocol || endpoint.ssh) {
      return std::unexpected(member->error(fmt::format("`{}` cannot be used before TLS", *word),
                                           "write smtp, imap, pop3, ftp, ldap, xmpp, postgres or mysql"));
    }
    endpoint.starttls = *protocol;
    if (!port_given) endpoint.port = usual_port(*protocol);
  }
  return {};
}

Result<Endpoint> read_endpoint(const Node& node) {
  Endpoint endpoint;
  bool port_given = false;
  if (node.is(Node::Kind::mapping)) {
    if (auto known = node.expect_keys({"host", "port", "protocol", "starttls"}); !known)
      return std::unexpected(known.error());
    const auto host = node.require("host");
    if (!host) return std::unexpected(host.error());
    const auto text = host->as_text();
    if (!text) return std::unexpected(text.error());
    endpoint.host = *text;
    if (const auto member = node.find("port")) {
      const auto number = member->as_integer();
      if (!number) return std::unexpected(number.error());
      const auto port = port_of(*member, *number);
      if (!port) return std::unexpected(port.error());
      endpoint.port = *port;
      port_given = true;
    }
    if (auto read = read_protocol(node, endpoint, port_given); !read) return std::unexpected(read.error());
  } else {
    const auto written = node.as_text();
    if (!written) return std::unexpected(written.error());
    std::string_view text = *written;
    std::string_view digits;
    if (text.starts_with('[')) {
      const std::size_t close = text.find(']');
      if (close == std::string_view::npos) return std::unexpected(node.error("`]` is missing after the address"));
      digits = text.substr(close + 1);
      text = text.substr(1, close - 1);
      if (!digits.empty() && !digits.starts_with(':'))
        return std::unexpected(node.error("`:` and a port are expected after `]`"));
      if (!digits.empty()) digits.remove_prefix(1);
    } else if (const std::size_t colon = text.rfind(':'); colon != std::string_view::npos && text.find(':') == colon) {
      digits = text.substr(colon + 1);
      text = text.substr(0, colon);
      if (digits.empty()) return std::unexpected(node.error("the port is missing after `:`"));
    }
    endpoint.host = text;
    if (!digits.empty()) {
      int number = 0;
      const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
      if (problem != std::errc() || end != digits.data() + digits.size()) {
        return std::unexpected(
            node.error(fmt::format("`{}` is not a port", digits), "write host:port; an IPv6 address in brackets"));
      }
      const auto port = port_of(node, number);
      if (!port) return std::unexpected(port.error());
      endpoint.port = *port;
    }
  }
  if (endpoint.host.empty() || endpoint.host.size() > 253)
    return std::unexpected(node.error("a host name of 1 to 253 characters is expected"));
  return endpoint;
}

Result<std::vector<Endpoint>> read_endpoints(const Node& node) {
  std::vector<Endpoint> endpoints;
  if (node.is(Node::Kind::sequence)) {
    if (node.size() == 0) return std::unexpected(node.error("no endpoint is listed", "write host:port"));
    for (std::size_t i = 0; i < node.size(); ++i) {
      auto endpoint = read_endpoint(node[i]);
      if (!endpoint) return std::unexpected(std::move(endpoint).error());
      endpoints.push_back(*std::move(endpoint));
    }
  } else {
    auto endpoint = read_endpoint(node);
    if (!endpoint) return std::unexpected(std::move(endpoint).error());
    endpoints.push_back(*std::move(endpoint));
  }
  for (std::size_t i = 1; i < endpoints.size(); ++i) {
    const auto here = endpoints.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::any_of(endpoints.begin(), here, [&](const Endpoint& known) { return known.text() == here->text(); })) {
      return std::unexpected(node[i].error(fmt::format("`{}` is listed twice", here->text())));
    }
  }
  return endpoints;
}

}  // namespace

std::string TlsEndpoint::text() const {
  return host.contains(':') ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

Result<TlsOptions> read_tls_options(const Target& target) {
  const Node& node = *target.options;
  TlsOptions options;
  Node list = node;
  if (node.is(Node::Kind::mapping) && node.find("endpoints")) {
    if (auto known = node.expect_keys({"endpoints", "polite"}); !known) return std::unexpected(known.error());
    list = *node.find("endpoints");
    if (const auto polite = node.find("polite")) {
      const auto value = polite->as_boolean();
      if (!value) return std::unexpected(value.error());
      options.polite = *value;
    }
  }
  auto endpoints = read_endpoints(list);
  if (!endpoints) return std::unexpected(std::move(endpoints).error());
  options.endpoints = *std::move(endpoints);
  return options;
}

}  // namespace ehdscan
