// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/error.h"

namespace ehdscan {

/// Renders an error for people:
///
///     error: unknown key `pas`
///       --> checks/x.yaml:7:1
///        |
///      7 | pas: true
///        | ^
///       hint: did you mean `pass`?
///
/// All hostile text is escaped. With `colour`, ANSI colours. Ends with a newline.
std::string render(const Error& error, bool colour = false);

}  // namespace ehdscan
