// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"

namespace ehdscan {

/// What is told of a key slot. Salts, digests and key material are not kept.
struct LuksKeySlot {
  int number = 0;
  std::string kdf;                         ///< `pbkdf2`, `argon2i`, `argon2id`, or the word of the header
  std::string hash;                        ///< of pbkdf2; empty for argon2
  std::optional<std::int64_t> iterations;  ///< pbkdf2 iterations, argon2 time cost
  std::optional<std::int64_t> memory_kib;  ///< argon2
  std::optional<std::int64_t> threads;     ///< argon2
  std::optional<std::int64_t> key_bits;    ///< of the volume key that the slot holds
  std::string area_cipher;                 ///< protects the slot itself
  std::vector<std::string> tokens;         ///< types of tokens that unlock it: `systemd-tpm2`, `clevis` …

  friend bool operator==(const LuksKeySlot&, const LuksKeySlot&) = default;
};

struct LuksHeader {
  int version = 0;
  std::string uuid;
  std::string label;
  std::string cipher;                    ///< of the data: `aes-xts-plain64`; empty if there is no crypt segment
  std::optional<std::int64_t> key_bits;  ///< of the volume key; XTS splits it in two (LX-5). Not known without a slot
  std::string integrity;                 ///< `hmac(sha256)`; empty for none
  std::optional<std::int64_t> sector_bytes;
  bool reencryption = false;  ///< a change of cipher is under way: more than one kind of segment may exist
  std::vector<LuksKeySlot> key_slots;

  friend bool operator==(const LuksHeader&, const LuksHeader&) = default;
};

/// The largest header that LUKS2 allows (4 MiB), binary part and JSON area.
inline constexpr std::size_t kMaxLuksHeaderBytes = std::size_t{4} << 20;

/// How many bytes of the beginning the header takes: 592 for LUKS1, what the header says for LUKS2; 0 if `start` (at
/// least 16 bytes) holds no LUKS header. A caller reads so many bytes and calls parse_luks_header.
std::size_t luks_header_size(std::span<const std::byte> start);

/// Reads a LUKS1 or LUKS2 header. A LUKS2 header must carry a right sha256 checksum.
/// Errors: invalid_input (no LUKS header, wrong sizes, wrong checksum, JSON that is not as the LUKS2 format says).
Result<LuksHeader> parse_luks_header(std::span<const std::byte> bytes);

}  // namespace ehdscan
