// SPDX-License-Identifier: Apache-2.0
#include "base/time.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>

namespace ehdscan {
namespace {

bool read_number(std::string_view& text, std::size_t digits, int& out) {
  if (text.size() < digits) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, out);
  if (error != std::errc{} || end != text.data() + digits || text.front() == '-') return false;
  text.remove_prefix(digits);
  return true;
}

bool read_char(std::string_view& text, std::string_view accepted) {
  if (text.empty() || accepted.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

bool read_day(std::string_view& text, Day& day) {
  int year = 0;
  int month = 0;
  int number = 0;
  if (!read_number(text, 4, year) || !read_char(text, "-") || !read_number(text, 2, month) || !read_char(text, "-") ||
      !read_number(text, 2, number)) {
    return false;
  }
  day = {year, static_cast<unsigned>(month), static_cast<unsigned>(number)};
  return std::chrono::year_month_day(std::chrono::year(day.year), std::chrono::month(day.month),
                                     std::chrono::day(day.day))
      .ok();
}

std::chrono::sys_days to_chrono(Day day) {
  return std::chrono::sys_days(std::chrono::year(day.year) / std::chrono::month(day.month) / std::chrono::day(day.day));
}

Day from_chrono(std::chrono::year_month_day date) {
  return {static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day())};
}

std::optional<Instant> read_instant(std::string_view text) {
  Day day;
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!read_day(text, day) || !read_char(text, "Tt ") || !read_number(text, 2, hour) || !read_char(text, ":") ||
      !read_number(text, 2, minute) || !read_char(text, ":") || !read_number(text, 2, second)) {
    return std::nullopt;
  }
  if (hour > 23 || minute > 59 || second > 60) return std::nullopt;
  if (read_char(text, ".")) {
    std::size_t digits = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
      text.remove_prefix(1);
      ++digits;
    }
    if (digits == 0) return std::nullopt;
  }
  std::int64_t offset_seconds = 0;
  if (text != "Z" && text != "z") {
    const bool behind = !text.empty() && text.front() == '-';
    int offset_hours = 0;
    int offset_minutes = 0;
    if (!read_char(text, "+-") || !read_number(text, 2, offset_hours) || !read_char(text, ":") ||
        !read_number(text, 2, offset_minutes) || !text.empty() || offset_hours > 23 || offset_minutes > 59) {
      return std::nullopt;
    }
    offset_seconds = (std::int64_t{offset_hours} * 60 + offset_minutes) * 60 * (behind ? -1 : 1);
  }
  return Instant{start_of_day(day).seconds_since_epoch + std::int64_t{hour} * 3600 + std::int64_t{minute} * 60 +
                 second - offset_seconds};
}

}  // namespace

Result<Instant> parse_instant(std::string_view text) {
  if (const auto instant = read_instant(text)) return *instant;
  return fail(ErrorKind::invalid_input, fmt::format("`{}` is not a time", text.substr(0, 64)),
              "write it as 2026-11-23T08:00:00Z");
}

Result<Day> parse_day(std::string_view text) {
  Day day;
  std::string_view rest = text;
  if (read_day(rest, day) && rest.empty()) return day;
  return fail(ErrorKind::invalid_input, fmt::format("`{}` is not a day of the calendar", text.substr(0, 64)),
              "write it as 2026-11-23");
}

std::string to_string(Instant instant) {
  const Day day = day_of(instant);
  const std::int64_t rest = instant.seconds_since_epoch - start_of_day(day).seconds_since_epoch;
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", day.year, day.month, day.day, rest / 3600, rest / 60 % 60,
                     rest % 60);
}

std::string to_string(Day day) { return fmt::format("{:04}-{:02}-{:02}", day.year, day.month, day.day); }

Instant start_of_day(Day day) {
  return {std::chrono::duration_cast<std::chrono::seconds>(to_chrono(day).time_since_epoch()).count()};
}

Instant end_of_day(Day day) { return {start_of_day(day).seconds_since_epoch + 86'399}; }

Day day_of(Instant instant) {
  const std::chrono::sys_seconds point{std::chrono::seconds(instant.seconds_since_epoch)};
  return from_chrono(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(point)));
}

Day add_months(Day day, int months) {
  using namespace std::chrono;
  const year_month month = year(day.year) / std::chrono::month(day.month) + std::chrono::months(months);
  const year_month_day last(month / std::chrono::last);
  const auto number = std::min(day.day, static_cast<unsigned>(last.day()));
  return from_chrono(month / std::chrono::day(number));
}

Day add_days(Day day, int days) {
  return from_chrono(std::chrono::year_month_day(to_chrono(day) + std::chrono::days(days)));
}

}  // namespace ehdscan
