// SPDX-License-Identifier: Apache-2.0
#include "net/http/client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <deque>
#include <list>
#include <map>

#include "base/text.h"
#include "net/http/url.h"

namespace ehdscan {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr int kMostRedirects = 3;
constexpr int kLongestPollMs = 100;

/// Answers that say "not now".
bool says_later(int status) { return status == 429 || (status >= 502 && status <= 504); }

struct Transfer {
  HttpRequest request;
  HttpClient::Done done;
  HttpAnswer answer{};
  curl_slist* headers = nullptr;
  std::size_t limit = 0;
  int attempt = 1;
  int redirects = 0;
  bool too_large = false;
  Clock::time_point due{};

  ~Transfer() { curl_slist_free_all(headers); }
};

std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  const std::size_t length = size * count;
  if (transfer.answer.body.size() + length > transfer.limit) {
    transfer.too_large = true;
    return 0;
  }
  transfer.answer.body.append(bytes, length);
  return length;
}

std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  const std::string_view line = trim(std::string_view(bytes, size * count));
  if (line.starts_with("HTTP/")) transfer.answer.headers.clear();  // after a 100 Continue
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos) {
    transfer.answer.headers.emplace_back(to_lower(line.substr(0, colon)), trim(line.substr(colon + 1)));
  }
  return size * count;
}

struct Service {
  int running = 0;
  int silent = 0;  ///< attempts without an answer, one after another
  std::string broken{};
  std::deque<std::unique_ptr<Transfer>> waiting{};
  std::optional<Clock::time_point> first{};
  Clock::time_point last{};
};

std::string no_answer(CURLcode code, const Transfer& transfer) {
  const std::string where = shown_url(transfer.request.url);
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return fmt::format("{} does not answer in time", where);
    case CURLE_COULDNT_CONNECT:
      return fmt::format("{} refuses the connection", where);
    case CURLE_COULDNT_RESOLVE_HOST:
      return fmt::format("the host of {} is not known", where);
    case CURLE_PEER_FAILED_VERIFICATION:
      return fmt::format("the certificate of {} is not trusted", where);
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
      return fmt::format("{} has another key than the pinned one", where);
    default:
      return fmt::format("{}: {}", where, curl_easy_strerror(code));
  }
}

}  // namespace

std::string_view HttpAnswer::header(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, [](const auto& pair) { return std::string_view(pair.first); });
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

std::optional<std::chrono::seconds> retry_after(std::string_view value, std::int64_t now_seconds) {
  if (const auto number = parse_integer(trim(value))) {
    return *number < 0 ? std::nullopt : std::optional(std::chrono::seconds(*number));
  }
  const std::time_t date = curl_getdate(std::string(value).c_str(), nullptr);
  if (date < 0) return std::nullopt;
  return std::chrono::seconds(std::max<std::int64_t>(0, static_cast<std::int64_t>(date) - now_seconds));
}

struct HttpClient::State {
  HttpOptions options;
  CURLM* multi = nullptr;
  std::map<std::string, Service> services{};
  std::map<CURL*, std::unique_ptr<Transfer>> running{};
  std::size_t requests = 0;

  explicit State(HttpOptions given) : options(std::move(given)) {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (started == CURLE_OK) multi = curl_multi_init();
  }
  ~State() {
    for (auto& [easy, transfer] : running) {
      curl_multi_remove_handle(multi, easy);
      curl_easy_cleanup(easy);
    }
    curl_multi_cleanup(multi);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void start(std::unique_ptr<Transfer> transfer, Service& service) {
    CURL* easy = curl_easy_init();
    const HttpRequest& request = transfer->request;
    transfer->answer = {.status = 0, .url = request.url, .headers = {}, .body = {}};
    transfer->limit = options.max_body_bytes;
    transfer->too_large = false;
    const auto set = [easy](CURLoption option, auto value) { curl_easy_setopt(easy, option, value); };
    set(CURLOPT_URL, request.url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_USERAGENT, "ehdscan");
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(options.timeout.count()));
    set(CURLOPT_WRITEFUNCTION, &take_body);
    set(CURLOPT_WRITEDATA, transfer.get());
    set(CURLOPT_HEADERFUNCTION, &take_header);
    set(CURLOPT_HEADERDATA, transfer.get());
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!options.ca_file.empty()) set(CURLOPT_CAINFO, options.ca_file.c_str());
    if (!options.client_cert.empty()) set(CURLOPT_SSLCERT, options.client_cert.c_str());
    if (!options.client_key.empty()) set(CURLOPT_SSLKEY, options.client_key.c_str());
    if (!options.pinned_key.empty()) {
      set(CURLOPT_PINNEDPUBLICKEY, options.pinned_key.c_str());
      set(CURLOPT_SSL_VERIFYPEER, 0L);
      set(CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (request.method == "HEAD") {
      set(CURLOPT_NOBODY, 1L);
    } else if (request.method != "GET") {
      set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
      if (!request.body.empty()) {
        set(CURLOPT_POSTFIELDSIZE, static_cast<long>(request.body.size()));
        set(CURLOPT_POSTFIELDS, request.body.c_str());
      }
    }
    curl_slist_free_all(transfer->headers);
    transfer->headers = nullptr;
    for (const auto& [name, value] : request.headers) {
      transfer->headers = curl_slist_append(transfer->headers, fmt::format("{}: {}", name, value).c_str());
    }
    // No waiting for a 100 Continue.
    transfer->headers = curl_slist_append(transfer->headers, "Expect:");
    set(CURLOPT_HTTPHEADER, transfer->headers);
    ++service.running;
    ++requests;
    if (!service.first) service.first = Clock::now();
    running.emplace(easy, std::move(transfer));
    curl_multi_add_handle(multi, easy);
  }

  /// Starts what may start; true if something waits for its time.
  void start_due() {
    const Clock::time_point now = Clock::now();
    for (auto& [name, service] : services) {
      auto at = service.waiting.begin();
      while (at != service.waiting.end()) {
        if (service.running >= options.per_service || running.size() >= static_cast<std::size_t>(options.total)) break;
        if ((*at)->due > now) {
          ++at;
          continue;
        }
        std::unique_ptr<Transfer> transfer = std::move(*at);
        at = service.waiting.erase(at);
        start(std::move(transfer), service);
      }
    }
  }

  [[nodiscard]] bool anything_waits() const {
    return std::ranges::any_of(services, [](const auto& pair) { return !pair.second.waiting.empty(); });
  }

  void again(std::unique_ptr<Transfer> transfer, milliseconds pause) {
    ++transfer->attempt;
    transfer->due = Clock::now() + pause;
    services[transfer->request.service].waiting.push_back(std::move(transfer));
  }

  [[nodiscard]] milliseconds pause(int attempt) const {
    milliseconds length = options.first_pause;
    for (int i = 1; i < attempt; ++i) length *= 2;
    return std::min(length, options.longest_pause);
  }

  static void finish(std::unique_ptr<Transfer> transfer, Result<HttpAnswer> answer) {
    transfer->done(std::move(answer));
  }

  void ended(CURL* easy, CURLcode code) {
    const auto found = running.find(easy);
    std::unique_ptr<Transfer> transfer = std::move(found->second);
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    transfer->answer.status = static_cast<int>(status);
    running.erase(found);
    curl_multi_remove_handle(multi, easy);
    curl_easy_cleanup(easy);
    Service& service = services[transfer->request.service];
    --service.running;
    service.last = Clock::now();
    if (code != CURLE_OK) return failed(std::move(transfer), service, code);
    service.silent = 0;
    if (says_later(transfer->answer.status) && transfer->attempt < options.attempts) {
      milliseconds wait = pause(transfer->attempt);
      const auto asked = retry_after(transfer->answer.header("retry-after"), std::time(nullptr));
      if (asked) wait = std::chrono::duration_cast<milliseconds>(*asked);
      if (wait <= options.longest_pause) return again(std::move(transfer), wait);
    }
    const bool moved =
        transfer->answer.status >= 301 && transfer->answer.status <= 308 && transfer->answer.status != 304;
    if (moved && !transfer->answer.header("location").empty()) return redirected(std::move(transfer));
    HttpAnswer answer = std::move(transfer->answer);
    finish(std::move(transfer), std::move(answer));
  }

  void redirected(std::unique_ptr<Transfer> transfer) {
    const auto to = resolve_url(transfer->request.url, std::string(transfer->answer.header("location")));
    const auto from_place = parse_url(transfer->request.url);
    const auto to_place = to ? parse_url(*to) : std::nullopt;
    const std::string where = shown_url(transfer->request.url);
    if (!from_place || !to_place || !from_place->same_place(*to_place)) {
      const std::string target = to ? shown_url(*to) : "no address";
      return finish(
          std::move(transfer),
          fail(ErrorKind::denied, fmt::format("{} redirects to another host ({}): not followed", where, target),
               "credentials are only sent to the hosts of the catalogue"));
    }
    const bool plain = transfer->request.method == "GET" || transfer->request.method == "HEAD";
    if (!plain || ++transfer->redirects > kMostRedirects) {
      return finish(std::move(transfer), fail(ErrorKind::network, fmt::format("{} redirects too often", where)));
    }
    transfer->request.url = *to;
    services[transfer->request.service].waiting.push_front(std::move(transfer));
  }

  void failed(std::unique_ptr<Transfer> transfer, Service& service, CURLcode code) {
    if (transfer->too_large) {
      const std::string where = shown_url(transfer->request.url);
      return finish(std::move(transfer), fail(ErrorKind::limit, fmt::format("the answer of {} is larger than {} MiB",
                                                                            where, options.max_body_bytes >> 20)));
    }
    const std::string message = no_answer(code, *transfer);
    const bool hopeless = code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_PINNEDPUBKEYNOTMATCH ||
                          code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_URL_MALFORMAT ||
                          code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_SSL_CACERT_BADFILE ||
                          code == CURLE_SSL_CERTPROBLEM;
    const std::string hint = code == CURLE_PEER_FAILED_VERIFICATION
                                 ? "name the authority with `cacert`, or pin the key with `pinned_key`"
                                 : std::string();
    if (++service.silent >= options.broken_after || hopeless) {
      service.broken = message;
      auto rest = std::exchange(service.waiting, {});
      finish(std::move(transfer), fail(ErrorKind::network, message, hint));
      for (auto& waiting : rest) finish(std::move(waiting), fail(ErrorKind::network, message, hint));
      return;
    }
    const bool plain = transfer->request.method == "GET" || transfer->request.method == "HEAD";
    if (plain && transfer->attempt < options.attempts) {
      const milliseconds wait = pause(transfer->attempt);
      return again(std::move(transfer), wait);
    }
    finish(std::move(transfer), fail(ErrorKind::network, message, hint));
  }

  void give_up_all(std::string_view reason) {
    auto taken = std::exchange(running, {});
    for (auto& [easy, transfer] : taken) {
      curl_multi_remove_handle(multi, easy);
      curl_easy_cleanup(easy);
      --services[transfer->request.service].running;
      finish(std::move(transfer), fail(ErrorKind::network, std::string(reason)));
    }
    while (anything_waits()) {
      for (auto& [name, service] : services) {
        auto rest = std::exchange(service.waiting, {});
        for (auto& waiting : rest) finish(std::move(waiting), fail(ErrorKind::network, std::string(reason)));
      }
    }
  }
};

HttpClient::HttpClient(HttpOptions options) : state_(std::make_unique<State>(std::move(options))) {}
HttpClient::~HttpClient() = default;

void HttpClient::submit(HttpRequest request, Done done) {
  Service& service = state_->services[request.service];
  if (!service.broken.empty()) return done(fail(ErrorKind::network, service.broken));
  auto transfer = std::make_unique<Transfer>();
  transfer->request = std::move(request);
  transfer->done = std::move(done);
  service.waiting.push_back(std::move(transfer));
}

void HttpClient::run(const std::function<bool()>& stop) {
  while (!state_->running.empty() || state_->anything_waits()) {
    if (state_->multi == nullptr) return state_->give_up_all("libcurl could not be started");
    if (stop && stop()) return state_->give_up_all("interrupted");
    state_->start_due();
    int active = 0;
    curl_multi_perform(state_->multi, &active);
    int left = 0;
    bool any = false;
    while (const CURLMsg* message = curl_multi_info_read(state_->multi, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      any = true;
      // A copy: removing the handle frees the message.
      CURL* easy = message->easy_handle;
      const CURLcode code = message->data.result;
      state_->ended(easy, code);
    }
    if (!any) curl_multi_poll(state_->multi, nullptr, 0, kLongestPollMs, nullptr);
  }
}

Result<HttpAnswer> HttpClient::send(HttpRequest request, const std::function<bool()>& stop) {
  Result<HttpAnswer> answer = fail(ErrorKind::internal, "the request did not run");
  submit(std::move(request), [&](Result<HttpAnswer> given) { answer = std::move(given); });
  run(stop);
  return answer;
}

std::vector<std::pair<std::string, milliseconds>> HttpClient::busy() const {
  std::vector<std::pair<std::string, milliseconds>> all;
  for (const auto& [name, service] : state_->services) {
    if (service.first) all.emplace_back(name, std::chrono::duration_cast<milliseconds>(service.last - *service.first));
  }
  return all;
}

std::size_t HttpClient::request_count() const { return state_->requests; }

}  // namespace ehdscan
