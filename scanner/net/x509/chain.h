// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "net/x509/certificate.h"

namespace ehdscan::x509 {

/// A set of trust anchors, read once and used for many chains.
class AnchorStore {
 public:
  /// `name` is what evidence calls the set: `public`, or the file of a private root. Certificates that libcrypto cannot
  /// read are passed over. Errors: invalid_input for a broken PEM block, or if no certificate is left.
  static Result<AnchorStore> from_pem(std::string name, std::string_view pem);

  AnchorStore(AnchorStore&&) noexcept;
  AnchorStore& operator=(AnchorStore&&) noexcept;
  ~AnchorStore();

  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  friend struct PathCheck;
  struct State;
  AnchorStore(std::string name, std::unique_ptr<State> state);
  std::string name_;
  std::unique_ptr<State> state_;
};

/// What the end of a chain is to be used for.
enum class Usage : std::uint8_t { server, client, any };

struct ChainQuestion {
  std::string name{};  ///< host name or address that was asked for; empty: none was
  Instant at{};        ///< instant for which validity is checked
  Usage usage = Usage::server;
  /// Most certificates between leaf and anchor.
  int most_intermediates = 10;
  /// Certificates that were not sent; a path that needs them is not valid, but shows that an intermediate is missing.
  std::span<const Der> elsewhere{};
  /// Revocation lists as DER. If there are any, every certificate below the anchor must have a current one that does
  /// not list it (RFC 5280, 6.3).
  std::span<const Der> revocation_lists{};
};

struct ChainAnswer {
  /// RFC 5280, 6.1, with the key usages of RFC 5280, 4.2.1.3 and 4.2.1.12; empty if a signature could not be checked
  /// because its algorithm is not known here.
  std::optional<bool> path_valid{};
  std::string problem{};       ///< first rule that is broken; empty if none
  std::vector<bool> needed{};  ///< per certificate sent: it is on the path; empty if no path was found
  bool in_order = false;       ///< each certificate sent certifies the one before it (RFC 5246, 7.4.2)
  std::optional<bool> missing_intermediate{};
  std::optional<bool> name_matches{};  ///< RFC 9525, 6; empty if no name was asked for
  std::optional<bool> name_in_common_name_only{};
};

/// Judges the chain exactly as it was sent, leaf first. More than 100 certificates are not looked at. Key sizes and
/// hashes are not judged: that is left to checks with dated rules.
ChainAnswer check_chain(std::span<const Der> sent, const AnchorStore& anchors, const ChainQuestion& question);

/// Whether the certificate is for this name or address (RFC 9525, 6: alternative names only, `*` only as the whole
/// leftmost label). Errors: none; bytes that are no certificate match nothing.
bool name_matches(std::span<const std::uint8_t> certificate, std::string_view name);

}  // namespace ehdscan::x509
