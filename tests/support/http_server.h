// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace ehdscan {

struct ServedRequest {
  std::string method, path;                    ///< path with query
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
};

struct ServedAnswer {
  int status = 200;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers{{"Content-Type", "application/json"}};
  bool hang = false;  ///< accept, and never answer
  bool cut = false;   ///< close after half of the body
};

/// An HTTP server on a free port of 127.0.0.1 that answers by a function, one thread a connection.
class HttpServer {
 public:
  using Handler = std::function<ServedAnswer(const ServedRequest&)>;

  explicit HttpServer(Handler handler) : handler_(std::move(handler)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), length) != 0 || ::listen(listener_, 128) != 0)
      throw std::runtime_error("no port for the test's server");
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~HttpServer() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      for (const int open : open_) ::shutdown(open, SHUT_RDWR);
    }
    changed_.notify_all();
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    ::close(listener_);
    for (std::thread& worker : workers_) worker.join();
  }
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] std::vector<ServedRequest> requests() {
    const std::lock_guard lock(mutex_);
    return seen_;
  }
  [[nodiscard]] int count(const std::string& path_start) {
    const std::lock_guard lock(mutex_);
    int found = 0;
    for (const ServedRequest& request : seen_) found += request.path.starts_with(path_start) ? 1 : 0;
    return found;
  }
  [[nodiscard]] int most_at_once() const { return most_; }

 private:
  void accept_all() {
    while (true) {
      const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      const std::lock_guard lock(mutex_);
      if (client < 0 || stopping_) {
        if (client >= 0) ::close(client);
        return;
      }
      open_.push_back(client);
      workers_.emplace_back([this, client] { serve(client); });
    }
  }

  void serve(int client) {
    std::string buffer;
    char bytes[16384];
    ServedRequest request;
    std::size_t head = std::string::npos;
    std::size_t length = 0;
    while (head == std::string::npos || buffer.size() < head + 4 + length) {
      const ssize_t got = ::recv(client, bytes, sizeof bytes, 0);
      if (got <= 0) return finish(client);
      buffer.append(bytes, static_cast<std::size_t>(got));
      if (head != std::string::npos) continue;
      head = buffer.find("\r\n\r\n");
      if (head == std::string::npos) continue;
      std::size_t at = buffer.find("\r\n");
      const std::string line = buffer.substr(0, at);
      request.method = line.substr(0, line.find(' '));
      request.path = line.substr(line.find(' ') + 1, line.rfind(' ') - line.find(' ') - 1);
      while (at < head) {
        const std::size_t end = buffer.find("\r\n", at + 2);
        const std::string header = buffer.substr(at + 2, end - at - 2);
        const std::size_t colon = header.find(':');
        std::string name = header.substr(0, colon);
        for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        if (colon != std::string::npos) request.headers[name] = header.substr(colon + 2);
        at = end;
      }
      if (request.headers.contains("content-length")) length = std::stoul(request.headers["content-length"]);
    }
    request.body = buffer.substr(head + 4);
    {
      const std::lock_guard lock(mutex_);
      seen_.push_back(request);
      most_ = std::max<int>(most_, ++now_);
    }
    const ServedAnswer answer = handler_(request);
    {
      std::unique_lock lock(mutex_);
      --now_;
      if (answer.hang) changed_.wait(lock, [this] { return stopping_; });
    }
    if (!answer.hang) {
      std::string text = "HTTP/1.1 " + std::to_string(answer.status) + " X\r\nConnection: close\r\n";
      for (const auto& [name, value] : answer.headers) text += name + ": " + value + "\r\n";
      text += "Content-Length: " + std::to_string(answer.body.size()) + "\r\n\r\n";
      if (request.method != "HEAD") text += answer.cut ? answer.body.substr(0, answer.body.size() / 2) : answer.body;
      std::size_t sent = 0;
      while (sent < text.size()) {
        const ssize_t put = ::send(client, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
        if (put <= 0) break;
        sent += static_cast<std::size_t>(put);
      }
    }
    finish(client);
  }

  void finish(int client) {
    const std::lock_guard lock(mutex_);
    std::erase(open_, client);
    ::close(client);
  }

  Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::thread acceptor_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::vector<int> open_;
  std::vector<std::thread> workers_;
  std::vector<ServedRequest> seen_;
  int now_ = 0;
  std::atomic<int> most_ = 0;
};

}  // namespace ehdscan
