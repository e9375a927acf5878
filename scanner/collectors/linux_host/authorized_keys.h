// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "collectors/linux_host/account_files.h"
#include "collectors/linux_host/host_context.h"

namespace ehdscan {

/// One key of an authorized_keys file; never the key itself.
struct AuthorizedKey {
  std::string fingerprint;  ///< `SHA256:…` as ssh-keygen prints it
  std::string type;         ///< `ssh-ed25519`
  std::optional<std::int64_t> bits;
  bool from = false;
  bool command = false;
  bool certificate_authority = false;
  bool verify_required = false;
  std::optional<Day> expires_on;
  std::uint32_t line = 0;
};

struct AuthorizedKeysText {
  std::vector<AuthorizedKey> keys;
  std::vector<std::uint32_t> bad_lines;  ///< neither comment nor key, or with options that sshd refuses
};

/// sshd(8), AUTHORIZED_KEYS FILE FORMAT.
AuthorizedKeysText parse_authorized_keys(std::string_view text);

/// The paths that AuthorizedKeysFile names for an account; `none` gives none. Values are those of `sshd -T`.
std::vector<std::string> authorized_keys_paths(const std::vector<std::string>& patterns, const PasswdEntry& account);

}  // namespace ehdscan
