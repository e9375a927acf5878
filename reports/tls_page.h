// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/verdict.h"
#include "net/tls/finding.h"
#include "net/x509/chain.h"
#include "reports/terminal.h"

namespace ehdscan {

/// What an endpoint is held against.
struct TlsYardstick {
  std::span<const Finding> findings;  ///< results of the checks for this endpoint, the most severe first
  std::string_view judged_by;         ///< name of the overlay
  std::span<const x509::AnchorStore> anchors;
  Instant now;
};

/// One endpoint for people: what must be mended first, then what it takes, grouped. Hostile text is escaped.
std::string tls_page(const tls::EndpointFinding& found, const TlsYardstick& yardstick, const TerminalOptions& options);

}  // namespace ehdscan
