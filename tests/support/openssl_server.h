// SPDX-License-Identifier: Apache-2.0
// `openssl s_server` on a free port of 127.0.0.1, with certificates made on the spot. Tests skip loudly without it.
#pragma once

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "base/unique_handle.h"
#include "net/x509/make_certificate.h"
#include "support/run_tool.h"
#include "support/temporary_folder.h"

namespace ehdscan {

/// A certificate with its key as one PEM file of `folder`.
inline std::string write_identity(const TemporaryFolder& folder, const std::string& name, const x509::Issued& issued) {
  const std::string path = (folder.path / name).string();
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(bio, issued.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::ofstream(path) << issued.pem() << std::string_view(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return path;
}

/// The tool is there; says SKIPPED if not.
inline bool have_openssl() {
  if (tool_installed("openssl")) return true;
  MESSAGE("SKIPPED: openssl is not installed");
  return false;
}

class OpensslServer {
 public:
  explicit OpensslServer(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"openssl", "s_server", "-accept", "127.0.0.1:0", "-no-CAfile"});
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    int from_server[2]{};
    int to_server[2]{};
    REQUIRE(::pipe2(static_cast<int*>(from_server), O_CLOEXEC) == 0);
    REQUIRE(::pipe2(static_cast<int*>(to_server), O_CLOEXEC) == 0);
    output_ = FileDescriptor(from_server[0]);
    const FileDescriptor theirs(from_server[1]);
    const FileDescriptor their_input(to_server[0]);
    input_ = FileDescriptor(to_server[1]);  // stays open: at the end of its input s_server ends
    child_ = ::fork();
    if (child_ == 0) {
      const int nothing = ::open("/dev/null", O_WRONLY);
      ::dup2(to_server[0], STDIN_FILENO);
      ::dup2(from_server[1], STDOUT_FILENO);
      ::dup2(nothing, STDERR_FILENO);
      ::execvp(argv[0], argv.data());
      ::_exit(127);
    }
    read_port();
  }
  ~OpensslServer() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  OpensslServer(const OpensslServer&) = delete;
  OpensslServer& operator=(const OpensslServer&) = delete;
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string endpoint() const { return "localhost:" + std::to_string(port_); }

 private:
  /// "ACCEPT 127.0.0.1:43210"
  void read_port() {
    std::string text;
    while (text.find('\n', text.find("ACCEPT") == std::string::npos ? text.size() : text.find("ACCEPT")) ==
           std::string::npos) {
      pollfd entry{.fd = output_.get(), .events = POLLIN, .revents = 0};
      char buffer[512];
      const ssize_t got =
          ::poll(&entry, 1, 20000) > 0 ? ::read(output_.get(), static_cast<char*>(buffer), sizeof buffer) : 0;
      REQUIRE_MESSAGE(got > 0, "s_server did not start: ", text);
      text.append(static_cast<char*>(buffer), static_cast<std::size_t>(got));
    }
    const std::size_t colon = text.find(':', text.find("ACCEPT"));
    port_ = static_cast<std::uint16_t>(std::stoi(text.substr(colon + 1)));
    // What it says later is thrown away; a full pipe would stop it.
    ::fcntl(output_.get(), F_SETPIPE_SZ, 1 << 20);
  }

  pid_t child_ = -1;
  FileDescriptor output_;
  FileDescriptor input_;
  std::uint16_t port_ = 0;
};

}  // namespace ehdscan
