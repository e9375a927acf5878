// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "model/check.h"
#include "model/profile.h"

namespace ehdscan {

/// One check for people: what it looks at, why, what to do, its expression.
std::string describe_check(const Check& check);

/// Reference page of the given checks: rationale, remediation, references, examples as tables, and the functions that
/// check authors may call.
std::string checks_markdown(std::span<const Check> checks);

/// A new check file with every key explained; does not pass the lint until it is filled in.
std::string check_template(const std::string& id);

}  // namespace ehdscan
