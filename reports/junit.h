// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/error.h"
#include "model/readiness.h"

namespace ehdscan {

/// JUnit XML as GitHub and GitLab annotate from it (`file` and `line` on a test case). One case per finding, and one per
/// check for all that passes. What could not be assessed or was accepted is skipped, with the reason.
Result<std::string> write_junit_report(const Readiness& readiness);
/// The same for readers that hold it to the schema of the Jenkins xUnit plugin (junit-10.xsd), which knows no `file` and `line`.
Result<std::string> write_jenkins_report(const Readiness& readiness);

}  // namespace ehdscan
