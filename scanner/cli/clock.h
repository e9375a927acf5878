// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "base/time.h"

namespace ehdscan {

/// The instant that SOURCE_DATE_EPOCH sets (seconds since 1970, as reproducible builds use it), for collections of files
/// that must come out the same whenever they are run: samples, tests. Empty if it is not set or is no number.
inline std::optional<Instant> pinned_clock() {
  const char* text = std::getenv("SOURCE_DATE_EPOCH");  // NOLINT(concurrency-mt-unsafe): nothing sets it
  if (text == nullptr) return std::nullopt;
  const std::string_view digits(text);
  Instant pinned;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), pinned.seconds_since_epoch);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return pinned;
}

/// The clock of the machine: read here and handed down, so that everything below is a function of its inputs.
inline Instant wall_clock() {
  if (const auto pinned = pinned_clock()) return *pinned;
  return {std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count()};
}

}  // namespace ehdscan
