// SPDX-License-Identifier: Apache-2.0
#include "base/unicode.h"

#include <doctest/doctest.h>

using namespace ehdscan;

TEST_CASE("unicode: what is not UTF-8 has no normal form") {
  for (const char* bad : {"\xFF", "a\xC0\x80", "\xED\xA0\x80", "\xE2\x82"}) CHECK_FALSE(nfc(bad));
}

TEST_CASE("unicode: composed and decomposed spellings become one") {
  CHECK(nfc("") == "");
  CHECK(nfc("u-1001") == "u-1001");
  CHECK(nfc("A\xCC\x8A") == "\xC3\x85");                                 // A + combining ring
  CHECK(nfc("\xE2\x84\xAB") == "\xC3\x85");                              // angstrom sign
  CHECK(nfc("\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB") == "\xED\x95\x9C");  // Hangul by letters
  CHECK(nfc("\xEF\xAC\x81") == "\xEF\xAC\x81");                          // the ligature fi stays: NFC is not NFKC
  CHECK(nfc("q\xCC\x87\xCC\xA3") == "q\xCC\xA3\xCC\x87");                // marks in canonical order
}
