// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ehdscan::tls {

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

struct Reply {
  Answer answer = Answer::timeout;
  std::uint16_t version = 0;        ///< that the server chose; 0 without ServerHello
  std::uint16_t suite = 0;          ///< that the server chose
  std::optional<int> alert_code{};  ///< of a fatal alert
};

/// A ClientHello record for exactly one version. `name` is sent as SNI unless empty (never in SSL). A TLS 1.3 hello has
/// an empty key_share, so that the server answers with a HelloRetryRequest and computes nothing.
std::vector<std::uint8_t> client_hello(Version version, std::span<const std::uint16_t> suites, std::string_view name);

/// The suites of `version` in lists short enough for servers that drop hellos with more than 128 suites or 512 bytes.
std::vector<std::vector<std::uint16_t>> suite_lists(Version version);

/// Reads what came so far: an empty optional asks for more bytes. Never reads beyond `bytes`; bytes that are not of the
/// protocol are `other_protocol` as soon as that is certain.
std::optional<Reply> read_reply(std::span<const std::uint8_t> bytes, Version asked);

}  // namespace ehdscan::tls
