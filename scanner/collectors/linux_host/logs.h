// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"
#include "collectors/linux_host/host_context.h"

namespace ehdscan {

/// Logging services, how long each layer keeps access logs, and where logs are sent.
extern const HostSection logs_section;

/// Time of the first record of an archived journal, from its name
/// (`system@<sequence id>-<sequence>-<realtime in microseconds, hexadecimal>.journal`). Empty for other names.
std::optional<Instant> journal_start(std::string_view file_name);

}  // namespace ehdscan
