// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/error.h"
#include "model/readiness.h"

namespace ehdscan {

/// SARIF 2.1.0: failing and warning findings only, because readers take results of the kind "pass" for failures. Every
/// result has a physical location (a finding outside files names site.yaml, with the endpoint as logical location).
/// More than 5,000 results are cut, least severe first, and a notification says so.
Result<std::string> write_sarif_report(const Readiness& readiness);

}  // namespace ehdscan
