// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/linux_host/host_context.h"

namespace ehdscan {

/// Accounts, groups and authorized keys of the machine's own user database.
extern const HostSection accounts_section;

}  // namespace ehdscan
