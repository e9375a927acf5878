// SPDX-License-Identifier: Apache-2.0
#include "net/tls/finding.h"

#include <algorithm>

namespace ehdscan::tls {

EndpointFinding::EndpointFinding() {
  for (std::size_t i = 0; i < kVersions.size(); ++i) versions.at(i).version = kVersions.at(i);
}

const VersionFinding& EndpointFinding::of(Version version) const {
  return *std::ranges::find(versions, version, &VersionFinding::version);
}

VersionFinding& EndpointFinding::of(Version version) {
  return *std::ranges::find(versions, version, &VersionFinding::version);
}

bool EndpointFinding::spoke_tls() const { return first == Answer::server_hello || first == Answer::retry_request; }

}  // namespace ehdscan::tls
