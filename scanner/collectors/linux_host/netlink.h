// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/unique_handle.h"

namespace ehdscan {

using ByteView = std::span<const std::byte>;

/// One attribute of a netlink message: type without flags, and its payload.
struct NetlinkAttribute {
  std::uint16_t type = 0;
  ByteView payload;
};

/// Walks attributes. Stops at the first one that does not fit into what is left, and then says so.
class NetlinkAttributes {
 public:
  explicit NetlinkAttributes(ByteView bytes) : rest_(bytes) {}
  std::optional<NetlinkAttribute> next();
  [[nodiscard]] bool malformed() const { return malformed_; }

 private:
  ByteView rest_;
  bool malformed_ = false;
};

/// The last attribute of that type, as the kernel takes it; empty view if there is none.
std::optional<ByteView> find_attribute(ByteView attributes, std::uint16_t type);

// Payloads. Empty if the size is not right.
std::optional<std::uint32_t> big_endian_32(std::optional<ByteView> payload);
std::optional<std::uint64_t> big_endian_64(std::optional<ByteView> payload);
std::string zero_terminated(std::optional<ByteView> payload);  ///< as valid UTF-8; empty if missing

/// One message: type, flags, and what follows its header.
struct NetlinkMessage {
  std::uint16_t type = 0;
  std::uint16_t flags = 0;
  ByteView payload;
};

/// Walks the messages of a dump. Stops at the first one that does not fit into what is left, and then says so.
class NetlinkMessages {
 public:
  explicit NetlinkMessages(ByteView bytes) : rest_(bytes) {}
  std::optional<NetlinkMessage> next();
  [[nodiscard]] bool malformed() const { return malformed_; }

 private:
  ByteView rest_;
  bool malformed_ = false;
};

/// A netlink socket that sends one dump request at a time and collects the answer's messages as bytes.
class NetlinkSocket {
 public:
  /// `protocol` is NETLINK_SOCK_DIAG, NETLINK_NETFILTER … Errors: denied, io (also if the kernel lacks it).
  static Result<NetlinkSocket> open(int protocol);

  struct Dump {
    std::vector<std::byte> bytes;  ///< whole messages, also the header of each
    bool interrupted = false;      ///< the kernel's tables changed meanwhile: ask again
  };
  /// Sends a dump request with that payload and reads to its end.
  /// Errors: denied, not_found (the kernel answers ENOENT), limit (more than kMaxBytes), io, network (no answer in
  /// time).
  Result<Dump> dump(std::uint16_t type, ByteView payload);

  static constexpr std::size_t kMaxBytes = std::size_t{256} << 20;

 private:
  explicit NetlinkSocket(FileDescriptor socket) : socket_(std::move(socket)) {}
  FileDescriptor socket_;
  std::uint32_t sequence_ = 0;
};

}  // namespace ehdscan
