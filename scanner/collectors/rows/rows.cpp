// SPDX-License-Identifier: Apache-2.0
#include "collectors/rows/rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "collectors/rows/row_tables.h"
#include "collectors/rows/rows_file.h"
#include "evidence/tables/all.h"

namespace ehdscan {
namespace {

struct Options {
  std::vector<std::string> files;
  std::vector<const TableSpec*> tables;
};

Result<std::vector<std::string>> one_or_more_texts(const Node& node) {
  std::vector<std::string> texts;
  if (!node.is(Node::Kind::sequence)) {
    const auto text = node.as_text();
    if (!text) return std::unexpected(text.error());
    texts.emplace_back(*text);
    return texts;
  }
  for (std::size_t i = 0; i < node.size(); ++i) {
    const auto text = node[i].as_text();
    if (!text) return std::unexpected(text.error());
    texts.emplace_back(*text);
  }
  if (texts.empty()) return std::unexpected(node.error("the list is empty"));
  return texts;
}

Result<Options> read_options(const Target& target) {
  const Node& node = *target.options;
  Options options;
  if (!node.is(Node::Kind::mapping)) {
    auto files = one_or_more_texts(node);
    if (!files) return std::unexpected(files.error());
    options.files = *std::move(files);
    return options;
  }
  if (auto known = node.expect_keys({"files", "tables"}); !known) return std::unexpected(known.error());
  const auto list = node.require("files");
  if (!list) return std::unexpected(list.error());
  auto files = one_or_more_texts(*list);
  if (!files) return std::unexpected(files.error());
  options.files = *std::move(files);
  if (const auto names = node.find("tables")) {
    auto tables = read_row_tables(*names);
    if (!tables) return std::unexpected(tables.error());
    options.tables = *std::move(tables);
  }
  return options;
}

Result<void> validate(const Target& target) {
  const auto options = read_options(target);
  if (!options) return std::unexpected(options.error());
  return {};
}

Result<void> collect(const Target& target, RowSink& sink, const CollectContext& context) {
  const auto options = read_options(target);
  if (!options) return std::unexpected(options.error());
  std::vector<const TableSpec*> missing = options->tables;
  std::optional<Error> first;
  for (const std::string& file : options->files) {
    RowsFile rows(sink, context);
    if (auto read = rows.read(target.resolve(file), file); !read) {
      const std::string reason = fmt::format("{}: {}", file, read.error().message);
      const CollectionState state =
          read.error().kind == ErrorKind::denied ? CollectionState::denied : CollectionState::failed;
      const std::span<const TableSpec* const> concerned =
          options->tables.empty() ? collected_tables() : std::span<const TableSpec* const>(options->tables);
      for (const TableSpec* table : concerned) sink.collected(*table, state, reason);
      if (!first) first = std::move(read).error();
      continue;
    }
    for (const TableSpec* table : rows.tables()) std::erase(missing, table);
  }
  if (first) return std::unexpected(*std::move(first));
  for (const TableSpec* table : missing) {
    sink.collected(*table, CollectionState::failed, "site.yaml expects this table, but no header names it");
  }
  return {};
}

}  // namespace

CollectorSpec rows_collector() {
  return {.name = "rows",
          .summary = "rows made by another program or by hand, as JSON lines or CSV",
          .evidence = "rows",
          .tables = {},  // those of the headers
          .validate = &validate,
          .collect = &collect};
}

}  // namespace ehdscan
