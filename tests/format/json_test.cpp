// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <string>

#include "base/diagnostic.h"
#include "format/document.h"

using namespace ehdscan;

namespace {

std::string message(std::string_view text, const DocumentLimits& limits = {}) {
  const auto document = Document::parse_json(text, "f.json", limits);
  return document ? "parsed" : render(document.error());
}

/// Message and place without the snippet.
std::string short_message(std::string_view text) {
  const auto document = Document::parse_json(text, "f.json");
  if (document) return "parsed";
  const Error& error = document.error();
  return std::to_string(error.place.line) + ":" + std::to_string(error.place.column) + " " + error.message;
}

std::shared_ptr<const Document> parse(std::string_view text) {
  auto document = Document::parse_json(text, "f.json");
  if (!document) FAIL(render(document.error()));
  return *document;
}

}  // namespace

TEST_CASE("json: what RFC 8259 does not allow is refused with its place") {
  CHECK(message("{\n  \"a\": 1,\n}") ==
        "error: `,` before `}`\n"
        "  --> f.json:2:9\n"
        "   |\n"
        " 2 |   \"a\": 1,\n"
        "   |         ^\n"
        "  hint: remove the comma\n");
  CHECK(short_message("") == "1:1 the document is empty");
  CHECK(short_message(" \n ") == "1:1 the document is empty");
  CHECK(short_message("[1,]") == "1:3 `,` before `]`");
  CHECK(short_message("[,1]") == "1:2 expected a value, found `,`");
  CHECK(short_message("[1 2]") == "1:4 expected `,` or `]`, found `2`");
  CHECK(short_message("[1") == "1:3 expected `,` or `]`, found end of the document");
  CHECK(short_message("{\"a\" 1}") == "1:6 expected `:` after the key, found `1`");
  CHECK(short_message("{\"a\":}") == "1:6 expected a value, found `}`");
  CHECK(short_message("{a: 1}") == "1:2 expected a key in double quotes, found `a`");
  CHECK(short_message("{1: 1}") == "1:2 expected a key in double quotes, found `1`");
  CHECK(short_message("{'a': 1}") == "1:2 single quotes are not JSON");
  CHECK(short_message("[1, // x\n2]") == "1:5 comments are not JSON");
  CHECK(short_message("[]]") == "1:3 unexpected `]` after the end of the document");
  CHECK(short_message("{}\n{}") == "2:1 unexpected `{` after the end of the document");
  for (const char* number : {"01", "-01"}) CHECK(short_message(number).ends_with("a number cannot start with a zero"));
  for (const char* number : {"-", "1.", "1e", "1e+", "-a", "1.e3"})
    CHECK(short_message(number).find("expected a digit") != std::string::npos);
  for (const char* word : {"NaN", "Infinity", "True", "nul", "undefined", "+1", ".5", "é"})
    CHECK(short_message(word).find("expected a value") != std::string::npos);
}

TEST_CASE("json: broken texts are refused") {
  CHECK(short_message("\"abc") == "1:1 this quote is never closed");
  CHECK(short_message("[\"a\\\"]") == "1:2 this quote is never closed");
  CHECK(short_message("[\"abc\n\"]") == "1:6 a text ends at the end of its line");
  CHECK(short_message("\"a\tb\"") == "1:3 control character `\\x09` in a text");
  CHECK(short_message("\"\\n\tb\"") == "1:4 control character `\\x09` in a text");
  CHECK(short_message("\"a\\x\"") == "1:3 unknown escape in front of `x`");
  CHECK(short_message("\"\\u12g4\"") == "1:2 `\\u` needs four hexadecimal digits");
  CHECK(short_message("\"\\ud800\"") == "1:2 escape `\\ud800` is half a character");
  CHECK(short_message("\"\\udc00\"") == "1:2 escape `\\udc00` is half a character");
  CHECK(short_message("\"\\ud800\\u0041\"") == "1:2 escape `\\ud800` is half a character");
  CHECK(short_message("\"\\u0000\"") == "1:1 NUL character in a text");
  CHECK(short_message(std::string_view("\"\0\"", 3)) == "1:2 NUL byte");
  CHECK(short_message("\"\xED\xA0\x80\"") == "1:2 byte `\\xed` is not valid UTF-8 here");
  CHECK(short_message("\"\\") == "1:2 unknown escape in front of end of the document");
}

TEST_CASE("json: duplicate keys and limits as in YAML") {
  CHECK(message("{\"a\": 1,\n \"\\u0061\": 2}") ==
        "error: duplicate key `a`\n"
        "  --> f.json:2:2\n"
        "   |\n"
        " 2 |  \"\\u0061\": 2}\n"
        "   |  ^\n"
        "  hint: it stands at line 1, column 2 already; keep one\n");
  CHECK(Document::parse_json(std::string(100'000, '['), "f").error().kind == ErrorKind::limit);
  DocumentLimits limits;
  limits.max_nodes = 3;
  CHECK(message("[1,2,3]", limits).starts_with("error: more than 3 values\n  --> f.json:1:6\n"));
}

TEST_CASE("json: values, kinds and places") {
  const auto document = parse(
      "\xEF\xBB\xBF{\r\n \"a\": [1, -2.5e3, true, null, \"x\\n\\ud83d\\ude00\", {}, []],\n \"\": \"é\" , \"b\":0}\n");
  const Node root = document->root();
  REQUIRE(root.is(Node::Kind::mapping));
  const Node a = *root.find("a");
  REQUIRE(a.size() == 7);
  CHECK(a[0].as_integer() == 1);
  CHECK(a[1].is(Node::Kind::real));
  CHECK(a[1].scalar() == "-2.5e3");
  CHECK(*a[2].as_boolean());
  CHECK(a[3].is(Node::Kind::null));
  CHECK(a[4].scalar() == "x\n😀");
  CHECK(a[5].is(Node::Kind::mapping));
  CHECK(a[6].is(Node::Kind::sequence));
  CHECK(a.place() == Place{"f.json", 2, 7});
  CHECK(root.find("b")->place() == Place{"f.json", 3, 17});  // é has two bytes
  CHECK(root.find("")->scalar() == "é");
  CHECK(parse("7")->root().as_integer() == 7);
}
