// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ehdscan {

/// Bytes of the modules in front of a Terraform address, with the dot behind them: 13 for `module.a["x"].…` is
/// where the resource begins; 0 if there are none.
std::size_t module_prefix_length(std::string_view address);

/// A text without the modules in front of every Terraform address in it, so that moving a resource into a module
/// changes no text that findings are known by.
std::string without_modules_in(std::string_view text);

}  // namespace ehdscan
