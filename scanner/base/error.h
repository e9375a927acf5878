// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace ehdscan {

/// What went wrong, which decides the exit code of the program (docs/guides/exit-codes.md).
enum class ErrorKind {
  usage,          ///< the command line is wrong; exit 2
  invalid_input,  ///< a file written by a person, a check pack or evidence is wrong; exit 2
  not_found,      ///< a file or object that was named does not exist; exit 2
  denied,         ///< we may not read it; exit 2, or not_assessed inside a collector
  io,             ///< the disk or a device failed, also "disk full"; exit 3
  network,        ///< a peer refused, reset or timed out; inside collectors only
  limit,          ///< a size, depth, step or time limit was reached; exit 2
  internal,       ///< our own mistake; exit 3
};

/// Where in a text something stands. Lines and columns count from 1; 0 means not known.
/// Columns count bytes of the line, not characters.
struct Place {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  friend bool operator==(const Place&, const Place&) = default;
};

/// One problem as a value; rendered only at the edge (base/diagnostic.h).
///
/// `message` is lower case without full stop and names values in backticks. `snippet` is the text of the line
/// that `place` points to, when there is one. `hint` says what to do.
struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string message;
  Place place{};
  std::string snippet{};
  std::string hint{};
};

template <typename T>
using Result = std::expected<T, Error>;

/// Shorthand for returning an error from a function that returns a Result.
[[nodiscard]] inline std::unexpected<Error> fail(ErrorKind kind, std::string message, std::string hint = {}) {
  return std::unexpected(Error{.kind = kind, .message = std::move(message), .hint = std::move(hint)});
}

/// The kind in one lower-case word, for logs and reasons ("denied").
std::string_view to_string(ErrorKind kind);

}  // namespace ehdscan
