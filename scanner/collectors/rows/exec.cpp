// SPDX-License-Identifier: Apache-2.0
#include "collectors/rows/exec.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "base/text.h"
#include "collectors/rows/child_program.h"
#include "collectors/rows/row_tables.h"
#include "collectors/rows/rows_file.h"

namespace ehdscan {
namespace {

constexpr std::int64_t kLongestSeconds = 86'400;

struct Options {
  ChildProgram program;
  std::vector<const TableSpec*> tables;
};

Result<std::int64_t> read_limit(const Node& node, std::int64_t most) {
  const auto value = node.as_integer();
  if (!value) return value;
  if (*value < 1 || *value > most)
    return std::unexpected(node.error(fmt::format("a limit lies between 1 and {}", most)));
  return value;
}

Result<std::vector<std::string>> read_arguments(const Node& node) {
  std::vector<std::string> arguments;
  if (!node.is(Node::Kind::sequence) || node.size() == 0) {
    return std::unexpected(node.error("`program` takes a list: the path of the program, then its arguments",
                                      "there is no shell: [./bring, --all]"));
  }
  for (std::size_t i = 0; i < node.size(); ++i) {
    const auto text = node[i].as_text();
    if (!text) return std::unexpected(text.error());
    if (text->find('\0') != std::string_view::npos)
      return std::unexpected(node[i].error("an argument cannot hold a zero byte"));
    arguments.emplace_back(*text);
  }
  if (arguments[0].find('/') == std::string::npos) {
    return std::unexpected(node[0].error("the program must be a path: nothing is searched",
                                         fmt::format("`./{0}` beside site.yaml, or `/usr/bin/{0}`", arguments[0])));
  }
  return arguments;
}

Result<Options> read_options(const Target& target) {
  const Node& node = *target.options;
  if (auto known = node.expect_keys({"program", "tables", "timeout_seconds", "max_bytes"}); !known)
    return std::unexpected(known.error());
  Options options;
  const auto program = node.require("program");
  if (!program) return std::unexpected(program.error());
  auto arguments = read_arguments(*program);
  if (!arguments) return std::unexpected(arguments.error());
  options.program.arguments = *std::move(arguments);
  options.program.folder = target.folder;
  const auto names = node.require("tables");
  if (!names) return std::unexpected(names.error());
  auto tables = read_row_tables(*names);
  if (!tables) return std::unexpected(tables.error());
  if (tables->empty()) return std::unexpected(names->error("name the tables that the program brings"));
  options.tables = *std::move(tables);
  if (const auto limit = node.find("timeout_seconds")) {
    const auto seconds = read_limit(*limit, kLongestSeconds);
    if (!seconds) return std::unexpected(seconds.error());
    options.program.timeout = std::chrono::seconds(*seconds);
  }
  if (const auto limit = node.find("max_bytes")) {
    const auto bytes = read_limit(*limit, std::numeric_limits<std::int64_t>::max());
    if (!bytes) return std::unexpected(bytes.error());
    options.program.max_bytes = static_cast<std::size_t>(*bytes);
  }
  return options;
}

Result<void> validate(const Target& target) {
  const auto options = read_options(target);
  if (!options) return std::unexpected(options.error());
  return {};
}

Result<void> collect(const Target& target, RowSink& sink, const CollectContext& context) {
  auto options = read_options(target);
  if (!options) return std::unexpected(options.error());
  options->program.stop = [&] { return context.stop(); };
  const auto fail_all = [&](Error error) -> Result<void> {
    for (const TableSpec* table : options->tables) sink.collected(*table, CollectionState::failed, error.message);
    return std::unexpected(std::move(error));
  };
  const auto output = run_child_program(options->program);
  if (!output) return fail_all(output.error());
  const std::string shown =
      fmt::format("exec:{}", escape_for_terminal(fmt::format("{}", fmt::join(options->program.arguments, " "))));
  RowsFile rows(sink, context);
  rows.allow_only(options->tables);
  if (auto read = rows.read(fmt::format("/proc/self/fd/{}", output->get()), shown); !read)
    return fail_all(std::move(read).error());
  const std::vector<const TableSpec*> brought = rows.tables();
  for (const TableSpec* table : options->tables) {
    if (std::ranges::find(brought, table) != brought.end()) continue;
    sink.collected(*table, CollectionState::failed,
                   "site.yaml expects this table, but the program's header does not name it");
  }
  return {};
}

}  // namespace

CollectorSpec exec_collector() {
  return {.name = "exec",
          .summary = "rows that a program of yours prints, as JSON lines or CSV",
          .evidence = "rows",
          .tables = {},  // those that site.yaml names
          .validate = &validate,
          .collect = &collect};
}

}  // namespace ehdscan
