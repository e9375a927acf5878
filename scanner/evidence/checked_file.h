// SPDX-License-Identifier: Apache-2.0
// Evidence files as they are found: nothing of them is believed before it was checked. Not for other folders.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"
#include "evidence/sqlite.h"

namespace ehdscan {

/// Why a file is refused, as an error that names it.
Error not_evidence(const std::filesystem::path& file, std::string_view why);

/// `file:` URI with every unusual byte escaped; read-only and immutable, so that SQLite looks for no journal beside a
/// hostile file.
std::string uri_of(const std::filesystem::path& file);

/// SQLite's own defences, and limits on sizes.
void harden(sqlite3* connection);

/// SHA-256 of a file's bytes, in hex. `denied`, `not_found` or `invalid_input` (not a regular file).
Result<std::string> digest_of(const std::filesystem::path& file);

/// Opens a file read-only after its schema, its b-trees and the closed lists of its columns were checked.
Result<sqlite::Connection> open_checked(const std::filesystem::path& file);

}  // namespace ehdscan
