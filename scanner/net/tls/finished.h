// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/tls/finding.h"
#include "net/tls/probe.h"

namespace ehdscan::tls {

/// What only finished handshakes show, after examine(): certificates of TLS 1.3 per kind of key, resumption by id,
/// ticket and PSK, lifetime and early data of tickets, renegotiation begun by the client, and whether a client without
/// certificate is let in. What our library cannot negotiate (SSL, hybrid groups alone, new kinds of key) stays open.
Task<> try_handshakes(Prober& prober, EndpointFinding& found);

}  // namespace ehdscan::tls
