// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/nftables.h"

#include <fmt/format.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "base/text.h"

namespace ehdscan {
namespace {

constexpr std::uint16_t message_type(int message) {
  return static_cast<std::uint16_t>((NFNL_SUBSYS_NFTABLES << 8) | message);
}

std::string family_name(std::uint8_t family) {
  switch (family) {
    case NFPROTO_INET:
      return "inet";
    case NFPROTO_IPV4:
      return "ip";
    case NFPROTO_IPV6:
      return "ip6";
    case NFPROTO_ARP:
      return "arp";
    case NFPROTO_BRIDGE:
      return "bridge";
    case NFPROTO_NETDEV:
      return "netdev";
    default:
      return fmt::format("{}", family);
  }
}

std::string hook_name(const std::string& family, std::uint32_t hook) {
  if (family == "netdev") return hook == NF_NETDEV_EGRESS ? "egress" : "ingress";
  constexpr std::array<std::string_view, 6> kHooks{"prerouting", "input", "forward", "output", "postrouting", "ingress"};
  return hook < kHooks.size() ? std::string(kHooks[hook]) : std::string();
}

/// One message of the kernel: its family and what follows.
struct TableMessage {
  std::string family;
  ByteView attributes;
};

std::optional<TableMessage> open(const NetlinkMessage& message, int wanted) {
  if (message.type != message_type(wanted) || message.payload.size() < sizeof(nfgenmsg)) return std::nullopt;
  return TableMessage{family_name(std::to_integer<std::uint8_t>(message.payload[0])), message.payload.subspan(sizeof(nfgenmsg))};
}

std::vector<std::byte> bytes_of(std::optional<ByteView> view) {
  return view ? std::vector<std::byte>(view->begin(), view->end()) : std::vector<std::byte>{};
}

std::optional<ByteView> nested(std::optional<ByteView> attributes, std::uint16_t type) {
  return attributes ? find_attribute(*attributes, type) : std::nullopt;
}

/// A verdict as NFTA_DATA_VERDICT carries it.
void read_verdict(std::optional<ByteView> data, PacketVerdict& verdict, std::string& chain) {
  const std::optional<std::uint32_t> code = big_endian_32(nested(data, NFTA_VERDICT_CODE));
  verdict = PacketVerdict::unknown;
  if (!code) return;
  switch (static_cast<std::int32_t>(*code)) {
    case NF_DROP:
      verdict = PacketVerdict::drop;
      break;
    case NF_ACCEPT:
      verdict = PacketVerdict::accept;
      break;
    case NF_QUEUE:
      verdict = PacketVerdict::queue;
      break;
    case NFT_CONTINUE:
    case NFT_BREAK:
      verdict = PacketVerdict::go_on;
      break;
    case NFT_JUMP:
      verdict = PacketVerdict::jump;
      break;
    case NFT_GOTO:
      verdict = PacketVerdict::go_to;
      break;
    case NFT_RETURN:
      verdict = PacketVerdict::go_back;
      break;
    default:
      break;
  }
  chain = zero_terminated(nested(data, NFTA_VERDICT_CHAIN));
}

/// What a register holds while a rule is read.
enum class Content : std::uint8_t { nothing, l4_protocol, nf_protocol, source, destination, source_port, destination_port, input_interface,
                                    output_interface, ct_state, condition };

struct Register {
  Content content = Content::nothing;
  std::string condition;                ///< name of what is compared, where it is only a condition
  std::vector<std::byte> mask;          ///< of a bitwise in between
  bool v6 = false;
};

std::uint64_t number_of(std::span<const std::byte> bytes) {
  std::uint64_t number = 0;
  for (const std::byte byte : bytes.first(std::min<std::size_t>(bytes.size(), 8))) number = number << 8 | std::to_integer<std::uint64_t>(byte);
  return number;
}

/// Host byte order, as ct state and interface indices are kept.
std::uint32_t host_number_of(std::span<const std::byte> bytes) {
  std::uint32_t number = 0;
  if (bytes.size() >= sizeof number) std::memcpy(&number, bytes.data(), sizeof number);
  return number;
}

unsigned leading_ones(std::span<const std::byte> mask) {
  unsigned ones = 0;
  for (const std::byte byte : mask) {
    for (int bit = 7; bit >= 0; --bit) {
      if (((std::to_integer<unsigned>(byte) >> bit) & 1U) == 0) return ones;
      ++ones;
    }
  }
  return ones;
}

/// ct state bits of the kernel (nf_conntrack_common.h) are those of PacketMatch.
std::uint32_t states_of(std::span<const std::byte> bytes) { return host_number_of(bytes) & kAllStates; }

class RuleReader {
 public:
  RuleReader(FilterRule& rule, const NftSets& sets) : rule_(rule), sets_(sets) {
    PacketMatch all;
    if (rule.family == "ip") all.families = kFamilyV4;
    if (rule.family == "ip6") all.families = kFamilyV6;
    if (rule.family == "inet") all.families = kFamilyV4 | kFamilyV6;
    rule_.parts.push_back({.match = all});
  }

  void read(ByteView expressions) {
    NetlinkAttributes list(expressions);
    while (const auto element = list.next()) {
      const std::string name = zero_terminated(find_attribute(element->payload, NFTA_EXPR_NAME));
      expression(name, find_attribute(element->payload, NFTA_EXPR_DATA).value_or(ByteView{}));
    }
    if (list.malformed()) unknown();
  }

 private:
  void unknown() {
    for (RulePart& part : rule_.parts) part.match.unknown = true;
  }
  void condition(std::string_view name) {
    for (RulePart& part : rule_.parts) part.match.add_condition(name);
  }
  void verdict(PacketVerdict what, const std::string& chain = {}) {
    for (RulePart& part : rule_.parts) {
      part.verdict = what;
      part.jump_chain = chain;
    }
  }

  Register* at(std::optional<std::uint32_t> number) { return number ? &registers_[slot(*number)] : nullptr; }
  /// Registers of 16 bytes and those of 4 bytes overlap: 1 to 4 are 8, 12, 16 and 20 in the small counting.
  static std::uint32_t slot(std::uint32_t number) { return number <= NFT_REG_4 ? NFT_REG32_00 + (number - 1) * 4 : number; }

  void expression(std::string_view name, ByteView data) {
    if (name == "meta") return meta(data);
    if (name == "payload") return payload(data);
    if (name == "cmp") return compare(data);
    if (name == "range") return range(data);
    if (name == "bitwise") return bitwise(data);
    if (name == "ct") return connection(data);
    if (name == "lookup") return lookup(data);
    if (name == "immediate") return immediate(data);
    if (name == "counter" || name == "log" || name == "last" || name == "notrack" || name == "flow_offload") return;
    if (name == "reject") return verdict(PacketVerdict::reject);
    if (name == "nat" || name == "masq" || name == "redir" || name == "tproxy") return verdict(PacketVerdict::nat);
    if (name == "queue") return verdict(PacketVerdict::queue);
    if (name == "limit" || name == "quota" || name == "connlimit") return condition(name);
    if (name == "fib" || name == "rt" || name == "exthdr" || name == "socket" || name == "osf" || name == "numgen" || name == "hash" ||
        name == "xfrm" || name == "tunnel") {
      if (Register* target = at(big_endian_32(find_attribute(data, 1)))) *target = {.content = Content::condition, .condition = std::string(name)};
      return condition(name);
    }
    unknown();  // match, target (iptables compatibility) and what is newer than we are
  }

  void meta(ByteView data) {
    Register* target = at(big_endian_32(find_attribute(data, NFTA_META_DREG)));
    const auto key = big_endian_32(find_attribute(data, NFTA_META_KEY));
    if (target == nullptr || !key) return;  // meta … set changes the packet's marks only
    *target = {};
    switch (*key) {
      case NFT_META_L4PROTO:
        target->content = Content::l4_protocol;
        break;
      case NFT_META_NFPROTO:
      case NFT_META_PROTOCOL:
        target->content = *key == NFT_META_NFPROTO ? Content::nf_protocol : Content::condition;
        target->condition = "ether_type";
        break;
      case NFT_META_IIFNAME:
        target->content = Content::input_interface;
        break;
      case NFT_META_OIFNAME:
        target->content = Content::output_interface;
        break;
      default:
        target->content = Content::condition;
        target->condition = *key == NFT_META_MARK ? "mark" : *key == NFT_META_SKUID ? "owner" : *key == NFT_META_PKTTYPE ? "packet_type"
                            : *key == NFT_META_IIF || *key == NFT_META_OIF                ? "interface_index"
                                                                                          : "meta";
    }
  }

  void payload(ByteView data) {
    Register* target = at(big_endian_32(find_attribute(data, NFTA_PAYLOAD_DREG)));
    const auto base = big_endian_32(find_attribute(data, NFTA_PAYLOAD_BASE));
    const auto offset = big_endian_32(find_attribute(data, NFTA_PAYLOAD_OFFSET));
    const auto length = big_endian_32(find_attribute(data, NFTA_PAYLOAD_LEN));
    if (target == nullptr || !base || !offset || !length) return;
    *target = {.content = Content::condition, .condition = "payload"};
    if (*base == NFT_PAYLOAD_TRANSPORT_HEADER) {
      if (*offset == 0 && *length == 2) target->content = Content::source_port;
      if (*offset == 2 && *length == 2) target->content = Content::destination_port;
      if (*offset == 0 && *length == 1) target->condition = "icmp_type";
    } else if (*base == NFT_PAYLOAD_NETWORK_HEADER) {
      // RFC 791: protocol at 9, addresses at 12 and 16. RFC 8200: next header at 6, addresses at 8 and 24.
      if ((*offset == 9 || *offset == 6) && *length == 1) target->content = Content::l4_protocol;
      // A prefix that ends at a byte loads its bytes only.
      const bool v6 = only(kFamilyV6);
      if (!v6 && *offset == 12 && *length <= 4) target->content = Content::source;
      if (!v6 && *offset == 16 && *length <= 4) target->content = Content::destination;
      if (v6 && *offset == 8 && *length <= 16) *target = {.content = Content::source, .v6 = true};
      if (v6 && *offset == 24 && *length <= 16) *target = {.content = Content::destination, .v6 = true};
    }
  }

  /// True if an earlier expression left packets of this family only.
  [[nodiscard]] bool only(std::uint8_t family) const {
    return !rule_.parts.empty() &&
           std::ranges::all_of(rule_.parts, [&](const RulePart& part) { return part.match.families == family; });
  }

  void connection(ByteView data) {
    Register* target = at(big_endian_32(find_attribute(data, NFTA_CT_DREG)));
    const auto key = big_endian_32(find_attribute(data, NFTA_CT_KEY));
    if (target == nullptr || !key) return;
    *target = {.content = *key == NFT_CT_STATE ? Content::ct_state : Content::condition, .condition = "connection"};
  }

  void bitwise(ByteView data) {
    Register* source = at(big_endian_32(find_attribute(data, NFTA_BITWISE_SREG)));
    Register* target = at(big_endian_32(find_attribute(data, NFTA_BITWISE_DREG)));
    if (source == nullptr || target == nullptr) return;
    const Register from = *source;
    *target = from;
    target->mask = bytes_of(nested(find_attribute(data, NFTA_BITWISE_MASK), NFTA_DATA_VALUE));
    const bool address = from.content == Content::source || from.content == Content::destination;
    const bool plain = address ? leading_ones(target->mask) == popcount(target->mask) : from.content == Content::ct_state;
    if (!plain) *target = {.content = Content::condition, .condition = from.condition.empty() ? "mask" : from.condition};
  }

  static unsigned popcount(std::span<const std::byte> bytes) {
    unsigned count = 0;
    for (const std::byte byte : bytes) count += static_cast<unsigned>(__builtin_popcount(std::to_integer<unsigned>(byte)));
    return count;
  }

  void compare(ByteView data) {
    const Register* source = at(big_endian_32(find_attribute(data, NFTA_CMP_SREG)));
    const auto operation = big_endian_32(find_attribute(data, NFTA_CMP_OP));
    const std::vector<std::byte> value = bytes_of(nested(find_attribute(data, NFTA_CMP_DATA), NFTA_DATA_VALUE));
    if (source == nullptr || !operation) return unknown();
    // `ct state established,related` is: mask the state, then compare with not zero.
    if (source->content == Content::ct_state && !source->mask.empty()) {
      const std::uint32_t mask = states_of(source->mask);
      const bool zero = host_number_of(value) == 0;
      if (!zero || (*operation != NFT_CMP_NEQ && *operation != NFT_CMP_EQ)) return condition("ct_state");
      PacketMatch match;
      match.states = *operation == NFT_CMP_NEQ ? mask : kAllStates & ~mask;
      return narrow_by_any(rule_.parts, {&match, 1});
    }
    std::vector<PacketMatch> alternatives;
    if (!add_alternative(*source, *operation, value, alternatives)) return not_understood(*source);
    narrow_by_any(rule_.parts, alternatives, field_of(*source));
  }

  void range(ByteView data) {
    const Register* source = at(big_endian_32(find_attribute(data, NFTA_RANGE_SREG)));
    const auto operation = big_endian_32(find_attribute(data, NFTA_RANGE_OP));
    const auto from = bytes_of(nested(find_attribute(data, NFTA_RANGE_FROM_DATA), NFTA_DATA_VALUE));
    const auto to = bytes_of(nested(find_attribute(data, NFTA_RANGE_TO_DATA), NFTA_DATA_VALUE));
    if (source == nullptr || !operation) return unknown();
    std::vector<PacketMatch> alternatives;
    if (*operation == NFT_RANGE_EQ) {
      if (!add_interval(*source, from, to, alternatives)) return not_understood(*source);
    } else if (!add_outside(*source, number_of(from), number_of(to), alternatives)) {
      return not_understood(*source);
    }
    narrow_by_any(rule_.parts, alternatives, field_of(*source));
  }

  void lookup(ByteView data) {
    const Register* source = at(big_endian_32(find_attribute(data, NFTA_LOOKUP_SREG)));
    const std::string name = zero_terminated(find_attribute(data, NFTA_LOOKUP_SET));
    const bool inverted = (big_endian_32(find_attribute(data, NFTA_LOOKUP_FLAGS)).value_or(0) & NFT_LOOKUP_F_INV) != 0;
    const auto result = big_endian_32(find_attribute(data, NFTA_LOOKUP_DREG));
    const auto set = sets_.find({rule_.family + "/" + rule_.table, name});
    if (source == nullptr || set == sets_.end()) return unknown();
    if (result && *result == NFT_REG_VERDICT) return verdict_map(*source, set->second);
    if (result || inverted) return not_understood(*source);
    std::vector<PacketMatch> alternatives;
    for (const NftElement& element : set->second) {
      if (!add_element(*source, element, alternatives)) return not_understood(*source);
    }
    // No element: nothing matches.
    narrow_by_any(rule_.parts, alternatives, field_of(*source));
  }

  /// `tcp dport vmap { 22 : accept, 80 : jump web }`: one part per element, the rest goes on.
  void verdict_map(const Register& source, const std::vector<NftElement>& elements) {
    std::vector<RulePart> parts;
    for (const NftElement& element : elements) {
      std::vector<PacketMatch> alternatives;
      if (!add_element(source, element, alternatives)) return not_understood(source);
      std::vector<RulePart> narrowed = rule_.parts;
      narrow_by_any(narrowed, alternatives, field_of(source));
      for (RulePart& part : narrowed) {
        part.verdict = element.verdict;
        part.jump_chain = element.jump_chain;
        parts.push_back(std::move(part));
      }
      if (parts.size() > kMaxRuleParts) return not_understood(source);
    }
    rule_.parts = std::move(parts);
  }

  void immediate(ByteView data) {
    if (big_endian_32(find_attribute(data, NFTA_IMMEDIATE_DREG)) != std::uint32_t{NFT_REG_VERDICT}) return;
    PacketVerdict what = PacketVerdict::unknown;
    std::string chain;
    read_verdict(nested(find_attribute(data, NFTA_IMMEDIATE_DATA), NFTA_DATA_VERDICT), what, chain);
    verdict(what, chain);
  }

  /// A comparison of something that only narrows is told by name; one of what rows show makes that unknown.
  void not_understood(const Register& source) {
    if (source.content == Content::condition) return condition(source.condition);
    for (RulePart& part : rule_.parts) {
      part.match.unknown = true;
      if (bool PacketMatch::* field = field_of(source); field != nullptr) part.match.*field = true;
    }
  }

  static bool PacketMatch::* field_of(const Register& source) {
    switch (source.content) {
      case Content::source:
        return &PacketMatch::source_unknown;
      case Content::destination:
        return &PacketMatch::destination_unknown;
      case Content::destination_port:
        return &PacketMatch::ports_unknown;
      default:
        return nullptr;
    }
  }

  static bool add_element(const Register& source, const NftElement& element, std::vector<PacketMatch>& alternatives) {
    if (element.key_end.empty()) return add_alternative(source, NFT_CMP_EQ, element.key, alternatives);
    return add_interval(source, element.key, element.key_end, alternatives);
  }

  /// Adds what equals `value` (or does not, or is less …); false if that is not understood.
  static bool add_alternative(const Register& source, std::uint32_t operation, std::span<const std::byte> value,
                              std::vector<PacketMatch>& alternatives) {
    PacketMatch match;
    const auto number = static_cast<std::uint32_t>(number_of(value));
    switch (source.content) {
      case Content::nf_protocol:
        if (operation != NFT_CMP_EQ || value.empty()) return false;
        match.families = number == NFPROTO_IPV4 ? kFamilyV4 : number == NFPROTO_IPV6 ? kFamilyV6 : kFamilyOther;
        break;
      case Content::input_interface:
      case Content::output_interface: {
        if (operation != NFT_CMP_EQ) return false;
        std::string name = zero_terminated(value);
        // A name without its final zero is the beginning of names: `eth*`.
        if (!value.empty() && value.back() != std::byte{0}) name += '*';
        (source.content == Content::input_interface ? match.input_interface : match.output_interface) = name;
        break;
      }
      case Content::ct_state:
        if (operation != NFT_CMP_EQ) return false;
        match.states = states_of(value);
        break;
      case Content::source:
      case Content::destination: {
        if (operation != NFT_CMP_EQ) return false;
        // `ip saddr 10.0.0.0/8` compares one byte, `10.1.2.0/23` masks four and compares them.
        std::vector<std::byte> address(value.begin(), value.end());
        unsigned bits = static_cast<unsigned>(value.size()) * 8;
        if (!source.mask.empty()) bits = leading_ones(source.mask);
        address.resize(source.v6 ? 16 : 4, std::byte{0});
        const auto prefix = AddressRange::of_prefix(address, bits);
        if (!prefix) return false;
        (source.content == Content::source ? match.source : match.destination) = prefix;
        break;
      }
      case Content::l4_protocol:
      case Content::source_port:
      case Content::destination_port: {
        const std::uint32_t most = source.content == Content::l4_protocol ? 255 : 65535;
        switch (operation) {
          case NFT_CMP_EQ:
            return add_numbers(source, {number, number}, alternatives);
          case NFT_CMP_NEQ:
            return add_outside(source, number, number, alternatives);
          case NFT_CMP_LT:
            return number > 0 && add_numbers(source, {0, number - 1}, alternatives);
          case NFT_CMP_LTE:
            return add_numbers(source, {0, number}, alternatives);
          case NFT_CMP_GT:
            return number < most && add_numbers(source, {number + 1, most}, alternatives);
          case NFT_CMP_GTE:
            return add_numbers(source, {number, most}, alternatives);
          default:
            return false;
        }
      }
      case Content::nothing:
      case Content::condition:
        return false;
    }
    alternatives.push_back(std::move(match));
    return true;
  }

  static bool add_numbers(const Register& source, NumberRange range, std::vector<PacketMatch>& alternatives) {
    PacketMatch match;
    if (source.content == Content::l4_protocol) {
      match.protocol = range;
    } else if (source.content == Content::source_port) {
      match.source_ports = range;
      match.add_condition("source_port");
    } else if (source.content == Content::destination_port) {
      match.destination_ports = range;
    } else {
      return false;
    }
    alternatives.push_back(std::move(match));
    return true;
  }

  static bool add_outside(const Register& source, std::uint64_t from, std::uint64_t to, std::vector<PacketMatch>& alternatives) {
    const std::uint32_t most = source.content == Content::l4_protocol ? 255 : 65535;
    if (from > most || to > most) return false;
    bool known = source.content == Content::l4_protocol || source.content == Content::source_port || source.content == Content::destination_port;
    if (from > 0) known = known && add_numbers(source, {0, static_cast<std::uint32_t>(from - 1)}, alternatives);
    if (to < most) known = known && add_numbers(source, {static_cast<std::uint32_t>(to + 1), most}, alternatives);
    return known;
  }

  static bool add_interval(const Register& source, std::span<const std::byte> from, std::span<const std::byte> to,
                           std::vector<PacketMatch>& alternatives) {
    if (source.content == Content::source || source.content == Content::destination) {
      const auto first = AddressRange::of_prefix(from, static_cast<unsigned>(from.size()) * 8);
      const auto last = AddressRange::of_prefix(to, static_cast<unsigned>(to.size()) * 8);
      if (!first || !last || first->v6 != last->v6) return false;
      PacketMatch match;
      (source.content == Content::source ? match.source : match.destination) =
          AddressRange{.v6 = first->v6, .first = first->first, .last = last->last};
      alternatives.push_back(std::move(match));
      return true;
    }
    return add_numbers(source, {static_cast<std::uint32_t>(number_of(from)), static_cast<std::uint32_t>(number_of(to))}, alternatives);
  }

  FilterRule& rule_;
  const NftSets& sets_;
  std::map<std::uint32_t, Register> registers_;
};

/// Appends an attribute with a zero-terminated text.
void append_text(std::vector<std::byte>& payload, std::uint16_t type, const std::string& text) {
  nlattr attribute{};
  attribute.nla_len = static_cast<std::uint16_t>(sizeof attribute + text.size() + 1);
  attribute.nla_type = type;
  const auto* header = reinterpret_cast<const std::byte*>(&attribute);
  payload.insert(payload.end(), header, header + sizeof attribute);
  const auto* bytes = reinterpret_cast<const std::byte*>(text.c_str());
  payload.insert(payload.end(), bytes, bytes + text.size() + 1);
  payload.resize((payload.size() + 3) & ~std::size_t{3});
}

std::vector<std::byte> request(std::uint8_t family) {
  const nfgenmsg header{.nfgen_family = family, .version = NFNETLINK_V0, .res_id = 0};
  const auto* bytes = reinterpret_cast<const std::byte*>(&header);
  return {bytes, bytes + sizeof header};
}

/// A dump that the kernel says was not disturbed while it was read.
Result<std::vector<std::byte>> steady_dump(NetlinkSocket& socket, int message, const std::vector<std::byte>& payload) {
  for (int attempt = 0; attempt < 5; ++attempt) {
    Result<NetlinkSocket::Dump> answer = socket.dump(message_type(message), payload);
    if (!answer) return std::unexpected(answer.error());
    if (!answer->interrupted) return std::move(answer->bytes);
  }
  return fail(ErrorKind::io, "the packet filter changes all the time: it could not be read in one piece");
}

struct SetName {
  std::uint8_t family = 0;
  std::string family_text;
  std::string table;
  std::string name;
};

std::vector<SetName> read_set_names(ByteView bytes) {
  std::vector<SetName> names;
  NetlinkMessages messages(bytes);
  while (const auto message = messages.next()) {
    const auto opened = open(*message, NFT_MSG_NEWSET);
    if (!opened) continue;
    names.push_back({std::to_integer<std::uint8_t>(message->payload[0]), opened->family,
                     zero_terminated(find_attribute(opened->attributes, NFTA_SET_TABLE)),
                     zero_terminated(find_attribute(opened->attributes, NFTA_SET_NAME))});
  }
  return names;
}

/// The number before `bytes`, as a big integer: the end of an interval is the first key beyond it.
std::vector<std::byte> one_less(std::vector<std::byte> bytes) {
  for (std::size_t i = bytes.size(); i-- > 0;) {
    const auto value = std::to_integer<unsigned>(bytes[i]);
    bytes[i] = std::byte(static_cast<unsigned char>(value - 1));
    if (value != 0) break;
  }
  return bytes;
}

}  // namespace

std::vector<NftElement> read_set_elements(ByteView bytes) {
  struct Raw {
    NftElement element;
    bool ends = false;
  };
  std::vector<Raw> raw;
  bool intervals = false;
  NetlinkMessages messages(bytes);
  while (const auto message = messages.next()) {
    const auto opened = open(*message, NFT_MSG_NEWSETELEM);
    if (!opened) continue;
    NetlinkAttributes list(find_attribute(opened->attributes, NFTA_SET_ELEM_LIST_ELEMENTS).value_or(ByteView{}));
    while (const auto item = list.next()) {
      Raw found;
      found.element.key = bytes_of(nested(find_attribute(item->payload, NFTA_SET_ELEM_KEY), NFTA_DATA_VALUE));
      found.element.key_end = bytes_of(nested(find_attribute(item->payload, NFTA_SET_ELEM_KEY_END), NFTA_DATA_VALUE));
      found.ends = (big_endian_32(find_attribute(item->payload, NFTA_SET_ELEM_FLAGS)).value_or(0) & NFT_SET_ELEM_INTERVAL_END) != 0;
      if (const auto verdict = nested(find_attribute(item->payload, NFTA_SET_ELEM_DATA), NFTA_DATA_VERDICT)) {
        read_verdict(verdict, found.element.verdict, found.element.jump_chain);
      }
      intervals = intervals || found.ends;
      raw.push_back(std::move(found));
    }
  }
  std::vector<NftElement> elements;
  if (!intervals) {
    for (Raw& item : raw) elements.push_back(std::move(item.element));
    return elements;
  }
  // An end sorts before a start with the same key: [a, b) [b, c).
  std::ranges::sort(raw, [](const Raw& a, const Raw& b) {
    return a.element.key != b.element.key ? a.element.key < b.element.key : a.ends && !b.ends;
  });
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i].ends) continue;
    NftElement element = raw[i].element;
    if (i + 1 < raw.size()) {
      element.key_end = one_less(raw[i + 1].element.key);
    } else {
      element.key_end.assign(element.key.size(), std::byte{0xFF});  // it goes on to the last key there is
    }
    elements.push_back(std::move(element));
  }
  return elements;
}

std::vector<FilterChain> read_chains(ByteView bytes) {
  std::vector<FilterChain> chains;
  NetlinkMessages messages(bytes);
  while (const auto message = messages.next()) {
    const auto opened = open(*message, NFT_MSG_NEWCHAIN);
    if (!opened) continue;
    FilterChain chain{.family = opened->family,
                      .table = zero_terminated(find_attribute(opened->attributes, NFTA_CHAIN_TABLE)),
                      .name = zero_terminated(find_attribute(opened->attributes, NFTA_CHAIN_NAME))};
    if (const auto hook = find_attribute(opened->attributes, NFTA_CHAIN_HOOK)) {
      const auto number = big_endian_32(find_attribute(*hook, NFTA_HOOK_HOOKNUM));
      if (number) chain.hook = hook_name(chain.family, *number);
      if (const auto priority = big_endian_32(find_attribute(*hook, NFTA_HOOK_PRIORITY))) chain.priority = static_cast<std::int32_t>(*priority);
      chain.type = zero_terminated(find_attribute(opened->attributes, NFTA_CHAIN_TYPE));
      const auto policy = big_endian_32(find_attribute(opened->attributes, NFTA_CHAIN_POLICY));
      if (policy) chain.policy = *policy == NF_DROP ? "drop" : "accept";
    }
    chains.push_back(std::move(chain));
  }
  return chains;
}

std::vector<FilterRule> read_rules(ByteView bytes, const NftSets& sets) {
  std::vector<FilterRule> rules;
  std::map<std::string, std::uint32_t> positions;
  NetlinkMessages messages(bytes);
  while (const auto message = messages.next()) {
    const auto opened = open(*message, NFT_MSG_NEWRULE);
    if (!opened) continue;
    FilterRule rule{.family = opened->family,
                    .table = zero_terminated(find_attribute(opened->attributes, NFTA_RULE_TABLE)),
                    .chain = zero_terminated(find_attribute(opened->attributes, NFTA_RULE_CHAIN))};
    rule.position = ++positions[fmt::format("{}/{}/{}", rule.family, rule.table, rule.chain)];
    RuleReader(rule, sets).read(find_attribute(opened->attributes, NFTA_RULE_EXPRESSIONS).value_or(ByteView{}));
    rules.push_back(std::move(rule));
  }
  return rules;
}

Result<FilterRuleset> read_nftables() {
  Result<NetlinkSocket> socket = NetlinkSocket::open(NETLINK_NETFILTER);
  if (!socket) return std::unexpected(socket.error());
  const auto chains = steady_dump(*socket, NFT_MSG_GETCHAIN, request(NFPROTO_UNSPEC));
  if (!chains) return std::unexpected(chains.error());
  const auto set_names = steady_dump(*socket, NFT_MSG_GETSET, request(NFPROTO_UNSPEC));
  if (!set_names) return std::unexpected(set_names.error());
  FilterRuleset ruleset{.chains = read_chains(*chains)};
  NftSets sets;
  for (const SetName& set : read_set_names(*set_names)) {
    std::vector<std::byte> payload = request(set.family);
    append_text(payload, NFTA_SET_ELEM_LIST_TABLE, set.table);
    append_text(payload, NFTA_SET_ELEM_LIST_SET, set.name);
    const auto elements = steady_dump(*socket, NFT_MSG_GETSETELEM, payload);
    if (!elements) {
      ruleset.troubles.push_back(fmt::format("the set `{}` of table `{}`: {}", set.name, set.table, elements.error().message));
      continue;
    }
    sets[{set.family_text + "/" + set.table, set.name}] = read_set_elements(*elements);
  }
  const auto rules = steady_dump(*socket, NFT_MSG_GETRULE, request(NFPROTO_UNSPEC));
  if (!rules) return std::unexpected(rules.error());
  ruleset.rules = read_rules(*rules, sets);
  return ruleset;
}

}  // namespace ehdscan
