// SPDX-License-Identifier: Apache-2.0
#include "collectors/rows/row_tables.h"

#include <fmt/format.h>

#include "base/text.h"
#include "evidence/tables/all.h"

namespace ehdscan {

Result<std::vector<const TableSpec*>> read_row_tables(const Node& node) {
  if (!node.is(Node::Kind::sequence)) return std::unexpected(node.error("`tables` takes a list of table names"));
  std::vector<std::string_view> names;
  for (const TableSpec* table : collected_tables()) names.push_back(table->name);
  std::vector<const TableSpec*> tables;
  for (std::size_t i = 0; i < node.size(); ++i) {
    const auto text = node[i].as_text();
    if (!text) return std::unexpected(text.error());
    const TableSpec* table = find_table(*text);
    if (table == nullptr || table->is_derived()) {
      const std::string_view near = nearest(*text, names);
      return std::unexpected(node[i].error(fmt::format("there is no table `{}`", *text),
                                           near.empty() ? "" : fmt::format("did you mean `{}`?", near)));
    }
    tables.push_back(table);
  }
  return tables;
}

}  // namespace ehdscan
