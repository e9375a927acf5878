// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <doctest/doctest.h>

#include <array>

using namespace ehdscan;

TEST_CASE("text: ill-formed UTF-8 is seen and replaced") {
  for (const char* bad : {"\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\x80", "a\xFF"})
    CHECK_FALSE(is_utf8(bad));
  CHECK(is_utf8("aé€😀"));
  CHECK(to_valid_utf8("a\xFFz") == "a\xEF\xBF\xBDz");
}

TEST_CASE("text: hostile text is shown, not obeyed, on a terminal") {
  CHECK(escape_for_terminal("\x1b[2Jx\n") == "\\x1b[2Jx\\x0a");
  CHECK(escape_for_terminal("a\xE2\x80\xAEz") == "a\\u{202e}z");
  CHECK(escape_for_terminal("\xC2\x9B") == "\\x9b");
  CHECK(escape_for_terminal("grüße") == "grüße");
}

TEST_CASE("text: wildcards are runs and single bytes") {
  for (const char* pattern :
       {"iam:*", "*", "*:*", "iam:Put?olePolicy", "iam:*Policy", "i*m:*R*y", "iam:PutRolePolicy*"})
    CHECK(wildcard_matches(pattern, "iam:PutRolePolicy"));
  for (const char* pattern : {"", "iam:Put", "?iam:*", "iam:*Policies", "*:put*", "iam:Put??olePolicy"})
    CHECK_FALSE(wildcard_matches(pattern, "iam:PutRolePolicy"));
  CHECK(wildcard_matches("", ""));
  CHECK(wildcard_matches("**", ""));
}

TEST_CASE("text: integers are whole texts") {
  CHECK(parse_integer("-7") == -7);
  for (const char* bad : {"", "+7", " 7", "7 ", "0x7", "99999999999999999999"}) CHECK_FALSE(parse_integer(bad));
}

TEST_CASE("text: nearest proposes only likely misspellings") {
  constexpr std::array<std::string_view, 3> words{"pass", "where", "query"};
  CHECK(nearest("pas", words) == "pass");
  CHECK(nearest("were", words) == "where");
  CHECK(nearest("subject", words).empty());
}

TEST_CASE("text: lines lose their carriage return and the last newline adds none") {
  CHECK(split_lines("a\r\nb\n").size() == 2);
  CHECK(split_lines("a\r\nb\n")[0] == "a");
  CHECK(split("", ',').size() == 1);
  CHECK(split_words(" a \t b ").size() == 2);
}
