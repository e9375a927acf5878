// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace ehdscan::tls {

using Bytes = std::vector<std::uint8_t>;

/// Protocol versions by their number on the wire.
enum class Version : std::uint16_t {
  ssl2 = 0x0002,
  ssl3 = 0x0300,
  tls10 = 0x0301,
  tls11 = 0x0302,
  tls12 = 0x0303,
  tls13 = 0x0304
};
inline constexpr std::array kVersions{Version::ssl2,  Version::ssl3,  Version::tls10,
                                      Version::tls11, Version::tls12, Version::tls13};
std::string_view to_string(Version version);  ///< "SSLv2" to "TLSv1.3"

/// What a hello brought. Only an answer in the protocol says anything about the server; silence says nothing.
enum class Answer : std::uint8_t {
  server_hello,
  retry_request,
  alert,
  closed,
  reset,
  refused,
  timeout,
  other_protocol
};
std::string_view to_string(Answer answer);

/// Writing: numbers are big endian.
void put8(Bytes& out, std::size_t value);
void put16(Bytes& out, std::size_t value);
void put24(Bytes& out, std::size_t value);
void put(Bytes& out, std::span<const std::uint8_t> more);
void put_text(Bytes& out, std::string_view text);
void put_random(Bytes& out, std::size_t count);  ///< not fit for secrets

/// Reads forward through bytes of a peer. What is not there makes it fail, and everything after that reads as 0 or
/// empty.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t u24() { return number(3); }
  std::uint32_t u32() { return number(4); }
  std::span<const std::uint8_t> take(std::size_t count);
  [[nodiscard]] std::size_t left() const { return bytes_.size(); }
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] bool at_end() const { return bytes_.empty() && !failed_; }

 private:
  std::uint32_t number(std::size_t count);
  std::span<const std::uint8_t> bytes_;
  bool failed_ = false;
};

}  // namespace ehdscan::tls
