// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "support/temporary_folder.h"

/// What a run of the program said and returned.
struct ProgramRun {
  int code = -1;
  std::string out;
  std::string error;
};

inline std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Runs ehdscan as a user would, without a shell, with NO terminal.
inline ProgramRun run_program_with(std::vector<std::string> arguments,
                                   const std::vector<std::pair<std::string, std::string>>& environment = {}) {
  const TemporaryFolder folder;
  const std::string out = (folder.path / "out").string();
  const std::string error = (folder.path / "error").string();
  arguments.insert(arguments.begin(), EHDSCAN_PROGRAM);
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    const int to_out = ::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    const int to_error = ::open(error.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    const int from_nothing = ::open("/dev/null", O_RDONLY);
    ::dup2(from_nothing, STDIN_FILENO);
    ::dup2(to_out, STDOUT_FILENO);
    ::dup2(to_error, STDERR_FILENO);
    for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  ProgramRun run;
  int status = 0;
  ::waitpid(child, &status, 0);
  run.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  run.out = content_of(out);
  run.error = content_of(error);
  return run;
}
