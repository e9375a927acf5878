// SPDX-License-Identifier: Apache-2.0
// The rules that iptables-legacy and ip6tables-legacy put into the kernel, as its socket options give them. The layout
// is the kernel's own (linux/netfilter/x_tables.h): entries one after another, each with matches and one target; a user
// chain starts behind an entry with the target ERROR and ends with an entry that returns.
#include "collectors/linux_host/iptables_legacy.h"

#include <fmt/format.h>
#include <linux/netfilter.h>
#include <linux/netfilter/x_tables.h>
#include <linux/netfilter/xt_conntrack.h>
#include <linux/netfilter/xt_multiport.h>
#include <linux/netfilter/xt_state.h>
#include <linux/netfilter/xt_tcpudp.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>
#include <span>

#include "base/text.h"

namespace ehdscan {
namespace {

constexpr std::array<std::string_view, 5> kChains{"PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"};
constexpr std::array<std::string_view, 5> kHooks{"prerouting", "input", "forward", "output", "postrouting"};

/// Copies a struct of the kernel from the start of `bytes`; false if it does not fit. (Some end in a flexible array, so
/// they cannot travel in an optional.)
template <typename T>
bool copy_struct(ByteView bytes, T& value) {
  if (bytes.size() < sizeof(T)) return false;
  std::memcpy(&value, bytes.data(), sizeof(T));
  return true;
}

std::string name_in(std::span<const char> field) {
  const auto end = std::ranges::find(field, '\0');
  return to_valid_utf8(std::string(field.begin(), end));
}

/// What both families say at the head of an entry.
struct Head {
  std::vector<std::byte> source, source_mask, destination, destination_mask;
  std::string input_interface, output_interface;
  std::uint32_t protocol = 0;  ///< 0: any
  bool fragment = false;
  bool goes = false;  ///< a jump that does not come back
  bool not_source = false, not_destination = false, not_input = false, not_output = false, not_protocol = false;
  bool other_inverted = false;
  std::size_t target_offset = 0, next_offset = 0, size = 0;
};

template <typename T>
std::vector<std::byte> bytes_of(const T& value) {
  std::vector<std::byte> bytes(sizeof(T));
  std::memcpy(bytes.data(), &value, sizeof(T));
  return bytes;
}

/// An interface name as rules write it: only the bytes under the mask count, `eth+` leaves the final zero out.
std::string interface_of(std::span<const char> name, std::span<const unsigned char> mask) {
  const auto length = static_cast<std::size_t>(std::ranges::find(mask, 0) - mask.begin());
  if (length == 0) return {};
  std::string text = name_in(name);
  if (length > text.size()) return text;
  return text.substr(0, length) + "*";
}

template <typename Entry, typename Ip>
Head common_head(const Entry& entry, const Ip& ip) {
  Head head{.source = bytes_of(ip.src),
            .source_mask = bytes_of(ip.smsk),
            .destination = bytes_of(ip.dst),
            .destination_mask = bytes_of(ip.dmsk),
            .input_interface = interface_of(ip.iniface, ip.iniface_mask),
            .output_interface = interface_of(ip.outiface, ip.outiface_mask),
            .protocol = ip.proto,
            .target_offset = entry.target_offset,
            .next_offset = entry.next_offset,
            .size = sizeof(Entry)};
  // The bits have the same meaning in both families (IPT_INV_*, IP6T_INV_*).
  head.not_input = (ip.invflags & IPT_INV_VIA_IN) != 0;
  head.not_output = (ip.invflags & IPT_INV_VIA_OUT) != 0;
  head.not_source = (ip.invflags & IPT_INV_SRCIP) != 0;
  head.not_destination = (ip.invflags & IPT_INV_DSTIP) != 0;
  head.not_protocol = (ip.invflags & XT_INV_PROTO) != 0;
  head.other_inverted = (ip.invflags & (IPT_INV_TOS | IPT_INV_FRAG)) != 0;
  return head;
}

std::optional<Head> head_at(ByteView bytes, bool v6) {
  if (v6) {
    ip6t_entry entry{};
    if (!copy_struct(bytes, entry)) return std::nullopt;
    Head head = common_head(entry, entry.ipv6);
    head.goes = (entry.ipv6.flags & IP6T_F_GOTO) != 0;
    if ((entry.ipv6.flags & IP6T_F_TOS) != 0) head.other_inverted = true;
    return head;
  }
  ipt_entry entry{};
  if (!copy_struct(bytes, entry)) return std::nullopt;
  Head head = common_head(entry, entry.ip);
  head.goes = (entry.ip.flags & IPT_F_GOTO) != 0;
  head.fragment = (entry.ip.flags & IPT_F_FRAG) != 0;
  return head;
}

/// Number of leading one bits if that is all the ones there are.
std::optional<unsigned> prefix_bits(std::span<const std::byte> mask) {
  unsigned bits = 0;
  bool ended = false;
  for (const std::byte byte : mask) {
    for (int bit = 7; bit >= 0; --bit) {
      const bool one = (std::to_integer<unsigned>(byte) >> bit & 1U) != 0;
      if (one && ended) return std::nullopt;
      ended = ended || !one;
      bits += one ? 1 : 0;
    }
  }
  return bits;
}

/// The ranges outside of one: none, one or two.
std::vector<AddressRange> outside(const AddressRange& range) {
  const AddressRange all = AddressRange::any(range.v6);
  std::vector<AddressRange> rest;
  if (range.first > all.first) rest.push_back({range.v6, all.first, range.first - 1});
  if (range.last < all.last) rest.push_back({range.v6, range.last + 1, all.last});
  return rest;
}

std::vector<NumberRange> outside(NumberRange range, NumberRange all) {
  std::vector<NumberRange> rest;
  if (range.first > all.first) rest.push_back({all.first, range.first - 1});
  if (range.last < all.last) rest.push_back({range.last + 1, all.last});
  return rest;
}

/// Reads one entry into the parts of its rule.
class EntryReader {
 public:
  EntryReader(FilterRule& rule, bool v6) : rule_(rule) {
    RulePart part;
    part.match.families = v6 ? kFamilyV6 : kFamilyV4;
    rule_.parts = {part};
  }

  void head(const Head& head) {
    address(head.source, head.source_mask, head.not_source, &PacketMatch::source, &PacketMatch::source_unknown);
    address(head.destination, head.destination_mask, head.not_destination, &PacketMatch::destination,
            &PacketMatch::destination_unknown);
    if (head.protocol != 0) {
      const NumberRange only{head.protocol, head.protocol};
      numbers(head.not_protocol ? outside(only, kAllProtocols) : std::vector{only}, &PacketMatch::protocol);
    }
    for (RulePart& part : rule_.parts) {
      if (!head.not_input) part.match.input_interface = head.input_interface;
      if (!head.not_output) part.match.output_interface = head.output_interface;
    }
    if (head.not_input) condition("input_interface");
    if (head.not_output) condition("output_interface");
    if (head.fragment || head.other_inverted) condition("header");
  }

  void match(std::string_view name, unsigned revision, ByteView data) {
    if (name == "comment") return;
    if ((name == "tcp" && tcp(data)) || (name == "udp" && udp(data))) return;
    if (name == "multiport" && revision == 1 && multiport(data)) return;
    if (name == "state" && state(data)) return;
    if (name == "conntrack" && conntrack(revision, data)) return;
    condition(name);
  }

  void condition(std::string_view name) {
    for (RulePart& part : rule_.parts) part.match.add_condition(name);
  }

  void verdict(PacketVerdict verdict, const std::string& chain = {}) {
    for (RulePart& part : rule_.parts) {
      part.verdict = verdict;
      part.jump_chain = chain;
      if (verdict == PacketVerdict::unknown) part.match.unknown = true;
    }
  }

 private:
  void address(const std::vector<std::byte>& address, const std::vector<std::byte>& mask, bool inverted,
               std::optional<AddressRange> PacketMatch::* field, bool PacketMatch::* unknown_field) {
    const auto bits = prefix_bits(mask);
    const auto range = bits ? AddressRange::of_prefix(address, *bits) : std::nullopt;
    if (!range) {
      for (RulePart& part : rule_.parts) part.match.*unknown_field = true;
      return;
    }
    if (range->is_any() && !inverted) return;
    std::vector<PacketMatch> alternatives;
    for (const AddressRange& one : inverted ? outside(*range) : std::vector{*range}) {
      alternatives.emplace_back().*field = one;
    }
    narrow_by_any(rule_.parts, alternatives, unknown_field);
  }

  void numbers(const std::vector<NumberRange>& ranges, NumberRange PacketMatch::* field) {
    std::vector<PacketMatch> alternatives;
    for (const NumberRange range : ranges) alternatives.emplace_back().*field = range;
    narrow_by_any(rule_.parts, alternatives, field == &PacketMatch::protocol ? nullptr : &PacketMatch::ports_unknown);
  }

  void ports(const __u16 (&range)[2], bool inverted, NumberRange PacketMatch::* field) {
    const NumberRange only{range[0], range[1]};
    if (only == kAllPorts && !inverted) return;
    numbers(inverted ? outside(only, kAllPorts) : std::vector{only}, field);
  }

  bool tcp(ByteView data) {
    xt_tcp info{};
    if (!copy_struct(data, info)) return false;
    ports(info.spts, (info.invflags & XT_TCP_INV_SRCPT) != 0, &PacketMatch::source_ports);
    ports(info.dpts, (info.invflags & XT_TCP_INV_DSTPT) != 0, &PacketMatch::destination_ports);
    if (info.flg_mask != 0) condition("tcp_flags");
    if (info.option != 0) condition("tcp_option");
    return true;
  }

  bool udp(ByteView data) {
    xt_udp info{};
    if (!copy_struct(data, info)) return false;
    ports(info.spts, (info.invflags & XT_UDP_INV_SRCPT) != 0, &PacketMatch::source_ports);
    ports(info.dpts, (info.invflags & XT_UDP_INV_DSTPT) != 0, &PacketMatch::destination_ports);
    return true;
  }

  bool multiport(ByteView data) {
    xt_multiport_v1 info{};
    if (!copy_struct(data, info) || info.invert != 0 || info.count > XT_MULTI_PORTS ||
        info.flags == XT_MULTIPORT_EITHER)
      return false;
    std::vector<NumberRange> ranges;
    for (std::size_t i = 0; i < info.count; ++i) {
      NumberRange range{info.ports[i], info.ports[i]};
      if (info.pflags[i] != 0 && i + 1 < info.count) range.last = info.ports[++i];
      ranges.push_back(range);
    }
    numbers(ranges, info.flags == XT_MULTIPORT_SOURCE ? &PacketMatch::source_ports : &PacketMatch::destination_ports);
    return true;
  }

  bool states(std::uint32_t mask, bool inverted) {
    // XT_CONNTRACK_STATE_BIT() numbers the states as the kernel's own bits do, but for what else it can mean.
    constexpr std::uint32_t kKnown = XT_CONNTRACK_STATE_BIT(IP_CT_ESTABLISHED) | XT_CONNTRACK_STATE_BIT(IP_CT_RELATED) |
                                     XT_CONNTRACK_STATE_BIT(IP_CT_NEW) | XT_CONNTRACK_STATE_INVALID |
                                     XT_CONNTRACK_STATE_UNTRACKED;
    if ((mask & ~kKnown) != 0) return false;
    std::uint32_t found = 0;
    if ((mask & XT_CONNTRACK_STATE_INVALID) != 0) found |= kStateInvalid;
    if ((mask & XT_CONNTRACK_STATE_BIT(IP_CT_ESTABLISHED)) != 0) found |= kStateEstablished;
    if ((mask & XT_CONNTRACK_STATE_BIT(IP_CT_RELATED)) != 0) found |= kStateRelated;
    if ((mask & XT_CONNTRACK_STATE_BIT(IP_CT_NEW)) != 0) found |= kStateNew;
    if ((mask & XT_CONNTRACK_STATE_UNTRACKED) != 0) found |= kStateUntracked;
    PacketMatch match;
    match.states = inverted ? kAllStates & ~found : found;
    narrow_by_any(rule_.parts, {&match, 1});
    return true;
  }

  bool state(ByteView data) {
    xt_state_info info{};
    return copy_struct(data, info) && states(info.statemask, false);
  }

  bool conntrack(unsigned revision, ByteView data) {
    if (revision < 2 || revision > 3) return false;
    // Revisions 2 and 3 begin alike; what lies behind the states is not looked at.
    xt_conntrack_mtinfo3 info{};
    if (data.size() < sizeof(xt_conntrack_mtinfo2)) return false;
    std::memcpy(&info, data.data(), std::min(data.size(), sizeof(info)));
    if ((info.match_flags & XT_CONNTRACK_STATE) == 0) return false;
    // The alias says that the rule was written with `-m state`.
    const bool only_states = (info.match_flags & ~(XT_CONNTRACK_STATE | XT_CONNTRACK_STATE_ALIAS)) == 0;
    if (!states(info.state_mask, (info.invert_flags & XT_CONNTRACK_STATE) != 0)) return false;
    if (!only_states) condition("conntrack");
    return true;
  }

  FilterRule& rule_;
};

std::string chain_type(std::string_view table) { return table == "nat" ? "nat" : "filter"; }

/// As nf_ip_hook_priorities of linux/netfilter_ipv4.h.
std::optional<std::int64_t> priority_of(std::string_view table, std::size_t hook) {
  if (table == "raw") return -300;
  if (table == "mangle") return -150;
  if (table == "nat") return hook == NF_INET_POST_ROUTING || hook == NF_INET_LOCAL_IN ? 100 : -100;
  if (table == "filter") return 0;
  if (table == "security") return 50;
  return std::nullopt;
}

PacketVerdict verdict_of_extension(std::string_view target) {
  if (target == "REJECT") return PacketVerdict::reject;
  for (const std::string_view name : {"DNAT", "SNAT", "MASQUERADE", "REDIRECT", "NETMAP", "TPROXY"}) {
    if (target == name) return PacketVerdict::nat;
  }
  if (target == "NFQUEUE") return PacketVerdict::queue;
  for (const std::string_view name :
       {"LOG", "NFLOG", "ULOG", "MARK", "CONNMARK", "CT", "NOTRACK", "TRACE", "TCPMSS", "CLASSIFY", "DSCP", "TOS",
        "TTL", "HL", "AUDIT", "CHECKSUM", "SECMARK", "CONNSECMARK", "SET"}) {
    if (target == name) return PacketVerdict::go_on;
  }
  return PacketVerdict::unknown;
}

/// An entry whose bounds have been checked.
struct Entry {
  std::size_t offset = 0;
  Head head;
  ByteView matches;
  std::string target;
  ByteView target_data;
};

class TableReader {
 public:
  TableReader(const LegacyTable& table, FilterRuleset& ruleset)
      : table_(table), ruleset_(ruleset), family_(table.v6 ? "ip6" : "ip") {}

  void read() {
    if (!split()) {
      ruleset_.troubles.push_back(
          fmt::format("the table {} of {} is not in the kernel's format", table_.name, family_));
      return;
    }
    name_chains();
    std::string chain;
    std::uint32_t position = 0;
    std::optional<std::size_t> hook;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const Entry& entry = entries_[i];
      if (entry.target == XT_ERROR_TARGET) continue;
      if (const auto starts = starts_.find(entry.offset); starts != starts_.end()) {
        chain = starts->second;
        position = 0;
        hook = hook_at(entry.offset);
        ruleset_.chains.push_back(chain_of(chain, hook));
      }
      const bool last_of_user_chain = !hook && (i + 1 == entries_.size() || entries_[i + 1].target == XT_ERROR_TARGET);
      const bool is_policy = hook && table_.underflow[*hook] == entry.offset;
      if (last_of_user_chain || is_policy) continue;
      rule(entry, chain, ++position, i + 1 < entries_.size() ? entries_[i + 1].offset : table_.entries.size());
    }
  }

 private:
  bool split() {
    const ByteView all = table_.entries;
    for (std::size_t at = 0; at < all.size();) {
      const auto head = head_at(all.subspan(at), table_.v6);
      if (!head || head->target_offset < head->size ||
          head->next_offset < head->target_offset + sizeof(xt_entry_target) || head->next_offset > all.size() - at) {
        return false;
      }
      const ByteView bytes = all.subspan(at, head->next_offset);
      xt_entry_target target{};
      if (!copy_struct(bytes.subspan(head->target_offset), target)) return false;
      entries_.push_back({at, *head, bytes.subspan(head->size, head->target_offset - head->size),
                          name_in(target.u.user.name), bytes.subspan(head->target_offset + sizeof(xt_entry_target))});
      at += head->next_offset;
    }
    return !entries_.empty();
  }

  [[nodiscard]] std::optional<std::size_t> hook_at(std::size_t offset) const {
    for (std::size_t hook = 0; hook < kHooks.size(); ++hook) {
      if ((table_.valid_hooks >> hook & 1U) != 0 && table_.hook_entry[hook] == offset) return hook;
    }
    return std::nullopt;
  }

  void name_chains() {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const Entry& entry = entries_[i];
      if (entry.target == XT_ERROR_TARGET && i + 1 < entries_.size()) {
        const auto* name = reinterpret_cast<const char*>(entry.target_data.data());
        starts_[entries_[i + 1].offset] =
            name_in({name, std::min(entry.target_data.size(), std::size_t{XT_FUNCTION_MAXNAMELEN})});
      } else if (const auto hook = hook_at(entry.offset)) {
        starts_[entry.offset] = kChains[*hook];
      }
    }
  }

  [[nodiscard]] FilterChain chain_of(const std::string& name, std::optional<std::size_t> hook) const {
    FilterChain chain{.family = family_, .table = table_.name, .name = name};
    if (!hook) return chain;
    chain.hook = kHooks[*hook];
    chain.type = chain_type(table_.name);
    chain.priority = priority_of(table_.name, *hook);
    for (const Entry& entry : entries_) {
      if (entry.offset != table_.underflow[*hook]) continue;
      int verdict = 0;
      if (entry.target.empty() && copy_struct(entry.target_data, verdict))
        chain.policy = verdict == -NF_DROP - 1 ? "drop" : "accept";
    }
    return chain;
  }

  void rule(const Entry& entry, const std::string& chain, std::uint32_t position, std::size_t next) {
    FilterRule rule{.family = family_, .table = table_.name, .chain = chain, .position = position};
    EntryReader reader(rule, table_.v6);
    reader.head(entry.head);
    for (ByteView rest = entry.matches; !rest.empty();) {
      xt_entry_match match{};
      if (!copy_struct(rest, match) || match.u.match_size < sizeof(xt_entry_match) ||
          match.u.match_size > rest.size()) {
        reader.verdict(PacketVerdict::unknown);
        ruleset_.rules.push_back(std::move(rule));
        return;
      }
      reader.match(name_in(match.u.user.name), match.u.user.revision,
                   rest.subspan(sizeof(xt_entry_match), match.u.match_size - sizeof(xt_entry_match)));
      rest = rest.subspan(match.u.match_size);
    }
    target(entry, reader, next);
    ruleset_.rules.push_back(std::move(rule));
  }

  void target(const Entry& entry, EntryReader& reader, std::size_t next) const {
    if (!entry.target.empty()) return reader.verdict(verdict_of_extension(entry.target));
    int verdict = 0;
    if (!copy_struct(entry.target_data, verdict)) return reader.verdict(PacketVerdict::unknown);
    if (verdict < 0) {
      switch (-verdict - 1) {
        case NF_DROP:
          return reader.verdict(PacketVerdict::drop);
        case NF_ACCEPT:
          return reader.verdict(PacketVerdict::accept);
        case NF_QUEUE:
          return reader.verdict(PacketVerdict::queue);
        case NF_REPEAT:  // XT_RETURN
          return reader.verdict(PacketVerdict::go_back);
        default:
          return reader.verdict(PacketVerdict::unknown);
      }
    }
    const auto offset = static_cast<std::size_t>(verdict);
    if (offset == next) return reader.verdict(PacketVerdict::go_on);  // a rule without a target
    const auto chain = starts_.find(offset);
    if (chain == starts_.end()) return reader.verdict(PacketVerdict::unknown);
    reader.verdict(entry.head.goes ? PacketVerdict::go_to : PacketVerdict::jump, chain->second);
  }

  const LegacyTable& table_;
  FilterRuleset& ruleset_;
  std::string family_;
  std::vector<Entry> entries_;
  std::map<std::size_t, std::string> starts_;  ///< first entry of a chain to its name
};

}  // namespace

void read_legacy_table(const LegacyTable& table, FilterRuleset& ruleset) { TableReader(table, ruleset).read(); }

}  // namespace ehdscan
