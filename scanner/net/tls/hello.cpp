// SPDX-License-Identifier: Apache-2.0
#include "net/tls/hello.h"

#include <utility>

namespace ehdscan::tls {
namespace {

void put_extension(Bytes& out, std::size_t type, std::span<const std::uint8_t> body) {
  put16(out, type);
  put16(out, body.size());
  put(out, body);
}

Bytes list16(const std::vector<std::uint16_t>& values) {
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
  for (const std::uint32_t kind : kinds) put24(body, kind);
  put_random(body, 16);
  Bytes out;
  put16(out, 0x8000 | body.size());
  put(out, body);
  return out;
}

Bytes name_extension(std::string_view name) {
  Bytes out;
  put16(out, name.size() + 3);
  put8(out, 0);
  put16(out, name.size());
  put_text(out, name);
  return out;
}

Bytes alpn_extension(const std::vector<std::string>& protocols) {
  Bytes list;
  for (const std::string& protocol : protocols) {
    put8(list, protocol.size());
    put_text(list, protocol);
  }
  Bytes out;
  put16(out, list.size());
  put(out, list);
  return out;
}

Bytes key_share_extension(const std::vector<KeyShare>& shares) {
  Bytes list;
  for (const KeyShare& share : shares) {
    put16(list, share.group);
    put16(list, share.key.size());
    put(list, share.key);
  }
  Bytes out;
  put16(out, list.size());
  put(out, list);
  return out;
}

Bytes extensions_of(const Hello& hello) {
  const bool tls13 = hello.version == Version::tls13;
  Bytes out;
  if (!hello.name.empty()) put_extension(out, 0, name_extension(hello.name));
  if (!hello.groups.empty()) put_extension(out, 10, list16(hello.groups));
  put_extension(out, 11, Bytes{1, 0});
  if (hello.version >= Version::tls12 && !hello.signature_algorithms.empty())
    put_extension(out, 13, list16(hello.signature_algorithms));
  if (!hello.alpn.empty()) put_extension(out, 16, alpn_extension(hello.alpn));
  if (hello.with_extensions) {
    put_extension(out, 5, Bytes{1, 0, 0, 0, 0});
    put_extension(out, 15, Bytes{1});
    put_extension(out, 18, {});
    if (!tls13) {
      put_extension(out, 23, {});
      put_extension(out, 35, {});
    }
  }
  if (tls13) {
    put_extension(out, 43, hello.or_older ? Bytes{8, 3, 4, 3, 3, 3, 2, 3, 1} : Bytes{2, 3, 4});
    put_extension(out, 51, key_share_extension(hello.key_shares));
  }
  return out;
}

}  // namespace

const std::vector<std::uint16_t>& usual_groups() {
  static const std::vector<std::uint16_t> list{29, 23,  24,  25,  30,  22,  19,     21,     26,    27,
                                               28, 256, 257, 258, 259, 260, 0x11ec, 0x11eb, 0x11ed};
  return list;
}

const std::vector<std::uint16_t>& usual_signature_algorithms() {
  static const std::vector<std::uint16_t> list{0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805,
                                               0x0806, 0x0809, 0x080a, 0x080b, 0x0401, 0x0501, 0x0601,
                                               0x0904, 0x0905, 0x0906, 0x0203, 0x0201, 0x0402, 0x0202};
  return list;
}

Bytes to_record(const Hello& hello) {
  if (hello.version == Version::ssl2) return ssl2_hello();
  const bool tls13 = hello.version == Version::tls13;
  Bytes body;
  put16(body, tls13 ? 0x0303 : std::to_underlying(hello.version));
  put_random(body, 32);
  put8(body, tls13 ? 32 : 0);
  if (tls13) put_random(body, 32);
  std::vector<std::uint16_t> offered = hello.suites;
  if (!tls13) offered.push_back(0x00ff);  // renegotiation_info (RFC 5746)
  if (hello.fallback) offered.push_back(0x5600);
  put(body, list16(offered));
  if (hello.compression) {
    put(body, Bytes{2, 1, 0});
  } else {
    put(body, Bytes{1, 0});
  }
  if (hello.version != Version::ssl3) {
    Bytes extensions = extensions_of(hello);
    constexpr std::size_t kAround = 4 + 2;  // handshake header, length of extensions
    const std::size_t size = kAround + body.size() + extensions.size();
    if (size >= 256 && size < 512) {
      const std::size_t missing = 512 - size;
      put_extension(extensions, 21, Bytes(missing > 4 ? missing - 4 : 0));
    }
    put16(body, extensions.size());
    put(body, extensions);
  }
  Bytes out{22, 3, static_cast<std::uint8_t>(hello.version == Version::ssl3 ? 0 : 1)};
  put16(out, body.size() + 4);
  put8(out, 1);
  put24(out, body.size());
  put(out, body);
  return out;
}

std::vector<KeyShare> nobodys_key_shares() {
  Bytes x25519;
  put_random(x25519, 32);
  constexpr std::array<std::uint8_t, 65> kBasePoint{
      0x04, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2,
      0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96, 0x4f,
      0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce,
      0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5};
  return {{.group = 29, .key = x25519}, {.group = 23, .key = Bytes(kBasePoint.begin(), kBasePoint.end())}};
}

}  // namespace ehdscan::tls
