// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/netlink.h"

#include <fmt/format.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/text.h"

namespace ehdscan {
namespace {

constexpr std::size_t align4(std::size_t size) { return (size + 3) & ~std::size_t{3}; }

template <typename T>
T copy_from(ByteView bytes) {
  T value;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

std::unexpected<Error> system_error(std::string_view what, int number) {
  const ErrorKind kind = number == EPERM || number == EACCES ? ErrorKind::denied
                         : number == ENOENT                  ? ErrorKind::not_found
                         : number == EAGAIN                  ? ErrorKind::network
                                                             : ErrorKind::io;
  return fail(kind, fmt::format("{}: {}", what, std::generic_category().message(number)));
}

}  // namespace

std::optional<NetlinkAttribute> NetlinkAttributes::next() {
  if (rest_.empty()) return {};
  if (rest_.size() < sizeof(nlattr)) {
    malformed_ = true;
    return {};
  }
  const auto header = copy_from<nlattr>(rest_);
  if (header.nla_len < sizeof(nlattr) || header.nla_len > rest_.size()) {
    malformed_ = true;
    return {};
  }
  NetlinkAttribute attribute{.type = static_cast<std::uint16_t>(header.nla_type & NLA_TYPE_MASK),
                             .payload = rest_.subspan(sizeof(nlattr), header.nla_len - sizeof(nlattr))};
  rest_ = rest_.subspan(std::min(align4(header.nla_len), rest_.size()));
  return attribute;
}

std::optional<ByteView> find_attribute(ByteView attributes, std::uint16_t type) {
  std::optional<ByteView> found;
  NetlinkAttributes walk(attributes);
  while (const auto attribute = walk.next()) {
    if (attribute->type == type) found = attribute->payload;
  }
  return found;
}

std::optional<std::uint32_t> big_endian_32(std::optional<ByteView> payload) {
  if (!payload || payload->size() != 4) return {};
  std::uint32_t value = 0;
  for (const std::byte b : *payload) value = (value << 8) | std::to_integer<std::uint32_t>(b);
  return value;
}

std::optional<std::uint64_t> big_endian_64(std::optional<ByteView> payload) {
  if (!payload || payload->size() != 8) return {};
  std::uint64_t value = 0;
  for (const std::byte b : *payload) value = (value << 8) | std::to_integer<std::uint64_t>(b);
  return value;
}

std::string zero_terminated(std::optional<ByteView> payload) {
  if (!payload) return {};
  const std::string_view text(reinterpret_cast<const char*>(payload->data()), payload->size());
  return to_valid_utf8(text.substr(0, std::min(text.find('\0'), text.size())));
}

std::optional<NetlinkMessage> NetlinkMessages::next() {
  if (rest_.empty()) return {};
  if (rest_.size() < sizeof(nlmsghdr)) {
    malformed_ = true;
    return {};
  }
  const auto header = copy_from<nlmsghdr>(rest_);
  if (header.nlmsg_len < sizeof(nlmsghdr) || header.nlmsg_len > rest_.size()) {
    malformed_ = true;
    return {};
  }
  NetlinkMessage message{.type = header.nlmsg_type,
                         .flags = header.nlmsg_flags,
                         .payload = rest_.subspan(sizeof(nlmsghdr), header.nlmsg_len - sizeof(nlmsghdr))};
  rest_ = rest_.subspan(std::min(align4(header.nlmsg_len), rest_.size()));
  return message;
}

Result<NetlinkSocket> NetlinkSocket::open(int protocol) {
  FileDescriptor socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
  if (!socket) return system_error("cannot open a netlink socket", errno);
  const timeval timeout{.tv_sec = 5, .tv_usec = 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  return NetlinkSocket(std::move(socket));
}

Result<NetlinkSocket::Dump> NetlinkSocket::dump(std::uint16_t type, ByteView payload) {
  nlmsghdr header{};
  header.nlmsg_len = static_cast<std::uint32_t>(sizeof header + payload.size());
  header.nlmsg_type = type;
  header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  header.nlmsg_seq = ++sequence_;
  std::vector<std::byte> request(header.nlmsg_len);
  std::memcpy(request.data(), &header, sizeof header);
  std::copy(payload.begin(), payload.end(), request.begin() + sizeof header);
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  if (::sendto(socket_.get(), request.data(), request.size(), 0, reinterpret_cast<const sockaddr*>(&kernel),
               sizeof kernel) < 0) {
    return system_error("cannot ask the kernel", errno);
  }

  Dump dump;
  std::vector<std::byte> buffer(std::size_t{64} << 10);
  for (;;) {
    // A first look for the size: an answer longer than the buffer would be cut off.
    const ssize_t size = ::recv(socket_.get(), nullptr, 0, MSG_PEEK | MSG_TRUNC);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return system_error("the kernel did not answer", errno);
    if (static_cast<std::size_t>(size) > buffer.size()) buffer.resize(static_cast<std::size_t>(size));
    sockaddr_nl sender{};
    socklen_t sender_size = sizeof sender;
    const ssize_t got =
        ::recvfrom(socket_.get(), buffer.data(), buffer.size(), 0, reinterpret_cast<sockaddr*>(&sender), &sender_size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("the kernel did not answer", errno);
    if (sender.nl_pid != 0) continue;  // not from the kernel

    const ByteView received(buffer.data(), static_cast<std::size_t>(got));
    ByteView rest = received;
    while (rest.size() >= sizeof(nlmsghdr)) {
      const auto reply = copy_from<nlmsghdr>(rest);
      if (reply.nlmsg_len < sizeof reply || reply.nlmsg_len > rest.size()) break;
      const ByteView whole = rest.first(reply.nlmsg_len);
      rest = rest.subspan(std::min(align4(reply.nlmsg_len), rest.size()));
      if (reply.nlmsg_seq != sequence_) continue;  // the rest of an earlier answer
      if ((reply.nlmsg_flags & NLM_F_DUMP_INTR) != 0) dump.interrupted = true;
      if (reply.nlmsg_type == NLMSG_ERROR || reply.nlmsg_type == NLMSG_DONE) {
        const ByteView body = whole.subspan(sizeof reply);
        const int number = body.size() >= sizeof(int) ? -copy_from<int>(body) : 0;
        if (number > 0) return system_error("the kernel refused", number);
        return dump;
      }
      if (dump.bytes.size() + whole.size() > kMaxBytes) {
        return fail(ErrorKind::limit, fmt::format("the kernel's answer is larger than {} bytes", kMaxBytes));
      }
      dump.bytes.insert(dump.bytes.end(), whole.begin(), whole.end());
      dump.bytes.resize(align4(dump.bytes.size()));
    }
  }
}

}  // namespace ehdscan
