// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace ehdscan {

/// What a piece of SQL read, as SQLite's authorizer saw it while the statement was prepared.
struct ReadSet {
  std::map<std::string, std::set<std::string>> columns;  ///< table → columns; thresholds and json_each left out
  std::set<std::string> functions;
};

/// Guards a connection while SQL of a check is prepared and run: reading evidence and threshold tables only, listed
/// functions only, no schema, no pragma, no attach; and a limit of virtual-machine steps. Lifts all of it when it goes.
class Sandbox {
 public:
  /// `tables`: the evidence tables that may be read; empty allows every evidence table. `step_limit` counts SQLite
  /// virtual-machine steps over the life of the sandbox; 0 is none.
  Sandbox(sqlite3* connection, std::set<std::string> tables, std::int64_t step_limit);
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  [[nodiscard]] const ReadSet& reads() const { return reads_; }
  /// What the authorizer refused last, in words; empty if nothing.
  [[nodiscard]] const std::string& refusal() const { return refusal_; }
  [[nodiscard]] bool out_of_steps() const { return step_limit_ > 0 && steps_ >= step_limit_; }

  /// The connection's error in the words of a check author: refusals and limits are named.
  [[nodiscard]] Error explain(Error error) const;

 private:
  static int authorize(void* self, int action, const char* first, const char* second, const char* schema,
                       const char* trigger);
  static int progress(void* self);
  int decide(int action, std::string_view first, std::string_view second, std::string_view schema);

  sqlite3* connection_;
  std::set<std::string> tables_;
  std::int64_t step_limit_;
  std::int64_t steps_ = 0;
  ReadSet reads_;
  std::string refusal_;
};

/// Steps that a check over `rows` rows may take.
std::int64_t step_limit_for(std::int64_t rows);

}  // namespace ehdscan
