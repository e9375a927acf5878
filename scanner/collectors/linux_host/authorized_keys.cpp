// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/authorized_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "base/base64.h"
#include "base/text.h"
#include "crypto/digest.h"

namespace ehdscan {
namespace {

constexpr std::array<std::string_view, 9> kKeyTypes{"ssh-ed25519",
                                                    "ssh-rsa",
                                                    "ssh-dss",
                                                    "ecdsa-sha2-nistp256",
                                                    "ecdsa-sha2-nistp384",
                                                    "ecdsa-sha2-nistp521",
                                                    "ssh-xmss@openssh.com",
                                                    "sk-ssh-ed25519@openssh.com",
                                                    "sk-ecdsa-sha2-nistp256@openssh.com"};

/// Reads the length-prefixed strings of a key blob.
class Blob {
 public:
  explicit Blob(std::string_view bytes) : bytes_(bytes) {}

  std::optional<std::string_view> next() {
    if (bytes_.size() < 4) return std::nullopt;
    std::size_t length = 0;
    for (int i = 0; i < 4; ++i) length = length << 8 | static_cast<unsigned char>(bytes_[static_cast<std::size_t>(i)]);
    if (bytes_.size() - 4 < length) return std::nullopt;
    const std::string_view part = bytes_.substr(4, length);
    bytes_.remove_prefix(4 + length);
    return part;
  }

 private:
  std::string_view bytes_;
};

std::int64_t bits_of_number(std::string_view number) {
  while (number.starts_with('\0')) number.remove_prefix(1);
  if (number.empty()) return 0;
  const auto first = static_cast<unsigned char>(number.front());
  return static_cast<std::int64_t>(number.size() - 1) * 8 + std::bit_width(first);
}

std::optional<std::int64_t> key_bits(std::string_view type, Blob rest) {
  if (type == "ssh-ed25519" || type.starts_with("sk-") || type == "ecdsa-sha2-nistp256") return 256;
  if (type == "ecdsa-sha2-nistp384") return 384;
  if (type == "ecdsa-sha2-nistp521") return 521;
  if (type == "ssh-rsa") rest.next();  // the exponent stands in front
  if (type != "ssh-rsa" && type != "ssh-dss") return std::nullopt;
  const std::optional<std::string_view> number = rest.next();
  if (!number) return std::nullopt;
  return bits_of_number(*number);
}

std::string fingerprint_of(std::string_view blob) {
  const std::string hex = sha256_hex(blob);
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    bytes += static_cast<char>(digit(hex[i]) << 4 | digit(hex[i + 1]));
  }
  return "SHA256:" + encode_base64(bytes, false);
}

/// `YYYYMMDD`, with `HHMM` or `HHMMSS` and `Z` after it.
std::optional<Day> expiry_day(std::string_view text) {
  if (text.ends_with('Z') || text.ends_with('z')) text.remove_suffix(1);
  if (text.size() != 8 && text.size() != 12 && text.size() != 14) return std::nullopt;
  if (text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  const Result<Day> day = parse_day(fmt::format("{}-{}-{}", text.substr(0, 4), text.substr(4, 2), text.substr(6, 2)));
  if (!day) return std::nullopt;
  return *day;
}

/// The length of the options that a line starts with: up to the first blank outside quotes.
std::optional<std::size_t> options_length(std::string_view line) {
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\' && i + 1 < line.size() && line[i + 1] == '"') {
      ++i;
    } else if (line[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && (line[i] == ' ' || line[i] == '\t')) {
      return i;
    }
  }
  return std::nullopt;
}

/// Options are separated by commas outside quotes. Returns false for one that sshd would refuse the line for.
bool read_options(std::string_view options, AuthorizedKey& key) {
  constexpr std::array<std::string_view, 19> kWords{"restrict",
                                                    "agent-forwarding",
                                                    "no-agent-forwarding",
                                                    "port-forwarding",
                                                    "no-port-forwarding",
                                                    "pty",
                                                    "no-pty",
                                                    "user-rc",
                                                    "no-user-rc",
                                                    "x11-forwarding",
                                                    "no-x11-forwarding",
                                                    "no-touch-required",
                                                    "touch-required",
                                                    "verify-required",
                                                    "no-verify-required",
                                                    "cert-authority",
                                                    "permitopen",
                                                    "permitlisten",
                                                    "environment"};
  std::size_t start = 0;
  while (start < options.size()) {
    bool quoted = false;
    std::size_t end = start;
    for (; end < options.size() && (quoted || options[end] != ','); ++end) {
      if (options[end] == '\\' && end + 1 < options.size() && options[end + 1] == '"') {
        ++end;
      } else if (options[end] == '"') {
        quoted = !quoted;
      }
    }
    const std::string_view option = options.substr(start, end - start);
    start = end + 1;
    const std::size_t equals = option.find('=');
    const std::string name = to_lower(option.substr(0, equals));
    std::string_view value = equals == std::string_view::npos ? std::string_view{} : option.substr(equals + 1);
    if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"')) {
      value = value.substr(1, value.size() - 2);
    } else if (equals != std::string_view::npos) {
      return false;
    }
    if (name == "from") {
      key.from = true;
    } else if (name == "command") {
      key.command = true;
    } else if (name == "cert-authority") {
      key.certificate_authority = true;
    } else if (name == "verify-required") {
      key.verify_required = true;
    } else if (name == "expiry-time") {
      key.expires_on = expiry_day(value);
      if (!key.expires_on) return false;
    } else if (name != "principals" && name != "tunnel" && std::ranges::find(kWords, name) == kWords.end()) {
      return false;
    }
  }
  return true;
}

bool read_key(std::string_view text, AuthorizedKey& key) {
  const std::vector<std::string_view> words = split_words(text);
  if (words.size() < 2 || std::ranges::find(kKeyTypes, words[0]) == kKeyTypes.end()) return false;
  const std::optional<std::string> blob = decode_base64(words[1]);
  if (!blob) return false;
  Blob parts(*blob);
  const std::optional<std::string_view> type = parts.next();
  if (!type || *type != words[0]) return false;
  key.type = words[0];
  key.bits = key_bits(key.type, parts);
  key.fingerprint = fingerprint_of(*blob);
  return true;
}

}  // namespace

AuthorizedKeysText parse_authorized_keys(std::string_view text) {
  AuthorizedKeysText result;
  std::uint32_t number = 0;
  for (std::string_view line : split_lines(text)) {
    ++number;
    line = trim(line);
    if (line.empty() || line.front() == '#') continue;
    AuthorizedKey key;
    key.line = number;
    bool usable = read_key(line, key);
    if (!usable) {
      const std::optional<std::size_t> length = options_length(line);
      usable = length && read_options(line.substr(0, *length), key) && read_key(line.substr(*length), key);
    }
    if (usable) {
      result.keys.push_back(std::move(key));
    } else {
      result.bad_lines.push_back(number);
    }
  }
  return result;
}

std::vector<std::string> authorized_keys_paths(const std::vector<std::string>& patterns, const PasswdEntry& account) {
  std::vector<std::string> paths;
  for (const std::string& pattern : patterns) {
    if (pattern == "none") continue;
    std::string path;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      const char next = pattern[i] == '%' && i + 1 < pattern.size() ? pattern[i + 1] : '\0';
      if (next == 'h') path += account.home;
      if (next == 'u') path += account.name;
      if (next == 'U') path += fmt::format("{}", account.uid);
      if (next == '%') path += '%';
      if (next == 'h' || next == 'u' || next == 'U' || next == '%') {
        ++i;
      } else {
        path += pattern[i];
      }
    }
    if (!path.starts_with('/')) path = fmt::format("{}/{}", account.home, path);
    if (!path.starts_with('/')) continue;  // an account without home: sshd finds nothing either
    if (std::ranges::find(paths, path) == paths.end()) paths.push_back(std::move(path));
  }
  return paths;
}

}  // namespace ehdscan
