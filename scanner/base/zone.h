// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace ehdscan {

/// A time zone of the IANA database as this machine has it ("Europe/Helsinki", "UTC").
///
/// Days are those of the place: a day lasts 23 or 25 hours when the clock changes. A day whose midnight does not exist
/// starts at the first instant that does.
class Zone {
 public:
  /// Errors: invalid_input for a name that the database does not know, or if there is no database.
  static Result<Zone> find(std::string_view name);

  [[nodiscard]] Instant start_of_day(Day day) const;
  [[nodiscard]] Instant end_of_day(Day day) const;  ///< its last second
  [[nodiscard]] Day day_of(Instant instant) const;
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  explicit Zone(std::string name) : name_(std::move(name)) {}
  std::string name_;
};

}  // namespace ehdscan
