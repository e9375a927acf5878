// SPDX-License-Identifier: Apache-2.0
#include "scoring/threshold_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "format/fields.h"

namespace ehdscan {
namespace {

/// Columns that every table has behind its own; a row that does not say them takes them from its table.
constexpr std::array<std::string_view, 4> kCommonColumns{"control", "source", "provenance", "note"};
constexpr std::array<std::pair<std::string_view, ThresholdType>, 6> kTypes{{{"text", ThresholdType::text},
                                                                            {"word", ThresholdType::word},
                                                                            {"verdict", ThresholdType::verdict},
                                                                            {"day", ThresholdType::day},
                                                                            {"integer", ThresholdType::integer},
                                                                            {"boolean", ThresholdType::boolean}}};

bool has_blank(std::string_view text) { return text.empty() || text.find_first_of(" \t\r\n") != std::string_view::npos; }

Result<ThresholdCell> read_cell(const Node& node, ThresholdType type, std::string_view column) {
  if (node.is(Node::Kind::null)) return ThresholdCell{};
  switch (type) {
    case ThresholdType::integer: {
      const Result<std::int64_t> value = node.as_integer();
      if (!value) return std::unexpected(value.error());
      return ThresholdCell{*value};
    }
    case ThresholdType::boolean: {
      const Result<bool> value = node.as_boolean();
      if (!value) return std::unexpected(value.error());
      return ThresholdCell{std::int64_t{*value ? 1 : 0}};
    }
    case ThresholdType::day: {
      const Result<Day> value = node.as_day();
      if (!value) return std::unexpected(value.error());
      return ThresholdCell{to_string(*value)};
    }
    case ThresholdType::text:
    case ThresholdType::word:
    case ThresholdType::verdict:
      break;
  }
  const Result<std::string_view> text = node.as_text();
  if (!text) return std::unexpected(text.error());
  if (type == ThresholdType::word && has_blank(*text)) {
    return std::unexpected(node.error(fmt::format("`{}` holds words without blanks, not `{}`", column, *text),
                                      "prose belongs in `note`"));
  }
  if (type == ThresholdType::verdict && *text != "pass" && *text != "warn" && *text != "fail") {
    return std::unexpected(node.error(fmt::format("`{}` is no verdict", *text), "pass, warn or fail"));
  }
  return ThresholdCell{std::string(*text)};
}

std::optional<std::size_t> column_index(const ThresholdTable& table, std::string_view name) {
  const auto found = std::ranges::find(table.columns, name, &std::pair<std::string, ThresholdType>::first);
  if (found == table.columns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - table.columns.begin());
}

/// `defaults` is the table's mapping, or the overlay's list, from which common columns are taken.
Result<ThresholdRow> read_row(const Node& node, const ThresholdTable& table, const std::optional<Node>& defaults) {
  if (!node.is(Node::Kind::mapping)) return std::unexpected(node.error("a row is a mapping of columns to values"));
  ThresholdRow row;
  row.cells.resize(table.columns.size());
  const auto set = [&](const Node& value, std::string_view name) -> Result<void> {
    const std::optional<std::size_t> index = column_index(table, name);
    if (!index) return {};
    Result<ThresholdCell> cell = read_cell(value, table.columns[*index].second, name);
    if (!cell) return std::unexpected(cell.error());
    row.cells[*index] = std::move(*cell);
    return {};
  };
  if (defaults) {
    for (const std::string_view name : kCommonColumns) {
      const std::optional<Node> value = defaults->find(name);
      if (!value) continue;
      if (Result<void> done = set(*value, name); !done) return std::unexpected(done.error());
    }
  }
  for (std::size_t i = 0; i < node.size(); ++i) {
    const Node key = node.key_at(i);
    const std::string_view name = key.scalar();
    if (name == "effective_from" || name == "effective_to") {
      const Result<Day> day = node[i].as_day();
      if (!day) return std::unexpected(day.error());
      (name == "effective_from" ? row.effective_from : row.effective_to) = *day;
      continue;
    }
    if (!column_index(table, name)) {
      std::vector<std::string_view> names{"effective_from", "effective_to"};
      for (const auto& [column, type] : table.columns) names.push_back(column);
      const std::string_view near = nearest(name, names);
      return std::unexpected(key.error(fmt::format("`{}` has no column `{}`", table.name, name),
                                       near.empty() ? fmt::format("it has {}", fmt::join(names, ", "))
                                                    : fmt::format("did you mean `{}`?", near)));
    }
    if (Result<void> done = set(node[i], name); !done) return std::unexpected(done.error());
  }
  if (row.effective_from && row.effective_to && *row.effective_to < *row.effective_from) {
    return std::unexpected(node.error("`effective_to` lies before `effective_from`: the row never holds"));
  }
  return row;
}

std::vector<ThresholdCell> key_of(const ThresholdTable& table, const ThresholdRow& row) {
  std::vector<ThresholdCell> key;
  for (const std::string& name : table.key) key.push_back(row.cells[*column_index(table, name)]);
  return key;
}

bool overlap(const ThresholdRow& a, const ThresholdRow& b) {
  const bool a_before_b = a.effective_to && b.effective_from && *a.effective_to < *b.effective_from;
  const bool b_before_a = b.effective_to && a.effective_from && *b.effective_to < *a.effective_from;
  return !a_before_b && !b_before_a;
}

Result<void> read_rows(const Node& rows, const std::optional<Node>& defaults, ThresholdTable& table) {
  std::vector<std::pair<std::vector<ThresholdCell>, std::size_t>> keys;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Result<ThresholdRow> row = read_row(rows[i], table, defaults);
    if (!row) return std::unexpected(row.error());
    keys.emplace_back(key_of(table, *row), table.rows.size());
    table.rows.push_back(std::move(*row));
  }
  std::ranges::sort(keys);
  const std::size_t before = table.rows.size() - rows.size();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    for (std::size_t j = i + 1; j < keys.size() && keys[j].first == keys[i].first; ++j) {
      if (!overlap(table.rows[keys[i].second], table.rows[keys[j].second])) continue;
      const std::size_t later = std::max(keys[i].second, keys[j].second) - before;
      return std::unexpected(
          rows[later].error(fmt::format("another row of `{}` with the same key holds on the same day", table.name),
                            fmt::format("the key is {}", fmt::join(table.key, ", "))));
    }
  }
  return {};
}

Result<ThresholdTable> read_table(const Node& node) {
  std::optional<Error> error;
  Fields fields(node, error, {"name", "summary", "unlisted", "table_date", "control", "source", "provenance", "note",
                              "key", "columns", "rows"});
  ThresholdTable table{.name = fields.word("name")};
  fields.text("summary");
  if (fields.find("unlisted")) fields.choice("unlisted", {"fail", "not_assessed"});
  table.key = fields.texts("key");
  const std::optional<Node> columns = fields.mapping("columns");
  const std::optional<Node> rows = fields.sequence("rows");
  if (error) return std::unexpected(*error);

  std::vector<std::string_view> type_names;
  for (const auto& [name, type] : kTypes) type_names.push_back(name);
  for (std::size_t i = 0; i < columns->size(); ++i) {
    const std::string name(columns->key_at(i).scalar());
    const std::string_view written = (*columns)[i].scalar();
    const auto type = std::ranges::find(kTypes, written, &std::pair<std::string_view, ThresholdType>::first);
    if (type == kTypes.end()) {
      return std::unexpected((*columns)[i].error(fmt::format("`{}` is no type of a column", written),
                                                 fmt::format("one of {}", fmt::join(type_names, ", "))));
    }
    const bool plain = std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
    if (!plain || name.empty() || column_index(table, name) ||
        std::ranges::find(kCommonColumns, name) != kCommonColumns.end()) {
      return std::unexpected(columns->key_at(i).error(fmt::format("`{}` cannot be the name of a column here", name)));
    }
    table.columns.emplace_back(name, type->second);
  }
  for (const std::string& name : table.key) {
    if (!column_index(table, name)) return std::unexpected(fields.at("key").error(fmt::format("there is no column `{}`", name)));
  }
  for (const std::string_view name : kCommonColumns) table.columns.emplace_back(name, ThresholdType::text);
  if (Result<void> read = read_rows(*rows, node, table); !read) return std::unexpected(read.error());
  return table;
}

Result<std::variant<std::int64_t, std::string, std::vector<std::string>>> read_value(const Node& node) {
  using Value = std::variant<std::int64_t, std::string, std::vector<std::string>>;
  if (node.is(Node::Kind::integer)) {
    const Result<std::int64_t> value = node.as_integer();
    if (!value) return std::unexpected(value.error());
    return Value{*value};
  }
  if (!node.is(Node::Kind::sequence)) {
    const Result<std::string_view> text = node.as_text();
    if (!text) return std::unexpected(node.error("a value is an integer, a text or a list of texts"));
    return Value{std::string(*text)};
  }
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < node.size(); ++i) {
    const Result<std::string_view> text = node[i].as_text();
    if (!text) return std::unexpected(text.error());
    texts.emplace_back(*text);
  }
  return Value{std::move(texts)};
}

Result<void> add_value(const Node& node, Thresholds& thresholds) {
  std::optional<Error> error;
  Fields fields(node, error, {"name", "value", "unit", "control", "source", "provenance", "note"});
  const std::string name = fields.word("name");
  ThresholdValue value{.unit = fields.text_if("unit"), .control = fields.text_if("control")};
  value.source = fields.text("source");
  value.provenance = fields.choice("provenance", {"primary", "secondary", "unverified", "ours"});
  if (error) return std::unexpected(*error);
  const Result<Node> written = node.require("value");
  if (!written) return std::unexpected(written.error());
  auto content = read_value(*written);
  if (!content) return std::unexpected(content.error());
  value.value = std::move(*content);
  if (!thresholds.values.emplace(name, std::move(value)).second) {
    return std::unexpected(fields.at("name").error(fmt::format("`{}` is given twice", name)));
  }
  return {};
}

Result<void> add_table(const Node& node, Thresholds& thresholds) {
  Result<ThresholdTable> table = read_table(node);
  if (!table) return std::unexpected(table.error());
  if (std::ranges::find(thresholds.tables, table->name, &ThresholdTable::name) != thresholds.tables.end()) {
    return std::unexpected(node.error(fmt::format("the table `{}` is given twice", table->name)));
  }
  if (const std::optional<Node> date = node.find("table_date")) {
    const Result<Day> day = date->as_day();
    if (!day) return std::unexpected(day.error());
    thresholds.values.emplace(table->name + ".table_date",
                              ThresholdValue{.value = to_string(*day), .unit = "day", .source = "this profile", .provenance = "ours"});
  }
  thresholds.tables.push_back(std::move(*table));
  return {};
}

}  // namespace

Result<ThresholdFile> read_thresholds(const Document& document) {
  std::optional<Error> error;
  Fields fields(document.root(), error,
                {"schema", "profile", "version", "baseline_date", "values", "tables", "milestones", "open_slots"});
  fields.choice("schema", {"ehdscan-thresholds/1"});
  const std::optional<Node> values = fields.sequence("values");
  const std::optional<Node> tables = fields.sequence("tables");
  const std::optional<Node> milestones = fields.sequence("milestones");
  if (error) return std::unexpected(*error);

  ThresholdFile file;
  for (std::size_t i = 0; i < values->size(); ++i) {
    if (Result<void> added = add_value((*values)[i], file.thresholds); !added) return std::unexpected(added.error());
  }
  for (std::size_t i = 0; i < tables->size(); ++i) {
    if (Result<void> added = add_table((*tables)[i], file.thresholds); !added) return std::unexpected(added.error());
  }
  for (std::size_t i = 0; i < milestones->size(); ++i) {
    Fields entry((*milestones)[i], error, {"date", "what", "source", "provenance"});
    file.milestones.push_back({entry.day("date"), entry.text("what"), entry.text("source"), entry.word("provenance")});
  }
  if (error) return std::unexpected(*error);
  return file;
}

Result<void> change_values(Node parameters, std::string_view overlay, Thresholds& thresholds) {
  if (!parameters.is(Node::Kind::mapping)) {
    return std::unexpected(parameters.error("`parameters` maps names of thresholds to values"));
  }
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Node key = parameters.key_at(i);
    const auto found = thresholds.values.find(key.scalar());
    if (found == thresholds.values.end()) {
      std::vector<std::string_view> names;
      for (const auto& [name, value] : thresholds.values) names.push_back(name);
      const std::string_view near = nearest(key.scalar(), names);
      return std::unexpected(key.error(fmt::format("there is no threshold `{}`", key.scalar()),
                                       near.empty() ? "`ehdscan profile thresholds` lists them"
                                                    : fmt::format("did you mean `{}`?", near)));
    }
    auto value = read_value(parameters[i]);
    if (!value) return std::unexpected(value.error());
    if (value->index() != found->second.value.index()) {
      return std::unexpected(parameters[i].error(fmt::format("`{}` must stay {}", key.scalar(),
                                                             found->second.value.index() == 0   ? "an integer"
                                                             : found->second.value.index() == 1 ? "a text"
                                                                                                : "a list of texts")));
    }
    found->second.value = std::move(*value);
    found->second.source = fmt::format("overlay {}", overlay);
    found->second.provenance = "ours";
  }
  return {};
}

Result<void> change_rows(Node tables, std::string_view overlay, Thresholds& thresholds) {
  if (!tables.is(Node::Kind::mapping)) return std::unexpected(tables.error("`tables` maps names of dated lists to rows"));
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const Node key = tables.key_at(i);
    const auto found = std::ranges::find(thresholds.tables, key.scalar(), &ThresholdTable::name);
    if (found == thresholds.tables.end()) {
      std::vector<std::string_view> names;
      for (const ThresholdTable& table : thresholds.tables) names.push_back(table.name);
      const std::string_view near = nearest(key.scalar(), names);
      return std::unexpected(key.error(fmt::format("there is no dated list `{}`", key.scalar()),
                                       near.empty() ? "`ehdscan profile thresholds` lists them"
                                                    : fmt::format("did you mean `{}`?", near)));
    }
    if (!tables[i].is(Node::Kind::sequence)) return std::unexpected(tables[i].error("expected a list of rows"));
    ThresholdTable changed{.name = found->name, .columns = found->columns, .key = found->key};
    if (Result<void> read = read_rows(tables[i], std::nullopt, changed); !read) return read;
    std::set<std::vector<ThresholdCell>> keys;
    for (const ThresholdRow& row : changed.rows) keys.insert(key_of(changed, row));
    std::erase_if(found->rows, [&](const ThresholdRow& row) { return keys.contains(key_of(*found, row)); });
    const std::size_t source = *column_index(changed, "source");
    for (ThresholdRow& row : changed.rows) {
      if (!row.cells[source]) row.cells[source] = fmt::format("overlay {}", overlay);
      found->rows.push_back(std::move(row));
    }
  }
  return {};
}

}  // namespace ehdscan
