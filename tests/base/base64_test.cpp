// SPDX-License-Identifier: Apache-2.0
#include "base/base64.h"

#include <doctest/doctest.h>

#include <array>
#include <utility>

using namespace ehdscan;

TEST_CASE("base64: the test vectors of RFC 4648 go both ways") {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kVectors{{{"", ""},
                                                                                   {"f", "Zg=="},
                                                                                   {"fo", "Zm8="},
                                                                                   {"foo", "Zm9v"},
                                                                                   {"foob", "Zm9vYg=="},
                                                                                   {"fooba", "Zm9vYmE="},
                                                                                   {"foobar", "Zm9vYmFy"}}};
  for (const auto& [bytes, text] : kVectors) {
    CHECK(encode_base64(bytes) == text);
    CHECK(decode_base64(text) == bytes);
    CHECK(decode_base64(encode_base64(bytes, false)) == bytes);
  }
  CHECK(encode_base64("\xff\xfe\xfd") == "//79");
  CHECK(encode_base64("f", false) == "Zg");
}

TEST_CASE("base64: what is not base64 is refused") {
  for (const std::string_view text : {"Z", "Zm9vY", "Zm 9v", "Zm9-", "Zh==", "Zg=a", "===="}) {
    CAPTURE(text);
    CHECK(decode_base64(text) == std::nullopt);
  }
}
