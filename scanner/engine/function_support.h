// SPDX-License-Identifier: Apache-2.0
// What the SQL functions share: reading arguments, giving results. For engine/ only.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/ip_prefix.h"
#include "base/time.h"

namespace ehdscan::sql {

inline bool is_null(sqlite3_value* value) { return sqlite3_value_type(value) == SQLITE_NULL; }

inline std::string_view text_of(sqlite3_value* value) {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_value_text(value));
  return bytes == nullptr ? std::string_view()
                          : std::string_view(bytes, static_cast<std::size_t>(sqlite3_value_bytes(value)));
}

inline void give(sqlite3_context* context, std::string_view text) {
  sqlite3_result_text(context, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
}
inline void give(sqlite3_context* context, bool value) { sqlite3_result_int(context, value ? 1 : 0); }
inline void give_null(sqlite3_context* context) { sqlite3_result_null(context); }

/// An instant, or a day read as its first second. Empty for NULL and for what is neither.
std::optional<Instant> instant_of(sqlite3_value* value);
std::optional<Day> day_of_value(sqlite3_value* value);

/// Strings of a text_list column (a JSON array of strings). Empty optional for NULL and for what is not one.
std::optional<std::vector<std::string>> list_of(sqlite3_value* value);
std::optional<std::vector<IpPrefix>> prefixes_of(sqlite3_value* value);

/// The parsed second (or other constant) argument, kept by SQLite between rows: thresholds are parsed once, not per
/// row.
template <typename T, typename Parse>
const T* constant(sqlite3_context* context, int index, sqlite3_value* value, Parse parse) {
  if (auto* cached = static_cast<T*>(sqlite3_get_auxdata(context, index))) return cached;
  auto parsed = parse(value);
  if (!parsed) return nullptr;
  auto* owned = new T(std::move(*parsed));
  sqlite3_set_auxdata(context, index, owned, [](void* p) { delete static_cast<T*>(p); });
  // SQLite may have refused to keep it (and freed it): ask again rather than use what may be gone.
  if (auto* cached = static_cast<T*>(sqlite3_get_auxdata(context, index))) return cached;
  return nullptr;
}

using Scalar = void (*)(sqlite3_context*, int, sqlite3_value**);

struct ScalarFunction {
  const char* name;
  int arguments;
  Scalar call;
};
struct AggregateFunction {
  const char* name;
  int arguments;
  Scalar step;
  void (*finish)(sqlite3_context*);
};

std::vector<ScalarFunction> address_functions();
std::vector<ScalarFunction> time_functions();  ///< their context is FunctionContext
std::vector<ScalarFunction> list_functions();
std::vector<AggregateFunction> aggregate_functions();

}  // namespace ehdscan::sql
