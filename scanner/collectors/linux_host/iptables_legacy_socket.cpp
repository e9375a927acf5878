// SPDX-License-Identifier: Apache-2.0
// Asks the kernel for the tables of iptables-legacy.
#include <fmt/format.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <system_error>

#include "base/unique_handle.h"
#include "collectors/linux_host/iptables_legacy.h"

namespace ehdscan {
namespace {

constexpr std::uint32_t kMaxTableBytes = 256U << 20;

Error socket_error(int code, std::string_view what) {
  const bool denied = code == EPERM || code == EACCES;
  return {.kind = denied ? ErrorKind::denied : ErrorKind::io,
          .message = fmt::format("{}: {}", what, std::generic_category().message(code)),
          .hint = denied ? "run as root" : ""};
}

/// `Info` and `Entries` are the option structs of one family; both families give their options the same numbers.
template <typename Info, typename Entries>
Result<LegacyTable> table_from(int socket, int level, std::string_view name) {
  constexpr int kTries = 5;  // EAGAIN: the table was replaced between the two calls
  for (int attempt = 0; attempt < kTries; ++attempt) {
    Info info{};
    name.copy(info.name, sizeof(info.name) - 1);
    socklen_t length = sizeof(info);
    if (::getsockopt(socket, level, IPT_SO_GET_INFO, &info, &length) != 0) {
      return std::unexpected(socket_error(errno, fmt::format("the table {} of iptables-legacy", name)));
    }
    if (info.size > kMaxTableBytes) return fail(ErrorKind::limit, fmt::format("the table {} is too large", name));
    std::vector<std::byte> buffer(sizeof(Entries) + info.size);
    std::memcpy(buffer.data() + offsetof(Entries, name), info.name, sizeof(info.name));
    std::memcpy(buffer.data() + offsetof(Entries, size), &info.size, sizeof(info.size));
    length = static_cast<socklen_t>(buffer.size());
    if (::getsockopt(socket, level, IPT_SO_GET_ENTRIES, buffer.data(), &length) != 0) {
      if (errno == EAGAIN) continue;
      return std::unexpected(socket_error(errno, fmt::format("the table {} of iptables-legacy", name)));
    }
    LegacyTable table{.name = std::string(name), .v6 = level == IPPROTO_IPV6, .valid_hooks = info.valid_hooks};
    std::copy_n(info.hook_entry, table.hook_entry.size(), table.hook_entry.begin());
    std::copy_n(info.underflow, table.underflow.size(), table.underflow.begin());
    // The option's struct has its entries where the next aligned field would stand.
    table.entries.assign(buffer.begin() + sizeof(Entries), buffer.end());
    return table;
  }
  return fail(ErrorKind::io, fmt::format("the table {} of iptables-legacy changes faster than it can be read", name));
}

}  // namespace

Result<FilterRuleset> read_iptables_legacy(bool v6, const std::vector<std::string_view>& names) {
  const FileDescriptor socket(::socket(v6 ? AF_INET6 : AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW));
  if (!socket) return std::unexpected(socket_error(errno, "a raw socket for iptables-legacy"));
  FilterRuleset ruleset;
  for (const std::string_view name : names) {
    const Result<LegacyTable> table = v6 ? table_from<ip6t_getinfo, ip6t_get_entries>(socket.get(), IPPROTO_IPV6, name)
                                         : table_from<ipt_getinfo, ipt_get_entries>(socket.get(), IPPROTO_IP, name);
    if (!table) return std::unexpected(table.error());
    read_legacy_table(*table, ruleset);
  }
  return ruleset;
}

}  // namespace ehdscan
