// SPDX-License-Identifier: Apache-2.0
#include "collectors/terraform/rules.h"

#include <algorithm>
#include <array>

#include "base/ip_prefix.h"
#include "base/text.h"
#include "evidence/tables/network_filter.h"

namespace ehdscan {
namespace {
constexpr std::int64_t kLastPort = 65535;
}

std::string tf_protocol_name(std::string_view written) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kNames{{{"", "any"},
                                                                                  {"-1", "any"},
                                                                                  {"all", "any"},
                                                                                  {"*", "any"},
                                                                                  {"1", "icmp"},
                                                                                  {"6", "tcp"},
                                                                                  {"17", "udp"},
                                                                                  {"47", "gre"},
                                                                                  {"50", "esp"},
                                                                                  {"51", "ah"},
                                                                                  {"58", "icmpv6"},
                                                                                  {"132", "sctp"},
                                                                                  {"ipv6-icmp", "icmpv6"}}};
  const std::string word = to_lower(trim(written));
  const auto found = std::ranges::find(kNames, word, [](const auto& pair) { return pair.first; });
  return found == kNames.end() ? word : std::string(found->second);
}

void write_tf_rule(const TfRule& rule, TfContext& context) {
  Row<tables::network_rule> row(context.platform);
  row.set<"rule_id">(rule.rule_id)
      .set<"part">(rule.part)
      .set<"group_id">(rule.group_id)
      .set<"group_name">(rule.group_name);
  row.set<"direction">(rule.direction).set<"action">(rule.action).set<"priority">(rule.priority).set<"enabled">(true);
  row.set<"protocol">(rule.protocol).set<"description">(rule.description).set<"target_tags">(rule.target_tags);
  const bool icmp = rule.protocol && (*rule.protocol == "icmp" || *rule.protocol == "icmpv6");
  const bool ports = rule.protocol && (*rule.protocol == "tcp" || *rule.protocol == "udp" || *rule.protocol == "sctp");
  if (icmp) {
    row.set<"port_from">(-1).set<"port_to">(-1).set<"icmp_type">(rule.port_from).set<"icmp_code">(rule.port_to);
  } else if (rule.protocol == std::optional<std::string>("any")) {
    row.set<"port_from">(0).set<"port_to">(kLastPort).set<"icmp_type">(-1).set<"icmp_code">(-1);
  } else if (ports) {
    row.set<"port_from">(rule.port_from).set<"port_to">(rule.port_to).set<"icmp_type">(-1).set<"icmp_code">(-1);
  } else if (rule.protocol) {
    row.set<"port_from">(-1).set<"port_to">(-1).set<"icmp_type">(-1).set<"icmp_code">(-1);
  } else {
    row.set<"port_from">(rule.port_from).set<"port_to">(rule.port_to);
  }
  if (rule.remote_group_id) {
    row.set<"remote_kind">("security_group").set<"remote_group_id">(rule.remote_group_id);
  } else if (rule.remote_address_group_id) {
    row.set<"remote_kind">("address_group").set<"remote_address_group_id">(rule.remote_address_group_id);
  } else if (rule.remote_tag) {
    row.set<"remote_kind">("service_tag").set<"remote_tag">(rule.remote_tag);
  } else if (rule.remote_known) {
    row.set<"remote_kind">("prefix").set<"remote_prefix">(rule.remote_prefix);
    if (rule.remote_prefix) {
      row.set<"ethertype">(rule.remote_prefix->find(':') == std::string::npos ? "ipv4" : "ipv6");
    }
  }
  row.write(context.sink, context.origin);
}

void write_unknown_rule(const std::string& rule_id, const std::string& group_id, std::optional<std::string> direction,
                        TfContext& context) {
  write_tf_rule({.rule_id = rule_id,
                 .group_id = group_id,
                 .group_name = {},
                 .direction = std::move(direction),
                 .priority = {},
                 .protocol = {},
                 .port_from = {},
                 .port_to = {},
                 .remote_prefix = {},
                 .remote_group_id = {},
                 .remote_address_group_id = {},
                 .remote_tag = {},
                 .remote_known = false,
                 .description = {},
                 .target_tags = {}},
                context);
}

std::optional<std::pair<std::int64_t, std::int64_t>> tf_port_range(std::string_view written) {
  const std::string_view text = trim(written);
  if (text == "*" || text == "0-65535") return std::pair{std::int64_t{0}, kLastPort};
  const std::size_t dash = text.find('-');
  const auto from = parse_integer(trim(text.substr(0, dash)));
  const auto to = dash == std::string_view::npos ? from : parse_integer(trim(text.substr(dash + 1)));
  if (!from || !to || *from < 0 || *to > kLastPort || *from > *to) return std::nullopt;
  return std::pair{*from, *to};
}

}  // namespace ehdscan
