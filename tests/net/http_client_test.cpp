// SPDX-License-Identifier: Apache-2.0
// Many requests at once, against a server that misbehaves.
#include <doctest/doctest.h>

#include <thread>

#include "net/http/client.h"
#include "net/http/url.h"
#include "support/http_server.h"

using namespace ehdscan;
using std::chrono::milliseconds;

namespace {

HttpOptions quick() {
  HttpOptions options;
  options.first_pause = milliseconds(1);
  options.timeout = milliseconds(10'000);
  return options;
}

Result<HttpAnswer> get(HttpServer& server, const std::string& path, const HttpOptions& options = quick()) {
  HttpClient client(options);
  return client.send({.service = "s", .url = server.url() + path});
}

}  // namespace

TEST_CASE("http: an answer with its headers, whatever its status") {
  HttpServer server([](const ServedRequest&) {
    return ServedAnswer{.status = 404, .body = "no", .headers = {{"X-Thing", " a b "}}};
  });
  const auto answer = get(server, "/x?y=z");
  REQUIRE(answer);
  CHECK(answer->status == 404);
  CHECK(answer->body == "no");
  CHECK(answer->header("x-thing") == "a b");
  CHECK(server.requests().at(0).path == "/x?y=z");
}

TEST_CASE("http: not now is asked again, refusals are not") {
  std::atomic<int> count = 0;
  HttpServer server([&](const ServedRequest& request) {
    if (request.path == "/forbidden") return ServedAnswer{.status = 403, .body = "{}"};
    return ++count < 3 ? ServedAnswer{.status = 429, .body = "", .headers = {{"Retry-After", "0"}}}
                       : ServedAnswer{.status = 200, .body = "ok"};
  });
  CHECK(get(server, "/busy")->body == "ok");
  CHECK(count == 3);
  CHECK(get(server, "/forbidden")->status == 403);
  CHECK(server.count("/forbidden") == 1);
}

TEST_CASE("http: a pause longer than we wait ends with the answer, and attempts are counted") {
  HttpServer server([&](const ServedRequest& request) {
    return ServedAnswer{
        .status = 503, .body = "", .headers = {{"Retry-After", request.path == "/long" ? "86400" : "0"}}};
  });
  CHECK(get(server, "/long")->status == 503);
  CHECK(server.count("/long") == 1);
  CHECK(get(server, "/always")->status == 503);
  CHECK(server.count("/always") == 4);
}

TEST_CASE("http: redirects stay on the host") {
  HttpServer other([](const ServedRequest&) { return ServedAnswer{.body = "stolen"}; });
  HttpServer server([&](const ServedRequest& request) {
    if (request.path == "/away")
      return ServedAnswer{.status = 302, .body = "", .headers = {{"Location", other.url() + "/x?token=SECRET"}}};
    if (request.path == "/near") return ServedAnswer{.status = 301, .body = "", .headers = {{"Location", "/there"}}};
    if (request.path == "/loop") return ServedAnswer{.status = 302, .body = "", .headers = {{"Location", "/loop"}}};
    return ServedAnswer{.body = "here"};
  });
  const auto away = get(server, "/away");
  REQUIRE(!away);
  CHECK(away.error().kind == ErrorKind::denied);
  CHECK(away.error().message.find("another host") != std::string::npos);
  CHECK(away.error().message.find("SECRET") == std::string::npos);
  CHECK(other.requests().empty());
  CHECK(get(server, "/near")->body == "here");
  CHECK(get(server, "/loop").error().message.find("too often") != std::string::npos);
}

TEST_CASE("http: an answer too large, cut short or never given is an error") {
  HttpServer server([](const ServedRequest& request) {
    if (request.path == "/large") return ServedAnswer{.body = std::string(3'000'000, 'x')};
    if (request.path == "/cut") return ServedAnswer{.body = std::string(1000, 'x'), .cut = true};
    return ServedAnswer{.hang = true};
  });
  HttpOptions options = quick();
  options.max_body_bytes = 1'000'000;
  CHECK(get(server, "/large", options).error().kind == ErrorKind::limit);
  CHECK(get(server, "/cut").error().kind == ErrorKind::network);
  options.timeout = milliseconds(100);
  HttpClient client(options);
  int errors = 0;
  for (int i = 0; i < 20; ++i) {
    client.submit({.service = "hangs", .url = server.url() + "/hang"},
                  [&](const Result<HttpAnswer>& answer) { errors += answer ? 0 : 1; });
  }
  client.run();
  CHECK(errors == 20);
  // A service that gives no answer twice is given up: not each of the twenty waits for its own timeout.
  CHECK(server.count("/hang") <= 5);
}

TEST_CASE("http: many at once, but not more of one service than allowed") {
  HttpServer server([](const ServedRequest&) { return ServedAnswer{.body = "{}"}; });
  HttpOptions options = quick();
  options.per_service = 3;
  HttpClient client(options);
  int done = 0;
  for (int i = 0; i < 60; ++i) {
    client.submit({.service = i % 2 == 0 ? "a" : "b", .url = server.url() + "/"},
                  [&](const Result<HttpAnswer>& answer) { done += answer && answer->status == 200 ? 1 : 0; });
  }
  client.run();
  CHECK(done == 60);
  CHECK(server.most_at_once() <= 6);
  CHECK(client.request_count() == 60);
}

TEST_CASE("http: a callback may ask for more, and an interruption ends everything") {
  HttpServer server(
      [](const ServedRequest& request) { return ServedAnswer{.body = "{}", .hang = request.path == "/hang"}; });
  HttpClient client(quick());
  int depth = 0;
  std::function<void(const Result<HttpAnswer>&)> next = [&](const Result<HttpAnswer>& answer) {
    if (answer && ++depth < 5) client.submit({.service = "s", .url = server.url() + "/"}, next);
  };
  client.submit({.service = "s", .url = server.url() + "/"}, next);
  client.run();
  CHECK(depth == 5);
  std::string message;
  client.submit({.service = "s", .url = server.url() + "/hang"},
                [&](const Result<HttpAnswer>& answer) { message = answer.error().message; });
  client.run([] { return true; });
  CHECK(message == "interrupted");
}

TEST_CASE("http: nobody listens") {
  std::string url;
  {
    HttpServer gone([](const ServedRequest&) { return ServedAnswer{}; });
    url = gone.url();
  }
  HttpClient client(quick());
  const auto answer = client.send({.service = "s", .url = url + "/v3"});
  REQUIRE(!answer);
  CHECK(answer.error().message.find("refuses the connection") != std::string::npos);
}

TEST_CASE("http: addresses") {
  CHECK(parse_url("https://Host.example/v3")->port == 443);
  CHECK(parse_url("http://[::1]:5000/")->host == "::1");
  CHECK(!parse_url("https://user:pw@host/"));
  CHECK(!parse_url("file:///etc/passwd"));
  CHECK(!parse_url("nonsense"));
  CHECK(resolve_url("https://a/b/c?x", "/d") == "https://a/d");
  CHECK(shown_url("https://u:p@h/x?token=1") == "https://h/x");
  CHECK(percent_encode("a b/ö") == "a%20b%2F%C3%B6");
  CHECK(retry_after("120", 0) == std::chrono::seconds(120));
  CHECK(retry_after("Thu, 01 Jan 1970 00:01:00 GMT", 10) == std::chrono::seconds(50));
  CHECK(!retry_after("soon", 0));
}
