// SPDX-License-Identifier: Apache-2.0
// Servers that break the rules: the end is bounded, nothing is claimed that was not seen, other targets are untouched.
#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <list>
#include <string>
#include <thread>
#include <vector>

#include "net/tls/codes.h"
#include "net/tls/scan.h"
#include "support/tls_server.h"

using namespace ehdscan;
using namespace ehdscan::tls;

namespace {

using std::chrono::milliseconds;
using Codes = std::vector<std::uint16_t>;
using Clock = std::chrono::steady_clock;

const Codes kSuites{0xc030, 0xc02f, 0x009d, 0x003c};
const ServerConfig kTls12{.suites = {{0x0303, kSuites}}};

ScanOptions quick(int probe, int endpoint = 20000) {
  ScanOptions options;
  options.pace.probe = milliseconds(probe);
  options.pace.endpoint = milliseconds(endpoint);
  return options;
}

void check_nothing_claimed(const EndpointFinding& found) {
  for (const VersionFinding& version : found.versions) {
    CHECK(version.offered == std::nullopt);
    CHECK_FALSE(version.suites_complete);
    CHECK_FALSE(version.groups_complete);
  }
}

void reset(int peer) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(peer, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

Bytes server_hello(std::uint16_t version, std::uint16_t suite) {
  Bytes body;
  put16(body, version);
  put_random(body, 32);
  put8(body, 0);
  put16(body, suite);
  put8(body, 0);
  return handshake_record(2, body, static_cast<std::uint8_t>(version & 0xff));
}

Bytes whole_flight(std::uint16_t version, std::uint16_t suite) {
  Bytes out = server_hello(version, suite);
  put(out, handshake_record(14, {}, static_cast<std::uint8_t>(version & 0xff)));
  return out;
}

/// Sends until the peer goes, or `most` bytes are out. Returns how many went.
std::size_t pour(int peer, const Bytes& chunk, std::size_t most) {
  std::size_t sent = 0;
  while (sent < most) {
    const ssize_t went = ::send(peer, chunk.data(), chunk.size(), MSG_NOSIGNAL);
    if (went <= 0) break;
    sent += static_cast<std::size_t>(went);
  }
  return sent;
}

/// Many peers at once; those above `limit` are reset.
class CrowdServer {
 public:
  CrowdServer(std::size_t limit, ServerConfig config)
      : limit_(limit), config_(std::move(config)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
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
  ~CrowdServer() {
    stop_ = true;
    thread_.join();
  }
  CrowdServer(const CrowdServer&) = delete;
  CrowdServer& operator=(const CrowdServer&) = delete;
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] int turned_away() const { return turned_away_; }

 private:
  void run() {
    std::list<FileDescriptor> peers;
    while (!stop_) {
      // Answers given at once could empty the room before the next peer is let in: none would ever be turned away.
      if (peers.size() == limit_ && turned_away_ == 0) wait_for_another();
      std::vector<pollfd> entries{{.fd = listener_.get(), .events = POLLIN, .revents = 0}};
      for (const FileDescriptor& peer : peers) entries.push_back({.fd = peer.get(), .events = POLLIN, .revents = 0});
      if (::poll(entries.data(), entries.size(), 20) <= 0) continue;
      std::size_t at = 1;
      for (auto peer = peers.begin(); peer != peers.end(); ++at) {
        const bool ready = entries[at].revents != 0;
        const Bytes bytes = ready ? TestServer::next(peer->get()) : Bytes();
        const auto hello = SeenHello::read(bytes);
        if (ready && !hello) {
          peer = peers.erase(peer);
          continue;
        }
        if (hello) TestServer::say(peer->get(), answer_to(*hello, config_));
        ++peer;
      }
      if (entries[0].revents == 0) continue;
      FileDescriptor peer(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (peers.size() < limit_) {
        peers.push_back(std::move(peer));
      } else {
        ++turned_away_;
        reset(peer.get());
      }
    }
  }

  void wait_for_another() const {
    constexpr int kPatience_ms = 300;
    pollfd listening{.fd = listener_.get(), .events = POLLIN, .revents = 0};
    ::poll(&listening, 1, kPatience_ms);
  }

  std::size_t limit_;
  ServerConfig config_;
  FileDescriptor listener_;
  std::uint16_t port_ = 0;
  std::atomic<int> turned_away_ = 0;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace

TEST_CASE("tls hostile: resets, single bytes and other protocols claim nothing") {
  const std::vector<std::string> answers{
      "", "\x16", "SSH-2.0-OpenSSH_9.2\r\n", "220 mail.example ESMTP\r\n", "* OK IMAP4rev1\r\n", "J", "\x15\x03"};
  for (const std::string& answer : answers) {
    TestServer server([&](int peer, const Bytes&) {
      TestServer::say(peer, answer);
      if (answer.empty()) reset(peer);
    });
    server.wait_for_peer = false;
    const auto start = Clock::now();
    const EndpointFinding found = scan_one(server.port(), quick(300));
    CHECK(Clock::now() - start < std::chrono::seconds(5));
    CHECK(found.control_held == std::nullopt);
    CHECK_FALSE(found.spoke_tls());
    CHECK(found.connections <= 16);
    check_nothing_claimed(found);
  }
}

TEST_CASE("tls hostile: a handshake message of 16 MB and endless certificates are cut off") {
  Bytes huge{22, 3, 3, 0x40, 0, 11, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfc};
  huge.resize(5 + 0x4000, 0x30);
  // One Certificate message after the other, each of a few thousand certificates.
  Bytes list;
  for (int i = 0; i < 4000; ++i) put(list, Bytes{0, 0, 1, 0x30});
  Bytes body;
  put24(body, list.size());
  put(body, list);
  Bytes certificates = handshake_record(11, body);
  for (const Bytes* flood : {&huge, &certificates}) {
    std::atomic<std::size_t> most = 0;
    TestServer server([&](int peer, const Bytes& bytes) {
      const auto hello = SeenHello::read(bytes);
      if (!hello || hello->version != 0x0303) {
        TestServer::say(peer, alert_record(70));
        return;
      }
      TestServer::say(peer, server_hello(0x0303, hello->suites.front()));
      most = std::max(most.load(), pour(peer, *flood, std::size_t{64} << 20));
    });
    server.wait_for_peer = false;
    const EndpointFinding found = scan_one(server.port(), quick(500, 4000));
    // What the kernel buffers on both sides comes on top of what was read.
    CHECK(most < (std::size_t{16} << 20));
    CHECK(most > 0);
    for (const SentChain& chain : found.chains) CHECK(chain.certificates.size() <= 64);
    CHECK(found.of(Version::tls12).offered == true);
    CHECK(found.seconds < 6);
  }
}

TEST_CASE("tls hostile: a server that answers another version than asked is not said to have the one asked for") {
  TestServer old([](int peer, const Bytes& bytes) {
    const auto hello = SeenHello::read(bytes);
    if (hello) TestServer::say(peer, whole_flight(0x0301, 0x002f));
  });
  const EndpointFinding only10 = scan_one(old.port(), quick(300, 5000));
  CHECK(only10.of(Version::tls10).offered == true);
  for (const Version version : {Version::ssl3, Version::tls11, Version::tls12, Version::tls13})
    CHECK(only10.of(version).offered == false);
  CHECK_FALSE(only10.of(Version::ssl2).offered.value_or(false));
  // It goes on taking what is no longer offered: the list is not said to be whole.
  CHECK_FALSE(only10.of(Version::tls10).suites_complete);

  TestServer unknown([](int peer, const Bytes& bytes) {
    if (SeenHello::read(bytes)) TestServer::say(peer, whole_flight(0x0399, 0x002f));
  });
  const EndpointFinding nothing = scan_one(unknown.port(), quick(300, 5000));
  check_nothing_claimed(nothing);
}

TEST_CASE("tls hostile: whoever closes on a hello for TLS 1.3 alone is asked for anything up to it") {
  for (const bool has_tls13 : {true, false}) {
    ServerConfig config = kTls12;
    if (has_tls13) config.suites[0x0304] = {0x1301};
    TestServer server([&](int peer, const Bytes& bytes) {
      auto hello = SeenHello::read(bytes);
      if (!hello) {
        TestServer::say(peer, alert_record(70));
        return;
      }
      const auto versions = hello->extensions.find(43);
      if (versions != hello->extensions.end()) {
        if (versions->second.front() == 2) return;  // closes
        if (!has_tls13) hello->version = 0x0303;
      }
      TestServer::say(peer, answer_to(*hello, config));
    });
    server.wait_for_peer = false;
    const EndpointFinding found = scan_one(server.port(), quick(500));
    CHECK(found.control_held == true);
    CHECK(found.of(Version::tls13).offered == has_tls13);
    CHECK(sorted(codes_of(found.of(Version::tls12))) == sorted(kSuites));
  }
}

TEST_CASE("tls hostile: two connections at once and no more are enough") {
  CrowdServer server(2, kTls12);
  ScanOptions options = quick(1000);
  options.depth = Depth::enumeration;
  const EndpointFinding found = scan_one(server.port(), options);
  CHECK(server.turned_away() > 0);
  CHECK(found.control_held == true);
  CHECK(sorted(codes_of(found.of(Version::tls12))) == sorted(kSuites));
  CHECK(found.of(Version::tls12).suites_complete);
  CHECK(found.of(Version::tls13).offered == false);
}

TEST_CASE("tls hostile: a server that insists on the name is asked with it, and says nothing without") {
  TestServer server([](int peer, const Bytes& bytes) {
    const auto hello = SeenHello::read(bytes);
    if (hello && !hello->extensions.contains(0)) {
      TestServer::say(peer, alert_record(112));
      return;
    }
    TestServer::say(peer, hello ? answer_to(*hello, kTls12) : alert_record(70));
  });
  std::vector<ScanRequest> requests(1);
  requests[0].host = "localhost";
  requests[0].port = server.port();
  requests[0].also_without_name = true;
  std::vector<EndpointFinding> found;
  scan(requests, quick(1000), {.tls = [&](EndpointFinding&& one) { found.push_back(std::move(one)); }, .ssh = {}},
       [] { return false; });
  int named = 0;
  for (const EndpointFinding& one : found) {
    if (one.address != "127.0.0.1") continue;
    if (one.name.empty()) {
      CHECK(one.first_alert == 112);
      check_nothing_claimed(one);
      continue;
    }
    ++named;
    CHECK(sorted(codes_of(one.of(Version::tls12))) == sorted(kSuites));
    CHECK(one.of(Version::tls12).suites_complete);
  }
  CHECK(named == 1);
}

TEST_CASE("tls hostile: a thousand silent servers end within the time of one, and a good one among them is seen") {
  constexpr int kSockets = 50;
  std::vector<FileDescriptor> listeners;
  std::vector<ScanRequest> requests;
  for (int i = 0; i < kSockets; ++i) {
    FileDescriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(listener.get(), reinterpret_cast<sockaddr*>(&where), sizeof where) == 0);
    REQUIRE(::listen(listener.get(), 128) == 0);
    socklen_t size = sizeof where;
    ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&where), &size);
    for (int j = 0; j < 1000 / kSockets; ++j) {
      ScanRequest request;
      request.host = "127.0.0.1";
      request.port = ntohs(where.sin_port);
      requests.push_back(request);
    }
    listeners.push_back(std::move(listener));
  }
  TestServer good(server_of(kTls12));
  requests[500].port = good.port();
  int silent = 0;
  int spoken = 0;
  const auto start = Clock::now();
  scan(requests, quick(200, 2500),
       {.tls =
            [&](EndpointFinding&& one) {
              if (one.spoke_tls()) {
                ++spoken;
                CHECK(codes_of(one.of(Version::tls12)).size() == kSuites.size());
                return;
              }
              ++silent;
              CHECK(one.first == Answer::timeout);
              CHECK(one.connections <= 8);
              check_nothing_claimed(one);
            },
        .ssh = {}},
       [] { return false; });
  CHECK(Clock::now() - start < milliseconds(2500 + 2000));
  CHECK(silent == 999);
  CHECK(spoken == 1);
}
