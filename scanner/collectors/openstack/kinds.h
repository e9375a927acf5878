// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include "collectors/openstack/context.h"
#include "model/table_spec.h"

namespace ehdscan {

/// One kind of OpenStack resource: how it is recognised by its content, who writes it, and what it fills.
struct OsKind {
  std::string_view name;                         ///< "security group rules", for messages
  std::string_view list_key;                     ///< key of the list in an API answer
  std::string_view show_key;                     ///< key of a single one; empty if the API has none
  std::vector<std::string_view> client_columns;  ///< columns that the client's list has, all of them
  std::vector<std::string_view> show_fields;     ///< fields that the client's show has, all of them
  OsWriter write;
  std::vector<const TableSpec*> tables;
  std::string_view command;  ///< that lists them
};

/// In the order in which they must be written: later rows need earlier ones.
std::span<const OsKind> os_kinds();

/// Every table that some kind fills, once.
std::span<const TableSpec* const> os_tables();

}  // namespace ehdscan
