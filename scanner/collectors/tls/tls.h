// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"

namespace ehdscan {

/// TLS endpoints, asked from outside: which protocol versions each address takes.
///
///     - tls: [api.node.example:443, {host: portal.node.example, port: 443}]
///
/// A name is asked on all its addresses, with and without the name in the hello. docs/guides/scan-tls-politely.md says
/// what is sent and what decides.
CollectorSpec tls_collector();

}  // namespace ehdscan
