// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "collectors/linux_host/host_context.h"

namespace ehdscan {

/// Who may become whom: /etc/sudoers with everything it includes.
extern const HostSection sudo_section;

/// One user, run-as and command of a user specification, aliases expanded.
struct SudoRule {
  std::string principal;
  std::string run_as;
  std::string command;
  bool nopasswd = false;
  bool negated = false;
  bool setenv = false;
  std::size_t file = 0;  ///< index into Sudoers::files
  std::uint32_t line = 0;
};

struct Sudoers {
  std::vector<std::string> files;  ///< paths, the first is the main one
  std::vector<SudoRule> rules;
  std::vector<std::string> problems;  ///< lines not understood, files not read: then rules may be missing
};

/// Files that an include names: for `@include` one, for `@includedir` those of the folder as sudo picks them.
using SudoersInclude = std::function<Result<std::vector<std::pair<std::string, std::string>>>(const std::string& path, bool folder)>;

/// sudoers(5): aliases, continuation lines, Defaults authenticate, tags. Bounded in files, aliases and rules.
Sudoers parse_sudoers(std::string_view text, const std::string& path, const SudoersInclude& include);

}  // namespace ehdscan
