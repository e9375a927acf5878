// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "model/assessment.h"
#include "model/check.h"
#include "model/readiness.h"
#include "scoring/profile.h"
#include "scoring/waivers.h"

namespace ehdscan {

/// One group per control, in the profile's order: what assess() counts resources by.
std::vector<CheckGroup> groups_of(const Profile& profile);

struct ReadinessInput {
  std::string tool_version;
  std::string site;
  std::string country;
  LoadedProfile profile;
  Assessment assessment;                        ///< its groups are those of groups_of(profile)
  std::vector<std::string> evidence_in_scope;   ///< evidence kinds that a collector read or the node declares
  std::vector<std::string> declared_platforms;  ///< the declared ones among them
  std::vector<Waiver> waivers;
  std::vector<Check> checks;                    ///< those that ran
};

/// From counted resources to readiness, exactly as the scoring model says. A pure function.
///
/// Parts for documents, the permit register, TLS endpoints and exports are always in scope; those of a platform only if
/// it is declared or was read. A part in scope that has no check, or whose checks found nothing collected, adds one
/// resource that is not assessed: a half-checked control never passes.
Readiness make_readiness(ReadinessInput input);

}  // namespace ehdscan
