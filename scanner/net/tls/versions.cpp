// SPDX-License-Identifier: Apache-2.0
#include "net/tls/versions.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "base/unique_handle.h"

namespace ehdscan::tls {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMaxAnswer = 65536;

/// Waits for `events`; false when the time is over.
bool wait_for(int fd, short events, Clock::time_point until) {
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
    if (left <= 0) return false;
    pollfd entry{.fd = fd, .events = events, .revents = 0};
    const int ready = ::poll(&entry, 1, static_cast<int>(left));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

Reply failed(int error) {
  switch (error) {
    case ECONNREFUSED:
      return {.answer = Answer::refused};
    case ECONNRESET:
    case EPIPE:
      return {.answer = Answer::reset};
    default:
      return {.answer = Answer::timeout};
  }
}

/// One connection: connect, send, read until the answer is decided. Ends with RST, so that the server keeps nothing.
Reply exchange(const Address& address, std::span<const std::uint8_t> hello, Version version, Clock::time_point until) {
  const FileDescriptor socket(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return {};
  const linger reset{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.size) != 0) {
    if (errno != EINPROGRESS) return failed(errno);
    if (!wait_for(socket.get(), POLLOUT, until)) return {};
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return failed(error);
  }
  while (!hello.empty()) {
    const ssize_t sent = ::send(socket.get(), hello.data(), hello.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      hello = hello.subspan(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      if (!wait_for(socket.get(), POLLOUT, until)) return {};
    } else if (errno != EINTR) {
      return failed(errno);
    }
  }
  std::vector<std::uint8_t> answer;
  std::array<std::uint8_t, 4096> chunk{};
  while (answer.size() < kMaxAnswer) {
    if (!wait_for(socket.get(), POLLIN, until)) return {};
    const ssize_t got = ::recv(socket.get(), chunk.data(), chunk.size(), 0);
    if (got < 0) {
      if (errno == EAGAIN || errno == EINTR) continue;
      return failed(errno);
    }
    // Half an answer and then the end is not a refusal.
    if (got == 0) return {.answer = answer.empty() ? Answer::closed : Answer::other_protocol};
    answer.insert(answer.end(), chunk.begin(), chunk.begin() + got);
    if (auto reply = read_reply(answer, version)) return *reply;
  }
  return {.answer = Answer::other_protocol};
}

bool chose(const Reply& reply, Version version) {
  return (reply.answer == Answer::server_hello || reply.answer == Answer::retry_request) &&
         reply.version == std::to_underlying(version);
}

/// handshake_failure, illegal_parameter, protocol_version, insufficient_security. An SSL 2.0 error carries no such
/// code.
bool refuses(const Reply& reply, Version version) {
  if (reply.answer == Answer::closed) return true;
  if (reply.answer == Answer::server_hello) return reply.version < std::to_underlying(version);
  if (reply.answer != Answer::alert) return false;
  if (!reply.alert_code) return version == Version::ssl2;
  const int code = *reply.alert_code;
  return code == 40 || code == 47 || code == 70 || code == 71;
}

class Examination {
 public:
  Examination(const Address& address, const std::string& name, const ProbeLimits& limits,
              const std::function<bool()>& stop)
      : address_(address), name_(name), limits_(limits), stop_(stop), end_(Clock::now() + limits.endpoint) {}

  EndpointFinding run() {
    for (std::size_t i = 0; i < kVersions.size(); ++i) found_.versions[i].version = kVersions[i];
    // Newest first: the first version that works is the control. Two silences are enough to know a silent endpoint.
    for (std::size_t i = kVersions.size(); i-- > 0;) {
      VersionFinding& finding = found_.versions[i];
      if (over()) break;
      ask(finding);
      if (i + 2 == kVersions.size() && silent(found_.versions[i]) && silent(found_.versions[i + 1])) break;
    }
    if (control_) {
      found_.control_held = !over() && chose(send(control_version_, control_suites_), control_version_);
    }
    if (!found_.control_held.value_or(false)) {
      for (VersionFinding& finding : found_.versions) {
        if (finding.offered == false) finding.offered.reset();
      }
    }
    return found_;
  }

 private:
  static bool silent(const VersionFinding& finding) {
    return finding.answer == Answer::timeout || finding.answer == Answer::refused;
  }
  [[nodiscard]] bool over() const { return Clock::now() >= end_ || stop_(); }

  Reply send(Version version, std::span<const std::uint16_t> suites) {
    ++found_.connections;
    const auto until = std::min(end_, Clock::now() + limits_.probe);
    const Reply reply = exchange(address_, client_hello(version, suites, name_), version, until);
    const bool spoken = reply.answer == Answer::server_hello || reply.answer == Answer::retry_request;
    if (found_.connections == 1 || (spoken && !control_)) found_.first = reply;
    return reply;
  }

  void ask(VersionFinding& finding) {
    bool refused = true;
    for (const auto& suites : suite_lists(finding.version)) {
      if (over()) return;
      Reply reply = send(finding.version, suites);
      if (reply.answer == Answer::closed) {
        const Reply again = send(finding.version, suites);
        if (again.answer != Answer::closed) reply = again;
      }
      finding.answer = reply.answer;
      finding.alert_code = reply.alert_code;
      if (chose(reply, finding.version)) {
        finding.offered = true;
        // SSL 2.0 is no control: what must keep working is a current handshake.
        if (!control_ && finding.version != Version::ssl2) {
          control_ = true;
          control_version_ = finding.version;
          control_suites_ = suites;
        }
        return;
      }
      refused = refused && refuses(reply, finding.version);
      if (!refused || reply.alert_code == 70) break;
    }
    if (refused) finding.offered = false;
  }

  const Address& address_;
  const std::string& name_;
  const ProbeLimits& limits_;
  const std::function<bool()>& stop_;
  Clock::time_point end_;
  EndpointFinding found_;
  bool control_ = false;
  Version control_version_ = Version::tls12;
  std::vector<std::uint16_t> control_suites_;
};

}  // namespace

Result<std::vector<Address>> resolve(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* raw = nullptr;
  const int status = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &raw);
  if (status != 0)
    return fail(ErrorKind::network, fmt::format("`{}` does not resolve: {}", host, ::gai_strerror(status)));
  const std::unique_ptr<addrinfo, Calls<::freeaddrinfo>> list(raw);
  std::vector<Address> out;
  for (const addrinfo* entry = list.get(); entry != nullptr; entry = entry->ai_next) {
    Address address;
    std::array<char, NI_MAXHOST> text{};
    if (::getnameinfo(entry->ai_addr, entry->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0)
      continue;
    address.text = text.data();
    address.size = entry->ai_addrlen;
    std::copy_n(reinterpret_cast<const char*>(entry->ai_addr), entry->ai_addrlen,
                reinterpret_cast<char*>(&address.storage));
    if (std::ranges::none_of(out, [&](const Address& known) { return known.text == address.text; }))
      out.push_back(std::move(address));
  }
  return out;
}

EndpointFinding examine_versions(const Address& address, const std::string& name, const ProbeLimits& limits,
                                 const std::function<bool()>& stop) {
  return Examination(address, name, limits, stop).run();
}

}  // namespace ehdscan::tls
