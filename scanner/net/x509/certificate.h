// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace ehdscan::x509 {

/// One certificate, as DER.
using Der = std::vector<std::uint8_t>;

/// Longer ones are refused: ten thousand names fit, an endless one does not.
inline constexpr std::size_t kLargestCertificateBytes = 1U << 20U;

/// What a certificate says (RFC 5280), without judging it. Texts are valid UTF-8 whatever its strings hold: bytes that
/// are not printable ASCII come as `\xx` in names and addresses of services.
struct Certificate {
  std::string id;       ///< SHA-256 of the DER, lower-case hexadecimal
  std::string subject;  ///< RFC 4514
  std::string issuer;   ///< RFC 4514
  std::string serial;   ///< hexadecimal, with `-` if negative
  std::vector<std::string> dns_names{};
  std::vector<std::string> ip_addresses{};
  std::optional<Instant> not_before{};
  std::optional<Instant> not_after{};
  std::string key_algorithm{};  ///< "RSA", "EC", "Ed25519", "ML-DSA" …, or the object identifier
  std::optional<int> key_bits{};
  std::optional<std::string> curve{};  ///< "P-256", "brainpoolP384r1", or the parameter set: "ML-DSA-65"
  std::optional<std::string> rsa_exponent{};
  std::string signature_algorithm{};
  std::optional<std::string> signature_hash{};  ///< "SHA-256"
  bool certificate_authority = false;
  std::optional<int> path_length{};  ///< -1: not limited; empty: no authority
  std::optional<std::vector<std::string>> key_usages{};
  std::optional<std::vector<std::string>> extended_key_usages{};
  std::vector<std::string> policies{};
  std::vector<std::string> crl_urls{};
  std::vector<std::string> ocsp_urls{};
  bool must_staple = false;  ///< RFC 7633
  int embedded_scts = 0;     ///< RFC 6962, 3.3
  /// Empty if the algorithm is not known to libcrypto.
  std::optional<bool> self_signed{};
  /// The first encoding rule that it breaks; empty if none.
  std::string encoding_problem{};
};

/// Errors: invalid_input if the bytes are no certificate, limit if they are too many.
Result<Certificate> read_certificate(std::span<const std::uint8_t> der);

/// A Name (RFC 5280, 4.1.2.4) from its DER in the form of RFC 4514; "(not readable)" if it is none.
std::string read_name(std::span<const std::uint8_t> der);

/// Number of entries of a SignedCertificateTimestampList (RFC 6962, 3.3), wherever it came from; -1 if it is malformed.
int count_scts(std::span<const std::uint8_t> list);

/// Every `BEGIN CERTIFICATE` block of a PEM text, in order. Errors: invalid_input for a broken block, limit.
Result<std::vector<Der>> certificates_of_pem(std::string_view text);

}  // namespace ehdscan::x509
