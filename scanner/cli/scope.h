// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "evidence/evidence.h"

namespace ehdscan {

/// What the evidence says it is about.
struct Scope {
  std::string site;     ///< of a fleet: the sites joined with ", "
  std::string country;
  std::vector<std::string> declared_platforms;  ///< evidence kinds the node declares, sorted
  std::vector<std::string> evidence_kinds;      ///< declared, or read by a collector; sorted
};

Scope scope_of(const Evidence& evidence);

}  // namespace ehdscan
