// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/linux_host/host_context.h"

namespace ehdscan {

/// Kernel settings in force and configured, modules, core dumps.
extern const HostSection kernel_section;
/// How the machine started: firmware, secure boot, lockdown, boot loader.
extern const HostSection boot_section;
/// SELinux and AppArmor.
extern const HostSection confinement_section;
/// Malware scanners, intrusion detection and their kin.
extern const HostSection security_agents_section;

}  // namespace ehdscan
