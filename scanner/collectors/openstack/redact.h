// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "format/document.h"

namespace ehdscan {

/// What stands in place of a secret, in evidence and recordings.
inline constexpr std::string_view kRedacted = "redacted";

/// True for names of fields and tags that hold secrets: `blob`, `adminPass`, `user_data`, `db_password` …
bool names_secret(std::string_view name);

/// The node as JSON, every value of a field that names a secret replaced by "redacted" (null stays null: it says that
/// there is none). `more` is appended to a mapping: name and JSON text. This is the first thing done with an answer.
std::string redacted_json(const Node& node, const std::vector<std::pair<std::string, std::string>>& more = {});

std::string json_text(std::string_view text);  ///< quoted and escaped

}  // namespace ehdscan
