// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/listeners.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>

#include "base/text.h"
#include "collectors/linux_host/netlink.h"
#include "evidence/tables/host_network.h"

namespace ehdscan {
namespace {

constexpr std::array<const TableSpec*, 1> kTables{&tables::listening_socket};
/// Numbers of enum tcp_state in the kernel: sockets that were only bound stand as CLOSE.
constexpr std::uint32_t kStateListen = 10;
constexpr std::uint32_t kStateClose = 7;

std::string address_text(const inet_diag_sockid& id, std::uint8_t family) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(family, static_cast<const void*>(&id.idiag_src[0]), text.data(), text.size());
  return text.data();
}

bool is_loopback(const inet_diag_sockid& id, std::uint8_t family) {
  if (family == AF_INET) return (ntohl(id.idiag_src[0]) >> 24U) == 127U;
  in6_addr address{};
  std::memcpy(&address, &id.idiag_src[0], sizeof address);
  if (IN6_IS_ADDR_V4MAPPED(&address)) return address.s6_addr[12] == 127;
  return IN6_IS_ADDR_LOOPBACK(&address);
}

Result<void> dump(NetlinkSocket& socket, std::uint8_t family, std::uint8_t protocol, std::uint32_t state,
                  std::vector<ListeningSocket>& sockets) {
  inet_diag_req_v2 request{};
  request.sdiag_family = family;
  request.sdiag_protocol = protocol;
  request.idiag_ext = 0;
  request.idiag_states = 1U << state;
  const Result<NetlinkSocket::Dump> answer =
      socket.dump(SOCK_DIAG_BY_FAMILY, std::as_bytes(std::span<const inet_diag_req_v2>(&request, 1)));
  if (!answer) {
    // A kernel without IPv6 says that it knows no such family.
    if (answer.error().kind == ErrorKind::not_found) return {};
    return std::unexpected(answer.error());
  }
  NetlinkMessages messages(answer->bytes);
  while (const auto message = messages.next()) {
    inet_diag_msg found{};
    if (message->type != SOCK_DIAG_BY_FAMILY || message->payload.size() < sizeof found) continue;
    std::memcpy(&found, message->payload.data(), sizeof found);
    // A UDP socket that is connected talks to one peer only.
    if (protocol == IPPROTO_UDP && found.id.idiag_dport != 0) continue;
    ListeningSocket entry{.protocol = protocol == IPPROTO_TCP ? "tcp" : "udp",
                          .address = address_text(found.id, found.idiag_family),
                          .port = ntohs(found.id.idiag_sport),
                          .loopback = is_loopback(found.id, found.idiag_family),
                          .uid = found.idiag_uid,
                          .inode = found.idiag_inode};
    const auto only = find_attribute(message->payload.subspan(sizeof found), INET_DIAG_SKV6ONLY);
    if (found.idiag_family == AF_INET6 && only && only->size() == 1) entry.v6_only = (*only)[0] != std::byte{0};
    sockets.push_back(std::move(entry));
  }
  return {};
}

/// Which processes hold the sockets, by the links in /proc/PID/fd.
std::multimap<std::uint64_t, std::int64_t> socket_owners(const HostFiles& files) {
  std::multimap<std::uint64_t, std::int64_t> owners;
  const auto processes = files.list("/proc");
  if (!processes) return owners;
  for (const FolderEntry& process : *processes) {
    const auto pid = parse_integer(process.name);
    if (!pid) continue;
    const std::string folder = fmt::format("/proc/{}/fd", *pid);
    const auto descriptors = files.list(folder);
    if (!descriptors) continue;
    for (const FolderEntry& descriptor : *descriptors) {
      const auto target = files.read_link(fmt::format("{}/{}", folder, descriptor.name));
      constexpr std::string_view kSocket = "socket:[";
      if (!target || !target->starts_with(kSocket)) continue;
      const std::string_view number = std::string_view(*target).substr(kSocket.size());
      if (const auto inode = parse_integer(number.substr(0, number.find(']')))) {
        owners.emplace(static_cast<std::uint64_t>(*inode), *pid);
      }
    }
  }
  return owners;
}

void collect(HostContext& context) {
  const Result<std::vector<ListeningSocket>> sockets = listening_sockets(context.files);
  if (!sockets) return context.failed(tables::listening_socket, sockets.error());
  const SourceId source = context.add_source("netlink:sock_diag");
  Row<tables::listening_socket> row(context.platform);
  for (const ListeningSocket& socket : *sockets) {
    row.set<"host_id">(context.host_id).set<"protocol">(socket.protocol).set<"address">(socket.address);
    row.set<"port">(socket.port).set<"v6_only">(socket.v6_only).set<"loopback">(socket.loopback).set<"uid">(socket.uid);
    if (!socket.pids.empty()) {
      const std::string folder = fmt::format("/proc/{}", socket.pids.front());
      if (const auto program = context.files.read_link(folder + "/exe")) row.set<"program">(to_valid_utf8(*program));
      if (const auto name = context.files.read(folder + "/comm", 4096)) row.set<"process_name">(to_valid_utf8(trim(*name)));
    }
    row.write(context.sink, {.source = source});
  }
}

}  // namespace

Result<std::vector<ListeningSocket>> listening_sockets(const HostFiles& files) {
  Result<NetlinkSocket> socket = NetlinkSocket::open(NETLINK_SOCK_DIAG);
  if (!socket) return std::unexpected(socket.error());
  std::vector<ListeningSocket> sockets;
  for (const std::uint8_t family : {std::uint8_t{AF_INET}, std::uint8_t{AF_INET6}}) {
    if (Result<void> done = dump(*socket, family, IPPROTO_TCP, kStateListen, sockets); !done) return std::unexpected(done.error());
    if (Result<void> done = dump(*socket, family, IPPROTO_UDP, kStateClose, sockets); !done) return std::unexpected(done.error());
  }
  const std::multimap<std::uint64_t, std::int64_t> owners = socket_owners(files);
  for (ListeningSocket& entry : sockets) {
    const auto [first, last] = owners.equal_range(entry.inode);
    for (auto owner = first; owner != last; ++owner) entry.pids.push_back(owner->second);
    std::ranges::sort(entry.pids);
  }
  // Several sockets may share address and port (SO_REUSEPORT): the row is about the listener, not the descriptor.
  std::ranges::sort(sockets, {}, [](const ListeningSocket& s) { return std::tie(s.protocol, s.port, s.address, s.inode); });
  const auto again = std::ranges::unique(
      sockets, {}, [](const ListeningSocket& s) { return std::tie(s.protocol, s.port, s.address); });
  sockets.erase(again.begin(), again.end());
  return sockets;
}

const HostSection listeners_section{
    .name = "listeners", .tables = kTables, .needs_running_kernel = true, .collect = collect};

}  // namespace ehdscan
