// SPDX-License-Identifier: Apache-2.0
// How a Document is stored. Internal to format/.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "format/document.h"

namespace ehdscan {

/// A place without its file. Both count from 1; columns count bytes.
struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

/// Everything in four flat arrays: a document of a million nodes is a handful of allocations, and a Node is an index.
struct Document::Data {
  struct Item {
    std::uint32_t offset = 0;  ///< scalar: start of its bytes in `text` or `unescaped`; else its first entry in `links`
    std::uint32_t length = 0;  ///< scalar: bytes; sequence: elements; mapping: members
    Position position;
    Node::Kind kind = Node::Kind::null;
    bool is_unescaped = false;  ///< the bytes stand in `unescaped`, because the file writes them differently
  };

  std::string name;
  std::string text;
  std::string unescaped;
  std::vector<Item> items;           ///< the root is the first
  std::vector<std::uint32_t> links;  ///< children of each container side by side; of a mapping key, value, key, value
  std::vector<std::uint32_t> line_starts;  ///< offset of each line of `text`

  [[nodiscard]] std::string_view scalar(const Item& item) const {
    if (item.kind == Node::Kind::sequence || item.kind == Node::Kind::mapping) return {};
    return std::string_view(item.is_unescaped ? unescaped : text).substr(item.offset, item.length);
  }
  /// The line without its end; empty for a line that does not exist.
  [[nodiscard]] std::string_view line(std::uint32_t number) const;
  [[nodiscard]] Error error(ErrorKind kind, Position at, std::string message, std::string hint) const;
};

}  // namespace ehdscan
