// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace bench {

/// Rows of the generated inventory, by table.
struct TableSize {
  std::string table;
  long rows;
};

/// 1,000,000 network rules and 200,000 other resources, or that much divided by `divisor`.
std::vector<TableSize> inventory(long divisor);

/// What a column usually holds, so that its check passes, and what it holds in a few rows, so that it fails.
struct UsualValue {
  std::string table;
  std::string column;
  std::string good;
  std::string bad;
};
std::vector<UsualValue> usual_values();

/// One check of the pack. Short form: `where` and `pass` on `table`; long form: `query`. `good`, `bad` and `unknown`
/// are rows as YAML that its examples give, or for the long form whole `given:` mappings.
struct PackCheck {
  std::string id;
  std::string table;
  std::string where;
  std::string pass;
  std::string query;
  std::string good;
  std::string bad;
  std::string unknown;
};

/// 100 checks: 20 on network_rule and 70 on the other tables in short form, 10 in long form.
std::vector<PackCheck> check_pack();

/// The file of the check.
std::string yaml_of(const PackCheck& check);

}  // namespace bench
