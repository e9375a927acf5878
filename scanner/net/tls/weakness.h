// SPDX-License-Identifier: Apache-2.0
// Known weaknesses, each decided by an exchange: yes, no, or not determined.
#pragma once

#include <vector>

#include "net/tls/finding.h"
#include "net/tls/probe.h"

namespace ehdscan::tls {

/// Heartbleed (CVE-2014-0160) and early ChangeCipherSpec (CVE-2014-0224), by exchanges of their own with the newest
/// version below TLS 1.3. A record that must draw an alert follows each probe, so that the alert alone proves "no
/// answer to the probe" within one round trip. The heartbeat asks for one byte more than it sent: no more leaks.
Task<> try_weaknesses(Prober& prober, EndpointFinding& found);

/// What enumeration shows: SSL 2.0 (DROWN), CBC in SSL 3.0 (POODLE), export keys (FREAK, Logjam), 64-bit blocks
/// (SWEET32), CBC in TLS 1.0 (BEAST), compression (CRIME), missing renegotiation_info. A "no" needs lists that ended
/// with a clean refusal and a control hello that held; call it after conclude(). Also adds what was not tried,
/// undetermined.
void conclude_weaknesses(EndpointFinding& found);

}  // namespace ehdscan::tls
