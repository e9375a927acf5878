// SPDX-License-Identifier: Apache-2.0
#include "net/tls/probe.h"

#include <algorithm>
#include <utility>

namespace ehdscan::tls {
namespace {

using std::chrono::milliseconds;

constexpr int kTries = 12;
constexpr milliseconds kLongestBackOff{700};
constexpr milliseconds kFirstBackOff{60};

/// handshake_failure, illegal_parameter, protocol_version, insufficient_security. An SSL 2.0 error has no such code.
bool refuses(const Flight& flight, Version asked) {
  if (flight.answer != Answer::alert) return false;
  if (!flight.alert_code) return asked == Version::ssl2;
  const int code = *flight.alert_code;
  return code == 40 || code == 47 || code == 70 || code == 71;
}

bool may_be_refusal(const Flight& flight) {
  return flight.answer == Answer::alert || flight.answer == Answer::closed || flight.answer == Answer::reset;
}

bool same(const Flight& a, const Flight& b) { return a.answer == b.answer && a.alert_code == b.alert_code; }

}  // namespace

Task<ProbeResult> Prober::once(Hello hello, bool whole) {
  ProbeResult result;
  Opened opened = co_await session_.open();
  if (!opened.connection) {
    result.flight.answer = opened.failure;
    result.starttls_refused = opened.starttls_refused;
    co_return result;
  }
  FlightReader reader(hello.version, whole);
  const Bytes record = to_record(hello);
  const std::span<const std::uint8_t> out(record);
  // A server may answer and reset before it has taken everything: what it sent still counts.
  co_await opened.connection->send(out);
  while (true) {
    const Received received = co_await opened.connection->receive();
    if (received.bytes.empty()) {
      reader.end(received.end);
      break;
    }
    if (reader.feed(received.bytes)) break;
  }
  result.flight = reader.take();
  if (result.flight.spoken() && hello.version != Version::ssl2) {
    // Goodbye before the RST: a relay in between may not pass the RST on, and would keep the server waiting.
    static constexpr std::array<std::uint8_t, 7> kCloseNotify{21, 3, 1, 0, 2, 1, 0};
    const std::span<const std::uint8_t> goodbye(kCloseNotify);
    co_await opened.connection->send(goodbye);
  }
  result.decided = result.flight.spoken() || refuses(result.flight, hello.version);
  if (result.decided) session_.speed_up();
  co_return result;
}

Task<bool> Prober::control_works() {
  const ProbeResult result = co_await once(*control_, false);
  const bool works = result.flight.chose(control_->version);
  if (!works) control_failed_ = true;
  co_return works;
}

Task<ProbeResult> Prober::ask(Hello hello, bool whole) {
  if (recovery_.used() > 0) {  // wait until whoever has trouble is through
    co_await recovery_.enter();
    recovery_.leave();
  }
  ProbeResult result = co_await once(hello, whole);
  if (result.decided || session_.over() || result.flight.answer == Answer::other_protocol) co_return result;
  co_await recovery_.enter();
  std::exception_ptr problem;
  try {
    result = co_await recover(std::move(hello), whole, std::move(result));
  } catch (...) {
    problem = std::current_exception();
  }
  recovery_.leave();
  if (problem) std::rethrow_exception(problem);
  co_return result;
}

Task<ProbeResult> Prober::recover(Hello hello, bool whole, ProbeResult first) {
  ProbeResult last = std::move(first);
  milliseconds back_off = kFirstBackOff;
  bool slowed = false;
  for (int tries = 0; tries < kTries && !session_.over(); ++tries) {
    if (control_) {
      const bool works = co_await control_works();
      if (!works) {
        session_.slow_down();
        slowed = true;
        co_await pause(session_.network().loop(), back_off);
        back_off = std::min(back_off * 2, kLongestBackOff);
        continue;
      }
    } else {
      co_await pause(session_.network().loop(), back_off);
      back_off *= 2;
    }
    ProbeResult again = co_await once(hello, whole);
    if (again.decided) co_return again;
    const bool twice = same(again.flight, last.flight);
    last = std::move(again);
    if (!control_) {
      if (twice) break;
      continue;
    }
    if (!twice) continue;
    if (may_be_refusal(last.flight)) {
      if (control_failed_ && last.flight.answer != Answer::alert) {
        session_.slow_down();
        co_await pause(session_.network().loop(), back_off);
        back_off = std::min(back_off * 2, kLongestBackOff);
        continue;
      }
      const bool works = co_await control_works();
      if (works) {
        last.decided = true;
        last.by_closing = last.flight.answer != Answer::alert;
        co_return last;
      }
      session_.slow_down();
      continue;
    }
    // Silence, twice, while the control hello is answered: this hello is lost on its way, whatever it means.
    if (last.flight.answer == Answer::timeout) break;
  }
  if (!slowed && control_) session_.slow_down();
  co_return last;
}

}  // namespace ehdscan::tls
