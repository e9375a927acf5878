// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "net/tls/finding.h"
#include "net/x509/chain.h"

namespace ehdscan {

/// One endpoint as one line of JSON by schemas/tls-endpoint.schema.json, with its line feed. Facts only, no
/// verdicts of checks. Chains are held against every set of anchors, as of `now`.
std::string tls_line(const tls::EndpointFinding& found, std::span<const x509::AnchorStore> anchors, Instant now);

/// "host:port", an IPv6 address in brackets.
std::string tls_endpoint_text(const tls::EndpointFinding& found);

}  // namespace ehdscan
