// SPDX-License-Identifier: Apache-2.0
#include "net/tls/scan.h"

#include <doctest/doctest.h>

#include <chrono>

#include "net/tls/codes.h"
#include "support/tls_server.h"

using namespace ehdscan;
using namespace ehdscan::tls;

namespace {

using Codes = std::vector<std::uint16_t>;

const Codes kSuites{0xc030, 0xc02f, 0x009d, 0xc028, 0x003c, 0x0002};
const ServerConfig kTls12{.suites = {{0x0303, kSuites}}};
const ServerConfig kBoth{.suites = {{0x0303, kSuites}, {0x0304, {0x1303, 0x1301}}}, .groups = {29, 24, 0x11ec}};

ScanOptions quick(int milliseconds) {
  ScanOptions options;
  options.pace.probe = std::chrono::milliseconds(milliseconds);
  options.pace.endpoint = std::chrono::seconds(20);
  return options;
}

std::optional<bool> offered(const EndpointFinding& found, Version version) { return found.of(version).offered; }

Codes groups_of(const VersionFinding& version) {
  Codes out;
  for (const GroupFinding& group : version.groups) out.push_back(group.code);
  return sorted(out);
}

/// No version is said to be refused, and no list to be complete.
void check_nothing_claimed(const EndpointFinding& found) {
  for (const VersionFinding& version : found.versions) {
    CHECK(version.offered != std::optional(false));
    CHECK_FALSE(version.suites_complete);
    CHECK_FALSE(version.groups_complete);
  }
}

}  // namespace

TEST_CASE("tls scan: suites, their order and groups come out as the server has them") {
  for (const bool own_order : {true, false}) {
    ServerConfig config = kBoth;
    config.own_order = own_order;
    TestServer server(server_of(config));
    for (const bool polite : {false, true}) {
      ScanOptions options;
      if (polite) options.pace = Pace::polite();
      const EndpointFinding found = scan_one(server.port(), options);
      CHECK(found.control_held == true);
      const VersionFinding& tls12 = found.of(Version::tls12);
      CHECK(sorted(codes_of(tls12)) == sorted(kSuites));
      CHECK(tls12.suites_complete);
      CHECK(tls12.order_by_server == own_order);
      if (own_order && tls12.suites.front().position) CHECK(codes_of(tls12) == kSuites);
      CHECK(groups_of(tls12) == Codes{24, 29, 0x11ec});
      CHECK(tls12.groups_complete);
      const VersionFinding& tls13 = found.of(Version::tls13);
      CHECK(sorted(codes_of(tls13)) == Codes{0x1301, 0x1303});
      CHECK(tls13.suites_complete);
      CHECK(groups_of(tls13) == Codes{24, 29, 0x11ec});
      CHECK(tls13.groups_complete);
      for (const Version version : {Version::ssl2, Version::ssl3, Version::tls10, Version::tls11})
        CHECK(offered(found, version) == false);
    }
  }
}

TEST_CASE("tls scan: single bytes are put together") {
  TestServer server([](int peer, const Bytes& bytes) {
    const auto hello = SeenHello::read(bytes);
    for (const std::uint8_t byte : hello ? answer_to(*hello, kTls12) : alert_record(70))
      TestServer::say(peer, Bytes{byte});
  });
  const EndpointFinding found = scan_one(server.port());
  CHECK(sorted(codes_of(found.of(Version::tls12))) == sorted(kSuites));
  CHECK(found.of(Version::tls12).suites_complete);
}

TEST_CASE("tls scan: a silent server is never one that refuses, and costs one probe's time") {
  TestServer server([](int, const Bytes&) {});
  server.wait_for_peer = false;
  TestServer held([](int peer, const Bytes&) { TestServer::next(peer); });
  const auto start = std::chrono::steady_clock::now();
  const EndpointFinding found = scan_one(held.port(), quick(200));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(3));
  CHECK(found.first == Answer::timeout);
  CHECK(found.control_held == std::nullopt);
  check_nothing_claimed(found);
}

TEST_CASE("tls scan: other protocols, half answers and floods decide nothing") {
  const std::string http = "HTTP/1.1 400 Bad Request\r\n\r\n";
  Bytes endless{22, 3, 3, 0x40, 0, 2, 0xff, 0xff, 0xff};
  endless.resize(70000, 22);
  const Bytes half{22, 3, 3, 0, 42, 2, 0};
  for (const Bytes& bytes : {Bytes(http.begin(), http.end()), half, endless, Bytes(70000, 0x17)}) {
    TestServer server([&](int peer, const Bytes&) { TestServer::say(peer, bytes); });
    server.wait_for_peer = false;
    const EndpointFinding found = scan_one(server.port(), quick(300));
    CHECK(found.control_held == std::nullopt);
    check_nothing_claimed(found);
  }
}

TEST_CASE("tls scan: alerts without a version that works prove nothing") {
  for (const int code : {70, 40, 112}) {
    TestServer server(
        [&](int peer, const Bytes&) { TestServer::say(peer, alert_record(static_cast<std::uint8_t>(code))); });
    const EndpointFinding found = scan_one(server.port());
    CHECK(found.first == Answer::alert);
    CHECK(found.first_alert == code);
    check_nothing_claimed(found);
  }
}

TEST_CASE("tls scan: a control that fails at the end takes back every refusal") {
  int left = 12;
  TestServer server([&](int peer, const Bytes& bytes) {
    const auto hello = SeenHello::read(bytes);
    TestServer::say(peer, left-- > 0 && hello ? answer_to(*hello, kTls12) : alert_record(70));
  });
  const EndpointFinding found = scan_one(server.port());
  CHECK(found.control_held == false);
  CHECK(offered(found, Version::tls12) == true);
  check_nothing_claimed(found);
}

TEST_CASE("tls scan: resets above a rate are waited out, not taken for refusals") {
  auto window = std::chrono::steady_clock::now();
  int count = 0;
  TestServer server([&](int peer, const Bytes& bytes) {
    const auto now = std::chrono::steady_clock::now();
    if (now - window > std::chrono::seconds(1)) {
      window = now;
      count = 0;
    }
    if (++count > 20) {
      const linger reset{.l_onoff = 1, .l_linger = 0};
      ::setsockopt(peer, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
      ::shutdown(peer, SHUT_RDWR);
      return;
    }
    const auto hello = SeenHello::read(bytes);
    TestServer::say(peer, hello ? answer_to(*hello, kTls12) : alert_record(70));
  });
  ScanOptions options;
  options.depth = Depth::enumeration;
  const EndpointFinding found = scan_one(server.port(), options);
  CHECK(found.control_held == true);
  CHECK(sorted(codes_of(found.of(Version::tls12))) == sorted(kSuites));
  CHECK(found.of(Version::tls12).suites_complete);
  CHECK(offered(found, Version::tls10) == false);
}

TEST_CASE("tls scan: servers that lose large hellos, or many suites, are asked with small ones") {
  for (const bool by_size : {true, false}) {
    TestServer server([&](int peer, const Bytes& bytes) {
      const auto hello = SeenHello::read(bytes);
      if (hello && (by_size ? bytes.size() > 512 : hello->suites.size() > 128)) return;
      TestServer::say(peer, hello ? answer_to(*hello, kTls12) : alert_record(70));
    });
    server.wait_for_peer = true;
    ScanOptions options = quick(300);
    options.depth = Depth::enumeration;
    const EndpointFinding found = scan_one(server.port(), options);
    CHECK(found.large_hello_lost == true);
    CHECK(sorted(codes_of(found.of(Version::tls12))) == sorted(kSuites));
    CHECK(found.of(Version::tls12).suites_complete);
  }
}

TEST_CASE("tls scan: what one target does leaves the others alone, and time is bounded") {
  TestServer good(server_of(kTls12));
  TestServer silent([](int peer, const Bytes&) { TestServer::next(peer); });
  TestServer garbage([](int peer, const Bytes&) { TestServer::say(peer, Bytes(3000, 0xee)); });
  std::vector<ScanRequest> requests(4);
  for (ScanRequest& request : requests) request.host = "127.0.0.1";
  requests[0].port = silent.port();
  requests[1].port = garbage.port();
  requests[2].port = good.port();
  requests[3].host = "no-such-name.invalid";
  std::vector<EndpointFinding> found;
  const auto start = std::chrono::steady_clock::now();
  scan(requests, quick(300), {.tls = [&](EndpointFinding&& one) { found.push_back(std::move(one)); }, .ssh = {}},
       [] { return false; });
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(15));
  REQUIRE(found.size() == 4);
  for (const EndpointFinding& one : found) {
    if (one.port == good.port()) {
      CHECK(codes_of(one.of(Version::tls12)).size() == kSuites.size());
    } else {
      check_nothing_claimed(one);
    }
    if (one.host == "no-such-name.invalid") CHECK(one.problem.contains("does not resolve"));
  }
}

TEST_CASE("tls scan: a stop ends what is open at once") {
  TestServer silent([](int peer, const Bytes&) { TestServer::next(peer); });
  std::vector<ScanRequest> requests(1);
  requests[0].host = "127.0.0.1";
  requests[0].port = silent.port();
  const auto start = std::chrono::steady_clock::now();
  int found = 0;
  scan(requests, {},
       {.tls =
            [&](EndpointFinding&& one) {
              ++found;
              check_nothing_claimed(one);
            },
        .ssh = {}},
       [&] { return std::chrono::steady_clock::now() - start > std::chrono::milliseconds(200); });
  CHECK(found == 1);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(3));
}

TEST_CASE("tls scan: STARTTLS goes before the hello, and its refusal is said") {
  TestServer mail(
      [](int peer, const Bytes&) {
        TestServer::say(peer, "220-hello\r\n220 mail\r\n");
        TestServer::next(peer);
        TestServer::say(peer, "250-mail\r\n250 STARTTLS\r\n");
        TestServer::next(peer);
        TestServer::say(peer, "220 go\r\n");
        const auto hello = SeenHello::read(TestServer::next(peer));
        TestServer::say(peer, hello ? answer_to(*hello, kTls12) : alert_record(70));
      },
      true);
  const EndpointFinding found = scan_one(mail.port(), {}, Starttls::smtp);
  CHECK(sorted(codes_of(found.of(Version::tls12))) == sorted(kSuites));
  TestServer without([](int peer, const Bytes&) { TestServer::say(peer, "N"); });
  const EndpointFinding refused = scan_one(without.port(), {}, Starttls::postgres);
  CHECK(refused.starttls_refused);
  check_nothing_claimed(refused);
}

TEST_CASE("tls codes: suites are taken apart by their names") {
  const SuiteParts gcm = suite_parts(0xc02f);
  CHECK(gcm.name == "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
  CHECK(gcm.key_exchange == "ECDHE");
  CHECK(gcm.authentication == "RSA");
  CHECK(gcm.encryption == "AES_128_GCM");
  CHECK(gcm.mac == "AEAD");
  CHECK(suite_parts(0x0003).key_exchange == "RSA_EXPORT");
  CHECK(suite_parts(0x0003).mac == "MD5");
  CHECK(suite_parts(0x0018).authentication == "anon");
  CHECK(suite_parts(0x1301).key_exchange == "any");
  CHECK(suite_parts(0x1301).encryption == "AES_128_GCM");
  CHECK(suite_parts(0x000a).encryption == "3DES_EDE_CBC");
  CHECK(suite_parts(0x000a).mac == "SHA1");
  CHECK(suite_parts(0xfff0).name.empty());
  CHECK(group_info(0x11ec).name == "X25519MLKEM768");
  CHECK(code_text(0x2f) == "002f");
  CHECK(known_prime(Bytes(256, 0xff)).empty());
}
