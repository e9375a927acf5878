// SPDX-License-Identifier: Apache-2.0
// Connections to one endpoint, within its budget and that of the whole run.
//
//     Session session(network, Place(address, "api.node.example", Starttls::none), pace);
//     Opened opened = co_await session.open();
//     if (opened.connection == nullptr) …;                    // opened.failure says how it failed
//     const bool sent = co_await opened.connection->send(bytes);
//     const Received received = co_await opened.connection->receive();
//
// A connection ends with RST when its object goes. GCC 12 destroys temporaries of
// aggregates twice inside coroutines: what coroutines make has constructors, and arguments get a name before co_await.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>

#include "net/tls/address.h"
#include "net/tls/loop.h"
#include "net/tls/pace.h"
#include "net/tls/starttls.h"
#include "net/tls/wire.h"

namespace ehdscan::tls {

class Connection;

/// The loop and what all endpoints share.
class Network {
 public:
  Network(const NetworkLimits& limits, std::function<bool()> stop);
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  [[nodiscard]] asio::io_context& loop() { return loop_; }
  [[nodiscard]] bool stopped() const { return stopped_; }
  /// So many endpoints are asked at once that each should be sparing.
  [[nodiscard]] bool crowded() const { return endpoints_ > 16; }
  void endpoint_starts() { ++endpoints_; }
  void endpoint_ends() { --endpoints_; }
  /// Runs `work` and what it spawns to their end. When stop() becomes true, connections end at once.
  void run(Task<> work);

 private:
  friend class Session;
  friend class Connection;
  Gate& gate_of(const Address& address);

  NetworkLimits limits_;
  std::function<bool()> stop_;
  asio::io_context loop_;
  Gate sockets_;
  std::map<std::string, std::unique_ptr<Gate>> networks_;
  std::set<Connection*> connections_;
  bool stopped_ = false;
  int endpoints_ = 0;
};

struct Place {
  Place(Address where, std::string server_name, Starttls before)
      : address(std::move(where)), name(std::move(server_name)), starttls(before) {}
  Address address;
  std::string name;  ///< SNI; empty: none is sent
  Starttls starttls;
};

struct Received {
  std::span<const std::uint8_t> bytes;  ///< valid until the next call; empty at the end
  Answer end = Answer::server_hello;    ///< closed, reset or timeout when bytes is empty
};

class Session;

class Connection {
 public:
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Task<bool> send(std::span<const std::uint8_t> bytes);
  /// The next bytes, at most 16 KiB.
  Task<Received> receive();
  /// Moves the end of the connection's time, at most to the end of the endpoint's.
  void set_deadline(Clock::time_point until);

 private:
  friend class Session;
  friend class Network;
  explicit Connection(Session& session);
  Task<Answer> connect();
  void abort();
  [[nodiscard]] Answer ended(const asio::error_code& error) const;

  Session& session_;
  asio::ip::tcp::socket socket_;
  asio::steady_timer timer_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  bool late_ = false;
  Bytes buffer_;
  std::size_t unread_ = 0;  ///< bytes in buffer_ that came with the end of the STARTTLS dialogue
};

struct Opened {
  std::unique_ptr<Connection> connection;
  Answer failure = Answer::timeout;  ///< if there is no connection
  bool starttls_refused = false;
};

class Session {
 public:
  Session(Network& network, Place place, const Pace& pace);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Waits for its turn, connects, and speaks STARTTLS unless `plain`.
  Task<Opened> open(bool plain = false);

  /// The endpoint's time is over, or the run is being stopped.
  [[nodiscard]] bool over() const { return network_.stopped() || Clock::now() >= end_; }
  [[nodiscard]] Clock::time_point end() const { return end_; }
  [[nodiscard]] Network& network() { return network_; }
  [[nodiscard]] const Place& place() const { return place_; }
  [[nodiscard]] const Pace& pace() const { return pace_; }
  [[nodiscard]] int connections() const { return connections_; }
  /// Halves what may be in flight and doubles the interval between connections.
  void slow_down();
  void speed_up();
  /// Less time than Pace::probe for each connection from now on; 0 takes that back.
  void set_probe_time(std::chrono::milliseconds time) { probe_time_ = time; }

 private:
  friend class Connection;
  Task<Answer> upgrade(Connection& connection, bool& refused);

  Network& network_;
  Place place_;
  Pace pace_;
  Gate gate_;
  Gate& network_gate_;
  Clock::time_point end_;
  Clock::time_point next_start_;
  Clock::time_point next_slow_down_{};
  std::chrono::milliseconds interval_;
  std::chrono::milliseconds probe_time_{0};
  int connections_ = 0;
};

}  // namespace ehdscan::tls
