// SPDX-License-Identifier: Apache-2.0
#include "net/tls/wire.h"

#include <algorithm>
#include <random>
#include <utility>

namespace ehdscan::tls {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t kMaxRecord = 16384 + 2048;
constexpr std::size_t kMaxServerHello = 16384;
constexpr std::size_t kSuitesAHello = 110;

// Curves first, the hybrid groups last: RFC 8422, RFC 7919, RFC 8446 and the IANA registry of supported groups.
constexpr std::array<std::uint16_t, 19> kGroups{29, 23,  24,  25,  30,  22,  19,     21,     26,    27,
                                                28, 256, 257, 258, 259, 260, 0x11ec, 0x11eb, 0x11ed};
constexpr std::array<std::uint16_t, 18> kSignatures{0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804,
                                                    0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0401,
                                                    0x0501, 0x0601, 0x0203, 0x0201, 0x0402, 0x0202};
// SHA-256 of "HelloRetryRequest" (RFC 8446, 4.1.3).
constexpr std::array<std::uint8_t, 32> kRetry{0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c,
                                              0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb,
                                              0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

void put8(Bytes& out, std::size_t value) { out.push_back(static_cast<std::uint8_t>(value & 0xff)); }
void put16(Bytes& out, std::size_t value) {
  put8(out, value >> 8);
  put8(out, value);
}
void put(Bytes& out, const Bytes& more) { out.insert(out.end(), more.begin(), more.end()); }
void put_random(Bytes& out, std::size_t count) {
  static thread_local std::mt19937 engine{std::random_device{}()};  // not a secret: no handshake is finished with it
  for (std::size_t i = 0; i < count; ++i) put8(out, engine());
}
void put_extension(Bytes& out, std::size_t type, const Bytes& body) {
  put16(out, type);
  put16(out, body.size());
  put(out, body);
}
template <typename List>
Bytes list16(const List& values) {
  Bytes out;
  put16(out, values.size() * 2);
  for (const std::uint16_t value : values) put16(out, value);
  return out;
}

Bytes ssl2_hello() {
  Bytes body;
  put8(body, 1);
  put16(body, 2);
  constexpr std::array<std::uint32_t, 8> kinds{0x010080, 0x020080, 0x030080, 0x040080,
                                               0x050080, 0x060040, 0x0700c0, 0x080080};
  put16(body, kinds.size() * 3);
  put16(body, 0);
  put16(body, 16);
  for (const std::uint32_t kind : kinds) {
    put8(body, kind >> 16);
    put16(body, kind & 0xffff);
  }
  put_random(body, 16);
  Bytes out;
  put16(out, 0x8000 | body.size());
  put(out, body);
  return out;
}

std::size_t get16(std::span<const std::uint8_t> bytes, std::size_t at) {
  return static_cast<std::size_t>(bytes[at]) << 8 | bytes[at + 1];
}

Reply other() { return {.answer = Answer::other_protocol}; }

Reply read_server_hello(std::span<const std::uint8_t> body) {
  if (body.size() < 38) return other();
  Reply reply{.answer = Answer::server_hello, .version = static_cast<std::uint16_t>(get16(body, 0))};
  const std::size_t session = body[34];
  if (session > 32 || body.size() < 38 + session) return other();
  reply.suite = static_cast<std::uint16_t>(get16(body, 35 + session));
  if (std::ranges::equal(body.subspan(2, 32), kRetry)) reply.answer = Answer::retry_request;
  std::size_t at = 38 + session;
  if (at == body.size()) return reply;
  if (body.size() < at + 2 || get16(body, at) != body.size() - at - 2) return other();
  at += 2;
  while (at < body.size()) {
    if (body.size() - at < 4) return other();
    const std::size_t type = get16(body, at);
    const std::size_t size = get16(body, at + 2);
    at += 4;
    if (body.size() - at < size) return other();
    if (type == 43) {
      if (size != 2) return other();
      reply.version = static_cast<std::uint16_t>(get16(body, at));
    }
    at += size;
  }
  return reply;
}

}  // namespace

std::string_view to_string(Version version) {
  switch (version) {
    case Version::ssl2:
      return "SSLv2";
    case Version::ssl3:
      return "SSLv3";
    case Version::tls10:
      return "TLSv1.0";
    case Version::tls11:
      return "TLSv1.1";
    case Version::tls12:
      return "TLSv1.2";
    case Version::tls13:
      return "TLSv1.3";
  }
  std::unreachable();
}

std::string_view to_string(Answer answer) {
  switch (answer) {
    case Answer::server_hello:
      return "server_hello";
    case Answer::retry_request:
      return "retry_request";
    case Answer::alert:
      return "alert";
    case Answer::closed:
      return "closed";
    case Answer::reset:
      return "reset";
    case Answer::refused:
      return "refused";
    case Answer::timeout:
      return "timeout";
    case Answer::other_protocol:
      return "other_protocol";
  }
  std::unreachable();
}

std::vector<std::vector<std::uint16_t>> suite_lists(Version version) {
  if (version == Version::ssl2) return {{}};
  if (version == Version::tls13)
    return {{0x1301, 0x1302, 0x1303, 0x1304, 0x1305, 0x1306, 0x1307, 0xc0b4, 0xc0b5, 0x00c6, 0x00c7}};
  // What servers choose most stands first, so that usually the first list decides.
  std::vector<std::uint16_t> all{0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xccaa, 0x009e, 0x009f,
                                 0xc009, 0xc013, 0xc00a, 0xc014, 0xc023, 0xc027, 0xc024, 0xc028, 0x0033,
                                 0x0039, 0x0067, 0x006b, 0x009c, 0x009d, 0x002f, 0x0035, 0x003c, 0x003d,
                                 0x000a, 0x0016, 0xc008, 0xc012, 0x0005, 0x0004};
  const std::vector<std::uint16_t> common = all;
  constexpr std::array<std::pair<std::uint16_t, std::uint16_t>, 9> ranges{{{0x0001, 0x001b},
                                                                           {0x001e, 0x0046},
                                                                           {0x0060, 0x006d},
                                                                           {0x0084, 0x00c5},
                                                                           {0xc001, 0xc0b3},
                                                                           {0xc100, 0xc107},
                                                                           {0xcc13, 0xcc15},
                                                                           {0xcca8, 0xccae},
                                                                           {0xfefe, 0xfeff}}};
  for (const auto& [first, last] : ranges) {
    for (std::uint32_t code = first; code <= last; ++code) {
      if (std::ranges::find(common, code) == common.end()) all.push_back(static_cast<std::uint16_t>(code));
    }
  }
  std::vector<std::vector<std::uint16_t>> lists;
  for (std::size_t at = 0; at < all.size(); at += kSuitesAHello) {
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(at);
    lists.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(std::min(kSuitesAHello, all.size() - at)));
  }
  return lists;
}

std::vector<std::uint8_t> client_hello(Version version, std::span<const std::uint16_t> suites, std::string_view name) {
  if (version == Version::ssl2) return ssl2_hello();
  const bool tls13 = version == Version::tls13;
  Bytes body;
  put16(body, tls13 ? 0x0303 : std::to_underlying(version));
  put_random(body, 32);
  put8(body, tls13 ? 32 : 0);
  if (tls13) put_random(body, 32);
  std::vector<std::uint16_t> offered(suites.begin(), suites.end());
  if (!tls13) offered.push_back(0x00ff);  // renegotiation_info
  put(body, list16(offered));
  put16(body, 0x0100);  // one compression method: none
  if (version != Version::ssl3) {
    Bytes extensions;
    if (!name.empty()) {
      Bytes entry;
      put16(entry, name.size() + 3);
      put8(entry, 0);
      put16(entry, name.size());
      entry.insert(entry.end(), name.begin(), name.end());
      put_extension(extensions, 0, entry);
    }
    put_extension(extensions, 10, list16(kGroups));
    put_extension(extensions, 11, {1, 0});
    if (version >= Version::tls12) put_extension(extensions, 13, list16(kSignatures));
    if (tls13) {
      put_extension(extensions, 43, {2, 3, 4});
      put_extension(extensions, 51, {0, 0});
    }
    put16(body, extensions.size());
    put(body, extensions);
  }
  Bytes out{22, 3, static_cast<std::uint8_t>(version == Version::ssl3 ? 0 : 1)};
  put16(out, body.size() + 4);
  put8(out, 1);
  put8(out, body.size() >> 16);
  put16(out, body.size());
  put(out, body);
  return out;
}

std::optional<Reply> read_reply(std::span<const std::uint8_t> bytes, Version asked) {
  if (bytes.empty()) return std::nullopt;
  if (asked == Version::ssl2 && (bytes[0] & 0x80) != 0) {
    if (bytes.size() < 3) return std::nullopt;
    if (bytes[2] == 0) return Reply{.answer = Answer::alert};
    if (bytes[2] != 4) return other();
    if (bytes.size() < 7) return std::nullopt;
    return Reply{.answer = Answer::server_hello, .version = static_cast<std::uint16_t>(get16(bytes, 5))};
  }
  Bytes handshake;
  while (!bytes.empty()) {
    if (bytes[0] != 21 && bytes[0] != 22) return other();
    if (bytes.size() > 1 && bytes[1] != 3) return other();
    if (bytes.size() < 5) return std::nullopt;
    const std::size_t size = get16(bytes, 3);
    if (size == 0 || size > kMaxRecord) return other();
    const auto payload = bytes.subspan(5, std::min(size, bytes.size() - 5));
    if (bytes[0] == 21) {
      if (size != 2) return other();
      if (payload.size() < 2) return std::nullopt;
      if (payload[0] == 2) return Reply{.answer = Answer::alert, .alert_code = payload[1]};
      if (payload[0] != 1) return other();
    } else {
      handshake.insert(handshake.end(), payload.begin(), payload.end());
      if (!handshake.empty() && handshake[0] != 2) return other();
      if (handshake.size() >= 4) {
        const std::size_t length = static_cast<std::size_t>(handshake[1]) << 16 | get16(handshake, 2);
        if (length > kMaxServerHello) return other();
        if (handshake.size() >= 4 + length)
          return read_server_hello(std::span<const std::uint8_t>(handshake).subspan(4, length));
      }
    }
    if (payload.size() < size) return std::nullopt;
    bytes = bytes.subspan(5 + size);
  }
  return std::nullopt;
}

}  // namespace ehdscan::tls
