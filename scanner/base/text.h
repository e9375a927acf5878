// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ehdscan {

std::string_view trim(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);
/// Splits at runs of blanks and tabs; no empty parts.
std::vector<std::string_view> split_words(std::string_view text);
std::vector<std::string_view> split_lines(std::string_view text);
/// ASCII only, independent of the locale.
std::string to_lower(std::string_view text);
bool equals_ignore_case(std::string_view a, std::string_view b);

/// Whole text must be a decimal number with optional minus; no blanks, no plus. Empty if not or out of range.
std::optional<std::int64_t> parse_integer(std::string_view text);

/// True if `text` is well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
bool is_utf8(std::string_view text);
/// `text` with every ill-formed byte replaced by U+FFFD.
std::string to_valid_utf8(std::string_view text);

/// Hostile text made harmless for a terminal: control bytes, ANSI escapes and bidi controls become visible escapes.
std::string escape_for_terminal(std::string_view text);

/// Whether `text` is what `pattern` means: `*` any run of bytes, `?` one byte. In time of the product of both lengths.
bool wildcard_matches(std::string_view pattern, std::string_view text);

/// Levenshtein distance, for "did you mean". Both texts are cut at 64 bytes.
std::size_t edit_distance(std::string_view a, std::string_view b);
/// The candidate nearest to `word` if it is near enough to be a likely misspelling, else empty.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace ehdscan
