// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ehdscan {

/// One way in which somebody reaches a project. Names are those of the permit register or 12 digits of a hash.
struct AccessRow {
  std::string permit;    ///< permit of the project; empty if none names it
  std::string project;
  std::string platform;
  std::string holder;
  std::string holder_kind;  ///< "person", "staff", "service", "none"; empty: cannot be told
  std::vector<std::string> roles;
  std::vector<std::string> path;  ///< what proves it: groups, grants, inheritance
  bool within = false;            ///< the register lets the holder in there today

  friend bool operator==(const AccessRow&, const AccessRow&) = default;
};

/// A permit as the register has it, for reading beside who reaches its projects.
struct PermitRow {
  std::string permit;
  std::string starts_at;
  std::string ends_at;
  std::string delete_by_at;
  std::int64_t persons = 0;
};

/// One clock of one incident.
struct ClockRow {
  std::string incident;
  std::string regime;
  std::string stage;
  std::string recipient;
  std::string zero_at;      ///< empty: not recorded
  std::string due_at;       ///< empty: cannot be computed
  std::string notified_at;  ///< empty: not given
  std::string state;        ///< "in_time", "late", "missing", "running", "unknown"
};

/// What people want to read whole, not as findings: who reaches what, and which clocks ran. Rows are bounded; the counts are
/// of all.
struct Overview {
  std::vector<PermitRow> permits;
  std::vector<AccessRow> access;
  std::int64_t access_total = 0;
  std::vector<ClockRow> clocks;
  std::int64_t clocks_total = 0;
};

}  // namespace ehdscan
