// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "collectors/linux_host/host_context.h"

namespace ehdscan {

/// systemd units that are enabled, masked or running, and jobs of cron.
extern const HostSection services_section;

/// What is told about one unit.
struct UnitState {
  bool enabled = false;
  bool masked = false;
};

/// Services, sockets and timers by name, from links in the unit folders: the state `systemctl is-enabled` prints, read
/// without starting it. Errors: a unit folder that cannot be listed.
Result<std::map<std::string, UnitState>> unit_states(const HostFiles& files);

}  // namespace ehdscan
