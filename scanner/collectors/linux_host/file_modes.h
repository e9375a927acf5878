// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/linux_host/host_context.h"

namespace ehdscan {

/// Files that run as somebody else, paths that everybody may write to, and the permissions of files that the baseline
/// names. Stays on the filesystem of the root and stops after a bounded number of entries.
extern const HostSection file_modes_section;

}  // namespace ehdscan
