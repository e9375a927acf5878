// SPDX-License-Identifier: Apache-2.0
// TLS servers of our own for tests: they answer hellos as they are told to, well-behaved or not, on a free port of
// 127.0.0.1.
#pragma once

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/unique_handle.h"
#include "net/tls/scan.h"
#include "net/tls/wire.h"

namespace ehdscan::tls {

/// Accepts one connection after the other; `answer` gets the socket and the first bytes that came.
class TestServer {
 public:
  explicit TestServer(std::function<void(int, const Bytes&)> answer, bool greets = false)
      : answer_(std::move(answer)), greets_(greets), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&where), sizeof where) == 0);
    REQUIRE(::listen(listener_.get(), 128) == 0);
    socklen_t size = sizeof where;
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&where), &size);
    port_ = ntohs(where.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~TestServer() {
    stop_ = true;
    thread_.join();
  }
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] int connections() const { return connections_; }
  bool wait_for_peer = true;  ///< our end is then never what ends a connection

  /// What the next bytes are; empty at the end.
  static Bytes next(int peer) {
    Bytes bytes(65536);
    const ssize_t got = ::recv(peer, bytes.data(), bytes.size(), 0);
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
  }
  static void say(int peer, const Bytes& bytes) { (void)::send(peer, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  static void say(int peer, std::string_view text) { (void)::send(peer, text.data(), text.size(), MSG_NOSIGNAL); }

 private:
  void run() {
    while (!stop_) {
      pollfd entry{.fd = listener_.get(), .events = POLLIN, .revents = 0};
      if (::poll(&entry, 1, 20) <= 0) continue;
      const FileDescriptor peer(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      ++connections_;
      const Bytes first = greets_ ? Bytes() : next(peer.get());
      if (!greets_ && first.empty()) continue;
      answer_(peer.get(), first);
      pollfd gone{.fd = peer.get(), .events = POLLIN, .revents = 0};
      if (wait_for_peer) ::poll(&gone, 1, 2000);
    }
  }

  std::function<void(int, const Bytes&)> answer_;
  bool greets_;
  FileDescriptor listener_;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_ = 0;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

/// A ClientHello taken apart.
struct SeenHello {
  std::uint16_t version = 0;
  std::vector<std::uint16_t> suites;
  std::map<std::uint16_t, Bytes> extensions;
  [[nodiscard]] std::vector<std::uint16_t> groups() const {
    std::vector<std::uint16_t> out;
    const auto found = extensions.find(10);
    if (found == extensions.end()) return out;
    ByteReader reader(found->second);
    reader.u16();
    while (reader.left() > 0) out.push_back(reader.u16());
    return out;
  }
  static std::optional<SeenHello> read(const Bytes& record) {
    if (record.size() < 6 || record[0] != 22) return std::nullopt;
    ByteReader reader(std::span<const std::uint8_t>(record).subspan(9));
    SeenHello hello;
    hello.version = reader.u16();
    reader.take(32);
    reader.take(reader.u8());
    ByteReader list(reader.take(reader.u16()));
    while (list.left() > 0) hello.suites.push_back(list.u16());
    reader.take(reader.u8());
    if (reader.left() > 0) {
      ByteReader extensions(reader.take(reader.u16()));
      while (extensions.left() > 0) {
        const std::uint16_t type = extensions.u16();
        const auto body = extensions.take(extensions.u16());
        hello.extensions[type] = Bytes(body.begin(), body.end());
      }
    }
    if (hello.extensions.contains(43)) hello.version = 0x0304;
    if (reader.failed() || list.failed()) return std::nullopt;
    return hello;
  }
};

/// What a server of the tests takes.
struct ServerConfig {
  std::map<std::uint16_t, std::vector<std::uint16_t>> suites;  ///< by version, in the server's order
  std::vector<std::uint16_t> groups{29, 23};
  bool own_order = true;
};

inline Bytes handshake_record(std::uint8_t type, const Bytes& body, std::uint8_t minor = 3) {
  Bytes out{22, 3, minor};
  put16(out, body.size() + 4);
  put8(out, type);
  put24(out, body.size());
  put(out, body);
  return out;
}

inline Bytes alert_record(std::uint8_t code) { return {21, 3, 1, 0, 2, 2, code}; }

/// The first flight of a server with `config`: ServerHello to ServerHelloDone, a HelloRetryRequest, or an alert.
inline Bytes answer_to(const SeenHello& hello, const ServerConfig& config) {
  const auto version = config.suites.find(hello.version);
  if (version == config.suites.end()) return alert_record(70);
  const auto has = [](const std::vector<std::uint16_t>& list, std::uint16_t code) {
    return std::ranges::find(list, code) != list.end();
  };
  const auto& preferred = config.own_order ? version->second : hello.suites;
  const auto& other = config.own_order ? hello.suites : version->second;
  std::optional<std::uint16_t> group;
  for (const std::uint16_t offered : hello.groups()) {
    if (!group && has(config.groups, offered)) group = offered;
  }
  for (const std::uint16_t suite : preferred) {
    const bool ecdhe = hello.version == 0x0304 || suite >= 0xc000;
    if (!has(other, suite) || (ecdhe && !group)) continue;
    Bytes body;
    put16(body, std::min<std::uint16_t>(hello.version, 0x0303));
    if (hello.version == 0x0304) {
      put(body, Bytes{0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
                      0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c});
    } else {
      put_random(body, 32);
    }
    put8(body, 0);
    put16(body, suite);
    put8(body, 0);
    if (hello.version == 0x0304) {
      put(body, Bytes{0, 12, 0, 43, 0, 2, 3, 4, 0, 51, 0, 2});
      put16(body, *group);
      return handshake_record(2, body);
    }
    const auto minor = static_cast<std::uint8_t>(hello.version & 0xff);
    Bytes out = handshake_record(2, body, minor);
    put(out, handshake_record(11, {0, 0, 5, 0, 0, 2, 0x30, 0x00}, minor));
    if (ecdhe) {
      Bytes key{3};
      put16(key, *group);
      put8(key, 32);
      put_random(key, 32);
      if (hello.version == 0x0303) put16(key, 0x0804);
      put16(key, 2);
      put16(key, 0);
      put(out, handshake_record(12, key, minor));
    }
    put(out, handshake_record(14, {}, minor));
    return out;
  }
  return alert_record(40);
}

/// Answers every hello as `config` says.
inline std::function<void(int, const Bytes&)> server_of(ServerConfig config) {
  return [config = std::move(config)](int peer, const Bytes& bytes) {
    const auto hello = SeenHello::read(bytes);
    TestServer::say(peer, hello ? answer_to(*hello, config) : alert_record(70));
  };
}

/// Scans one port of 127.0.0.1.
inline EndpointFinding scan_one(std::uint16_t port, ScanOptions options = {}, Starttls starttls = Starttls::none) {
  std::vector<ScanRequest> requests(1);
  requests[0].host = "127.0.0.1";
  requests[0].port = port;
  requests[0].starttls = starttls;
  std::vector<EndpointFinding> found;
  scan(requests, options,
       {.tls = [&](EndpointFinding&& one) { found.push_back(std::move(one)); }, .ssh = [](ssh::EndpointFinding&&) {}},
       [] { return false; });
  REQUIRE(found.size() == 1);
  return std::move(found.front());
}

inline std::vector<std::uint16_t> codes_of(const VersionFinding& version) {
  std::vector<std::uint16_t> out;
  for (const SuiteFinding& suite : version.suites) out.push_back(suite.code);
  return out;
}

inline std::vector<std::uint16_t> sorted(std::vector<std::uint16_t> codes) {
  std::ranges::sort(codes);
  return codes;
}

}  // namespace ehdscan::tls
