// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/overview.h"
#include "model/provenance.h"
#include "model/verdict.h"

namespace ehdscan {

/// A set of checks whose results are counted per distinct resource: one control of the profile.
struct CheckGroup {
  std::string id;
  std::vector<std::string> checks;
  EvidenceGrade min_grade = EvidenceGrade::e0;  ///< results on weaker evidence count as not assessed
};

/// Distinct resources of a group by their worst verdict, over all its checks.
struct GroupTally {
  VerdictCounts resources;             ///< from observed evidence
  VerdictCounts intended_resources;    ///< from plans and manifests: decide the gate, never readiness
  std::optional<EvidenceGrade> lowest_grade;  ///< over assessed resources; empty if none
  std::int64_t below_min_grade = 0;    ///< resources not assessed only because of min_grade
};

/// What one check came to.
struct CheckOutcome {
  std::string check;
  VerdictCounts counts;   ///< distinct resources
  bool collected = false; ///< at least one target was responsible for every table it needs
  std::string error;      ///< why the engine could not run it; every resource is then not assessed
};

/// Everything the engine says about one set of evidence. Sorted, so that equal inputs give equal bytes.
struct Assessment {
  Instant as_of;
  std::vector<CheckOutcome> outcomes;  ///< sorted by check id
  std::vector<Finding> findings;       ///< sorted; everything that is not pass or silently not applicable
  std::vector<GroupTally> groups;      ///< parallel to the groups given
  std::vector<Source> sources;
  std::vector<Collection> collections;
  Overview overview;
};

}  // namespace ehdscan
