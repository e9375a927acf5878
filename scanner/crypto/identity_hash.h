// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"

namespace ehdscan {

/// A key shorter than this is refused: names can be guessed, so the key must not be.
inline constexpr std::size_t kMinIdentityKeyBytes = 32;

/// Keyed hash under which an identity stands in permit registers and evidence (permit register, section 2):
/// hex(HMAC-SHA-256(key, NFC(issuer) + 0x0A + NFC(subject))). Case is kept; the caller lowers subjects of issuers
/// that are marked so. Errors: invalid_input for a short key, an empty part or one that is not UTF-8; no message names
/// the subject or the key.
Result<std::string> identity_hash(std::string_view key, std::string_view issuer, std::string_view subject);

/// A key file: at least 32 bytes, or their hexadecimal digits on one line. Errors: what read_file says; invalid_input
/// for a key that is too short. No message holds the key.
Result<std::string> read_identity_key(const std::filesystem::path& path);

}  // namespace ehdscan
