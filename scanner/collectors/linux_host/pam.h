// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/linux_host/host_context.h"

namespace ehdscan {

/// PAM stacks, and the sign-in and session limits that they, login.defs, the shell and logind set.
extern const HostSection pam_section;

/// One module of an unfolded stack.
struct PamRule {
  std::string type;       ///< auth, account, password, session
  std::string control;    ///< word of the closed list; `complex` for [value=action …]
  std::string control_text;
  std::string module;     ///< file name without path
  std::vector<std::string> arguments;
  std::string file;
  std::uint32_t line = 0;

  /// Value of `name=value`; "" for a bare `name`; empty optional if it is not there.
  [[nodiscard]] std::optional<std::string> argument(std::string_view name) const;
};

/// A file of /etc/pam.d by its name; empty if there is none.
using PamFile = std::function<std::optional<std::string>(const std::string& name)>;

/// pam.conf(5): the stack of one service with @include, include and substack unfolded in place. Bounded in depth.
std::vector<PamRule> unfolded_pam_stack(const std::string& service, const PamFile& file);

/// True if the module asks for something besides the password.
bool is_second_factor(std::string_view module);

}  // namespace ehdscan
