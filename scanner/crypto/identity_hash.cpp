// SPDX-License-Identifier: Apache-2.0
#include "crypto/identity_hash.h"

#include <fmt/format.h>

#include "base/file.h"
#include "base/text.h"
#include "base/unicode.h"
#include "crypto/digest.h"

namespace ehdscan {
namespace {

constexpr std::size_t kMostKeyBytes = 4096;

bool is_hex(std::string_view text, std::string_view digits) {
  return !text.empty() && text.find_first_not_of(digits) == std::string_view::npos;
}

}  // namespace

Result<std::string> identity_hash(std::string_view key, std::string_view issuer, std::string_view subject) {
  if (key.size() < kMinIdentityKeyBytes) {
    return fail(ErrorKind::invalid_input, fmt::format("the key of the identity hash has {} bytes", key.size()),
                fmt::format("use at least {} random bytes", kMinIdentityKeyBytes));
  }
  if (issuer.empty() || subject.empty()) {
    return fail(ErrorKind::invalid_input, "an identity needs an issuer and a subject");
  }
  const auto normal_issuer = nfc(issuer);
  const auto normal_subject = nfc(subject);
  if (!normal_issuer || !normal_subject) {
    return fail(ErrorKind::invalid_input, "an issuer or subject is not valid UTF-8");
  }
  return hmac_sha256_hex(key, *normal_issuer + '\n' + *normal_subject);
}

Result<std::string> read_identity_key(const std::filesystem::path& path) {
  auto bytes = read_file(path, kMostKeyBytes);
  if (!bytes) return bytes;
  std::string key = *std::move(bytes);
  const std::string_view line = trim(key);
  if (line.size() >= 2 * kMinIdentityKeyBytes && line.size() % 2 == 0 && is_hex(line, "0123456789abcdefABCDEF")) {
    const auto value = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
    std::string decoded;
    for (std::size_t i = 0; i < line.size(); i += 2)
      decoded += static_cast<char>(value(line[i]) * 16 + value(line[i + 1]));
    key = std::move(decoded);
  }
  if (key.size() < kMinIdentityKeyBytes) {
    return fail(ErrorKind::invalid_input, fmt::format("the key in `{}` has {} bytes", path.string(), key.size()),
                fmt::format("at least {} random bytes: `openssl rand -hex 32`", kMinIdentityKeyBytes));
  }
  return key;
}

}  // namespace ehdscan
