// SPDX-License-Identifier: Apache-2.0
#include "base/secret_patterns.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"

namespace ehdscan {
namespace {

constexpr bool is_alnum(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_upper_or_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_base64url(char c) { return is_alnum(c) || c == '-' || c == '_'; }

template <typename Allowed>
std::size_t run_length(std::string_view text, Allowed allowed) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, allowed) - text.begin());
}

/// `prefix` followed by at least `length` allowed characters, not in the middle of a word.
template <typename Allowed>
bool has_token(std::string_view text, std::string_view prefix, std::size_t length, Allowed allowed) {
  for (std::size_t at = text.find(prefix); at != std::string_view::npos; at = text.find(prefix, at + 1)) {
    if (at > 0 && is_alnum(text[at - 1])) continue;
    if (run_length(text.substr(at + prefix.size()), allowed) >= length) return true;
  }
  return false;
}

bool has_web_token(std::string_view text) {
  for (std::size_t at = text.find("eyJ"); at != std::string_view::npos; at = text.find("eyJ", at + 1)) {
    std::string_view rest = text.substr(at);
    const std::size_t head = run_length(rest, is_base64url);
    if (head < 10 || rest.size() <= head || rest[head] != '.') continue;
    rest.remove_prefix(head + 1);
    const std::size_t body = run_length(rest, is_base64url);
    if (body >= 10 && rest.starts_with("eyJ") && rest.size() > body && rest[body] == '.') return true;
  }
  return false;
}

/// What stands for a value that is elsewhere.
bool is_reference(std::string_view value) {
  return value.empty() || value.starts_with('$') || value.starts_with("{{") || value.starts_with('<') ||
         value.starts_with('/') || value.starts_with("file:") || value.starts_with("vault:") ||
         value.starts_with("***");
}

bool has_url_password(std::string_view text) {
  for (std::size_t at = text.find("://"); at != std::string_view::npos; at = text.find("://", at + 3)) {
    const std::string_view rest = text.substr(at + 3, text.find_first_of(" \t\r\n\"'/", at + 3) - at - 3);
    const std::size_t sign = rest.rfind('@');
    if (sign == std::string_view::npos) continue;
    const std::string_view user = rest.substr(0, sign);
    const std::size_t colon = user.find(':');
    if (colon != std::string_view::npos && !is_reference(user.substr(colon + 1))) return true;
  }
  return false;
}

bool contains_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

bool ends_with_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return text.ends_with(word); });
}

bool names_password(std::string_view lower) { return contains_any(lower, {"password", "passwd", "passphrase"}); }

bool is_by_name(std::string_view name, std::string_view value) {
  std::string lower = to_lower(name);
  std::ranges::replace(lower, '-', '_');
  std::ranges::replace(lower, '.', '_');
  if (!names_password(lower) &&
      !contains_any(lower, {"secret", "token", "api_key", "apikey", "access_key", "private_key", "credential"})) {
    return false;
  }
  if (ends_with_any(lower, {"_file", "_path", "_dir", "_name", "_id", "_url", "_uri", "_endpoint", "_ttl", "_expiry",
                            "_type", "_policy", "_length", "_timeout", "_enabled", "_host", "_issuer", "_header"})) {
    return false;
  }
  value = trim(value);
  if (is_reference(value)) return false;
  const std::string word = to_lower(value);
  if (word == "true" || word == "false" || word == "none" || word == "null") return false;
  return names_password(lower) || !std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
}

void add(std::vector<SecretMatch>& matches, SecretMatch match) {
  if (std::ranges::find(matches, match) == matches.end()) matches.push_back(match);
}

void match_value(std::string_view value, std::vector<SecretMatch>& matches) {
  const std::size_t begin = value.find("-----BEGIN ");
  if (begin != std::string_view::npos && value.find("PRIVATE KEY-----", begin) != std::string_view::npos)
    add(matches, {"private-key", 99});
  if (has_token(value, "AKIA", 16, is_upper_or_digit) || has_token(value, "ASIA", 16, is_upper_or_digit))
    add(matches, {"aws-access-key", 90});
  if (has_token(value, "ghp_", 36, is_alnum) || has_token(value, "gho_", 36, is_alnum) ||
      has_token(value, "github_pat_", 40, is_base64url)) {
    add(matches, {"github-token", 95});
  }
  if (has_token(value, "glpat-", 20, is_base64url)) add(matches, {"gitlab-token", 95});
  if (has_token(value, "xoxb-", 20, is_base64url) || has_token(value, "xoxp-", 20, is_base64url))
    add(matches, {"slack-token", 95});
  if (has_web_token(value)) add(matches, {"json-web-token", 85});
  if (has_url_password(value)) add(matches, {"url-password", 90});
}

}  // namespace

std::vector<SecretMatch> find_secrets(std::string_view name, std::string_view value) {
  std::vector<SecretMatch> matches;
  match_value(value, matches);
  if (is_by_name(name, value)) add(matches, {"secret-by-name", 80});
  return matches;
}

std::vector<SecretMatch> find_secrets_in_text(std::string_view text) {
  std::vector<SecretMatch> matches;
  match_value(text, matches);
  for (const std::string_view line : split_lines(text)) {
    const std::size_t sign = line.find_first_of("=:");
    if (sign == std::string_view::npos) continue;
    const std::string_view key = trim(line.substr(0, sign));
    if (key.empty() || !std::ranges::all_of(key, [](char c) { return is_base64url(c) || c == '.'; })) continue;
    std::string_view value = trim(line.substr(sign + 1));
    if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front())
      value = value.substr(1, value.size() - 2);
    if (names_password(to_lower(key)) && is_by_name(key, value)) add(matches, {"secret-by-name", 80});
  }
  return matches;
}

}  // namespace ehdscan
