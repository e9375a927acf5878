// SPDX-License-Identifier: Apache-2.0
#include "net/tls/messages.h"

#include <doctest/doctest.h>

using namespace ehdscan::tls;

namespace {

Bytes message(std::uint8_t type, const Bytes& body) {
  Bytes out{type};
  put24(out, body.size());
  put(out, body);
  return out;
}

ServerMessages read(Version version, std::uint8_t type, const Bytes& body) {
  ServerMessages messages;
  messages.read(version, message(type, body));
  return messages;
}

}  // namespace

TEST_CASE("tls messages: certificates of TLS 1.3 with a staple for the leaf") {
  const Bytes leaf_with_staple{0, 0, 2, 0x30, 0x01, 0, 9, 0, 5, 0, 5, 1, 0, 0, 1, 0x77};
  const Bytes next{0, 0, 1, 0x31, 0, 0};
  Bytes body{0};
  put24(body, leaf_with_staple.size() + next.size());
  put(body, leaf_with_staple);
  put(body, next);
  const ServerMessages messages = read(Version::tls13, 11, body);
  CHECK_FALSE(messages.unreadable);
  CHECK(messages.certificates == std::vector<Bytes>{{0x30, 0x01}, {0x31}});
  CHECK(messages.staple == Bytes{0x77});
  // Every shorter body is unreadable, and none is read beyond its end.
  for (std::size_t size = 0; size < body.size(); ++size)
    CHECK(read(Version::tls13, 11, {body.begin(), body.begin() + static_cast<std::ptrdiff_t>(size)}).unreadable);
}

TEST_CASE("tls messages: tickets, their lifetime and what they permit") {
  const Bytes tls13{0, 0, 0x1c, 0x20, 1, 2, 3, 4, 1, 0, 0, 2, 0xaa, 0xbb, 0, 8, 0, 42, 0, 4, 0, 0, 0x40, 0};
  const ServerMessages messages = read(Version::tls13, 4, tls13);
  REQUIRE(messages.tickets.size() == 1);
  CHECK(messages.tickets[0].lifetime_seconds == 7200);
  CHECK(messages.tickets[0].early_data_bytes == 16384);
  const ServerMessages old = read(Version::tls12, 4, {0, 0, 0, 100, 0, 1, 0xaa});
  REQUIRE(old.tickets.size() == 1);
  CHECK(old.tickets[0].lifetime_seconds == 100);
  // An empty one is none, and the length of the message is kept.
  CHECK(read(Version::tls12, 4, {0, 0, 0, 100, 0, 0}).tickets.empty());
  CHECK(read(Version::tls12, 4, {0, 0, 0, 100, 0, 1, 0xaa, 0}).unreadable);
}

TEST_CASE("tls messages: who is accepted as issuer of client certificates") {
  const ServerMessages tls12 = read(Version::tls12, 13, {1, 1, 0, 2, 4, 3, 0, 6, 0, 1, 0x30, 0, 1, 0x31});
  REQUIRE(tls12.certificate_request);
  CHECK(tls12.certificate_request->issuers == std::vector<Bytes>{{0x30}, {0x31}});
  CHECK(tls12.certificate_request->signature_algorithms == std::vector<std::uint16_t>{0x0403});
  const ServerMessages tls13 =
      read(Version::tls13, 13, {0, 0, 17, 0, 13, 0, 4, 0, 2, 8, 4, 0, 47, 0, 5, 0, 3, 0, 1, 0x30});
  REQUIRE(tls13.certificate_request);
  CHECK(tls13.certificate_request->issuers == std::vector<Bytes>{{0x30}});
  CHECK(read(Version::tls10, 13, {1, 1, 0, 0}).certificate_request);
  CHECK(read(Version::tls10, 13, {1, 1, 0, 3, 0, 9, 0x30}).unreadable);
}
