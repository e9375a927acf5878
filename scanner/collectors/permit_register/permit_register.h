// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"

namespace ehdscan {

/// The register of data permits (docs/formats/permit-register.md).
///
///     - permit_register: permits.yaml
///     - permit_register: {file: permits.yaml, key_file: hmac.key}
///
/// A mistake anywhere makes the register invalid as a whole: no row is written, and every control that needs it is not
/// assessed. Names of persons are read and dropped.
CollectorSpec permit_register_collector();

}  // namespace ehdscan
