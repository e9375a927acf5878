// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

namespace ehdscan {

/// A pattern that a setting met. Never the text itself.
struct SecretMatch {
  std::string_view pattern;  ///< `private-key`, `url-password`, `secret-by-name` …
  int confidence_percent = 0;

  friend bool operator==(const SecretMatch&, const SecretMatch&) = default;
};

/// Name and version of the patterns, for evidence.
inline constexpr std::string_view kSecretPatterns = "ehdscan-secrets/1";

/// Secrets in plain text in a setting: what its value looks like, and what its name says of it. References (`$(NAME)`,
/// `{{ … }}`, paths of files) and switches are none. Each pattern at most once.
std::vector<SecretMatch> find_secrets(std::string_view name, std::string_view value);

/// The same for a text of many lines, such as a configuration file: every line, and its `key=value` or `key: value`.
std::vector<SecretMatch> find_secrets_in_text(std::string_view text);

}  // namespace ehdscan
