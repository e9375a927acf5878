// SPDX-License-Identifier: Apache-2.0
#include "cli/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/diagnostic.h"
#include "base/text.h"

namespace ehdscan {
namespace {

bool colour_wanted(int descriptor) {
  const char* no_colour = std::getenv("NO_COLOR");
  if (no_colour != nullptr && *no_colour != '\0') return false;
  const char* terminal = std::getenv("TERM");
  if (terminal != nullptr && std::strcmp(terminal, "dumb") == 0) return false;
  return ::isatty(descriptor) != 0;
}

void put(std::FILE* stream, std::string_view text, bool& failed) {
  if (std::fwrite(text.data(), 1, text.size(), stream) != text.size()) failed = true;
}

/// Cuts at `columns` characters, never inside one.
std::string_view cut(std::string_view text, int columns) {
  int seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool starts = (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U;
    if (starts && ++seen > columns) return text.substr(0, i);
  }
  return text;
}

}  // namespace

Console::Console()
    : colour_out_(colour_wanted(STDOUT_FILENO)),
      colour_error_(colour_wanted(STDERR_FILENO)),
      terminal_(::isatty(STDERR_FILENO) != 0) {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20) width_ = size.ws_col;
}

void Console::set_colour(std::string_view when) {
  if (when == "auto") return;
  colour_out_ = colour_error_ = when == "always";
}

void Console::print(std::string_view text) {
  end_progress();
  put(stdout, text, failed_);
}

void Console::say(std::string_view text) {
  if (quiet_) return;
  end_progress();
  bool ignored = false;
  put(stderr, std::string(text) + "\n", ignored);
}

void Console::report(const Error& error) {
  end_progress();
  bool ignored = false;
  put(stderr, render(error, colour_error_), ignored);
}

void Console::progress(std::string_view what) {
  if (quiet_ || !terminal_) return;
  bool ignored = false;
  const std::string line = escape_for_terminal(what);
  put(stderr, "\r\x1b[K" + std::string(cut(line, width_ - 1)), ignored);
  std::fflush(stderr);
  progress_shown_ = true;
}

void Console::end_progress() {
  if (!progress_shown_) return;
  progress_shown_ = false;
  bool ignored = false;
  put(stderr, "\r\x1b[K", ignored);
  std::fflush(stderr);
}

Result<void> Console::flush() {
  end_progress();
  if (std::fflush(stdout) != 0) failed_ = true;
  if (!failed_) return {};
  return fail(ErrorKind::io, "standard output could not be written", std::strerror(errno));
}

}  // namespace ehdscan
