// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/unique_handle.h"

namespace ehdscan {

/// A program that is run for its output, and what it may use of the machine.
struct ChildProgram {
  std::vector<std::string> arguments;  ///< the first is its path; no PATH is searched and no shell is asked
  std::filesystem::path folder;        ///< where it runs
  std::chrono::seconds timeout{60};
  std::size_t max_bytes = std::size_t{256} << 20;
  std::function<bool()> stop;  ///< asked several times a second; true ends the program
};

/// Runs it to its end and returns an anonymous file with what it wrote on standard output.
///
/// It has a process group of its own, which is killed as a whole when a limit is reached; an empty standard input; a
/// cleaned environment; no other open file. Errors: not_found or denied if it cannot be started; limit for time and bytes; io
/// if it ends with another code than 0 or by a signal, with the end of its standard error.
Result<FileDescriptor> run_child_program(const ChildProgram& program);

}  // namespace ehdscan
