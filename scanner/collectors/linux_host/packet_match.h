// SPDX-License-Identifier: Apache-2.0
// What packet filter rules say, whichever kernel interface they come from. Values only.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/linux_host/address_range.h"

namespace ehdscan {

/// Numbers from `first` to `last`, both within.
struct NumberRange {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  friend auto operator<=>(const NumberRange&, const NumberRange&) = default;
};

inline constexpr NumberRange kAllPorts{0, 65535};
inline constexpr NumberRange kAllProtocols{0, 255};

/// Bits of PacketMatch::families.
inline constexpr std::uint8_t kFamilyV4 = 1;
inline constexpr std::uint8_t kFamilyV6 = 2;
inline constexpr std::uint8_t kFamilyOther = 4;
inline constexpr std::uint8_t kAllFamilies = 7;

/// Bits of PacketMatch::states, as the kernel numbers them.
inline constexpr std::uint32_t kStateInvalid = 1;
inline constexpr std::uint32_t kStateEstablished = 2;
inline constexpr std::uint32_t kStateRelated = 4;
inline constexpr std::uint32_t kStateNew = 8;
inline constexpr std::uint32_t kStateUntracked = 64;
inline constexpr std::uint32_t kAllStates = 1 | 2 | 4 | 8 | 64;

/// One conjunction of conditions on a packet. It is an upper bound: with `conditions` or `unknown` fewer packets match.
struct PacketMatch {
  std::uint8_t families = kAllFamilies;
  std::optional<AddressRange> source;       ///< empty: any
  std::optional<AddressRange> destination;  ///< empty: any
  NumberRange protocol = kAllProtocols;     ///< IP protocol numbers
  NumberRange source_ports = kAllPorts;
  NumberRange destination_ports = kAllPorts;
  std::uint32_t states = kAllStates;
  std::string input_interface;   ///< empty: any; a final `*` stands for any rest
  std::string output_interface;  ///< likewise
  std::vector<std::string> conditions;  ///< names of further conditions, sorted
  // Something is said of these, but it was not understood.
  bool source_unknown = false;
  bool destination_unknown = false;
  bool ports_unknown = false;
  bool unknown = false;  ///< some part of the rule was not understood

  void add_condition(std::string_view name);
  friend bool operator==(const PacketMatch&, const PacketMatch&) = default;
};

/// Narrows `match` by `other`; false if no packet can match both.
bool narrow(PacketMatch& match, const PacketMatch& other);

enum class PacketVerdict : std::uint8_t { unknown, accept, drop, reject, jump, go_to, go_back, go_on, nat, queue };
std::string_view to_string(PacketVerdict verdict);  ///< as in firewall_rule.verdict; empty for unknown

/// One way a rule can apply: what it matches and what happens then.
struct RulePart {
  PacketMatch match;
  PacketVerdict verdict = PacketVerdict::go_on;
  std::string jump_chain;
  friend bool operator==(const RulePart&, const RulePart&) = default;
};

/// What a rule is expanded to at most; a rule that names more is told less exactly, as unknown.
inline constexpr std::size_t kMaxRuleParts = 1024;

/// Every part narrowed by every alternative. Beyond kMaxRuleParts the parts only become unknown, in `unknown_field`.
void narrow_by_any(std::vector<RulePart>& parts, std::span<const PacketMatch> alternatives,
                   bool PacketMatch::* unknown_field = nullptr);

/// Where a rule stands.
struct FilterRule {
  std::string family;  ///< `ip`, `ip6`, `inet`, `arp`, `bridge`, `netdev`
  std::string table;
  std::string chain;
  std::uint32_t position = 0;  ///< in the chain, from 1
  std::vector<RulePart> parts;  ///< empty if it can never match

  friend bool operator==(const FilterRule&, const FilterRule&) = default;
};

struct FilterChain {
  std::string family;
  std::string table;
  std::string name;
  std::string hook;  ///< empty: only other chains jump to it, or its table is dormant
  std::string type;  ///< empty without a hook
  std::optional<std::int64_t> priority;
  std::string policy;  ///< `accept`, `drop`; empty without a hook
  friend bool operator==(const FilterChain&, const FilterChain&) = default;
};

struct FilterRuleset {
  std::vector<FilterChain> chains;
  std::vector<FilterRule> rules;  ///< in the order of their chains
  std::vector<std::string> troubles;  ///< what could not be read; the ruleset is not complete if there is any
};

/// A part as rows of the evidence table want it: parts that differ in addresses only are one row.
struct FilterRow {
  RulePart part;
  std::vector<std::string> source_prefixes;
  std::vector<std::string> destination_prefixes;
};
std::vector<FilterRow> to_rows(const FilterRule& rule);

/// True if the chain's last rule drops or rejects all that is left, also by way of chains it jumps to; empty if a rule
/// on which that rests was not understood.
std::optional<bool> ends_in_drop(const FilterRuleset& ruleset, const FilterChain& chain);

/// `tcp`, `udp` …, the number for protocols without a name, `any` for all; empty for ranges in between.
std::string protocol_name(NumberRange protocol);
std::vector<std::string> state_names(std::uint32_t states);  ///< empty for all states

}  // namespace ehdscan
