// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/error.h"
#include "model/readiness.h"

namespace ehdscan {

/// One self-contained page: no request leaves it, it is readable without JavaScript, and with it the findings become a
/// searchable table. Errors: internal, if the program was built without its report assets.
Result<std::string> write_html_report(const Readiness& readiness);

}  // namespace ehdscan
