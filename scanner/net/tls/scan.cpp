// SPDX-License-Identifier: Apache-2.0
#include "net/tls/scan.h"

#include <sys/resource.h>

#include <algorithm>
#include <utility>

#include "net/ssh/offer_reader.h"
#include "net/tls/examine.h"
#include "net/tls/finished.h"
#include "net/tls/weakness.h"

namespace ehdscan::tls {
namespace {

constexpr std::string_view kOurBanner = "SSH-2.0-ehdscan\r\n";
constexpr rlim_t kFilesForOthers = 64;

/// As many sockets as wished for, or as many as this process may open.
int socket_limit(int wished) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::min(wished, 256);
  const rlim_t needed = static_cast<rlim_t>(wished) + kFilesForOthers;
  if (limit.rlim_cur < needed) {
    limit.rlim_cur = std::min(needed, limit.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
  }
  if (limit.rlim_cur >= needed) return wished;
  return std::max(8, static_cast<int>(limit.rlim_cur) - static_cast<int>(kFilesForOthers));
}

class Scan {
 public:
  Scan(std::span<const ScanRequest> requests, const ScanOptions& options, const ScanResults& results,
       const std::function<bool()>& stop)
      : requests_(requests), options_(options), results_(results), network_(limits_of(options), stop) {}

  void run() {
    network_.run(all());
    resolvers_.join();
  }

 private:
  static NetworkLimits limits_of(const ScanOptions& options) {
    NetworkLimits limits = options.limits;
    limits.sockets = socket_limit(limits.sockets);
    limits.sockets_per_network = std::min(limits.sockets_per_network, limits.sockets);
    return limits;
  }

  Task<> all() {
    const std::size_t workers =
        std::min(requests_.size(), static_cast<std::size_t>(std::max(1, options_.endpoints_at_once)));
    TaskGroup group(network_.loop());
    for (std::size_t i = 0; i < workers; ++i) group.spawn(work());
    co_await group.wait();
  }

  Task<> work() {
    while (next_ < requests_.size() && !network_.stopped()) {
      const ScanRequest& request = requests_[next_++];
      network_.endpoint_starts();
      co_await ask(request);
      network_.endpoint_ends();
    }
  }

  Task<Result<std::vector<Address>>> addresses_of(const ScanRequest& request) {
    Result<std::vector<Address>> found;
    if (is_address(request.host)) {
      found = resolve(request.host, request.port);
      co_return found;
    }
    // The resolver blocks, so it gets threads of its own.
    const auto look_up = [&request, &found]() -> Task<> {
      found = resolve(request.host, request.port);
      co_return;
    };
    co_await asio::co_spawn(resolvers_, look_up(), asio::use_awaitable);
    co_return found;
  }

  Task<> ask(const ScanRequest& request) {
    const Result<std::vector<Address>> addresses = co_await addresses_of(request);
    if (!addresses || addresses->empty()) {
      const std::string problem = addresses ? "the name has no address" : addresses.error().message;
      if (request.ssh) {
        ssh::EndpointFinding found = begin_ssh(request, std::string());
        found.problem = problem;
        results_.ssh(std::move(found));
        co_return;
      }
      EndpointFinding found = begin(request, std::string(), std::string());
      found.problem = problem;
      results_.tls(std::move(found));
      co_return;
    }
    for (const Address& address : *addresses) {
      if (request.ssh) {
        co_await ask_ssh(request, address);
        continue;
      }
      const bool named = !is_address(request.host);
      std::string name = named ? request.host : std::string();
      co_await ask_tls(request, address, std::move(name));
      if (named && request.also_without_name) co_await ask_tls(request, address, std::string());
    }
  }

  static EndpointFinding begin(const ScanRequest& request, const std::string& address, const std::string& name) {
    EndpointFinding found;
    found.host = request.host;
    found.port = request.port;
    found.address = address;
    found.name = name;
    found.starttls = request.starttls;
    return found;
  }

  static ssh::EndpointFinding begin_ssh(const ScanRequest& request, const std::string& address) {
    ssh::EndpointFinding found;
    found.host = request.host;
    found.port = request.port;
    found.address = address;
    return found;
  }

  Task<> ask_tls(const ScanRequest& request, const Address& address, std::string name) {
    EndpointFinding found = begin(request, address.text, name);
    const Clock::time_point start = Clock::now();
    Place place(address, std::move(name), request.starttls);
    Session session(network_, std::move(place), options_.pace);
    Prober prober(session);
    co_await examine(prober, options_.depth, found);
    if (options_.depth == Depth::full) {
      co_await try_handshakes(prober, found);
      co_await try_weaknesses(prober, found);
    }
    co_await conclude(prober, found);
    if (options_.depth == Depth::full && found.spoke_tls()) conclude_weaknesses(found);
    found.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    results_.tls(std::move(found));
  }

  Task<> ask_ssh(const ScanRequest& request, const Address& address) {
    ssh::EndpointFinding found = begin_ssh(request, address.text);
    Place place(address, std::string(), Starttls::none);
    Session session(network_, std::move(place), options_.pace);
    Opened opened = co_await session.open();
    if (!opened.connection) {
      found.problem = std::string(to_string(opened.failure));
      results_.ssh(std::move(found));
      co_return;
    }
    const std::span<const std::uint8_t> banner(reinterpret_cast<const std::uint8_t*>(kOurBanner.data()),
                                               kOurBanner.size());
    co_await opened.connection->send(banner);
    ssh::OfferReader reader;
    while (reader.state() == ssh::OfferReader::State::more) {
      const Received received = co_await opened.connection->receive();
      if (received.bytes.empty()) {
        found.problem = std::string(to_string(received.end));
        break;
      }
      reader.feed({reinterpret_cast<const char*>(received.bytes.data()), received.bytes.size()});
    }
    if (reader.state() == ssh::OfferReader::State::foreign) found.problem = "other_protocol";
    reader.write_to(found);
    results_.ssh(std::move(found));
  }

  std::span<const ScanRequest> requests_;
  const ScanOptions& options_;
  const ScanResults& results_;
  Network network_;
  asio::thread_pool resolvers_{8};
  std::size_t next_ = 0;
};

}  // namespace

void scan(std::span<const ScanRequest> requests, const ScanOptions& options, const ScanResults& results,
          const std::function<bool()>& stop) {
  Scan(requests, options, results, stop).run();
}

}  // namespace ehdscan::tls
