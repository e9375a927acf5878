// SPDX-License-Identifier: Apache-2.0
#include "engine/query.h"

#include <sqlite3.h>

#include "base/text.h"
#include "engine/sql_functions.h"
#include "evidence/sqlite.h"

namespace ehdscan {
namespace {

constexpr int kStepsPerCall = 100'000;

int allow_reading(void*, int action, const char*, const char*, const char*, const char*) {
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
    case SQLITE_READ:
    case SQLITE_FUNCTION:
      return SQLITE_OK;
    default:
      return SQLITE_DENY;
  }
}

int ask_to_stop(void* stop) { return (*static_cast<const std::function<bool()>*>(stop))() ? 1 : 0; }

/// Only reading while it lives; ends the statement when asked to.
class ReadOnly {
 public:
  ReadOnly(sqlite3* connection, const std::function<bool()>& stop) : connection_(connection), stop_(stop) {
    sqlite3_set_authorizer(connection_, allow_reading, nullptr);
    if (stop_) sqlite3_progress_handler(connection_, kStepsPerCall, ask_to_stop, &stop_);
  }
  ~ReadOnly() {
    sqlite3_set_authorizer(connection_, nullptr, nullptr);
    sqlite3_progress_handler(connection_, 0, nullptr, nullptr);
  }
  ReadOnly(const ReadOnly&) = delete;
  ReadOnly& operator=(const ReadOnly&) = delete;

 private:
  sqlite3* connection_;
  std::function<bool()> stop_;
};

Error in_words(Error error) {
  if (error.kind != ErrorKind::io) error.kind = ErrorKind::invalid_input;
  if (error.message.find("not authorized") != std::string::npos) {
    error.message = "only SELECT is allowed: evidence is never changed";
  }
  error.hint = "`ehdscan tables` lists the tables; `source`, `collection` and `meta` say where rows come from";
  return error;
}

/// prepare() compiles the first statement only: the rest must be blank.
bool several_statements(sqlite3_stmt* statement, std::string_view sql) {
  const std::size_t used = std::string_view(sqlite3_sql(statement)).size();
  return used < sql.size() && !trim(sql.substr(used)).empty();
}

}  // namespace

Result<std::int64_t> run_query(const Evidence& evidence, const Thresholds& thresholds, std::string_view sql,
                               const QueryOptions& options,
                               const std::function<void(const std::vector<std::string>&)>& names,
                               const std::function<void(const std::vector<QueryValue>&)>& row) {
  sqlite3* connection = evidence.handle();
  const FunctionContext context{options.as_of, &thresholds};
  if (Result<void> made = register_functions(connection, context); !made) return std::unexpected(made.error());
  if (Result<void> made = create_threshold_tables(connection, context); !made) return std::unexpected(made.error());

  const ReadOnly guard(connection, options.stop);
  Result<sqlite::Statement> statement = sqlite::Statement::prepare(connection, sql);
  if (!statement) return std::unexpected(in_words(statement.error()));
  if (statement->handle() == nullptr) return fail(ErrorKind::invalid_input, "the query is empty");
  if (several_statements(statement->handle(), sql)) {
    return fail(ErrorKind::invalid_input, "one statement at a time, please");
  }
  std::vector<std::string> columns;
  for (int i = 0; i < statement->columns(); ++i) columns.emplace_back(statement->name(i));
  names(columns);

  std::int64_t count = 0;
  std::vector<QueryValue> values(columns.size());
  while (options.row_limit == 0 || count < options.row_limit) {
    const Result<bool> more = statement->step();
    if (!more) return std::unexpected(in_words(more.error()));
    if (!*more) break;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const int column = static_cast<int>(i);
      values[i].is_integer = sqlite3_column_type(statement->handle(), column) == SQLITE_INTEGER;
      if (statement->is_null(column)) {
        values[i].text.reset();
      } else {
        values[i].text = std::string(statement->text(column));
      }
    }
    row(values);
    ++count;
  }
  return count;
}

}  // namespace ehdscan
