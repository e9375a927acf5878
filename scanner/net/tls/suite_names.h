// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace ehdscan::tls {

struct NamedCode {
  std::uint16_t code;
  std::string_view name;
};

/// Every suite we ask for, by code.
std::span<const NamedCode> named_suites();

}  // namespace ehdscan::tls
