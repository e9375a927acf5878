// SPDX-License-Identifier: Apache-2.0
// Real tools of the machine as oracles. Tests that need one pass over it, with a message, where it is not installed.
#pragma once

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

namespace ehdscan {

/// What a shell command prints, or nothing if it fails. Only for commands made of words of the test itself.
inline std::optional<std::string> output_of(const std::string& command) {
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");  // NOLINT(cert-env33-c)
  if (pipe == nullptr) return std::nullopt;
  std::string text;
  std::array<char, 4096> buffer{};
  for (std::size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    text.append(buffer.data(), got);
  }
  const int status = ::pclose(pipe);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return std::nullopt;
  return text;
}

inline bool tool_installed(const std::string& name) {
  return output_of("PATH=$PATH:/usr/sbin:/sbin command -v " + name).has_value();
}

}  // namespace ehdscan
