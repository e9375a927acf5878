// SPDX-License-Identifier: Apache-2.0
#include "base/zone.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <stdexcept>

namespace ehdscan {
namespace {

date::local_days to_local(Day day) {
  return date::local_days(date::year(day.year) / static_cast<int>(day.month) / static_cast<int>(day.day));
}

}  // namespace

Result<Zone> Zone::find(std::string_view name) {
  auto unknown = fail(ErrorKind::invalid_input, fmt::format("there is no time zone `{}`", name.substr(0, 64)), "a name of the IANA database, like `Europe/Helsinki` or `UTC`");
  // Names with a path in them never reach the library, which looks for files.
  if (name.find("..") != std::string_view::npos || name.starts_with('/') || name.size() >= 64) return unknown;
  try {
    date::locate_zone(std::string(name));
  } catch (const std::runtime_error&) {
    return unknown;
  }
  return Zone(std::string(name));
}

Instant Zone::start_of_day(Day day) const {
  const auto instant = date::locate_zone(name_)->to_sys(std::chrono::time_point_cast<std::chrono::seconds>(to_local(day)), date::choose::earliest);
  return {instant.time_since_epoch().count()};
}

Instant Zone::end_of_day(Day day) const { return {start_of_day(add_days(day, 1)).seconds_since_epoch - 1}; }

Day Zone::day_of(Instant instant) const {
  const auto local = date::locate_zone(name_)->to_local(date::sys_seconds(std::chrono::seconds(instant.seconds_since_epoch)));
  const date::year_month_day day(date::floor<date::days>(local));
  return {static_cast<int>(day.year()), static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day())};
}

}  // namespace ehdscan
