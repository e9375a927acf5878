// SPDX-License-Identifier: Apache-2.0
#include "net/tls/versions.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <functional>
#include <thread>

#include "base/unique_handle.h"

using namespace ehdscan;
using namespace ehdscan::tls;

namespace {

using Bytes = std::vector<std::uint8_t>;

/// A server of one hello a connection on a free port of 127.0.0.1; `answer` gets the socket and the hello.
class Server {
 public:
  explicit Server(std::function<void(int, const Bytes&)> answer)
      : answer_(std::move(answer)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&where), sizeof where) == 0);
    REQUIRE(::listen(listener_.get(), 16) == 0);
    socklen_t size = sizeof where;
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&where), &size);
    port_ = ntohs(where.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~Server() {
    stop_ = true;
    thread_.join();
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] EndpointFinding examine(std::chrono::milliseconds probe = std::chrono::seconds(5)) const {
    const auto addresses = resolve("127.0.0.1", port_);
    REQUIRE(addresses.has_value());
    return examine_versions(addresses->front(), {}, {.probe = probe, .endpoint = std::chrono::seconds(20)},
                            [] { return false; });
  }

 private:
  void run() {
    while (!stop_) {
      pollfd entry{.fd = listener_.get(), .events = POLLIN, .revents = 0};
      if (::poll(&entry, 1, 20) <= 0) continue;
      const FileDescriptor peer(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      Bytes hello(4096);
      const ssize_t got = ::recv(peer.get(), hello.data(), hello.size(), 0);
      if (got <= 0) continue;
      hello.resize(static_cast<std::size_t>(got));
      answer_(peer.get(), hello);
      // Until the client has gone, so that our end is never what decides.
      pollfd gone{.fd = peer.get(), .events = POLLIN, .revents = 0};
      if (keep_open_) ::poll(&gone, 1, 2000);
    }
  }

 public:
  bool keep_open_ = true;

 private:
  std::function<void(int, const Bytes&)> answer_;
  FileDescriptor listener_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

void say(int peer, const Bytes& bytes) { (void)::send(peer, bytes.data(), bytes.size(), MSG_NOSIGNAL); }

Bytes server_hello(std::uint8_t minor) {
  Bytes out{22, 3, minor, 0, 42, 2, 0, 0, 38, 3, minor};
  out.resize(out.size() + 32, 7);
  for (const int byte : {0, 0xc0, 0x2f, 0}) out.push_back(static_cast<std::uint8_t>(byte));
  return out;
}

const Bytes kRefused{21, 3, 1, 0, 2, 2, 70};

/// TLS 1.2 alone: what a hello asks for stands in its bytes 9 and 10, 1.3 in an extension (then the suites are its
/// own).
bool asks_tls12(const Bytes& hello) { return hello.size() > 100 && hello[0] == 22 && hello[10] == 3 && hello[43] == 0; }

std::optional<bool> offered(const EndpointFinding& found, Version version) {
  for (const VersionFinding& finding : found.versions) {
    if (finding.version == version) return finding.offered;
  }
  return {};
}

}  // namespace

TEST_CASE("tls versions: a server of TLS 1.2 alone refuses the others") {
  Server server([](int peer, const Bytes& hello) { say(peer, asks_tls12(hello) ? server_hello(3) : kRefused); });
  const EndpointFinding found = server.examine();
  CHECK(found.control_held == true);
  CHECK(offered(found, Version::tls12) == true);
  for (const Version version : {Version::ssl2, Version::ssl3, Version::tls10, Version::tls11, Version::tls13})
    CHECK(offered(found, version) == false);
}

TEST_CASE("tls versions: single bytes are put together") {
  Server server([](int peer, const Bytes& hello) {
    for (const std::uint8_t byte : asks_tls12(hello) ? server_hello(3) : kRefused) say(peer, {byte});
  });
  CHECK(offered(server.examine(), Version::tls12) == true);
}

TEST_CASE("tls versions: a silent server is never one that refuses") {
  Server server([](int, const Bytes&) {});
  const EndpointFinding found = server.examine(std::chrono::milliseconds(100));
  CHECK(found.first.answer == Answer::timeout);
  CHECK(found.connections == 2);
  for (const VersionFinding& finding : found.versions) CHECK(finding.offered == std::nullopt);
}

TEST_CASE("tls versions: other protocols and half answers decide nothing") {
  const std::string http = "HTTP/1.1 400 Bad Request\r\n\r\n";
  const Bytes half{22, 3, 3, 0, 42, 2, 0};
  for (const Bytes& bytes : {Bytes(http.begin(), http.end()), half, Bytes(70000, 22)}) {
    Server server([&](int peer, const Bytes&) { say(peer, bytes); });
    server.keep_open_ = false;
    const EndpointFinding found = server.examine(std::chrono::milliseconds(300));
    CHECK(found.control_held == std::nullopt);
    for (const VersionFinding& finding : found.versions) CHECK(finding.offered == std::nullopt);
  }
}

TEST_CASE("tls versions: alerts without a version that works prove nothing") {
  Server server([](int peer, const Bytes&) { say(peer, kRefused); });
  const EndpointFinding found = server.examine();
  CHECK(found.first.answer == Answer::alert);
  for (const VersionFinding& finding : found.versions) CHECK(finding.offered == std::nullopt);
}

TEST_CASE("tls versions: a control that fails at the end takes back every refusal") {
  int hellos = 0;
  Server server([&](int peer, const Bytes& hello) {
    say(peer, asks_tls12(hello) && hellos++ == 0 ? server_hello(3) : kRefused);
  });
  const EndpointFinding found = server.examine();
  CHECK(found.control_held == false);
  CHECK(offered(found, Version::tls12) == true);
  CHECK(offered(found, Version::tls10) == std::nullopt);
}

TEST_CASE("tls wire: every cut of an answer asks for more") {
  const Bytes whole = server_hello(3);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK_FALSE(read_reply(std::span(whole).first(size), Version::tls12).has_value());
  }
  CHECK(read_reply(whole, Version::tls12)->suite == 0xc02f);
}
