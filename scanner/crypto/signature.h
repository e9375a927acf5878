// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

namespace ehdscan {

/// A key for signatures: Ed25519 (RFC 8032), or ECDSA on P-256 with SHA-256 (FIPS 186-5), whose signatures are DER.
/// Every other kind of key is refused.
class SignatureKey {
 public:
  /// PEM, PKCS #8 without a password. Errors: what read_file says; invalid_input. No message holds the key.
  static Result<SignatureKey> read_private(const std::filesystem::path& file);
  /// PEM, SubjectPublicKeyInfo. Errors: what read_file says; invalid_input (also for a private key: it does not belong
  /// into a folder of trusted keys).
  static Result<SignatureKey> read_public(const std::filesystem::path& file);

  /// SHA-256 of the DER SubjectPublicKeyInfo, 64 lower-case hex digits.
  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] std::string_view algorithm() const { return ed25519_ ? "Ed25519" : "ECDSA P-256"; }

  /// Errors: internal (also without a private part).
  [[nodiscard]] Result<std::string> sign(std::string_view message) const;
  [[nodiscard]] bool verify(std::string_view message, std::string_view signature) const;

  struct Handle;
  explicit SignatureKey(std::shared_ptr<const Handle> handle, std::string id, bool ed25519);  ///< for crypto/ itself

 private:
  std::shared_ptr<const Handle> handle_;
  std::string id_;
  bool ed25519_ = false;
};

}  // namespace ehdscan
