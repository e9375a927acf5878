// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace ehdscan {

/// An instant in UTC with one-second resolution: seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
/// Everything in evidence is absolute; ages are computed at assessment against the as-of instant.
struct Instant {
  std::int64_t seconds_since_epoch = 0;

  friend auto operator<=>(const Instant&, const Instant&) = default;
};

/// A calendar day without zone (proleptic Gregorian).
struct Day {
  int year = 1970;
  unsigned month = 1;  ///< 1 to 12
  unsigned day = 1;    ///< 1 to 31

  friend auto operator<=>(const Day&, const Day&) = default;
};

/// Reads RFC 3339 "2026-11-23T08:00:00Z" (also with an offset or fractional seconds, which are cut off).
/// Errors: invalid_input naming the text.
Result<Instant> parse_instant(std::string_view text);

/// Reads "2026-11-23". Errors: invalid_input, also for days that do not exist.
Result<Day> parse_day(std::string_view text);

/// "2026-11-23T08:00:00Z": the only spelling of an instant in evidence and reports. It sorts as text.
std::string to_string(Instant instant);
std::string to_string(Day day);

/// First and last second of a UTC day. "A calendar date given as an end means the end of that day" (GEN-5).
Instant start_of_day(Day day);
Instant end_of_day(Day day);
Day day_of(Instant instant);

/// Same day number `months` later; the last day of the month if that month is shorter (31 August + 6 gives 28 or 29
/// February). Negative counts go back. (GEN-5, permit-register rules)
Day add_months(Day day, int months);
Day add_days(Day day, int days);

}  // namespace ehdscan
