// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "collectors/linux_host/host_files.h"

namespace ehdscan {

/// Paths on the machine that match a pattern of glob(7), sorted as bytes; a leading dot must be written out. A pattern
/// without wildcards gives its path if there is something. Errors: denied or io of a folder on the way; limit.
Result<std::vector<std::string>> glob_host(const HostFiles& files, std::string_view pattern);

}  // namespace ehdscan
