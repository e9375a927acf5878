// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/linux_host/sshd_config.h"

namespace ehdscan {

/// A connection as sshd sees it: what Match lines are compared with (`sshd -T -C user=…,host=…,addr=…`).
struct SshdConnection {
  std::string user;
  std::vector<std::string> groups;
  std::string host;
  std::string address;
  std::string local_address;
  int local_port = 22;
  std::string rdomain;
};

/// `*` and `?`; a list is separated by commas, and a matching `!pattern` decides against.
bool match_pattern(std::string_view text, std::string_view pattern);
enum class ListMatch { no, yes, negated };
ListMatch match_pattern_list(std::string_view text, std::string_view list);
/// Patterns or CIDR prefixes. Empty if the list holds a prefix that sshd refuses.
std::optional<ListMatch> match_address_list(std::string_view address, std::string_view list);

/// Whether the block and those around it hold. Empty: sshd would refuse the line, or knows a criterion that we do not.
std::optional<bool> match_holds(const SshdConfig& config, int match, const SshdConnection& connection);

/// True for a chain of `Match all`.
bool match_is_all(const SshdConfig& config, int match);

/// An ordinary user from an address that as few Match blocks as possible name.
SshdConnection ordinary_connection(const SshdConfig& config);

/// A kind of connection for which settings are evaluated.
struct SshdConnectionClass {
  std::string name;  ///< "default", "user root", or the criteria of a Match block as written
  SshdConnection connection;
};

/// `default` (an ordinary user from anywhere), `user root`, and one connection that satisfies each Match block, in the
/// order of the file. Blocks that we find no connection for are named in `unsatisfied` (index of the block).
std::vector<SshdConnectionClass> connection_classes(const SshdConfig& config, std::vector<std::string> groups_of_root,
                                                    std::vector<int>& unsatisfied);

}  // namespace ehdscan
