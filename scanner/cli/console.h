// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace ehdscan {

/// Standard output for results, standard error for everything said beside them.
///
/// Colour only on terminals, never with NO_COLOR (no-color.org) or TERM=dumb; a progress line only if standard error is
/// a terminal, so that pipes and logs stay clean.
class Console {
 public:
  Console();

  void set_quiet(bool quiet) { quiet_ = quiet; }
  /// "auto", "always" or "never".
  void set_colour(std::string_view when);

  [[nodiscard]] bool colour() const { return colour_out_; }
  [[nodiscard]] int width() const { return width_; }  ///< of the terminal; 80 where there is none

  /// A result, to standard output as it is.
  void print(std::string_view text);
  /// A remark, one line on standard error; silent with --quiet. Hostile text must have been escaped.
  void say(std::string_view text);
  /// A problem, on standard error, also with --quiet.
  void report(const Error& error);

  /// What is being done, on one line that is replaced by the next. Only on terminals.
  void progress(std::string_view what);
  void end_progress();

  /// Flushes standard output. Errors: io (also a full disk).
  Result<void> flush();

 private:
  bool quiet_ = false;
  bool colour_out_ = false;
  bool colour_error_ = false;
  bool terminal_ = false;
  bool progress_shown_ = false;
  bool failed_ = false;
  int width_ = 80;
};

}  // namespace ehdscan
