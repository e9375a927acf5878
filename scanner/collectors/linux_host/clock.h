// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collectors/linux_host/host_context.h"

namespace ehdscan {

/// Who keeps the clock, from which sources, and how well the kernel says it is kept.
extern const HostSection clock_section;

/// A `server`, `pool`, `peer` or `refclock` line of chrony.conf(5) or ntp.conf(5).
struct TimeSourceLine {
  std::string kind;
  std::string address;
  bool authenticated = false;
  std::uint32_t line = 0;
};
std::vector<TimeSourceLine> parse_time_sources(std::string_view text);

}  // namespace ehdscan
