// SPDX-License-Identifier: Apache-2.0
#include "net/tls/finding.h"

#include <fmt/format.h>

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

void EndpointFinding::add_chain(SentChain chain) {
  if (chain.certificates.empty()) return;
  int of_its_kind = 0;
  for (SentChain& known : chains) {
    if (known.certificates == chain.certificates) {
      if (known.staple.empty()) known.staple = std::move(chain.staple);
      return;
    }
    if (known.kind == chain.kind || known.kind.starts_with(chain.kind + " ")) ++of_its_kind;
  }
  constexpr std::size_t kMostChains = 8;
  if (chains.size() == kMostChains) {
    if (chains_not_read.empty() || !chains_not_read.back().starts_with("more than"))
      chains_not_read.push_back(fmt::format("more than {} chains", kMostChains));
    return;
  }
  if (of_its_kind > 0) chain.kind += fmt::format(" {}", of_its_kind + 1);
  chains.push_back(std::move(chain));
}

}  // namespace ehdscan::tls
