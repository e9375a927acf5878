// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ehdscan {

/// `text` in Normalization Form C (UAX #15), so that one name has one spelling in bytes. Empty if it is not UTF-8.
std::optional<std::string> nfc(std::string_view text);

/// Text in UTF-16 with a byte order mark, as Windows shells redirect it. Empty if there is no mark, or half a
/// character.
std::optional<std::string> utf8_of_utf16(std::string_view text);

}  // namespace ehdscan
