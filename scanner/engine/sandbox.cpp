// SPDX-License-Identifier: Apache-2.0
#include "engine/sandbox.h"

#include <fmt/format.h>

#include "base/text.h"
#include "engine/sql_functions.h"
#include "evidence/tables/all.h"

namespace ehdscan {
namespace {

constexpr int kStepsPerCall = 1000;

std::string_view view(const char* text) { return text == nullptr ? std::string_view() : std::string_view(text); }

}  // namespace

Sandbox::Sandbox(sqlite3* connection, std::set<std::string> tables, std::int64_t step_limit)
    : connection_(connection), tables_(std::move(tables)), step_limit_(step_limit) {
  sqlite3_set_authorizer(connection_, authorize, this);
  if (step_limit_ > 0) sqlite3_progress_handler(connection_, kStepsPerCall, progress, this);
}

Sandbox::~Sandbox() {
  sqlite3_set_authorizer(connection_, nullptr, nullptr);
  sqlite3_progress_handler(connection_, 0, nullptr, nullptr);
}

int Sandbox::authorize(void* self, int action, const char* first, const char* second, const char* schema,
                       const char* inner) {
  // Reads behind one of our own TEMP views (those of files are switched off) are ours.
  if (action == SQLITE_READ && inner != nullptr && find_table(view(inner)) != nullptr) return SQLITE_OK;
  return static_cast<Sandbox*>(self)->decide(action, view(first), view(second), view(schema));
}

int Sandbox::progress(void* self) {
  auto* sandbox = static_cast<Sandbox*>(self);
  sandbox->steps_ += kStepsPerCall;
  return sandbox->steps_ >= sandbox->step_limit_ ? 1 : 0;
}

int Sandbox::decide(int action, std::string_view first, std::string_view second, std::string_view schema) {
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    case SQLITE_READ: {
      const std::string table(first);
      // Subqueries, common table expressions and json_each have no schema of ours behind them.
      if (find_table(table) == nullptr) {
        if (table.starts_with("threshold_") || table == "json_each" || (table.empty() && schema.empty()))
          return SQLITE_OK;
        if (schema.empty() && !table.starts_with("sqlite_") && !table.starts_with("pragma_")) return SQLITE_OK;
        refusal_ = fmt::format("the table `{}` may not be read", first);
        return SQLITE_DENY;
      }
      if (!tables_.empty() && !tables_.contains(table)) {
        refusal_ = fmt::format("`{}` is read but not listed in `needs`", first);
        return SQLITE_DENY;
      }
      auto& columns = reads_.columns[table];
      if (!second.empty()) columns.emplace(second);
      return SQLITE_OK;
    }
    case SQLITE_FUNCTION: {
      const std::string name = to_lower(second);
      if (is_allowed_function(name)) {
        reads_.functions.insert(name);
        return SQLITE_OK;
      }
      refusal_ = fmt::format("the function `{}` is not allowed in checks", second);
      return SQLITE_DENY;
    }
    default:
      refusal_ = "checks may only read: no statement but SELECT is allowed";
      return SQLITE_DENY;
  }
}

Error Sandbox::explain(Error error) const {
  if (!refusal_.empty()) {
    error.kind = ErrorKind::invalid_input;
    error.message = refusal_;
    error.hint = "`ehdscan checks docs` lists the functions, `ehdscan tables` the tables";
  } else if (out_of_steps()) {
    error.kind = ErrorKind::limit;
    error.message = fmt::format("stopped after {} steps: the query takes too long for this evidence", steps_);
    error.hint = "join on keys, and group before joining";
  }
  return error;
}

std::int64_t step_limit_for(std::int64_t rows) {
  constexpr std::int64_t kBase = 50'000'000;
  constexpr std::int64_t kPerRow = 4'000;
  return kBase + kPerRow * rows;
}

}  // namespace ehdscan
