// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"

namespace ehdscan {

/// What the program tells its caller (docs/guides/exit-codes.md). A proven gate failure wins over incomplete evidence:
/// more evidence would not undo it.
enum class ExitCode : int {
  fine = 0,
  gate_failed = 1,      ///< --fail-on, --min-score or --min-coverage did not hold
  usage = 2,            ///< the command line, a file written by a person, a check pack or evidence is wrong
  incomplete = 3,       ///< something could not be read, run or written to the end
  interrupted = 130,    ///< Ctrl-C or a request to end; nothing was left behind
};

constexpr ExitCode exit_code_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage:
    case ErrorKind::invalid_input:
    case ErrorKind::not_found:
    case ErrorKind::denied:
    case ErrorKind::limit:
      return ExitCode::usage;
    case ErrorKind::io:
    case ErrorKind::network:
    case ErrorKind::internal:
      break;
  }
  return ExitCode::incomplete;
}

/// The worse of two: what a command that did several things tells.
constexpr ExitCode worse(ExitCode a, ExitCode b) {
  const auto rank = [](ExitCode code) {
    switch (code) {
      case ExitCode::fine:
        return 0;
      case ExitCode::incomplete:
        return 1;
      case ExitCode::gate_failed:
        return 2;
      case ExitCode::usage:
        return 3;
      case ExitCode::interrupted:
        break;
    }
    return 4;
  };
  return rank(a) < rank(b) ? b : a;
}

}  // namespace ehdscan
