// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <string>

#include "collectors/declarations.h"

namespace ehdscan {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

/// What a value of the column looks like in the file.
std::string value_schema(const ColumnSpec& column) {
  switch (column.type) {
    case ColumnType::text:
      return column.name.ends_with("country") ? R"("type": "string", "pattern": "^[A-Z]{2}$")"
                                              : R"("type": "string", "pattern": "\\S")";
    case ColumnType::enumeration: {
      std::string values;
      for (const std::string_view value : column.values) values += (values.empty() ? "" : ", ") + quoted(value);
      return fmt::format(R"("enum": [{}])", values);
    }
    case ColumnType::text_list:
      return R"("type": "array", "items": {"type": "string"})";
    case ColumnType::day:
      return R"("type": "string", "format": "date")";
    case ColumnType::instant:
      return R"("type": "string", "format": "date-time")";
    case ColumnType::boolean:
      return R"("type": "boolean")";
    case ColumnType::integer:
      return column.name.starts_with("port") ? R"("type": "integer", "minimum": 1, "maximum": 65535)"
                                             : R"("type": "integer", "minimum": 0)";
  }
  return {};
}

std::string entry_schema(const TableSpec& table) {
  std::string properties;
  std::string required;
  for (const ColumnSpec& column : table.columns) {
    if (!properties.empty()) properties += ",\n";
    properties += fmt::format("          {}: {{{}, \"description\": {}}}", quoted(column.name), value_schema(column),
                              quoted(column.meaning));
    if (column.nullable == Nullable::no) required += (required.empty() ? "" : ", ") + quoted(column.name);
  }
  return fmt::format(
      R"({{
        "type": "object",
        "additionalProperties": false,
        "required": [{}],
        "properties": {{
{}
        }}
      }})",
      required, properties);
}

}  // namespace

std::string declarations_schema() {
  std::string text = R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "ehdscan declarations: what a node says should be",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "schema": {"const": "ehdscan-declarations/1"},
    "owner": {"type": "string", "pattern": "\\S", "description": "who wrote the declarations"},
    "approver": {"type": "string", "pattern": "\\S", "description": "who approved them: somebody else"},
    "declared_on": {"type": "string", "format": "date", "description": "day of approval"},
    "version": {"type": "string", "pattern": "\\S"},
    "terms_version": {"type": "string", "pattern": "\\S", "description": "version of the terms of use in force"})";
  for (const DeclaredSection& section : declared_sections()) {
    text += fmt::format(
        R"(,
    {}: {{
      "type": "array",
      "description": {},
      "items": {}
    }})",
        quoted(section.key), quoted(section.table->summary), entry_schema(*section.table));
  }
  return text + "\n  }\n}\n";
}

}  // namespace ehdscan
