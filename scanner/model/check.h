// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "model/verdict.h"

namespace ehdscan {

enum class Severity : std::uint8_t { low, medium, high, critical };
std::string_view to_string(Severity severity);
std::optional<Severity> parse_severity(std::string_view text);

/// How a check depends on a table: judged row by row, or only as a whole (anti-joins, unions): then one incomplete
/// collection makes every result not assessed.
/// whole_to_pass: rows that are missing could only make it worse, so that a proven failure stands.
/// whole_if_collected: what the node declares, of which nothing counts as none declared where no target collects it.
enum class NeedKind : std::uint8_t { rows, whole, whole_to_pass, whole_if_collected };
/// As checks write it.
std::string_view to_string(NeedKind kind);
std::optional<NeedKind> parse_need_kind(std::string_view text);

struct Need {
  std::string table;
  NeedKind kind = NeedKind::rows;
};

/// A value in an example: what a column holds.
using ExampleValue = std::variant<std::monostate, std::int64_t, bool, std::string>;
using ExampleRow = std::map<std::string, ExampleValue>;

/// A case that is executed as a test and printed in the documentation.
struct Example {
  std::string name;
  std::map<std::string, std::vector<ExampleRow>> given;  ///< table → rows; needed tables not named are empty
  std::map<std::string, CollectionState> collections;    ///< table → state, where it is not complete
  std::string as_of;                                     ///< empty: the default of the example runner
  std::map<std::string, Verdict> expect;                 ///< resource id → verdict; "*" for the only result
  Place place;
};

/// One check: data, not code. Exactly one of `where/pass` (short form, one result per row of `table`) and `query` (long
/// form) is used.
struct Check {
  std::string id;
  std::string title;
  Severity severity = Severity::medium;
  std::string table;          ///< short form
  std::string where;          ///< SQL expression; empty means every row
  std::string pass;           ///< SQL expression
  std::string warn;           ///< SQL expression; where true, a pass is only a warning
  std::vector<Need> needs;    ///< long form; for the short form the one table, by rows
  std::string query;          ///< long form: resource, verdict, reason, and the columns the message names
  std::string resource_type;  ///< long form: the table whose keys `resource` holds, or a word of its own
  Verdict empty = Verdict::not_applicable;
  std::string subject;
  std::string message;
  std::string rationale;
  std::string remediation;
  std::vector<std::string> references;
  std::vector<std::string> semantics;            ///< platform_semantics entries it rests on ("LX-2")
  std::map<std::string, std::string> null_safe;  ///< column → why NULL in it does not endanger a pass
  std::vector<Example> examples;
  std::string file;  ///< where it was read from
  bool embedded = true;
  Place where_place, pass_place, warn_place, query_place;

  [[nodiscard]] bool is_short() const { return query.empty(); }
};

}  // namespace ehdscan
