// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace ehdscan {

struct HttpRequest {
  std::string service;  ///< what its limits belong to: "network"
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
};

struct HttpAnswer {
  int status = 0;
  std::string url;                                           ///< after redirects
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  std::string body;

  /// First header of that lower-case name; empty if there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

struct HttpOptions {
  std::string ca_file;      ///< PEM bundle that replaces the system's
  std::string client_cert;  ///< PEM
  std::string client_key;   ///< PEM
  /// "sha256//…" of the server's public key (RFC 7469 spelling); then that key is trusted instead of any authority.
  std::string pinned_key;
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds timeout{30'000};        ///< of one attempt
  std::chrono::milliseconds first_pause{200};       ///< before the second attempt; doubles
  std::chrono::milliseconds longest_pause{20'000};  ///< a longer Retry-After is not waited for
  std::size_t max_body_bytes = std::size_t{64} << 20;
  int attempts = 4;      ///< of requests answered 429, 502, 503, 504, or not at all
  int per_service = 4;   ///< requests of one service at the same time
  int total = 24;        ///< requests at the same time
  int broken_after = 2;  ///< attempts without any answer, one after another, after which a service is given up
};

/// Many HTTP requests at the same time, over libcurl. One thread: callbacks run inside run().
///
/// Redirects are followed only to the same scheme, host and port. Environment proxies are honoured, cookies are not.
class HttpClient {
 public:
  using Done = std::function<void(Result<HttpAnswer>)>;

  explicit HttpClient(HttpOptions options);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// Queues a request. `done` gets the answer whatever its status, or an error: network (no answer, TLS), denied (a
  /// redirect elsewhere), limit (too large). Messages hold no query, header or body. `done` may submit more.
  void submit(HttpRequest request, Done done);

  /// Works until nothing is queued, or `stop` is true: then what is left ends with an error.
  void run(const std::function<bool()>& stop = {});

  /// One request, alone.
  Result<HttpAnswer> send(HttpRequest request, const std::function<bool()>& stop = {});

  /// How long the requests of a service took together, from the first start to the last end.
  [[nodiscard]] std::vector<std::pair<std::string, std::chrono::milliseconds>> busy() const;
  [[nodiscard]] std::size_t request_count() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Seconds that a Retry-After header asks for: a number, or an HTTP date (RFC 9110, section 10.2.3).
std::optional<std::chrono::seconds> retry_after(std::string_view value, std::int64_t now_seconds);

}  // namespace ehdscan
