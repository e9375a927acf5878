// SPDX-License-Identifier: Apache-2.0
// What the internet reaches, and what reaches it: addresses × routers × all rules on a network interface together.
// Rules of security groups add up; where ordered rule lists filter as well, that is said, because they are not
// resolved.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/ip_prefix.h"
#include "derive/derivation.h"
#include "evidence/tables/derived.h"

namespace ehdscan {
namespace {

constexpr std::int64_t kLastPort = 65535;

struct Rule {
  std::string id;
  std::string group;
  Origin origin;
  bool ingress = false;
  std::string protocol;
  std::int64_t from = 0;
  std::int64_t to = kLastPort;
  std::vector<IpPrefix> remote;
};

struct Interface {
  Origin origin;
  std::string id;
  std::optional<std::string> instance, project, network;
  std::optional<bool> filtered;
  std::vector<std::string> groups;
  std::vector<std::string> public_addresses;
  bool routed_out = false;
};

struct Platform {
  std::map<std::string, Interface> interfaces;
  std::map<std::string, std::vector<Rule>> rules;  ///< by group
  std::set<std::string> ordered_groups, groups_in_reach;
  std::map<std::string, std::vector<IpPrefix>> address_groups;
  std::set<std::string> external_networks, routed_subnets;
  std::map<std::string, std::set<std::string>> subnets_out;  ///< subnets behind a router that leads outside
  std::set<std::string> outward_routers;
  std::set<std::string> vague;  ///< what could not be understood
};

template <typename Take>
Result<void> each(const DeriveInput& input, std::string_view table, std::string_view columns, Take take) {
  Result<sqlite::Statement> rows = input.rows(table, columns);
  if (!rows) return std::unexpected(rows.error());
  while (true) {
    const Result<bool> more = rows->step();
    if (!more) return std::unexpected(more.error());
    if (!*more) return {};
    take(DeriveRow(*rows));
  }
}

bool is_public(const IpPrefix& address) { return has_public_part(address); }

const std::vector<IpPrefix>& everything() {
  static const std::vector<IpPrefix> all{*parse_ip_prefix("0.0.0.0/0"), *parse_ip_prefix("::/0")};
  return all;
}

Result<std::map<std::string, Platform>> read_platforms(const DeriveInput& input) {
  std::map<std::string, Platform> all;
  std::vector<Result<void>> reads;
  reads.push_back(each(input, "network", "network_id,external", [&](const DeriveRow& row) {
    if (row.maybe_bool(1).value_or(false)) all[row.platform()].external_networks.insert(row.text(0));
  }));
  reads.push_back(each(input, "subnet", "subnet_id,globally_routed", [&](const DeriveRow& row) {
    if (row.maybe_bool(1).value_or(false)) all[row.platform()].routed_subnets.insert(row.text(0));
  }));
  reads.push_back(each(input, "router", "router_id,external_network_id,enabled", [&](const DeriveRow& row) {
    if (row.maybe_text(1) && row.maybe_bool(2).value_or(true)) all[row.platform()].outward_routers.insert(row.text(0));
  }));
  reads.push_back(each(input, "router_attachment", "router_id,network_id,subnet_id", [&](const DeriveRow& row) {
    Platform& platform = all[row.platform()];
    if (platform.outward_routers.contains(row.text(0))) platform.subnets_out[row.text(1)].insert(row.text(2));
  }));
  reads.push_back(each(input, "address_group", "address_group_id,prefix", [&](const DeriveRow& row) {
    Platform& platform = all[row.platform()];
    std::vector<IpPrefix>& prefixes = platform.address_groups[row.text(0)];
    if (const auto prefix = parse_ip_prefix(row.text(1))) {
      prefixes.push_back(*prefix);
    } else if (row.text(1) != "none") {
      platform.vague.insert(fmt::format("the range `{}` of the address group {}", row.text(1), row.text(0)));
    }
  }));
  reads.push_back(each(input, "security_group", "group_id,kind", [&](const DeriveRow& row) {
    if (row.maybe_text(1).value_or("security_group") != "security_group") {
      all[row.platform()].ordered_groups.insert(row.text(0));
    }
  }));
  reads.push_back(each(input, "port", "port_id,device_kind,device_id,project_id,network_id,port_security",
                       [&](const DeriveRow& row) {
                         all[row.platform()].interfaces[row.text(0)] = {
                             .origin = row.origin(),
                             .id = row.text(0),
                             .instance = row.text(1) == "instance" ? row.maybe_text(2) : std::nullopt,
                             .project = row.maybe_text(3),
                             .network = row.maybe_text(4),
                             .filtered = row.maybe_bool(5),
                             .groups = {},
                             .public_addresses = {},
                             .routed_out = false};
                       }));
  reads.push_back(each(input, "port_group", "port_id,group_id", [&](const DeriveRow& row) {
    Platform& platform = all[row.platform()];
    const auto found = platform.interfaces.find(row.text(0));
    if (found == platform.interfaces.end()) return;
    found->second.groups.push_back(row.text(1));
    // No platform takes groups on an interface that it does not filter.
    if (!found->second.filtered) found->second.filtered = true;
  }));
  reads.push_back(each(input, "port_address", "port_id,address,subnet_id,is_public", [&](const DeriveRow& row) {
    Platform& platform = all[row.platform()];
    const auto found = platform.interfaces.find(row.text(0));
    if (found == platform.interfaces.end()) return;
    Interface& interface = found->second;
    const bool outside = interface.network && platform.external_networks.contains(*interface.network);
    const auto address = parse_ip_prefix(row.text(1));
    if (address && is_public(*address) &&
        (outside || platform.routed_subnets.contains(row.text(2)) || row.maybe_bool(3).value_or(false))) {
      interface.public_addresses.push_back(row.text(1));
    }
    if (outside) interface.routed_out = true;
    if (!interface.network) return;
    const auto out = platform.subnets_out.find(*interface.network);
    if (out != platform.subnets_out.end() && (out->second.contains(row.text(2)) || out->second.contains("*"))) {
      interface.routed_out = true;
    }
  }));
  reads.push_back(each(input, "floating_ip", "address,port_id", [&](const DeriveRow& row) {
    Platform& platform = all[row.platform()];
    const auto port = row.maybe_text(1);
    if (!port) return;
    const auto found = platform.interfaces.find(*port);
    if (found == platform.interfaces.end()) {
      platform.vague.insert(fmt::format("the floating address {}, whose port is not in evidence", row.text(0)));
      return;
    }
    found->second.public_addresses.push_back(row.text(0));
    found->second.routed_out = true;
  }));
  // Only rules on an interface that the outside can meet matter; a cloud may have a million others.
  bool any_in_reach = false;
  for (auto& [name, platform] : all) {
    for (const auto& [id, interface] : platform.interfaces) {
      if (interface.public_addresses.empty() && !interface.routed_out) continue;
      platform.groups_in_reach.insert(interface.groups.begin(), interface.groups.end());
    }
    any_in_reach = any_in_reach || !platform.groups_in_reach.empty();
  }
  if (any_in_reach) {
    reads.push_back(each(input, "network_rule",
                         "rule_id,group_id,direction,action,protocol,port_from,port_to,remote_kind,remote_prefix,"
                         "remote_address_group_id,enabled",
                         [&](const DeriveRow& row) {
                           Platform& platform = all[row.platform()];
                           if (!row.maybe_bool(10).value_or(true)) return;
                           const auto group = row.maybe_text(1);
                           if (!group || !platform.groups_in_reach.contains(*group)) return;
                           if (platform.ordered_groups.contains(*group) || row.text(3) == "deny") return;
                           const auto vague = [&] { platform.vague.insert(fmt::format("the rule {}", row.text(0))); };
                           Rule rule{.id = row.text(0),
                                     .group = *group,
                                     .origin = row.origin(),
                                     .ingress = row.text(2) == "ingress",
                                     .protocol = row.text(4),
                                     .from = std::max<std::int64_t>(row.maybe_integer(5).value_or(0), 0),
                                     .to = row.maybe_integer(6).value_or(kLastPort),
                                     .remote = {}};
                           if (rule.to < 0) rule.to = kLastPort;
                           const std::string remote = row.text(7);
                           if (!row.maybe_text(2) || !row.maybe_text(3) || !row.maybe_text(4) || remote.empty())
                             return vague();
                           if (remote == "prefix") {
                             const auto prefix = parse_ip_prefix(row.text(8));
                             if (!prefix) return vague();
                             rule.remote.push_back(*prefix);
                           } else if (remote == "address_group") {
                             const auto found = platform.address_groups.find(row.text(9));
                             if (found == platform.address_groups.end()) return vague();
                             rule.remote = found->second;
                           } else if (remote != "security_group") {
                             return vague();
                           }
                           platform.rules[*group].push_back(std::move(rule));
                         }));
  }
  for (Result<void>& read : reads) {
    if (!read) return std::unexpected(std::move(read).error());
  }
  return all;
}

/// Ports at which the set of rules of one protocol changes, and what they let through in between.
class Profile {
 public:
  void add(std::int64_t from, std::int64_t to, const std::vector<IpPrefix>& remote, const std::string& by) {
    if (!remote.empty()) spans_.push_back({from, to, remote, by});
  }

  struct Segment {
    std::int64_t from, to;
    std::vector<IpPrefix> remote;
    std::set<std::string> by;
  };

  [[nodiscard]] std::vector<Segment> segments() const {
    std::set<std::int64_t> cuts;
    for (const Segment& span : raw()) {
      cuts.insert(span.from);
      cuts.insert(span.to + 1);
    }
    std::vector<Segment> segments;
    for (auto at = cuts.begin(); at != cuts.end() && std::next(at) != cuts.end(); ++at) {
      Segment segment{*at, *std::next(at) - 1, {}, {}};
      for (const Span& span : spans_) {
        if (span.from > segment.from || span.to < segment.to) continue;
        segment.remote.insert(segment.remote.end(), span.remote.begin(), span.remote.end());
        segment.by.insert(span.by);
      }
      if (segment.remote.empty()) continue;
      segment.remote = merge_prefixes(std::move(segment.remote));
      if (!segments.empty() && segments.back().to + 1 == segment.from && segments.back().remote == segment.remote &&
          segments.back().by == segment.by) {
        segments.back().to = segment.to;
      } else {
        segments.push_back(std::move(segment));
      }
    }
    return segments;
  }

 private:
  struct Span {
    std::int64_t from, to;
    std::vector<IpPrefix> remote;
    std::string by;
  };
  [[nodiscard]] std::vector<Segment> raw() const {
    std::vector<Segment> all;
    for (const Span& span : spans_) all.push_back({span.from, span.to, {}, {}});
    return all;
  }
  std::vector<Span> spans_;
};

class Writer {
 public:
  Writer(const std::string& name, const Platform& platform, RowSink& sink)
      : platform_(platform), sink_(sink), row_(name) {}

  void write() {
    for (const auto& [id, interface] : platform_.interfaces) {
      if (!interface.public_addresses.empty()) write(interface, true);
      if (interface.routed_out) write(interface, false);
      for (const std::string& group : interface.groups) {
        if (platform_.ordered_groups.contains(group)) ordered_.insert(group);
      }
    }
    for (const std::string& what : platform_.vague) partial(fmt::format("{} is not understood", what));
    for (const std::string& group : ordered_) partial(fmt::format("the ordered rules of {} are not resolved", group));
    for (const std::string& port : unfiltered_unknown_) {
      partial(fmt::format("whether the port {} is filtered is not known", port));
    }
  }

 private:
  void partial(const std::string& reason) { sink_.collected(tables::exposure, CollectionState::partial, reason); }

  void write(const Interface& interface, bool ingress) {
    std::map<std::string, Profile> protocols;
    if (!interface.filtered) {
      unfiltered_unknown_.insert(interface.id);
      return;
    }
    if (!*interface.filtered) {
      protocols["any"].add(0, kLastPort, everything(), "port security is off");
    } else {
      for (const std::string& group : interface.groups) {
        const auto rules = platform_.rules.find(group);
        if (rules == platform_.rules.end()) continue;
        for (const Rule& rule : rules->second) {
          if (rule.ingress != ingress) continue;
          // A rule for every protocol also opens the named ones: it counts in each of them.
          protocols[rule.protocol].add(rule.from, rule.to, rule.remote,
                                       fmt::format("rule {} of {}", rule.id, rule.group));
        }
      }
    }
    const auto any = protocols.find("any");
    for (const auto& [protocol, profile] : protocols) {
      Profile joint = profile;
      if (any != protocols.end() && protocol != "any") {
        for (const Profile::Segment& segment : any->second.segments()) {
          for (const std::string& by : segment.by) joint.add(segment.from, segment.to, segment.remote, by);
        }
      }
      for (const Profile::Segment& segment : joint.segments()) write(interface, ingress, protocol, segment);
    }
  }

  void write(const Interface& interface, bool ingress, const std::string& protocol, const Profile::Segment& segment) {
    const bool v4_whole = std::ranges::find(segment.remote, everything()[0]) != segment.remote.end();
    const bool v6_whole = std::ranges::find(segment.remote, everything()[1]) != segment.remote.end();
    for (const IpPrefix& remote : segment.remote) {
      if (!has_public_part(remote)) continue;
      row_.set<"port_id">(interface.id).set<"protocol">(protocol);
      row_.set<"direction">(std::string_view(ingress ? "from_internet" : "to_internet"));
      row_.set<"port_from">(segment.from).set<"port_to">(segment.to).set<"remote_prefix">(to_string(remote));
      if (ingress) row_.set<"public_address">(interface.public_addresses.front());
      row_.set<"instance_id">(interface.instance).set<"project_id">(interface.project);
      row_.set<"remote_is_any">(remote.v6 ? v6_whole : v4_whole);
      std::vector<std::string> path = interface.public_addresses;
      path.push_back("port " + interface.id);
      path.insert(path.end(), segment.by.begin(), segment.by.end());
      row_.set<"path">(path);
      row_.write(sink_, interface.origin);
    }
  }

  const Platform& platform_;
  RowSink& sink_;
  Row<tables::exposure> row_;
  std::set<std::string> ordered_, unfiltered_unknown_;
};

}  // namespace

Result<void> derive_exposure(const DeriveInput& input, RowSink& sink) {
  const Result<std::map<std::string, Platform>> platforms = read_platforms(input);
  if (!platforms) return std::unexpected(platforms.error());
  for (const auto& [name, platform] : *platforms) Writer(name, platform, sink).write();
  return {};
}

}  // namespace ehdscan
