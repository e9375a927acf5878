// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "format/document.h"
#include "fuzz.h"

namespace ehdscan::fuzz {

/// Reads every node of a document in every way.
inline void walk(const Document& document, const Node& node, std::size_t depth = 0) {
  must(depth <= DocumentLimits{}.max_depth, "depth is limited");
  const Place place = node.place();
  must(place.line >= 1 && place.column >= 1, "every node has a place");
  must(is_utf8(node.scalar()), "scalars are UTF-8");
  must(node.scalar().find('\0') == std::string_view::npos, "scalars have no NUL");
  const auto look = [](const auto& result) {
    if (!result) check_error(result.error());
  };
  look(node.as_text());
  look(node.as_integer());
  look(node.as_boolean());
  look(node.as_day());
  look(node.as_instant());
  look(node.require("a"));
  look(node.expect_keys({"a", "key"}));
  const std::string snippet = node.error("x").snippet;
  must(document.text().find(snippet) != std::string_view::npos, "a snippet is part of the text");
  must(place.column <= snippet.size() + 1, "a column lies in its line");
  for (std::size_t i = 0; i < node.size(); ++i) {
    if (node.is(Node::Kind::mapping)) {
      must(node.key_at(i).is(Node::Kind::text), "keys are texts");
      must(node.find(node.key_at(i).scalar())->place() == node[i].place(), "keys are unique");
    }
    walk(document, node[i], depth + 1);
  }
}

}  // namespace ehdscan::fuzz
