// SPDX-License-Identifier: Apache-2.0
// What rules of all providers share.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/terraform/context.h"

namespace ehdscan {

/// One row of network_rule; what is empty is not known.
struct TfRule {
  std::string rule_id;
  std::int64_t part = 1;
  std::optional<std::string> group_id, group_name;
  std::optional<std::string> direction;  ///< ingress, egress
  std::string_view action = "allow";
  std::optional<std::int64_t> priority;
  std::optional<std::string> protocol;  ///< name, or number
  std::optional<std::int64_t> port_from, port_to;
  std::optional<std::string> remote_prefix, remote_group_id, remote_address_group_id, remote_tag;
  bool remote_known = true;  ///< false: what the other side is given by is not known
  std::optional<std::string> description;
  std::vector<std::string> target_tags;
};

/// Protocols by name; numbers that have one get it; `-1`, `all`, `*` and nothing are `any`.
std::string tf_protocol_name(std::string_view written);

void write_tf_rule(const TfRule& rule, TfContext& context);

/// A group of which not everything is known: what may pass through it is not either.
void write_unknown_rule(const std::string& rule_id, const std::string& group_id, std::optional<std::string> direction,
                        TfContext& context);

/// Ports as "22", "20-25" or "*". Nothing if it is none of them.
std::optional<std::pair<std::int64_t, std::int64_t>> tf_port_range(std::string_view written);

}  // namespace ehdscan
