// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/error.h"
#include "model/readiness.h"

namespace ehdscan {

/// GitLab Code Quality: failing and warning findings with path, line and a fingerprint that is unique and free of lines.
Result<std::string> write_gitlab_report(const Readiness& readiness);

}  // namespace ehdscan
