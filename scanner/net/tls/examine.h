// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/tls/finding.h"
#include "net/tls/probe.h"
#include "net/tls/scan.h"

namespace ehdscan::tls {

/// Everything that one address shows in clear: versions, then suites and groups by elimination, then (at full depth)
/// the details. Leaves `found.control_held` to conclude().
Task<> examine(Prober& prober, Depth depth, EndpointFinding& found);

/// The last question: the control hello again. If it fails, every refusal becomes "not determined".
Task<> conclude(Prober& prober, EndpointFinding& found);

// Its parts.
Task<> find_versions(Prober& prober, EndpointFinding& found, std::vector<SuiteFinding>& tls12_picks);
Task<> find_details(Prober& prober, EndpointFinding& found);
/// Keeps what a flight shows besides the suite: certificates, group, extensions.
void note_flight(const Flight& flight, EndpointFinding& found);
void note_group(VersionFinding& version, const Flight& flight);

/// A hello for `version` with the endpoint's name, all groups and signature algorithms, and `suites`.
Hello full_hello(const Prober& prober, Version version, std::vector<std::uint16_t> suites);
/// The same within 255 bytes, as long as the name is short and there are at most 56 suites.
Hello small_hello(const Prober& prober, Version version, std::vector<std::uint16_t> suites);

}  // namespace ehdscan::tls
