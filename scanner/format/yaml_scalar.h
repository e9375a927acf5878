// SPDX-License-Identifier: Apache-2.0
// Kinds of plain scalars after the core schema of YAML 1.2 (section 10.3.2). Internal to format/.
#pragma once

#include <string_view>

#include "format/document.h"

namespace ehdscan {

/// null: empty, ~, null, Null, NULL; boolean: true, false and their two spellings; integer: decimal, 0x…, 0o…;
/// real: with point or exponent, .inf, .nan. Everything else is text, so are `no`, `on`, dates and version numbers.
Node::Kind plain_scalar_kind(std::string_view text);

}  // namespace ehdscan
