// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ehdscan {

/// Prose broken at blanks into lines of at most `width` characters, each behind `indent` blanks; blank lines separate
/// paragraphs. Ends with a newline unless empty.
std::string wrap(std::string_view text, std::size_t indent, std::size_t width = 96);

}  // namespace ehdscan
