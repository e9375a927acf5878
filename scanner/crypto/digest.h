// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace ehdscan {

/// SHA-256 (FIPS 180-4) of the bytes as 64 lower-case hex digits.
std::string sha256_hex(std::string_view bytes);

/// SHA-1 as 20 bytes: only for name-based UUIDs (RFC 9562, version 5), never to prove anything.
std::string sha1_bytes(std::string_view bytes);

/// HMAC-SHA-256 (RFC 2104) as 64 lower-case hex digits.
std::string hmac_sha256_hex(std::string_view key, std::string_view message);

/// Compares without telling by its duration where the texts differ; the lengths are not secret.
bool equal_in_constant_time(std::string_view a, std::string_view b);

/// SHA-256 of a stream.
///
///     Sha256 digest;
///     while (…) digest.update(chunk);
///     source.sha256 = digest.hex();
class Sha256 {
 public:
  Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  ~Sha256();

  Sha256& update(std::string_view bytes);
  /// The digest of everything since the start or the last hex(), after which a new stream begins.
  std::string hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ehdscan
