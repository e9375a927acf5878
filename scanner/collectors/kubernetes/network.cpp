// SPDX-License-Identifier: Apache-2.0
#include "collectors/kubernetes/network.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/ip_prefix.h"
#include "base/text.h"
#include "collectors/kubernetes/look.h"
#include "evidence/tables/kubernetes.h"

namespace ehdscan::kube {
namespace {

struct Peer {
  std::optional<std::string> kind = "any";
  std::optional<std::string> prefix;
  std::vector<std::string> except, spaces, pods;
};

Peer peer_of(const std::optional<Node>& node) {
  Peer peer;
  if (!node) return peer;
  if (!node->is(Node::Kind::mapping)) {
    peer.kind.reset();
    return peer;
  }
  const std::optional<Node> block = at(*node, {"ipBlock"});
  // An empty selector, also one that is null, selects every namespace; only without the key it is the policy's own.
  const std::optional<Node> space_selector = at(*node, {"namespaceSelector"});
  if (block) {
    peer.kind = "address";
    peer.prefix = some_text_at(*block, {"cidr"});
    peer.except = texts_at(*block, {"except"});
    if (!peer.prefix || !parse_ip_prefix(*peer.prefix)) peer.kind.reset();
  } else if (space_selector) {
    peer.spaces = selector_of(space_selector);
    peer.kind = peer.spaces.empty() ? "all_namespaces" : "namespaces";
  } else {
    peer.kind = at(*node, {"podSelector"}) ? "own_namespace" : "any";
  }
  peer.pods = selector_of(at(*node, {"podSelector"}));
  return peer;
}

void add_rules(const Object& object, std::string_view direction, Context& context) {
  Row<tables::kube_network_policy_rule> row(context.platform);
  int number = 0;
  for (const Node& rule : items_at(object.node, {"spec", direction})) {
    ++number;
    int part = 0;
    std::vector<std::optional<Node>> peers;
    for (const Node& peer : items_at(rule, {direction == "ingress" ? "from" : "to"})) peers.emplace_back(peer);
    if (peers.empty()) peers.emplace_back(std::nullopt);
    std::vector<std::optional<Node>> ports;
    for (const Node& port : items_at(rule, {"ports"})) ports.emplace_back(port);
    if (ports.empty()) ports.emplace_back(std::nullopt);
    for (const std::optional<Node>& node : peers) {
      const Peer peer = peer_of(node);
      for (const std::optional<Node>& port : ports) {
        row.set<"cluster">(context.options.cluster).set<"namespace">(object.space).set<"policy">(object.name);
        row.set<"direction">(direction).set<"rule">(number).set<"part">(++part).set<"action">("allow");
        row.set<"peer_kind">(peer.kind).set<"peer_prefix">(peer.prefix).set<"except_prefixes">(peer.except);
        row.set<"namespace_selector">(peer.spaces).set<"pod_selector">(peer.pods);
        const std::string protocol = port ? to_lower(text_at(*port, {"protocol"})) : "any";
        row.set<"protocol">(protocol.empty() ? "tcp" : protocol);
        const std::string first = port ? text_at(*port, {"port"}) : std::string();
        if (first.empty()) {
          row.set<"port_from">(0).set<"port_to">(65535);
        } else if (const auto from = parse_integer(first)) {
          row.set<"port_from">(*from).set<"port_to">(parse_integer(text_at(*port, {"endPort"})).value_or(*from));
        }
        context.write(row);
      }
    }
  }
}

std::optional<bool> internal_by_annotation(const Node& object) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kInternal{{
      {"service.beta.kubernetes.io/openstack-internal-load-balancer", "true"},
      {"service.beta.kubernetes.io/azure-load-balancer-internal", "true"},
      {"service.beta.kubernetes.io/aws-load-balancer-internal", "true"},
      {"service.beta.kubernetes.io/aws-load-balancer-scheme", "internal"},
      {"networking.gke.io/load-balancer-type", "internal"},
      {"cloud.google.com/load-balancer-type", "internal"},
      {"loadbalancer.openstack.org/internal", "true"},
  }};
  for (const auto& [key, value] : kInternal) {
    if (const auto written = annotation_of(object, key)) return to_lower(*written) == value;
  }
  return std::nullopt;
}

struct Host {
  bool tls = false;
  std::optional<std::string> secret;
  std::vector<std::string> services;
};

void write_hosts(std::map<std::string, Host>& hosts, const std::string& ingress,
                 const std::optional<std::string>& ingress_class, const Object& object, Context& context) {
  Row<tables::kube_ingress> row(context.platform);
  for (auto& [name, host] : hosts) {
    std::ranges::sort(host.services);
    host.services.erase(std::ranges::unique(host.services).begin(), host.services.end());
    row.set<"cluster">(context.options.cluster)
        .set<"namespace">(object.space)
        .set<"ingress">(ingress)
        .set<"host">(name);
    row.set<"ingress_class">(ingress_class).set<"tls">(host.tls).set<"certificate_secret">(host.secret);
    row.set<"services">(host.services);
    context.write(row);
  }
}

std::string host_or_any(const std::string& host) { return host.empty() ? "*" : host; }

}  // namespace

void add_network_policy(const Object& object, Context& context) {
  const std::optional<Node> spec = at(object.node, {"spec"});
  const std::optional<std::vector<std::string>> types = list_at(object.node, {"spec", "policyTypes"});
  const bool has_egress = !items_at(object.node, {"spec", "egress"}).empty();
  // Without policyTypes the way in is always governed, the way out only if there are rules for it.
  const auto governs = [&](std::string_view type, bool unless_told) -> std::optional<bool> {
    if (!types) return std::nullopt;
    return types->empty() ? unless_told : std::ranges::find(*types, type) != types->end();
  };
  const std::vector<std::string> pods = selector_of(at(object.node, {"spec", "podSelector"}));
  Row<tables::kube_network_policy> row(context.platform);
  row.set<"cluster">(context.options.cluster)
      .set<"namespace">(object.space)
      .set<"policy">(object.name)
      .set<"kind">("NetworkPolicy");
  row.set<"selects_all_pods">(pods.empty()).set<"pod_selector">(pods);
  row.set<"ingress">(governs("Ingress", true)).set<"egress">(governs("Egress", has_egress));
  row.set<"ingress_rules">(items_at(object.node, {"spec", "ingress"}).size());
  row.set<"egress_rules">(items_at(object.node, {"spec", "egress"}).size());
  row.set<"wholly_understood">(spec.has_value());
  context.write(row);
  add_rules(object, "ingress", context);
  add_rules(object, "egress", context);
}

void add_service(const Object& object, Context& context) {
  const Node& node = object.node;
  std::string kind = text_at(node, {"spec", "type"});
  if (kind.empty()) kind = "ClusterIP";
  std::vector<std::string> ports;
  std::vector<std::string> node_ports;
  for (const Node& port : items_at(node, {"spec", "ports"})) {
    const std::string protocol = to_lower(text_at(port, {"protocol"}));
    ports.push_back(fmt::format("{}/{}", protocol.empty() ? "tcp" : protocol, text_at(port, {"port"})));
    if (std::string number = text_at(port, {"nodePort"}); !number.empty()) node_ports.push_back(std::move(number));
  }
  std::vector<std::string> addresses = texts_at(node, {"spec", "externalIPs"});
  bool public_address = false;
  for (const Node& given : items_at(node, {"status", "loadBalancer", "ingress"})) {
    std::string address = text_at(given, {"ip"});
    if (const auto prefix = parse_ip_prefix(address))
      public_address = public_address || !public_part({*prefix}).empty();
    if (address.empty()) address = text_at(given, {"hostname"});
    if (!address.empty()) addresses.push_back(std::move(address));
  }
  Row<tables::kube_service> row(context.platform);
  row.set<"cluster">(context.options.cluster)
      .set<"namespace">(object.space)
      .set<"service">(object.name)
      .set<"kind">(kind);
  row.set<"ports">(ports).set<"node_ports">(node_ports).set<"external_addresses">(addresses);
  if (kind == "LoadBalancer") {
    std::vector<std::string> ranges = texts_at(node, {"spec", "loadBalancerSourceRanges"});
    if (ranges.empty()) ranges = {"0.0.0.0/0", "::/0"};
    row.set<"allowed_prefixes">(ranges);
    row.set<"internal_only">(public_address ? std::optional(false) : internal_by_annotation(node));
  }
  row.set<"pod_selector">(pairs_of(at(node, {"spec", "selector"})));
  context.write(row);
}

void add_ingress(const Object& object, Context& context) {
  std::map<std::string, Host> hosts;
  if (const std::string service = text_at(object.node, {"spec", "defaultBackend", "service", "name"});
      !service.empty()) {
    hosts["*"].services.push_back(service);
  }
  for (const Node& rule : items_at(object.node, {"spec", "rules"})) {
    Host& host = hosts[host_or_any(text_at(rule, {"host"}))];
    for (const Node& path : items_at(rule, {"http", "paths"})) {
      if (std::string service = text_at(path, {"backend", "service", "name"}); !service.empty())
        host.services.push_back(service);
    }
  }
  for (const Node& tls : items_at(object.node, {"spec", "tls"})) {
    const std::vector<std::string> names = texts_at(tls, {"hosts"});
    for (auto& [name, host] : hosts) {
      if (!names.empty() && std::ranges::find(names, name) == names.end()) continue;
      host.tls = true;
      host.secret = some_text_at(tls, {"secretName"});
    }
  }
  auto ingress_class = some_text_at(object.node, {"spec", "ingressClassName"});
  if (!ingress_class) ingress_class = annotation_of(object.node, "kubernetes.io/ingress.class");
  write_hosts(hosts, object.name, ingress_class, object, context);
}

void add_gateway(const Object& object, Context& context) {
  std::map<std::string, Host> hosts;
  for (const Node& listener : items_at(object.node, {"spec", "listeners"})) {
    const std::string protocol = text_at(listener, {"protocol"});
    Host& host = hosts[host_or_any(text_at(listener, {"hostname"}))];
    // A listener that passes TLS on unopened does not end it here.
    if ((protocol != "HTTPS" && protocol != "TLS") || text_at(listener, {"tls", "mode"}) == "Passthrough") continue;
    host.tls = true;
    for (const Node& reference : items_at(listener, {"tls", "certificateRefs"}))
      host.secret = some_text_at(reference, {"name"});
  }
  write_hosts(hosts, "Gateway/" + object.name, some_text_at(object.node, {"spec", "gatewayClassName"}), object,
              context);
}

}  // namespace ehdscan::kube
