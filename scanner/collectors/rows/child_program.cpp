// SPDX-License-Identifier: Apache-2.0
#include "collectors/rows/child_program.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>

#include "base/text.h"

namespace ehdscan {
namespace {

constexpr std::size_t kKeptError = 300;
constexpr int kLookUpMilliseconds = 100;

std::unexpected<Error> system_error(std::string_view what, int number) {
  const ErrorKind kind = number == ENOENT ? ErrorKind::not_found : number == EACCES || number == EPERM ? ErrorKind::denied : ErrorKind::io;
  return fail(kind, fmt::format("{}: {}", what, std::strerror(number)));
}

struct Pipe {
  FileDescriptor read;
  FileDescriptor write;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return system_error("pipe", errno);
  return Pipe{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

/// Kills the whole group and collects the child, whatever happens.
class Group {
 public:
  explicit Group(pid_t leader) : leader_(leader) {}
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;
  ~Group() {
    ::kill(-leader_, SIGKILL);  // grandchildren too, also those left behind by one that ended well
    if (!ended_) wait();
  }
  int wait() {
    int status = 0;
    while (::waitpid(leader_, &status, 0) < 0 && errno == EINTR) {
    }
    ended_ = true;
    return status;
  }

 private:
  pid_t leader_;
  bool ended_ = false;
};

Result<pid_t> start(const ChildProgram& program, const Pipe& out, const Pipe& error) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_addchdir_np(&actions, program.folder.empty() ? "." : program.folder.c_str());
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, out.write.get(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, error.write.get(), STDERR_FILENO);
  ::posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &all);
  ::posix_spawnattr_setpgroup(&attributes, 0);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::array<std::string, 4> environment{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/", "LC_ALL=C.UTF-8", "TZ=UTC"};
  std::vector<char*> envp;
  for (std::string& variable : environment) envp.push_back(variable.data());
  envp.push_back(nullptr);
  std::vector<std::string> arguments = program.arguments;
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  const int failed = ::posix_spawn(&child, argv[0], &actions, &attributes, argv.data(), envp.data());
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  if (failed != 0) return system_error(fmt::format("`{}` cannot be started", program.arguments[0]), failed);
  return child;
}

/// Drains both pipes until they end or a limit is reached.
class Drain {
 public:
  Drain(const ChildProgram& program, int file) : program_(program), file_(file) {}

  Result<void> run(const Pipe& out, const Pipe& error) {
    const auto deadline = std::chrono::steady_clock::now() + program_.timeout;
    std::array<pollfd, 2> ends{pollfd{out.read.get(), POLLIN, 0}, pollfd{error.read.get(), POLLIN, 0}};
    while (ends[0].fd >= 0 || ends[1].fd >= 0) {
      if (program_.stop && program_.stop()) return fail(ErrorKind::io, "interrupted");
      if (std::chrono::steady_clock::now() >= deadline) {
        return fail(ErrorKind::limit, fmt::format("`{}` ran longer than {} seconds", program_.arguments[0], program_.timeout.count()), "`timeout_seconds` is the limit");
      }
      if (::poll(ends.data(), ends.size(), kLookUpMilliseconds) < 0 && errno != EINTR) return system_error("poll", errno);
      for (std::size_t i = 0; i < ends.size(); ++i) {
        if (ends[i].fd < 0 || ends[i].revents == 0) continue;
        const Result<bool> more = take(ends[i].fd, i == 0);
        if (!more) return std::unexpected(more.error());
        if (!*more) ends[i].fd = -1;
      }
    }
    return {};
  }

  [[nodiscard]] std::string last_words() const { return escape_for_terminal(trim(error_)); }

 private:
  Result<bool> take(int from, bool is_output) {
    std::array<char, std::size_t{1} << 16> buffer;
    const ssize_t count = ::read(from, buffer.data(), buffer.size());
    if (count < 0) return errno == EINTR ? Result<bool>(true) : system_error("read", errno);
    if (count == 0) return false;
    const std::string_view bytes(buffer.data(), static_cast<std::size_t>(count));
    if (!is_output) {
      error_ += bytes;
      if (error_.size() > kKeptError) error_.erase(0, error_.size() - kKeptError);
      return true;
    }
    written_ += bytes.size();
    if (written_ > program_.max_bytes) {
      return fail(ErrorKind::limit, fmt::format("`{}` printed more than {} bytes", program_.arguments[0], program_.max_bytes), "`max_bytes` is the limit");
    }
    for (std::string_view rest = bytes; !rest.empty();) {
      const ssize_t done = ::write(file_, rest.data(), rest.size());
      if (done < 0 && errno != EINTR) return system_error("write", errno);
      if (done > 0) rest.remove_prefix(static_cast<std::size_t>(done));
    }
    return true;
  }

  const ChildProgram& program_;
  int file_;
  std::size_t written_ = 0;
  std::string error_;
};

}  // namespace

Result<FileDescriptor> run_child_program(const ChildProgram& program) {
  FileDescriptor file(::memfd_create("rows", MFD_CLOEXEC));
  if (!file) return system_error("memfd_create", errno);
  auto out = make_pipe();
  if (!out) return std::unexpected(out.error());
  auto error = make_pipe();
  if (!error) return std::unexpected(error.error());
  const Result<pid_t> child = start(program, *out, *error);
  if (!child) return std::unexpected(child.error());
  Group group(*child);
  out->write = FileDescriptor();
  error->write = FileDescriptor();
  Drain drain(program, file.get());
  if (const Result<void> drained = drain.run(*out, *error); !drained) return std::unexpected(drained.error());
  const int status = group.wait();
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return file;
  const std::string how = WIFSIGNALED(status) ? fmt::format("was ended by signal {}", WTERMSIG(status)) : fmt::format("ended with code {}", WEXITSTATUS(status));
  const std::string words = drain.last_words();
  return fail(ErrorKind::io, fmt::format("`{}` {}{}{}", program.arguments[0], how, words.empty() ? "" : ": ", words));
}

}  // namespace ehdscan
