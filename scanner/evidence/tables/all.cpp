// SPDX-License-Identifier: Apache-2.0
#include "evidence/tables/all.h"

#include <array>

#include "evidence/tables/host.h"

namespace ehdscan {
namespace {
constexpr std::array<const TableSpec*, 1> kTables{&tables::sysctl};
}
std::span<const TableSpec* const> all_tables() { return kTables; }
const TableSpec* find_table(std::string_view name) {
  for (const TableSpec* table : kTables)
    if (table->name == name) return table;
  return nullptr;
}
}  // namespace ehdscan
