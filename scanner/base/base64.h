// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ehdscan {

/// RFC 4648 section 4 with padding; `padding` false leaves it out, as in fingerprints of ssh-keygen.
std::string encode_base64(std::string_view bytes, bool padding = true);

/// The bytes; missing padding is accepted, blanks and other letters are not. Empty if `text` is not base64.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace ehdscan
