// SPDX-License-Identifier: Apache-2.0
#include "engine/check_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/file.h"
#include "base/text.h"
#include "content/content.h"
#include "evidence/ddl.h"
#include "evidence/row.h"
#include "evidence/tables/all.h"
#include "format/document.h"

namespace ehdscan {
namespace {

/// Reads members into a check; the first error stops.
class Reader {
 public:
  Reader(Node root, Check& check) : root_(root), check_(check) {}

  Result<void> read() {
    if (auto known = root_.expect_keys({"id", "title", "severity", "table", "where", "pass", "warn", "needs", "query",
                                        "resource_type", "empty", "subject", "message", "rationale", "remediation",
                                        "references", "semantics", "null_safe", "examples"});
        !known) {
      return known;
    }
    for (const auto& [key, target] : {std::pair{"id", &check_.id},
                                      {"title", &check_.title},
                                      {"subject", &check_.subject},
                                      {"rationale", &check_.rationale},
                                      {"remediation", &check_.remediation}}) {
      if (auto done = text(key, *target, true); !done) return done;
    }
    for (const auto& [key, target] :
         {std::pair{"table", &check_.table}, {"message", &check_.message}, {"resource_type", &check_.resource_type}}) {
      if (auto done = text(key, *target, false); !done) return done;
    }
    for (const auto& [key, target, place] : {std::tuple{"where", &check_.where, &check_.where_place},
                                             {"pass", &check_.pass, &check_.pass_place},
                                             {"warn", &check_.warn, &check_.warn_place},
                                             {"query", &check_.query, &check_.query_place}}) {
      if (auto done = text(key, *target, false); !done) return done;
      if (const auto node = root_.find(key)) *place = node->place();
    }
    if (auto done = severity(); !done) return done;
    if (auto done = empty_verdict(); !done) return done;
    if (auto done = form(); !done) return done;
    if (auto done = texts("references", check_.references); !done) return done;
    if (auto done = texts("semantics", check_.semantics); !done) return done;
    if (auto done = null_safe(); !done) return done;
    return examples();
  }

 private:
  Result<void> text(const char* key, std::string& target, bool needed) {
    const auto node = root_.find(key);
    if (!node) {
      if (needed) return std::unexpected(root_.require(key).error());
      return {};
    }
    const Result<std::string_view> value = node->as_text();
    if (!value) return std::unexpected(value.error());
    if (value->empty()) return std::unexpected(node->error(fmt::format("`{}` is empty", key)));
    target = *value;
    while (target.ends_with('\n')) target.pop_back();
    return {};
  }

  Result<void> texts(const char* key, std::vector<std::string>& target) {
    const auto node = root_.find(key);
    if (!node) return {};
    if (!node->is(Node::Kind::sequence)) return std::unexpected(node->error(fmt::format("`{}` takes a list", key)));
    for (std::size_t i = 0; i < node->size(); ++i) {
      const Result<std::string_view> value = (*node)[i].as_text();
      if (!value) return std::unexpected(value.error());
      target.emplace_back(*value);
    }
    return {};
  }

  Result<void> severity() {
    const Result<Node> node = root_.require("severity");
    if (!node) return std::unexpected(node.error());
    const auto severity = parse_severity(node->scalar());
    if (!severity)
      return std::unexpected(
          node->error(fmt::format("`{}` is not a severity", node->scalar()), "critical, high, medium or low"));
    check_.severity = *severity;
    return {};
  }

  Result<void> empty_verdict() {
    const Result<Node> node = root_.require("empty");
    if (!node) return std::unexpected(node.error());
    const auto verdict = parse_verdict(node->scalar());
    if (!verdict || *verdict == Verdict::warn || *verdict == Verdict::not_assessed) {
      return std::unexpected(node->error(fmt::format("`{}` cannot stand for an empty selection", node->scalar()),
                                         "pass, fail or not_applicable"));
    }
    check_.empty = *verdict;
    return {};
  }

  Result<void> form() {
    const bool short_form = root_.find("table") || root_.find("pass");
    const bool long_form = root_.find("query") || root_.find("needs");
    if (short_form == long_form) {
      return std::unexpected(root_.error("a check has either `table` and `pass`, or `needs` and `query`",
                                         "see docs/guides/write-a-check.md"));
    }
    if (short_form) {
      for (const char* key : {"table", "pass"}) {
        if (const auto node = root_.require(key); !node) return std::unexpected(node.error());
      }
      if (root_.find("resource_type")) {
        return std::unexpected(root_.find("resource_type")->error("`resource_type` belongs to the long form"));
      }
      const Node table = *root_.find("table");
      if (auto known = known_table(table); !known) return known;
      check_.resource_type = check_.table;
      check_.needs.push_back({check_.table, NeedKind::rows});
      return {};
    }
    for (const char* key : {"where", "warn"}) {
      if (const auto node = root_.find(key))
        return std::unexpected(node->error(fmt::format("`{}` belongs to the short form", key)));
    }
    const Result<Node> needs = root_.require("needs");
    if (!needs) return std::unexpected(needs.error());
    if (!root_.find("query")) return std::unexpected(root_.require("query").error());
    if (!root_.find("resource_type")) return std::unexpected(root_.require("resource_type").error());
    if (!needs->is(Node::Kind::mapping) || needs->size() == 0) {
      return std::unexpected(
          needs->error("`needs` names each table with `rows`, `whole`, `whole_to_pass` or `whole_if_collected`"));
    }
    for (std::size_t i = 0; i < needs->size(); ++i) {
      const Node key = needs->key_at(i);
      const Node value = (*needs)[i];
      if (auto known = known_table(key); !known) return known;
      const auto kind = parse_need_kind(value.scalar());
      if (!kind) {
        return std::unexpected(value.error(
            fmt::format("`{}` is none of `rows`, `whole`, `whole_to_pass`, `whole_if_collected`", value.scalar())));
      }
      if (*kind == NeedKind::whole_if_collected && !find_table(key.scalar())->is_yardstick()) {
        return std::unexpected(value.error(
            fmt::format("`{}` is evidence: where nobody collects it, nothing can be said", key.scalar()),
            "`whole_if_collected` is for what the node declares: tables of the areas declared, permit and governance"));
      }
      check_.needs.push_back({std::string(key.scalar()), *kind});
    }
    if (std::ranges::all_of(check_.needs, [](const Need& need) { return need.kind == NeedKind::whole_if_collected; })) {
      return std::unexpected(needs->error("a check needs something that must be collected",
                                          "with `whole_if_collected` alone it would judge where nobody looked"));
    }
    return {};
  }

  Result<void> known_table(const Node& node) {
    if (find_table(node.scalar()) != nullptr) return {};
    std::vector<std::string_view> names;
    for (const TableSpec* table : all_tables()) names.push_back(table->name);
    const std::string_view near = nearest(node.scalar(), names);
    return std::unexpected(
        node.error(fmt::format("there is no table `{}`", node.scalar()),
                   near.empty() ? "`ehdscan tables` lists them" : fmt::format("did you mean `{}`?", near)));
  }

  Result<void> null_safe() {
    const auto node = root_.find("null_safe");
    if (!node) return {};
    if (!node->is(Node::Kind::mapping)) return std::unexpected(node->error("`null_safe` maps a column to the reason"));
    for (std::size_t i = 0; i < node->size(); ++i) {
      const Result<std::string_view> reason = (*node)[i].as_text();
      if (!reason) return std::unexpected(reason.error());
      check_.null_safe.emplace(node->key_at(i).scalar(), *reason);
    }
    return {};
  }

  Result<void> examples() {
    const auto node = root_.find("examples");
    if (!node) return {};
    if (!node->is(Node::Kind::sequence)) return std::unexpected(node->error("`examples` takes a list"));
    for (std::size_t i = 0; i < node->size(); ++i) {
      Result<Example> one = example((*node)[i]);
      if (!one) return std::unexpected(one.error());
      check_.examples.push_back(std::move(*one));
    }
    return {};
  }

  Result<Example> example(const Node& node) {
    if (auto known = node.expect_keys({"name", "given", "collections", "as_of", "expect"}); !known) {
      return std::unexpected(known.error());
    }
    Example example;
    example.place = node.place();
    const Result<Node> name = node.require("name");
    if (!name) return std::unexpected(name.error());
    const Result<std::string_view> name_text = name->as_text();
    if (!name_text) return std::unexpected(name_text.error());
    example.name = *name_text;
    if (const auto as_of = node.find("as_of")) {
      if (const auto day = as_of->as_day(); !day) return std::unexpected(day.error());
      example.as_of = as_of->scalar();
    }
    if (const auto given = node.find("given")) {
      for (std::size_t i = 0; i < given->size(); ++i) {
        if (auto rows = example_rows(given->key_at(i), (*given)[i], example); !rows)
          return std::unexpected(rows.error());
      }
    }
    if (const auto collections = node.find("collections")) {
      for (std::size_t i = 0; i < collections->size(); ++i) {
        const Node value = (*collections)[i];
        const auto state = parse_collection_state(value.scalar());
        if (!needed(collections->key_at(i).scalar()) || !state) {
          return std::unexpected(value.error("a collection names a needed table and its state",
                                             "complete, partial, failed, denied or not_attempted"));
        }
        example.collections.emplace(collections->key_at(i).scalar(), *state);
      }
    }
    const Result<Node> expect = node.require("expect");
    if (!expect) return std::unexpected(expect.error());
    if (!expect->is(Node::Kind::mapping) || expect->size() == 0) {
      return std::unexpected(expect->error("`expect` maps a resource (or `*`) to a verdict"));
    }
    for (std::size_t i = 0; i < expect->size(); ++i) {
      const Node value = (*expect)[i];
      const auto verdict = parse_verdict(value.scalar());
      if (!verdict) return std::unexpected(value.error(fmt::format("`{}` is not a verdict", value.scalar())));
      example.expect.emplace(expect->key_at(i).scalar(), *verdict);
    }
    return example;
  }

  [[nodiscard]] bool needed(std::string_view table) const {
    return std::ranges::any_of(check_.needs, [&](const Need& need) { return need.table == table; });
  }

  Result<void> example_rows(const Node& key, const Node& rows, Example& example) {
    if (!needed(key.scalar())) {
      return std::unexpected(key.error(fmt::format("the check does not need the table `{}`", key.scalar())));
    }
    if (!rows.is(Node::Kind::sequence)) return std::unexpected(rows.error("the rows of a table are a list"));
    const TableSpec& table = *find_table(key.scalar());
    auto& target = example.given[std::string(key.scalar())];
    for (std::size_t i = 0; i < rows.size(); ++i) {
      ExampleRow row;
      const Node node = rows[i];
      if (!node.is(Node::Kind::mapping)) return std::unexpected(node.error("a row maps columns to values"));
      for (std::size_t j = 0; j < node.size(); ++j) {
        const Result<ExampleValue> value = example_value(table, node.key_at(j), node[j]);
        if (!value) return std::unexpected(value.error());
        row.emplace(node.key_at(j).scalar(), *value);
      }
      target.push_back(std::move(row));
    }
    return {};
  }

  static Result<ExampleValue> example_value(const TableSpec& table, const Node& key, const Node& value) {
    const auto columns = stored_columns(table);
    const auto column = std::ranges::find(columns, key.scalar(), &StoredColumn::name);
    if (column == columns.end() || column->name == kSourceIdColumn) {
      std::vector<std::string_view> names;
      for (const StoredColumn& one : columns) names.push_back(one.name);
      const std::string_view near = nearest(key.scalar(), names);
      return std::unexpected(key.error(fmt::format("`{}` has no column `{}`", table.name, key.scalar()),
                                       near.empty() ? fmt::format("`ehdscan tables {}` lists them", table.name)
                                                    : fmt::format("did you mean `{}`?", near)));
    }
    switch (value.kind()) {
      case Node::Kind::null:
        return ExampleValue{};
      case Node::Kind::boolean:
        return ExampleValue{*value.as_boolean()};
      case Node::Kind::integer: {
        const auto integer = value.as_integer();
        if (!integer) return std::unexpected(integer.error());
        return ExampleValue{*integer};
      }
      case Node::Kind::text:
        return ExampleValue{std::string(value.scalar())};
      case Node::Kind::sequence: {
        std::vector<std::string> texts;
        for (std::size_t i = 0; i < value.size(); ++i) texts.emplace_back(value[i].scalar());
        return ExampleValue{json_list(texts)};
      }
      default:
        return std::unexpected(value.error("a value is a text, integer, boolean, null or a list of texts"));
    }
  }

  Node root_;
  Check& check_;
};

std::string stem_of(std::string_view name) { return std::filesystem::path(name).stem().string(); }

void add(CheckSet& set, std::string_view text, const std::string& name, bool embedded) {
  Result<Check> check = parse_check(text, name);
  if (!check) {
    set.errors.push_back(check.error());
    return;
  }
  check->embedded = embedded;
  const auto twin = std::ranges::find(set.checks, check->id, &Check::id);
  if (twin != set.checks.end()) {
    set.errors.push_back({.kind = ErrorKind::invalid_input,
                          .message = fmt::format("the check `{}` exists already, in {}", check->id, twin->file),
                          .place = {.file = name},
                          .hint = "ids are never reused: choose another one"});
    return;
  }
  set.checks.push_back(std::move(*check));
}

void add_folder(CheckSet& set, const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::vector<fs::path> files;
  if (!fs::is_directory(folder, error)) {
    set.errors.push_back({.kind = ErrorKind::not_found,
                          .message = fmt::format("`{}` is not a folder of checks", folder.string()),
                          .hint = "--checks takes a folder with one .yaml file per check"});
    return;
  }
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const auto extension = entry->path().extension();
    if (entry->is_regular_file(error) && (extension == ".yaml" || extension == ".yml")) files.push_back(entry->path());
  }
  if (files.empty()) {
    set.errors.push_back({.kind = ErrorKind::invalid_input,
                          .message = fmt::format("no check was found below `{}`", folder.string()),
                          .hint = "a check pack is a folder with one .yaml file per check"});
  }
  std::ranges::sort(files);
  for (const fs::path& file : files) {
    Result<std::string> text = read_file(file);
    if (!text) {
      set.errors.push_back(text.error());
    } else {
      add(set, *text, file.string(), false);
    }
  }
}

}  // namespace

Result<Check> parse_check(std::string_view text, std::string_view name) {
  const auto document = Document::parse_yaml(text, std::string(name));
  if (!document) return std::unexpected(document.error());
  Check check;
  check.file = name;
  const Node root = (*document)->root();
  if (!root.is(Node::Kind::mapping)) return std::unexpected(root.error("a check is a mapping with `id`, `title` …"));
  if (auto read = Reader(root, check).read(); !read) return std::unexpected(read.error());
  if (check.id != stem_of(name)) {
    return std::unexpected(
        root.find("id")->error(fmt::format("the id `{}` is not the file name `{}`", check.id, stem_of(name))));
  }
  return check;
}

CheckSet load_checks(const std::vector<std::filesystem::path>& folders) {
  CheckSet set;
  for (const ContentFile& file : content_below("checks/")) add(set, file.text, std::string(file.path), true);
  for (const std::filesystem::path& folder : folders) add_folder(set, folder);
  std::ranges::sort(set.checks, {}, &Check::id);
  return set;
}

}  // namespace ehdscan
