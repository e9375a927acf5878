// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "collectors/linux_host/host_files.h"

namespace ehdscan {

/// A process as /proc shows it. What we may not read is empty.
struct HostProcess {
  std::int64_t pid = 0;
  std::string name;     ///< comm, cut at 15 bytes by the kernel
  std::string program;  ///< path of the executable; empty for kernel threads and without the right to see it
  std::string unit;     ///< systemd unit of its control group: `ssh.service`; empty if none
};

/// Every process, by pid. Processes that vanish meanwhile are left out. Errors: those of listing /proc.
Result<std::vector<HostProcess>> host_processes(const HostFiles& files);

/// True if one of them has this name (as the kernel cuts it) and is no kernel thread's namesake.
bool runs(const std::vector<HostProcess>& processes, std::string_view name);

}  // namespace ehdscan
