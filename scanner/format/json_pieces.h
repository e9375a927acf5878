// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace ehdscan {

/// One element of a list in a big JSON text: where it stands.
struct JsonPiece {
  std::string_view text;
  std::uint32_t line = 1;  ///< of its first byte
};

/// A list in the outermost mapping of a text, or the text itself if that is a list (then `key` is empty).
struct JsonList {
  std::string_view key;
  std::vector<JsonPiece> elements;
};

/// A big JSON text cut into the elements of its outer lists, so that each can be parsed alone and the whole never
/// becomes a tree. `rest` is the outermost mapping with every list of mappings left empty; "[]" if the text is a list.
struct JsonPieces {
  std::vector<JsonList> lists;
  std::string rest;
};

/// Cuts by brackets, quotes and escapes only; elements are checked by whoever parses them.
/// Errors: invalid_input with the line where the text stops halfway, or is no list and no mapping.
Result<JsonPieces> cut_json(std::string_view text, const std::string& name);

}  // namespace ehdscan
