// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace ehdscan::tls {

struct NetworkLimits {
  int sockets = 900;              ///< open at once, over all endpoints
  int sockets_per_network = 450;  ///< of one /24 or /48
};

/// How hard one endpoint is asked.
struct Pace {
  int in_flight = 64;                         ///< connections at once
  std::chrono::milliseconds interval{0};      ///< from the start of one connection to the next
  std::chrono::milliseconds probe{5000};      ///< from connect to the end of the answer
  std::chrono::milliseconds endpoint{60000};  ///< for everything
  static Pace polite() { return {.in_flight = 1, .interval = std::chrono::milliseconds(50)}; }
};

}  // namespace ehdscan::tls
