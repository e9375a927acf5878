// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "crypto/signature.h"
#include "model/provenance.h"

namespace ehdscan {

/// Predicate of our statements: what the signed file is, in words of its own.
inline constexpr std::string_view kManifestType = "urn:ehdscan:manifest:1";

/// The manifest of a file: what it says of itself, with its digest.
struct Manifest {
  std::string name;    ///< file name without folders
  std::string sha256;  ///< of its bytes
  std::string kind;    ///< "evidence", "report" or "file"
  std::string site;
  std::string tool_version;             ///< empty for "file", as everything below
  std::int64_t tables_version = 0;      ///< of the table specifications; evidence only
  std::string started_at;               ///< evidence only
  std::string finished_at;              ///< evidence only
  std::string as_of;                    ///< report only
  std::string profile;                  ///< "id version", report only
  std::string profile_sha256;           ///< report only
  std::vector<Source> sources;          ///< evidence only
  std::vector<Collection> collections;  ///< evidence only
};

/// Reads evidence (as strictly as an assessment does) or a JSON report; of any other file only the digest is known and
/// `site` is what the caller says. Errors: those of reading; invalid_input if a file says another site than `site`.
Result<Manifest> manifest_of(const std::filesystem::path& file, std::string_view site = {});

/// DSSE v1 pre-authentication encoding: what is signed.
std::string pre_authentication_encoding(std::string_view type, std::string_view payload);

/// A DSSE envelope (secure-systems-lab/dsse, v1.0.2) around an in-toto Statement v1 about the file.
Result<std::string> signed_envelope(const Manifest& manifest, const SignatureKey& key, Instant signed_at);

/// A public key that a site signs with: `FOLDER/SITE/NAME.pem`.
struct TrustedKey {
  std::string site;
  std::string signer;  ///< NAME
  SignatureKey key;
};

/// Errors: not_found, denied; invalid_input for a file that is no public key, and for one key of two sites.
Result<std::vector<TrustedKey>> read_trusted_keys(const std::filesystem::path& folder);

/// What a good signature says.
struct Attestation {
  std::string site;
  std::string signer;
  std::string key_id;
  std::string algorithm;
  std::string signed_at;
};

/// Holds if a trusted key signed a statement about exactly these bytes, for the site whose key it is, not after `now`
/// (five minutes are forgiven: clocks differ), and says of the file what the file says of itself.
/// Everything else is an error (invalid_input) that says what does not hold.
Result<Attestation> verify_envelope(std::string_view envelope, const std::string& name, const Manifest& manifest,
                                    const std::vector<TrustedKey>& trusted, Instant now);

/// A file and its signature: either the attestation, or why it is not trusted.
struct Verification {
  Manifest manifest;  ///< who trusts a report must ask for `kind` "report": a good signature may be about any file
  std::optional<Attestation> attestation;
  Error refused;  ///< without attestation only
};

/// Holds `file` to the envelope beside it (`FILE.dsse.json`) or at `signature`; a missing envelope is a refusal.
/// Errors: only if the file itself cannot be read, as `manifest_of`.
Result<Verification> verify_file(const std::filesystem::path& file, const std::vector<TrustedKey>& trusted, Instant now,
                                 const std::filesystem::path& signature = {});

}  // namespace ehdscan
