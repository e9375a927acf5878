// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "evidence/evidence.h"
#include "model/overview.h"

namespace ehdscan {

/// Reads the overview out of evidence on which the functions and threshold tables of the as-of date are in place. Tables that
/// nobody filled give empty lists.
Overview make_overview(const Evidence& evidence);

}  // namespace ehdscan
