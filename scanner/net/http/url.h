// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ehdscan {

/// Parts of an http or https address (RFC 3986).
struct Url {
  std::string scheme;  ///< "http" or "https"
  std::string host;    ///< lower case; IPv6 without brackets
  std::uint16_t port = 0;
  std::string path;   ///< begins with `/`, as written (percent-encoded)
  std::string query;  ///< without `?`, as written

  [[nodiscard]] bool same_place(const Url& other) const {
    return scheme == other.scheme && host == other.host && port == other.port;
  }
  [[nodiscard]] std::string origin() const;  ///< "https://host:port"
};

/// Empty if it is not an http(s) address, or carries a user name or password.
std::optional<Url> parse_url(std::string_view text);

/// What `reference` means on the page `base`; empty if either is no address.
std::optional<std::string> resolve_url(const std::string& base, const std::string& reference);

/// `text` without query and fragment: what may be shown in messages.
std::string shown_url(std::string_view text);

/// Percent-encodes all but the unreserved characters of RFC 3986; `/` stays where `keep_slash`.
std::string percent_encode(std::string_view text, bool keep_slash = false);

}  // namespace ehdscan
