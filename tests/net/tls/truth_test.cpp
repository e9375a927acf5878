// SPDX-License-Identifier: Apache-2.0
// Real servers of Debian against the plain truth: one hello per version and suite, and per group, written and read by
// code that shares nothing with the engine.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/unique_handle.h"
#include "net/tls/scan.h"
#include "support/run_tool.h"
#include "support/temporary_folder.h"
#include "support/tls_server.h"

using namespace ehdscan;
using tls::EndpointFinding;
using tls::Version;

namespace {

using Octets = std::vector<unsigned char>;

/// A free port that stays reserved while servers with SO_REUSEADDR may take it.
class Port {
 public:
  Port() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int yes = 1;
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&where), sizeof where) == 0);
    socklen_t size = sizeof where;
    ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&where), &size);
    number = ntohs(where.sin_port);
  }
  std::uint16_t number = 0;

 private:
  FileDescriptor socket_;
};

FileDescriptor connect_to(std::uint16_t port) {
  FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  where.sin_port = htons(port);
  if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&where), sizeof where) != 0) return {};
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  return socket;
}

/// A server process; ended with the object, or with the tests.
class Server {
 public:
  Server(std::uint16_t port, std::vector<std::string> words, const std::filesystem::path& log) {
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const std::string out = log.string();
    const pid_t parent = ::getpid();
    child_ = ::fork();
    if (child_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (::getppid() != parent) ::_exit(127);
      ::setpgid(0, 0);
      const int nothing = ::open("/dev/null", O_RDONLY);
      const int to = ::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
      ::dup2(nothing, STDIN_FILENO);
      ::dup2(to, STDOUT_FILENO);
      ::dup2(to, STDERR_FILENO);
      ::setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
      ::execvp(argv[0], argv.data());
      ::_exit(127);
    }
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (std::chrono::steady_clock::now() < end && ::waitpid(child_, nullptr, WNOHANG) == 0) {
      if (connect_to(port)) {
        listens = true;
        return;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
  ~Server() {
    ::kill(-child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  bool listens = false;

 private:
  pid_t child_ = -1;
};

void number16(Octets& out, std::size_t value) {
  out.push_back(static_cast<unsigned char>(value >> 8 & 0xff));
  out.push_back(static_cast<unsigned char>(value & 0xff));
}

Octets block16(const Octets& inner) {
  Octets out;
  number16(out, inner.size());
  out.insert(out.end(), inner.begin(), inner.end());
  return out;
}

Octets numbers(const std::vector<int>& values) {
  Octets out;
  for (const int value : values) number16(out, static_cast<std::size_t>(value));
  return out;
}

void extension(Octets& out, int type, const Octets& body) {
  number16(out, static_cast<std::size_t>(type));
  const Octets inner = block16(body);
  out.insert(out.end(), inner.begin(), inner.end());
}

Octets hello_bytes(int version, const std::vector<int>& suites, const std::vector<int>& groups) {
  Octets body;
  number16(body, static_cast<std::size_t>(std::min(version, 0x0303)));
  for (int i = 0; i < 32; ++i) body.push_back(static_cast<unsigned char>(7 * i + suites.front()));
  body.push_back(0);
  std::vector<int> offered = suites;
  if (version < 0x0304) offered.push_back(0xff);
  for (const unsigned char octet : block16(numbers(offered))) body.push_back(octet);
  body.insert(body.end(), {1, 0});
  if (version > 0x0300) {
    Octets extensions;
    extension(extensions, 10, block16(numbers(groups)));
    extension(extensions, 11, {1, 0});
    extension(
        extensions, 13,
        block16(numbers({0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201})));
    if (version == 0x0304) {
      extension(extensions, 43, {2, 3, 4});
      extension(extensions, 51, {0, 0});
    }
    const Octets inner = block16(extensions);
    body.insert(body.end(), inner.begin(), inner.end());
  }
  Octets message{1, 0};
  const Octets inner = block16(body);
  message.insert(message.end(), inner.begin(), inner.end());
  Octets record{22, 3, 1};
  const Octets outer = block16(message);
  record.insert(record.end(), outer.begin(), outer.end());
  return record;
}

/// Octets up to `count`; fewer if the server ends before.
Octets read_some(int socket, std::size_t count) {
  Octets out(count);
  std::size_t at = 0;
  while (at < count) {
    pollfd entry{.fd = socket, .events = POLLIN, .revents = 0};
    REQUIRE_MESSAGE(::poll(&entry, 1, 10000) == 1, "the server is silent");
    const ssize_t got = ::recv(socket, out.data() + at, count - at, 0);
    if (got <= 0) break;
    at += static_cast<std::size_t>(got);
  }
  out.resize(at);
  return out;
}

struct Chosen {
  int version = 0;
  int suite = 0;
  int group = 0;
};

int two(const Octets& from, std::size_t at) { return from.at(at) << 8 | from.at(at + 1); }

/// What the ServerHello names, and with `key_exchange` the curve of the ServerKeyExchange.
std::optional<Chosen> chosen(std::uint16_t port, const Octets& hello, bool key_exchange) {
  const FileDescriptor socket = connect_to(port);
  REQUIRE(socket.get() >= 0);
  (void)::send(socket.get(), hello.data(), hello.size(), MSG_NOSIGNAL);
  Octets messages;
  std::optional<Chosen> out;
  while (true) {
    const Octets head = read_some(socket.get(), 5);
    if (head.size() < 5 || head[0] != 22) return out;
    const Octets payload = read_some(socket.get(), static_cast<std::size_t>(two(head, 3)));
    messages.insert(messages.end(), payload.begin(), payload.end());
    while (messages.size() >= 4) {
      const std::size_t size = static_cast<std::size_t>(messages[1]) << 16 | static_cast<std::size_t>(two(messages, 2));
      if (messages.size() < 4 + size) break;
      const Octets body(messages.begin() + 4, messages.begin() + 4 + static_cast<std::ptrdiff_t>(size));
      if (messages[0] == 2) {
        Chosen seen{.version = two(body, 0)};
        std::size_t at = 35U + body.at(34);
        seen.suite = two(body, at);
        at += 5;
        while (at + 4 <= body.size()) {
          if (two(body, at) == 43) seen.version = two(body, at + 4);
          if (two(body, at) == 51) seen.group = two(body, at + 4);
          at += 4U + static_cast<std::size_t>(two(body, at + 2));
        }
        out = seen;
        if (!key_exchange || seen.version == 0x0304) return out;
      }
      if (messages[0] == 12 && out) {
        if (body.at(0) == 3) out->group = two(body, 1);
        return out;
      }
      if (messages[0] == 14) return out;
      messages.erase(messages.begin(), messages.begin() + 4 + static_cast<std::ptrdiff_t>(size));
    }
  }
}

std::vector<int> all_codes(int version) {
  if (version == 0x0304) return {0x1301, 0x1302, 0x1303, 0x1304, 0x1305, 0x1306, 0x1307, 0xc0b4, 0xc0b5, 0xc6, 0xc7};
  std::vector<int> out;
  const auto add = [&](int first, int last) {
    for (int code = first; code <= last; ++code) out.push_back(code);
  };
  add(0x0001, 0x006d);
  add(0x0084, 0x00c5);
  add(0xc001, 0xc0b3);
  add(0xc100, 0xc106);
  add(0xcc13, 0xcc15);
  add(0xcca8, 0xccae);
  add(0xd001, 0xd005);
  return out;
}

std::vector<int> all_group_codes() {
  std::vector<int> out;
  for (int code = 1; code <= 41; ++code) out.push_back(code);
  for (const int code : {256, 257, 258, 259, 260, 0x11eb, 0x11ec, 0x11ed}) out.push_back(code);
  return out;
}

struct Truth {
  std::map<Version, std::set<int>> suites;
  std::set<int> groups12;
  std::set<int> groups13;
};

/// `beside`: a curve that must stay in the list of groups up to TLS 1.2, of an ECDSA certificate; 0 if none.
Truth ask_everything(std::uint16_t port, int beside) {
  Truth truth;
  for (const Version version : {Version::ssl3, Version::tls10, Version::tls11, Version::tls12, Version::tls13}) {
    const int number = static_cast<int>(version);
    auto& suites = truth.suites[version];
    for (const int code : all_codes(number)) {
      const auto got = chosen(port, hello_bytes(number, {code}, all_group_codes()), false);
      if (got && got->version == number && got->suite == code) suites.insert(code);
    }
  }
  std::vector<int> elliptic;
  for (const int code : truth.suites[Version::tls12]) {
    if ((code >= 0xc023 && code <= 0xc032) || (code >= 0xc006 && code <= 0xc019) || code == 0xcca8 || code == 0xcca9)
      elliptic.push_back(code);
  }
  for (const int group : all_group_codes()) {
    if (!truth.suites[Version::tls13].empty()) {
      const auto got = chosen(port, hello_bytes(0x0304, {0x1301, 0x1302, 0x1303}, {group}), false);
      if (got && got->group == group) truth.groups13.insert(group);
    }
    if (elliptic.empty() || (group >= 256 && group < 512)) continue;
    std::vector<int> groups{group};
    if (beside != 0 && beside != group) groups.push_back(beside);
    const auto got = chosen(port, hello_bytes(0x0303, elliptic, groups), true);
    if (got && got->group == group) truth.groups12.insert(group);
  }
  return truth;
}

std::set<int> groups_of(const tls::VersionFinding& version) {
  std::set<int> out;
  for (const tls::GroupFinding& group : version.groups) {
    // Below TLS 1.3 a prime is named by the server's own parameters.
    const bool prime = group.code == 0 || (group.code >= 256 && group.code < 512);
    if (!prime || version.version == Version::tls13) out.insert(group.code);
  }
  return out;
}

void compare(std::uint16_t port, const Truth& truth) {
  for (const bool polite : {false, true}) {
    tls::ScanOptions options;
    if (polite) {
      options.pace = tls::Pace::polite();
      options.pace.interval = std::chrono::milliseconds(0);
    }
    const EndpointFinding found = tls::scan_one(port, options);
    CAPTURE(polite);
    CHECK(found.control_held == true);
    CHECK(found.of(Version::ssl2).offered == false);
    for (const auto& [version, suites] : truth.suites) {
      const tls::VersionFinding& ours = found.of(version);
      CAPTURE(tls::to_string(version));
      CHECK(ours.offered == !suites.empty());
      std::set<int> codes;
      for (const tls::SuiteFinding& suite : ours.suites) codes.insert(suite.code);
      CHECK(codes == suites);
      CHECK(ours.suites_complete == !suites.empty());
    }
    CHECK(groups_of(found.of(Version::tls13)) == truth.groups13);
    CHECK(groups_of(found.of(Version::tls12)) == truth.groups12);
  }
}

/// Keys and certificates, made once.
struct Keys {
  TemporaryFolder folder;
  bool made = false;
  Keys() {
    const std::string at = folder.path.string();
    const auto make = [&](const std::string& name, const std::string& kind) {
      return output_of("openssl req -x509 -nodes -newkey " + kind + " -keyout " + at + "/" + name + ".key -out " + at +
                       "/" + name + ".pem -days 3 -subj /CN=localhost")
          .has_value();
    };
    made = make("rsa", "rsa:2048") && make("ec", "ec -pkeyopt ec_paramgen_curve:P-256") && make("weak", "rsa:1024") &&
           output_of("cat " + at + "/rsa.pem " + at + "/rsa.key > " + at + "/both.pem").has_value();
  }
  [[nodiscard]] std::string file(const std::string& name) const { return (folder.path / name).string(); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder.path / name) << text;
    return file(name);
  }
};

bool there(const std::string& tool) {
  if (tool_installed(tool)) return true;
  std::cout << "SKIPPED tls truth: " << tool << " is not installed\n";
  return false;
}

}  // namespace

TEST_CASE("tls truth: openssl s_server in several configurations") {
  if (!there("openssl")) return;
  const Keys keys;
  REQUIRE(keys.made);
  const std::vector<std::string> rsa{"-cert", keys.file("rsa.pem"), "-key", keys.file("rsa.key")};
  const std::vector<std::string> ec{"-cert", keys.file("ec.pem"), "-key", keys.file("ec.key")};
  struct Case {
    std::string name;
    std::vector<std::string> key;
    std::vector<std::string> more;
    int beside = 0;
  };
  const std::vector<Case> cases{
      {.name = "defaults", .key = rsa, .more = {}},
      {.name = "everything that this OpenSSL has", .key = rsa, .more = {"-cipher", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"}},
      {.name = "a certificate of ECDSA", .key = ec, .more = {}, .beside = 23},
      {.name = "both certificates",
       .key = rsa,
       .more = {"-dcert", keys.file("ec.pem"), "-dkey", keys.file("ec.key"), "-serverpref"}},
      {.name = "TLS 1.3 alone",
       .key = ec,
       .more = {"-tls1_3", "-ciphersuites", "TLS_AES_128_CCM_SHA256:TLS_CHACHA20_POLY1305_SHA256", "-groups",
                "X448:P-521:ffdhe3072"}},
      {.name = "TLS 1.2 alone, one suite",
       .key = rsa,
       .more = {"-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256", "-groups", "P-384"}},
      {.name = "a short key and old versions",
       .key = {"-cert", keys.file("weak.pem"), "-key", keys.file("weak.key")},
       .more = {"-no_tls1_3", "-cipher", "AES128-SHA:NULL-SHA256:AECDH-NULL-SHA:@SECLEVEL=0"}},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    const Port port;
    std::vector<std::string> words{"openssl", "s_server", "-accept", "127.0.0.1:" + std::to_string(port.number),
                                   "-www",    "-quiet"};
    words.insert(words.end(), one.key.begin(), one.key.end());
    words.insert(words.end(), one.more.begin(), one.more.end());
    const Server server(port.number, words, keys.folder.path / "log");
    REQUIRE(server.listens);
    const Truth truth = ask_everything(port.number, one.beside);
    std::size_t suites = 0;
    for (const auto& [version, codes] : truth.suites) suites += codes.size();
    CHECK(suites > 0);
    compare(port.number, truth);
  }
}

TEST_CASE("tls truth: nginx, haproxy and stunnel") {
  if (!there("openssl")) return;
  const Keys keys;
  REQUIRE(keys.made);
  const Port port;
  const std::string at = "127.0.0.1:" + std::to_string(port.number);
  const auto run = [&](const std::vector<std::string>& words) {
    const Server server(port.number, words, keys.folder.path / "log");
    CHECK(server.listens);
    if (server.listens) compare(port.number, ask_everything(port.number, 0));
  };
  if (there("nginx")) {
    for (const std::string& how :
         {std::string("ssl_protocols TLSv1.2 TLSv1.3; ssl_prefer_server_ciphers on; ssl_ecdh_curve X25519:P-384;"),
          std::string("ssl_protocols TLSv1 TLSv1.1 TLSv1.2; ssl_ciphers 'ALL:eNULL:aNULL:@SECLEVEL=0';")}) {
      run({"nginx", "-p", keys.folder.path.string(), "-e", keys.file("error.log"), "-c",
           keys.write("nginx.conf", "daemon off; master_process off; pid " + keys.file("pid") +
                                        "; events {} http { access_log off; client_body_temp_path " + keys.file("a") +
                                        "; proxy_temp_path " + keys.file("b") + "; fastcgi_temp_path " +
                                        keys.file("c") + "; uwsgi_temp_path " + keys.file("d") + "; scgi_temp_path " +
                                        keys.file("e") + "; server { listen " + at + " ssl; ssl_certificate " +
                                        keys.file("rsa.pem") + "; ssl_certificate_key " + keys.file("rsa.key") + "; " +
                                        how + " } }")});
    }
  }
  if (there("haproxy"))
    run({"haproxy", "-db", "-f",
         keys.write("haproxy.cfg",
                    "defaults\n  mode http\n  timeout client 30s\n  timeout connect 5s\n  timeout server 30s\nfrontend "
                    "f\n  bind " +
                        at + " ssl crt " + keys.file("both.pem") +
                        " alpn h2,http/1.1\n  http-request return status 200\n")});
  if (there("stunnel4"))
    run({"stunnel4", keys.write("stunnel.conf", "foreground = yes\npid =\n[a]\naccept = " + at +
                                                    "\nconnect = 127.0.0.1:9\ncert = " + keys.file("both.pem") +
                                                    "\nsslVersion = TLSv1.2\ncurves = P-384\nciphers = "
                                                    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-SHA256\n")});
}
