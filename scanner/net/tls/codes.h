// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ehdscan::tls {

/// A suite taken apart by its name. Parts are empty where the name is not known; "any" in TLS 1.3.
struct SuiteParts {
  std::string_view name;            ///< "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
  std::string_view key_exchange;    ///< "ECDHE", "DHE", "RSA", "ECDH", "DH", "PSK" …
  std::string_view authentication;  ///< "RSA", "ECDSA", "DSS", "anon", "PSK" …
  std::string_view encryption;      ///< "AES_128_GCM", "NULL" …
  std::string_view mac;             ///< "AEAD", "SHA1", "SHA256", "MD5" …
};
SuiteParts suite_parts(std::uint16_t code);

struct GroupInfo {
  std::string_view name;  ///< IANA name; empty if not registered
  int bits = 0;           ///< of curve or prime, the classical part of hybrids; 0: not known
};
GroupInfo group_info(std::uint16_t code);
std::string_view signature_name(std::uint16_t code);  ///< IANA name; `rsa_pkcs1_md5` … for unregistered pairs; empty
std::string_view ssl2_cipher_name(std::uint32_t kind);
SuiteParts ssl2_cipher_parts(std::uint32_t kind);
/// The widely published safe primes of finite-field Diffie-Hellman (RFC 2409, 3526, 7919) by their bytes.
std::string_view known_prime(std::span<const std::uint8_t> prime);

std::string code_text(std::uint32_t code);  ///< four lower-case hexadecimal digits

/// All suites below TLS 1.3, what servers choose most first.
const std::vector<std::uint16_t>& legacy_suites();
inline constexpr std::size_t kPopularSuites = 37;  ///< of legacy_suites(), from its start
const std::vector<std::uint16_t>& tls13_suites();
const std::vector<std::uint16_t>& all_groups();  ///< popular ones first
inline constexpr std::size_t kPopularGroups = 11;
const std::vector<std::uint16_t>& all_signature_algorithms();

}  // namespace ehdscan::tls
