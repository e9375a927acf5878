// SPDX-License-Identifier: Apache-2.0
// One question to one endpoint, asked until the answer decides or it is clear that it cannot be had.
#pragma once

#include <optional>

#include "net/tls/flight.h"
#include "net/tls/hello.h"
#include "net/tls/session.h"

namespace ehdscan::tls {

struct ProbeResult {
  Flight flight;
  bool decided = false;     ///< a ServerHello, or a refusal that a control hello vouches for
  bool by_closing = false;  ///< decided by a close or reset that came twice, which may mean the hello's size
  bool starttls_refused = false;
  [[nodiscard]] bool refused() const { return decided && !flight.spoken(); }
};

class Prober {
 public:
  explicit Prober(Session& session) : session_(session), recovery_(session.network().loop(), 1) {}

  /// One connection. Decided by a ServerHello, or by an alert that means "none of these".
  Task<ProbeResult> once(Hello hello, bool whole);

  /// Asks again, ever more slowly, as long as a control hello that worked before still works. A close, a reset or an
  /// alert of another kind decides only if it comes twice while the control hello works before, between and after,
  /// nothing else is asked meanwhile, and the control hello never failed.
  Task<ProbeResult> ask(Hello hello, bool whole);

  void set_control(const Hello& hello) { control_ = hello; }
  [[nodiscard]] const std::optional<Hello>& control() const { return control_; }
  Task<bool> control_works();

  [[nodiscard]] Session& session() { return session_; }

 private:
  Task<ProbeResult> recover(Hello hello, bool whole, ProbeResult first);

  Session& session_;
  Gate recovery_;
  std::optional<Hello> control_;
  bool control_failed_ = false;  ///< at least once: what is closed or reset may be a limit's work
};

}  // namespace ehdscan::tls
