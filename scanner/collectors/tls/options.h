// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "manifest/target.h"
#include "net/tls/starttls.h"

namespace ehdscan {

struct TlsEndpoint {
  std::string host;
  std::uint16_t port = 443;
  tls::Starttls starttls = tls::Starttls::none;
  bool ssh = false;
  [[nodiscard]] std::string text() const;  ///< "host:port", an IPv6 address in brackets
};

struct TlsOptions {
  std::vector<TlsEndpoint> endpoints;
  bool polite = false;
};

/// Errors: invalid_input with the place of what is wrong.
Result<TlsOptions> read_tls_options(const Target& target);

}  // namespace ehdscan
