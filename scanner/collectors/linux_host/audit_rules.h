// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/linux_host/host_context.h"
#include "collectors/linux_host/netlink.h"

namespace ehdscan {

/// The kernel's audit subsystem and its rules, loaded and configured.
extern const HostSection audit_section;

/// One rule as auditctl(8) would write it.
struct AuditRule {
  std::string text;
  std::string path;         ///< watched file or folder; empty for none
  std::string permissions;  ///< "wa"; empty for none
  std::string key;
  std::optional<std::vector<std::string>> syscalls;  ///< empty list for watches; none where not understood
  std::uint32_t line = 0;
};

/// Rules of a file of rules.d; lines that set options (-D, -b, -e …) are left out.
std::vector<AuditRule> parse_audit_rules(std::string_view text);

/// A rule of the kernel (struct audit_rule_data of linux/audit.h). Empty if the bytes are too few.
std::optional<AuditRule> decode_audit_rule(ByteView bytes);

}  // namespace ehdscan
