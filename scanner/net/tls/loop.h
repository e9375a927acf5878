// SPDX-License-Identifier: Apache-2.0
// The event loop's small tools. One thread runs the loop, so nothing here locks. Only files of this folder include it.
#pragma once

#define ASIO_STANDALONE
#define ASIO_NO_DEPRECATED
// Asio 1.22 looks for the coroutines of Clang where they were before the standard had them.
#if defined(__clang__) && defined(__cpp_impl_coroutine) && !defined(ASIO_HAS_CO_AWAIT)
#define ASIO_HAS_CO_AWAIT 1
#define ASIO_HAS_STD_COROUTINE 1
#endif
#include <asio/awaitable.hpp>
#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/thread_pool.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <chrono>
#include <deque>
#include <exception>
#include <memory>

namespace ehdscan::tls {

using Clock = std::chrono::steady_clock;
template <typename T = void>
using Task = asio::awaitable<T>;

/// Lets so many in at once; the others wait in line. The limit may change while they do.
class Gate {
 public:
  Gate(asio::io_context& loop, int limit) : loop_(loop), limit_(limit) {}
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  Task<> enter() {
    if (used_ < limit_ && waiting_.empty()) {
      ++used_;
      co_return;
    }
    const auto turn = std::make_shared<asio::steady_timer>(loop_, Clock::time_point::max());
    waiting_.push_back(turn);
    asio::error_code ignored;
    co_await turn->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  void leave() {
    --used_;
    call_next();
  }
  void set_limit(int limit) {
    limit_ = limit;
    call_next();
  }
  [[nodiscard]] int limit() const { return limit_; }
  [[nodiscard]] int used() const { return used_; }

 private:
  void call_next() {
    while (used_ < limit_ && !waiting_.empty()) {
      ++used_;
      waiting_.front()->cancel();
      waiting_.pop_front();
    }
  }
  asio::io_context& loop_;
  int limit_;
  int used_ = 0;
  std::deque<std::shared_ptr<asio::steady_timer>> waiting_;
};

/// Coroutines that run beside each other and are waited for together. The first exception of any comes out of wait().
class TaskGroup {
 public:
  explicit TaskGroup(asio::io_context& loop) : loop_(loop), all_done_(loop, Clock::time_point::max()) {}
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  void spawn(Task<> task) {
    ++left_;
    asio::co_spawn(loop_, std::move(task), [this](const std::exception_ptr& problem) {
      if (problem && !problem_) problem_ = problem;
      if (--left_ == 0) all_done_.cancel();
    });
  }
  Task<> wait() {
    if (left_ > 0) {
      asio::error_code ignored;
      co_await all_done_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    if (problem_) std::rethrow_exception(problem_);
  }

 private:
  asio::io_context& loop_;
  asio::steady_timer all_done_;
  int left_ = 0;
  std::exception_ptr problem_;
};

inline Task<> pause(asio::io_context& loop, Clock::duration duration) {
  asio::steady_timer timer(loop, duration);
  asio::error_code ignored;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

}  // namespace ehdscan::tls
