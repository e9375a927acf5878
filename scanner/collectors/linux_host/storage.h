// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/linux_host/host_context.h"

namespace ehdscan {

/// Block devices with their encryption, mounts, swap and crypttab.
extern const HostSection storage_section;

}  // namespace ehdscan
