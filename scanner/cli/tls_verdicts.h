// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "model/check.h"
#include "model/verdict.h"
#include "net/tls/finding.h"
#include "net/x509/chain.h"
#include "scoring/profile.h"

namespace ehdscan {

/// Judges one endpoint at a time by the same checks that assess a whole node, over evidence in memory that the
/// collector's own code writes. What a node declares is not known here: trust in public roots is taken for granted, or
/// in those of the last anchors if there are several.
class TlsJudge {
 public:
  /// `anchors` must outlive the judge. Errors: as load_profile(), and of broken checks.
  static Result<TlsJudge> create(std::string_view profile, std::span<const x509::AnchorStore> anchors);

  /// What is not pass and not not-applicable, the most severe first, as of `now`. Errors: as assess().
  [[nodiscard]] Result<std::vector<Finding>> judge(const tls::EndpointFinding& found, Instant now) const;

 private:
  TlsJudge(LoadedProfile profile, std::vector<Check> checks, std::span<const x509::AnchorStore> anchors)
      : profile_(std::move(profile)), checks_(std::move(checks)), anchors_(anchors) {}
  LoadedProfile profile_;
  std::vector<Check> checks_;
  std::span<const x509::AnchorStore> anchors_;
};

}  // namespace ehdscan
