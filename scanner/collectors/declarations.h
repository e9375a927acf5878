// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "collectors/collector.h"

namespace ehdscan {

/// A list in the declarations and the table its entries become: the keys of an entry are the columns of the table.
struct DeclaredSection {
  std::string_view key;  ///< "prefixes"
  const TableSpec* table;
};

/// In the order of the documentation.
std::span<const DeclaredSection> declared_sections();

/// Reads what the node says should be (docs/formats/declarations.md), named by `declarations:` of site.yaml.
///
/// Grade E1 if the file names its owner, an approver who is somebody else, and the day; else E0. A list that the file
/// does not mention was not declared: its table is not attempted; an empty list says that there are none. A mistake
/// anywhere refuses the whole file, with its place.
CollectorSpec declarations_collector();

/// JSON Schema of the file, made from the tables; schemas/declarations.schema.json is this text.
std::string declarations_schema();

}  // namespace ehdscan
