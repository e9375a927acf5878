// SPDX-License-Identifier: Apache-2.0
#include "collectors/tls/tls.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "evidence/tables/tls.h"
#include "net/tls/versions.h"

namespace ehdscan {
namespace {

constexpr std::array<const TableSpec*, 2> kTables{&tables::tls_endpoint, &tables::tls_protocol};

struct Endpoint {
  std::string host;
  std::uint16_t port = 443;
  [[nodiscard]] std::string text() const {
    return host.contains(':') ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
  }
};

Result<std::uint16_t> port_of(const Node& node, std::int64_t number) {
  if (number < 1 || number > 65535)
    return std::unexpected(node.error(fmt::format("`{}` is not a port", number), "write 1 to 65535"));
  return static_cast<std::uint16_t>(number);
}

Result<Endpoint> read_endpoint(const Node& node) {
  Endpoint endpoint;
  if (node.is(Node::Kind::mapping)) {
    if (auto known = node.expect_keys({"host", "port"}); !known) return std::unexpected(known.error());
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
    }
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

Result<std::vector<Endpoint>> read_options(const Target& target) {
  std::vector<Endpoint> endpoints;
  const Node& node = *target.options;
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

Result<void> validate(const Target& target) {
  const auto endpoints = read_options(target);
  if (!endpoints) return std::unexpected(endpoints.error());
  return {};
}

bool is_address(const std::string& host) {
  std::array<unsigned char, 16> bytes{};
  return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

std::string_view endpoint_answer(const tls::Reply& reply) {
  if (reply.answer == tls::Answer::server_hello || reply.answer == tls::Answer::retry_request) return "tls";
  return tls::to_string(reply.answer);
}

class EndpointWriter {
 public:
  EndpointWriter(RowSink& sink, const CollectContext& context) : sink_(sink), context_(context) {}

  void ask(const Endpoint& endpoint) {
    const auto addresses = tls::resolve(endpoint.host, endpoint.port);
    if (!addresses) {
      unreachable(endpoint);
      problems_.push_back(addresses.error().message);
      return;
    }
    for (const tls::Address& address : *addresses) {
      if (!is_address(endpoint.host)) ask_one(endpoint, address, endpoint.host);
      ask_one(endpoint, address, {});
    }
  }

  Result<void> finish() {
    std::string reasons;
    for (const std::string& problem : problems_) reasons += (reasons.empty() ? "" : "; ") + problem;
    if (spoken_ == 0)
      return fail(ErrorKind::network, reasons.empty() ? "interrupted before the first answer" : reasons);
    const CollectionState state = problems_.empty() ? CollectionState::complete : CollectionState::partial;
    for (const TableSpec* table : kTables) sink_.collected(*table, state, reasons);
    return {};
  }

  void interrupted() { problems_.emplace_back("interrupted"); }

 private:
  Origin origin(const Endpoint& endpoint) {
    return {.source = sink_.add_source({.target = {},
                                        .collector = {},
                                        .location = endpoint.text(),
                                        .sha256 = {},
                                        .observed_at = context_.started_at,
                                        .grade = EvidenceGrade::e3,
                                        .nature = Nature::observed,
                                        .freshness = Freshness::live,
                                        .third_party = false})};
  }

  void start(Row<tables::tls_endpoint>& row, const Endpoint& endpoint, const std::string& id, bool name_sent) {
    row.set<"endpoint_id">(id)
        .set<"endpoint">(endpoint.text())
        .set<"host">(endpoint.host)
        .set<"listen_port">(endpoint.port);
    row.set<"name_sent">(name_sent).set<"transport">("tcp").set<"starttls">("none");
  }

  void write_version(const std::string& id, const tls::VersionFinding& finding, const Origin& from) {
    Row<tables::tls_protocol> row("tls");
    row.set<"endpoint_id">(id).set<"protocol">(tls::to_string(finding.version)).set<"offered">(finding.offered);
    row.set<"answer">(tls::to_string(finding.answer)).set<"alert_code">(finding.alert_code);
    // Suites and groups are not listed yet, so their lists did not end.
    if (finding.offered.value_or(false)) row.set<"suites_complete">(false).set<"groups_complete">(false);
    row.write(sink_, from);
  }

  void unreachable(const Endpoint& endpoint) {
    const Origin from = origin(endpoint);
    const std::string id = endpoint.text() + "@";
    Row<tables::tls_endpoint> row("tls");
    start(row, endpoint, id, false);
    row.set<"answer">("name_not_found").set<"connections">(0);
    row.write(sink_, from);
    for (const tls::Version version : tls::kVersions)
      write_version(id, {.version = version, .offered = {}, .answer = tls::Answer::timeout, .alert_code = {}}, from);
  }

  void ask_one(const Endpoint& endpoint, const tls::Address& address, const std::string& name) {
    const tls::EndpointFinding found = tls::examine_versions(address, name, {}, [this] { return context_.stop(); });
    const Origin from = origin(endpoint);
    const std::string id =
        fmt::format("{}@{}{}", endpoint.text(), address.text, name.empty() && !is_address(endpoint.host) ? "!" : "");
    Row<tables::tls_endpoint> row("tls");
    start(row, endpoint, id, !name.empty());
    row.set<"address">(address.text)
        .set<"answer">(endpoint_answer(found.first))
        .set<"control_held">(found.control_held);
    row.set<"connections">(found.connections);
    row.write(sink_, from);
    for (const tls::VersionFinding& finding : found.versions) write_version(id, finding, from);
    const std::string_view answer = endpoint_answer(found.first);
    const auto open =
        std::ranges::count_if(found.versions, [](const tls::VersionFinding& finding) { return !finding.offered; });
    if (answer != "tls") {
      problems_.push_back(fmt::format("{}: {}", id, answer));
      return;
    }
    ++spoken_;
    if (!found.control_held.value_or(false)) {
      problems_.push_back(fmt::format("{}: the control hello failed at the end", id));
    } else if (open > 0) {
      problems_.push_back(fmt::format("{}: {} versions not determined", id, open));
    }
  }

  RowSink& sink_;
  const CollectContext& context_;
  std::vector<std::string> problems_;
  int spoken_ = 0;
};

Result<void> collect(const Target& target, RowSink& sink, const CollectContext& context) {
  const auto endpoints = read_options(target);
  if (!endpoints) return std::unexpected(endpoints.error());
  EndpointWriter writer(sink, context);
  for (const Endpoint& endpoint : *endpoints) {
    if (context.stop()) break;
    writer.ask(endpoint);
  }
  if (context.stop()) writer.interrupted();
  return writer.finish();
}

}  // namespace

CollectorSpec tls_collector() {
  return {.name = "tls",
          .summary = "TLS endpoints: the protocol versions that each address takes",
          .evidence = "tls",
          .tables = kTables,
          .validate = &validate,
          .collect = &collect};
}

}  // namespace ehdscan
