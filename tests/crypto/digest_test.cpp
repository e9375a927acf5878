// SPDX-License-Identifier: Apache-2.0
#include "crypto/digest.h"

#include <doctest/doctest.h>

#include <string>

#include "crypto/identity_hash.h"

using namespace ehdscan;

namespace {

/// Bytes first, first + 1, … last.
std::string count_up(int first, int last) {
  std::string bytes;
  for (int i = first; i <= last; ++i) bytes += static_cast<char>(i);
  return bytes;
}

}  // namespace

TEST_CASE("digest: SHA-256 vectors of FIPS 180-4") {
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256_hex(std::string(1'000'000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("digest: a stream gives the same as the whole, and can be used again") {
  Sha256 digest;
  CHECK(digest.hex() == sha256_hex(""));
  digest.update("a").update("").update("bc");
  CHECK(digest.hex() == sha256_hex("abc"));
  digest.update("abc");
  CHECK(digest.hex() == sha256_hex("abc"));
  digest.update("a");
  Sha256 moved = std::move(digest);
  CHECK(moved.update("bc").hex() == sha256_hex("abc"));
}

TEST_CASE("digest: HMAC-SHA-256 vectors of RFC 4231") {
  CHECK(hmac_sha256_hex(std::string(20, '\x0b'), "Hi There") ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(hmac_sha256_hex("Jefe", "what do ya want for nothing?") ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(hmac_sha256_hex(std::string(20, '\xaa'), std::string(50, '\xdd')) ==
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  CHECK(hmac_sha256_hex(count_up(1, 25), std::string(50, '\xcd')) ==
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
  // A key longer than a block is hashed first.
  CHECK(hmac_sha256_hex(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First") ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  CHECK(hmac_sha256_hex("", "") == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST_CASE("digest: constant-time comparison is still a comparison") {
  CHECK(equal_in_constant_time("", ""));
  CHECK(equal_in_constant_time("abc", "abc"));
  CHECK_FALSE(equal_in_constant_time("abc", "abd"));
  CHECK_FALSE(equal_in_constant_time("abc", "abcd"));
}

TEST_CASE("identity hash: short keys, empty parts and broken texts are refused without naming the subject") {
  const std::string key = count_up(0, 31);
  for (const Result<std::string>& bad : {identity_hash(key.substr(1), "i", "s3cret"), identity_hash(key, "", "s3cret"),
                                         identity_hash(key, "i", ""), identity_hash(key, "i", "s3cret\xFF")}) {
    REQUIRE_FALSE(bad);
    CHECK(bad.error().kind == ErrorKind::invalid_input);
    CHECK(bad.error().message.find("s3cret") == std::string::npos);
  }
}

TEST_CASE("identity hash: vector of the permit register, and one name has one hash") {
  const std::string key = count_up(0, 31);
  CHECK(identity_hash(key, "https://login.example.org/realms/node", "u-1001") ==
        "823ae49f6cd566dde69d19d6546ece7130863ebe595e01d3c1cc5cc2a2c64f2e");
  CHECK(*identity_hash(key, "i", "M\xC3\xBCller") == *identity_hash(key, "i", "Mu\xCC\x88ller"));
  CHECK(*identity_hash(key, "i", "a") != *identity_hash(key, "i", "A"));
  // The separator keeps parts apart.
  CHECK(*identity_hash(key, "ab", "c") != *identity_hash(key, "a", "bc"));
}
