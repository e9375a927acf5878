// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/packet_match.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

namespace ehdscan {
namespace {

bool narrow(NumberRange& range, NumberRange other) {
  range = {std::max(range.first, other.first), std::min(range.last, other.last)};
  return range.first <= range.last;
}

bool narrow(std::optional<AddressRange>& range, const std::optional<AddressRange>& other) {
  if (!other) return true;
  if (!range) {
    range = other;
    return true;
  }
  range = intersect(*range, *other);
  return range.has_value();
}

bool covers(std::string_view pattern, std::string_view name) {
  return pattern.ends_with('*') && name.starts_with(pattern.substr(0, pattern.size() - 1));
}

bool narrow(std::string& name, const std::string& other) {
  if (other.empty() || name == other || covers(other, name)) return true;
  if (!name.empty() && !covers(name, other)) return false;
  name = other;
  return true;
}

/// Prefixes of one side of a packet; those of every address that the families allow if nothing is said.
std::vector<std::string> prefixes_of(const std::optional<AddressRange>& range, std::uint8_t families) {
  if (range) return to_prefixes(*range);
  std::vector<std::string> all;
  if ((families & kFamilyV4) != 0) all.emplace_back("0.0.0.0/0");
  if ((families & kFamilyV6) != 0) all.emplace_back("::/0");
  return all;
}

void append_new(std::vector<std::string>& list, const std::vector<std::string>& more) {
  for (const std::string& item : more) {
    if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
  }
}

bool takes_everything(const FilterRule& rule, const RulePart& part) {
  PacketMatch all;
  if (rule.family == "ip") all.families = kFamilyV4;
  if (rule.family == "ip6") all.families = kFamilyV6;
  if (rule.family == "inet") all.families = kFamilyV4 | kFamilyV6;
  PacketMatch match = part.match;
  match.unknown = false;
  match.families &= all.families;
  return match == all;
}

/// Chains on the way are those whose answer is awaited: a loop never ends in a drop.
std::optional<bool> ends_in_drop(const FilterRuleset& ruleset, const std::string& family, const std::string& table,
                                 const std::string& chain, unsigned depth) {
  if (depth > 16) return {};
  const FilterRule* last = nullptr;
  for (const FilterRule& rule : ruleset.rules) {
    if (rule.family == family && rule.table == table && rule.chain == chain) last = &rule;
  }
  if (last == nullptr) return false;
  bool unknown = false;
  for (const RulePart& part : last->parts) {
    if (part.match.unknown || part.verdict == PacketVerdict::unknown) unknown = true;
    if (!takes_everything(*last, part) || part.match.unknown) continue;
    switch (part.verdict) {
      case PacketVerdict::drop:
      case PacketVerdict::reject:
        return true;
      case PacketVerdict::jump:
      case PacketVerdict::go_to: {
        const std::optional<bool> further = ends_in_drop(ruleset, family, table, part.jump_chain, depth + 1);
        if (!further) unknown = true;
        if (further.value_or(false)) return true;
        break;
      }
      case PacketVerdict::unknown:
      case PacketVerdict::accept:
      case PacketVerdict::go_back:
      case PacketVerdict::go_on:
      case PacketVerdict::nat:
      case PacketVerdict::queue:
        break;
    }
  }
  if (unknown) return {};
  return false;
}

}  // namespace

void PacketMatch::add_condition(std::string_view name) {
  const auto at = std::lower_bound(conditions.begin(), conditions.end(), name);
  if (at == conditions.end() || *at != name) conditions.emplace(at, name);
}

bool narrow(PacketMatch& match, const PacketMatch& other) {
  match.families &= other.families;
  match.states &= other.states;
  for (const std::string& condition : other.conditions) match.add_condition(condition);
  match.source_unknown |= other.source_unknown;
  match.destination_unknown |= other.destination_unknown;
  match.ports_unknown |= other.ports_unknown;
  match.unknown |= other.unknown;
  return match.families != 0 && match.states != 0 && narrow(match.source, other.source) &&
         narrow(match.destination, other.destination) && narrow(match.protocol, other.protocol) &&
         narrow(match.source_ports, other.source_ports) && narrow(match.destination_ports, other.destination_ports) &&
         narrow(match.input_interface, other.input_interface) &&
         narrow(match.output_interface, other.output_interface);
}

void narrow_by_any(std::vector<RulePart>& parts, std::span<const PacketMatch> alternatives,
                   bool PacketMatch::* unknown_field) {
  if (parts.size() * alternatives.size() > kMaxRuleParts) {
    for (RulePart& part : parts) {
      part.match.unknown = true;
      if (unknown_field != nullptr) part.match.*unknown_field = true;
    }
    return;
  }
  std::vector<RulePart> narrowed;
  for (const RulePart& part : parts) {
    for (const PacketMatch& alternative : alternatives) {
      RulePart next = part;
      if (narrow(next.match, alternative)) narrowed.push_back(std::move(next));
    }
  }
  parts = std::move(narrowed);
}

std::string_view to_string(PacketVerdict verdict) {
  switch (verdict) {
    case PacketVerdict::unknown:
      return {};
    case PacketVerdict::accept:
      return "accept";
    case PacketVerdict::drop:
      return "drop";
    case PacketVerdict::reject:
      return "reject";
    case PacketVerdict::jump:
      return "jump";
    case PacketVerdict::go_to:
      return "goto";
    case PacketVerdict::go_back:
      return "return";
    case PacketVerdict::go_on:
      return "continue";
    case PacketVerdict::nat:
      return "nat";
    case PacketVerdict::queue:
      return "queue";
  }
  return {};
}

std::vector<FilterRow> to_rows(const FilterRule& rule) {
  std::vector<FilterRow> rows;
  for (const RulePart& part : rule.parts) {
    FilterRow row{.part = part,
                  .source_prefixes = prefixes_of(part.match.source, part.match.families),
                  .destination_prefixes = prefixes_of(part.match.destination, part.match.families)};
    row.part.match.source.reset();
    row.part.match.destination.reset();
    row.part.match.families = kAllFamilies;
    bool merged = false;
    for (FilterRow& known : rows) {
      if (known.part != row.part) continue;
      if (known.destination_prefixes == row.destination_prefixes) {
        append_new(known.source_prefixes, row.source_prefixes);
        merged = true;
      } else if (known.source_prefixes == row.source_prefixes) {
        append_new(known.destination_prefixes, row.destination_prefixes);
        merged = true;
      }
      if (merged) break;
    }
    if (!merged) rows.push_back(std::move(row));
  }
  return rows;
}

std::optional<bool> ends_in_drop(const FilterRuleset& ruleset, const FilterChain& chain) {
  return ends_in_drop(ruleset, chain.family, chain.table, chain.name, 0);
}

std::string protocol_name(NumberRange protocol) {
  if (protocol == kAllProtocols) return "any";
  if (protocol.first != protocol.last) return {};
  static constexpr auto kNames = std::to_array<std::pair<std::uint32_t, std::string_view>>({{1, "icmp"},
                                                                                            {2, "igmp"},
                                                                                            {4, "ipip"},
                                                                                            {6, "tcp"},
                                                                                            {17, "udp"},
                                                                                            {33, "dccp"},
                                                                                            {41, "ipv6"},
                                                                                            {47, "gre"},
                                                                                            {50, "esp"},
                                                                                            {51, "ah"},
                                                                                            {58, "icmpv6"},
                                                                                            {103, "pim"},
                                                                                            {112, "vrrp"},
                                                                                            {132, "sctp"},
                                                                                            {136, "udplite"}});
  for (const auto& [number, name] : kNames) {
    if (number == protocol.first) return std::string(name);
  }
  return std::to_string(protocol.first);
}

std::vector<std::string> state_names(std::uint32_t states) {
  std::vector<std::string> names;
  if ((states & kAllStates) == kAllStates) return names;
  static constexpr auto kNames = std::to_array<std::pair<std::uint32_t, std::string_view>>(
      {{kStateEstablished, "established"},
       {kStateInvalid, "invalid"},
       {kStateNew, "new"},
       {kStateRelated, "related"},
       {kStateUntracked, "untracked"}});
  for (const auto& [bit, name] : kNames) {
    if ((states & bit) != 0) names.emplace_back(name);
  }
  return names;
}

}  // namespace ehdscan
