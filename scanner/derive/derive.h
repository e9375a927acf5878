// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "evidence/evidence.h"

namespace ehdscan {

/// Computes every derived table (TableSpec::derived_from) from the evidence, observed and intended facts apart, and
/// adds a collection record for each: its state is the worst of its inputs. A table none of whose inputs was collected
/// has no record, as if no target knew it. Once per evidence; a pure function of it. Errors: limit (memory), internal.
Result<void> derive(Evidence& evidence);

}  // namespace ehdscan
