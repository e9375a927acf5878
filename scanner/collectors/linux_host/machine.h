// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "collectors/linux_host/host_context.h"

namespace ehdscan {

/// The machine as a whole: product and version, kernel, kind of machine, start.
extern const HostSection machine_section;

/// os-release(5): names to values, quotes and escapes resolved. Lines that are no assignment are skipped.
std::map<std::string, std::string> parse_os_release(std::string_view text);

/// True if kernel release `a` is newer than `b`: runs of digits compare as numbers.
bool newer_kernel(std::string_view a, std::string_view b);

}  // namespace ehdscan
