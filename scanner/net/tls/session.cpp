// SPDX-License-Identifier: Apache-2.0
#include "net/tls/session.h"

#include <algorithm>
#include <utility>

namespace ehdscan::tls {

using std::chrono::milliseconds;

Network::Network(const NetworkLimits& limits, std::function<bool()> stop)
    : limits_(limits), stop_(std::move(stop)), loop_(1), sockets_(loop_, limits.sockets) {}

Gate& Network::gate_of(const Address& address) {
  auto& gate = networks_[network_of(address)];
  if (!gate) gate = std::make_unique<Gate>(loop_, limits_.sockets_per_network);
  return *gate;
}

void Network::run(Task<> work) {
  stopped_ = stop_();
  asio::steady_timer tick(loop_);
  std::function<void(const asio::error_code&)> look = [&](const asio::error_code& error) {
    if (error) return;
    if (stop_()) {
      stopped_ = true;
      const std::set<Connection*> open = connections_;
      for (Connection* connection : open) connection->abort();
    }
    tick.expires_after(milliseconds(stopped_ ? 10 : 50));
    tick.async_wait(look);
  };
  tick.expires_after(milliseconds(50));
  tick.async_wait(look);
  std::exception_ptr problem;
  asio::co_spawn(loop_, std::move(work), [&](const std::exception_ptr& thrown) {
    problem = thrown;
    look = [](const asio::error_code&) {};
    tick.cancel();
  });
  loop_.run();
  if (problem) std::rethrow_exception(problem);
}

Connection::Connection(Session& session)
    : session_(session), socket_(session.network_.loop_), timer_(session.network_.loop_) {
  session_.network_.connections_.insert(this);
}

Connection::~Connection() {
  *alive_ = false;
  session_.network_.connections_.erase(this);
  asio::error_code ignored;
  // RST: the server frees its side at once, and ours leaves no TIME_WAIT.
  if (socket_.is_open()) {
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    socket_.close(ignored);
  }
  session_.network_.sockets_.leave();
  session_.network_gate_.leave();
  session_.gate_.leave();
}

void Connection::abort() {
  late_ = true;
  asio::error_code ignored;
  socket_.cancel(ignored);
}

void Connection::set_deadline(Clock::time_point until) {
  timer_.expires_at(std::min(until, session_.end_));
  timer_.async_wait([this, alive = alive_](const asio::error_code& error) {
    if (!error && *alive) abort();
  });
}

Answer Connection::ended(const asio::error_code& error) const {
  if (late_) return Answer::timeout;
  if (error == asio::error::eof) return Answer::closed;
  if (error == asio::error::connection_refused) return Answer::refused;
  if (error == asio::error::connection_reset || error == asio::error::broken_pipe) return Answer::reset;
  return Answer::timeout;
}

Task<Answer> Connection::connect() {
  asio::ip::tcp::endpoint endpoint;
  const Address& address = session_.place_.address;
  endpoint.resize(address.size);
  std::copy_n(reinterpret_cast<const char*>(&address.storage), address.size, reinterpret_cast<char*>(endpoint.data()));
  asio::error_code error;
  co_await socket_.async_connect(endpoint, asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return ended(error);
  socket_.set_option(asio::ip::tcp::no_delay(true), error);
  co_return Answer::server_hello;
}

Task<bool> Connection::send(std::span<const std::uint8_t> bytes) {
  if (late_) co_return false;
  asio::error_code error;
  co_await asio::async_write(socket_, asio::buffer(bytes.data(), bytes.size()),
                             asio::redirect_error(asio::use_awaitable, error));
  co_return !error;
}

Task<Received> Connection::receive() {
  Received received;
  if (unread_ > 0) {
    received.bytes = std::span<const std::uint8_t>(buffer_).first(std::exchange(unread_, 0));
    co_return received;
  }
  if (late_) {
    received.end = Answer::timeout;
    co_return received;
  }
  // Most answers are small, and this is most of what a waiting connection keeps.
  if (buffer_.empty()) buffer_.resize(2048);
  asio::error_code error;
  const std::size_t got = co_await socket_.async_read_some(asio::buffer(buffer_.data(), buffer_.size()),
                                                           asio::redirect_error(asio::use_awaitable, error));
  if (error) {
    received.end = ended(error);
  } else {
    received.bytes = std::span<const std::uint8_t>(buffer_).first(got);
  }
  co_return received;
}

Session::Session(Network& network, Place place, const Pace& pace)
    : network_(network),
      place_(std::move(place)),
      pace_(pace),
      gate_(network.loop_, pace.in_flight),
      network_gate_(network.gate_of(place_.address)),
      end_(Clock::now() + pace.endpoint),
      next_start_(Clock::now()),
      interval_(pace.interval) {}

void Session::slow_down() {
  // What fails together is one sign of trouble, not many.
  const Clock::time_point now = Clock::now();
  if (now < next_slow_down_) return;
  next_slow_down_ = now + milliseconds(250);
  gate_.set_limit(std::max(1, gate_.limit() / 2));
  interval_ = std::clamp(interval_ * 2, milliseconds(25), milliseconds(400));
}

void Session::speed_up() {
  if (interval_ > pace_.interval)
    interval_ = std::max(pace_.interval, interval_ - std::max(interval_ / 100, milliseconds(1)));
}

Task<Opened> Session::open(bool plain) {
  Opened opened;
  co_await gate_.enter();
  // In line for the endpoint first: whoever waits here takes no socket from others.
  while (!over() && interval_.count() > 0) {
    const Clock::time_point now = Clock::now();
    if (now >= next_start_) break;
    co_await pause(network_.loop_, std::min(next_start_, end_) - now);
  }
  next_start_ = Clock::now() + interval_;
  co_await network_gate_.enter();
  co_await network_.sockets_.enter();
  std::unique_ptr<Connection> connection(new Connection(*this));  // gives all three back
  if (over()) co_return opened;
  ++connections_;
  connection->set_deadline(Clock::now() + (probe_time_.count() > 0 ? probe_time_ : pace_.probe));
  const Answer answer = co_await connection->connect();
  if (answer != Answer::server_hello) {
    opened.failure = answer;
    co_return opened;
  }
  if (!plain && place_.starttls != Starttls::none) {
    const Answer upgraded = co_await upgrade(*connection, opened.starttls_refused);
    if (upgraded != Answer::server_hello) {
      opened.failure = upgraded;
      co_return opened;
    }
  }
  opened.connection = std::move(connection);
  co_return opened;
}

Task<Answer> Session::upgrade(Connection& connection, bool& refused) {
  StarttlsDialogue dialogue(place_.starttls, place_.name);
  while (true) {
    const std::string out = dialogue.to_send();
    if (!out.empty()) {
      const std::span<const std::uint8_t> bytes(reinterpret_cast<const std::uint8_t*>(out.data()), out.size());
      const bool sent = co_await connection.send(bytes);
      if (!sent) co_return Answer::reset;
      // MySQL gives no word to go ahead. A server that reads more than the request would lose a hello right behind it.
      if (place_.starttls == Starttls::mysql) co_await pause(network_.loop_, milliseconds(15));
    }
    if (dialogue.state() != StarttlsDialogue::State::talking) break;
    const Received received = co_await connection.receive();
    if (received.bytes.empty()) co_return received.end;
    dialogue.feed({reinterpret_cast<const char*>(received.bytes.data()), received.bytes.size()});
  }
  if (dialogue.state() == StarttlsDialogue::State::ready) {
    const std::string& rest = dialogue.rest();
    if (rest.size() > connection.buffer_.size()) connection.buffer_.resize(rest.size());
    std::ranges::copy(rest, connection.buffer_.begin());
    connection.unread_ = rest.size();
    co_return Answer::server_hello;
  }
  refused = dialogue.state() == StarttlsDialogue::State::refused;
  co_return Answer::other_protocol;
}

}  // namespace ehdscan::tls
