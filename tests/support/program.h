// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
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

/// Runs ehdscan as a user would, without a shell, with no terminal. `while_running` is given the process once it started.
inline ProgramRun run_program(std::vector<std::string> arguments, const std::vector<std::pair<std::string, std::string>>& environment,
                              const std::function<void(pid_t)>& while_running) {
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
  if (while_running) while_running(child);
  ProgramRun run;
  int status = 0;
  ::waitpid(child, &status, 0);
  run.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  run.out = content_of(out);
  run.error = content_of(error);
  return run;
}

inline ProgramRun run_program_with(std::vector<std::string> arguments,
                                   const std::vector<std::pair<std::string, std::string>>& environment = {}) {
  return run_program(std::move(arguments), environment, {});
}

/// The same, with `signal` sent as soon as `ready` is true, or never if the program ends before.
inline ProgramRun run_program_until(const std::function<bool()>& ready, int signal, std::vector<std::string> arguments) {
  return run_program(std::move(arguments), {}, [&](pid_t child) {
    siginfo_t ended{};
    while (!ready() && ::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid == 0) ::sched_yield();
    if (ended.si_pid == 0) ::kill(child, signal);
  });
}
