// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <string>

#include "base/diagnostic.h"
#include "format/document.h"

using namespace ehdscan;

namespace {

/// The message as a person sees it; "parsed" if there was none.
std::string message(std::string_view text, const DocumentLimits& limits = {}) {
  const auto document = Document::parse_yaml(text, "f.yaml", limits);
  return document ? "parsed" : render(document.error());
}

std::shared_ptr<const Document> parse(std::string_view text) {
  auto document = Document::parse_yaml(text, "f.yaml");
  if (!document) FAIL(render(document.error()));
  return *document;
}

Node::Kind kind_of(std::string_view scalar) { return parse("v: " + std::string(scalar))->root()[0].kind(); }

std::string at(const Node& node) {
  return std::to_string(node.place().line) + ":" + std::to_string(node.place().column);
}

}  // namespace

TEST_CASE("yaml: duplicate keys are refused at the second and name the first") {
  CHECK(message("a: 1\nb: 2\na: 3\n") ==
        "error: duplicate key `a`\n"
        "  --> f.yaml:3:1\n"
        "   |\n"
        " 3 | a: 3\n"
        "   | ^\n"
        "  hint: it stands at line 1, column 1 already; keep one\n");
  // Spelled differently, still one key.
  CHECK(message("\"a\": 1\na: 3\n").starts_with("error: duplicate key `a`\n  --> f.yaml:2:1\n"));
  CHECK(message("{x: {1: a, \"1\": b}}").starts_with("error: duplicate key `1`\n  --> f.yaml:1:12\n"));
  CHECK(message("- {a: 1}\n- {a: 2}\n") == "parsed");
  // Many keys are compared another way; the earliest repetition counts.
  std::string many;
  for (int i = 0; i < 100; ++i) many += "k" + std::to_string(i) + ": 0\n";
  CHECK(message(many) == "parsed");
  const std::string twice = message(many + "k70: 0\nk3: 0\n");
  CHECK(twice.starts_with("error: duplicate key `k70`\n  --> f.yaml:101:1\n"));
  CHECK(twice.ends_with("hint: it stands at line 71, column 1 already; keep one\n"));
}

TEST_CASE("yaml: anchors, aliases, tags and several documents are refused") {
  CHECK(message("a: &x 1\nb: *x\n") ==
        "error: anchor `&x` is not allowed\n"
        "  --> f.yaml:1:4\n"
        "   |\n"
        " 1 | a: &x 1\n"
        "   |    ^\n"
        "  hint: write the value out where it is needed, or put it in quotes if it is a text\n");
  CHECK(message("a: *x\n").starts_with("error: alias `*x` is not allowed\n  --> f.yaml:1:4\n"));
  CHECK(message("a: !!str 1\n").starts_with("error: tag `tag:yaml.org,2002:str` is not allowed\n  --> f.yaml:1:4\n"));
  CHECK(message("a: !Ref x\n").starts_with("error: tag `!Ref` is not allowed\n  --> f.yaml:1:4\n"));
  CHECK(message("a: !x!y z\n").starts_with("error: tags (`!…`) are not allowed\n"));
  CHECK(message("--- &r\na: 1\n").starts_with("error: anchor `&r` is not allowed\n"));
  CHECK(message("- &l [1]\n").starts_with("error: anchor `&l` is not allowed\n"));
  CHECK(message("a: 1\n---\nb: 2\n") ==
        "error: a second document starts here\n"
        "  --> f.yaml:2:1\n"
        "   |\n"
        " 2 | ---\n"
        "   | ^\n"
        "  hint: keep one document in a file\n");
  CHECK(message("%YAML 1.1\n---\na: 1\n").starts_with("error: the document asks for YAML 1.1\n"));
  CHECK(message("%TAG ! tag:x,2000:\n---\na: 1\n").starts_with("error: `%TAG` is not allowed\n"));
  CHECK(message("%YAML 1.2\n---\na: 1\n...\n") == "parsed");
  // The billion laughs stop at the first anchor.
  CHECK(message("a: &a [x]\nb: &b [*a,*a]\nc: [*b,*b]\n").starts_with("error: anchor `&a`"));
  CHECK(message("*: 1\n").starts_with("error: a value cannot start with `*`\n"));
}

TEST_CASE("yaml: keys must be plain texts") {
  CHECK(message("[a, b]: 1\n").starts_with("error: a list cannot be a key\n  --> f.yaml:1:1\n"));
  CHECK(message("{{a: 1}: 2}\n").starts_with("error: a mapping cannot be a key\n  --> f.yaml:1:2\n"));
  CHECK(message("? - a\n: 1\n").starts_with("error: a list cannot be a key\n"));
  CHECK(message("?\n: 1\n") ==
        "error: a key is missing in front of `:`\n"
        "  --> f.yaml:1:2\n"
        "   |\n"
        " 1 | ?\n"
        "   |  ^\n"
        "  hint: name the key\n");
  CHECK(message("{: 1}").starts_with("error: a key or a value is missing here\n"));
  CHECK(message("{{}}").starts_with("error: a mapping cannot be a key\n"));
}

TEST_CASE("yaml: what is not text is refused with its place") {
  CHECK(message("") == "error: the document is empty\n  --> f.yaml:1:1\n");
  CHECK(message("# nothing\n").starts_with("error: the document is empty\n"));
  CHECK(message("a: \xC3\xA9\nb: \xFF\n") ==
        "error: byte `\\xff` is not valid UTF-8 here\n"
        "  --> f.yaml:2:4\n"
        "   |\n"
        " 2 | b: \\xff\n"
        "   |    ^\n"
        "  hint: save the file as UTF-8\n");
  CHECK(message("a: \xE2\x82").starts_with("error: byte `\\xe2` is not valid UTF-8 here\n  --> f.yaml:1:4\n"));
  CHECK(message(std::string_view("a: 1\0b", 6)).starts_with("error: NUL byte\n  --> f.yaml:1:5\n"));
  CHECK(message("a: \"\\0\"\n").starts_with("error: NUL character in a text\n  --> f.yaml:1:4\n"));
  CHECK(message("\xFF\xFE\x61\x00").starts_with("error: the text is UTF-16\n"));
  CHECK(message("\xEF\xBB\xBF").starts_with("error: the document is empty\n"));
  CHECK(message("a: 1\n\xEF\xBB\xBF"
                "b: 2\n")
            .starts_with("error: byte order mark inside the text U+FEFF\n  --> f.yaml:2:1\n"));
  CHECK(message("a: x\x1b[2J\n").starts_with("error: control character `\\x1b`\n  --> f.yaml:1:5\n"));
  CHECK(message("a: x\xC2\x9By\n").starts_with("error: control character U+009B\n"));
  // YAML 1.1 readers see a new line here, and with it another key.
  CHECK(message("a: x\xE2\x80\xA8"
                "b: 1\n")
            .starts_with("error: line separator U+2028\n  --> f.yaml:1:5\n"));
  CHECK(message("a: x\xC2\x85 y\n").starts_with("error: line separator U+0085\n"));
}

TEST_CASE("yaml: a document has limits") {
  DocumentLimits limits;
  limits.max_bytes = 8;
  CHECK(message("a: 123456", limits) ==
        "error: the document has 9 bytes, more than the limit of 8\n"
        "  --> f.yaml\n"
        "  hint: is it the file that was meant?\n");
  limits = {};
  limits.max_depth = 3;
  CHECK(message("[[[1]]]", limits) == "parsed");
  CHECK(message("[[[[1]]]]", limits).starts_with("error: nested deeper than 3 levels\n  --> f.yaml:1:4\n"));
  limits = {};
  limits.max_nodes = 4;
  CHECK(message("[1, 2, 3]", limits) == "parsed");
  CHECK(message("[1, 2, 3, 4]", limits).starts_with("error: more than 4 values\n  --> f.yaml:1:11\n"));
  const auto deep = Document::parse_yaml(std::string(1'000'000, '['), "f.yaml");
  REQUIRE_FALSE(deep);
  CHECK(deep.error().kind == ErrorKind::limit);
  std::string block;
  for (std::size_t i = 0; i < 2000; ++i) block += std::string(i, ' ') + "-\n";
  CHECK(Document::parse_yaml(block, "f.yaml").error().kind == ErrorKind::limit);
}

TEST_CASE("yaml: broken syntax is explained") {
  CHECK(message("a: 1\nb: x: y\n") ==
        "error: `:` is not allowed here\n"
        "  --> f.yaml:2:5\n"
        "   |\n"
        " 2 | b: x: y\n"
        "   |     ^\n"
        "  hint: put a text that contains `: ` in quotes, or correct the indentation\n");
  CHECK(message("a:\n\tb: 1\n") ==
        "error: a tab is used for indentation\n"
        "  --> f.yaml:2:1\n"
        "   |\n"
        " 2 | \\x09b: 1\n"
        "   | ^\n"
        "  hint: indent with blanks\n");
  CHECK(message("é: \"abc\nb: 2\n") ==
        "error: this quote is never closed\n"
        "  --> f.yaml:1:5\n"
        "   |\n"
        " 1 | é: \"abc\n"
        "   |    ^\n"
        "  hint: add the closing quote\n");
  CHECK(message("a: [1, 2\nb: 3\n").starts_with("error: expected `,` or `]` here\n  --> f.yaml:2:2\n"));
  CHECK(message("a: {b: 1\n").starts_with("error: expected `,` or `}` here\n"));
  CHECK(message("a: @x\n").starts_with("error: a value cannot start with `@`\n  --> f.yaml:1:4\n"));
  CHECK(message("a: `x`\n").starts_with("error: a value cannot start with ```\n"));
  CHECK(message("a: %x\n").starts_with("error: a value cannot start with `%`\n"));
  CHECK(message("a: 1\n  b: 2\n").starts_with("error: `:` is not allowed here\n  --> f.yaml:2:4\n"));
  CHECK(message("  a: 1\n b: 2\n").starts_with("error: the document ended before this line\n  --> f.yaml:2:2\n"));
  CHECK(message("a: 1\nb\n").starts_with("error: `:` is missing after this key\n  --> f.yaml:2:1\n"));
  CHECK(message("a: \"\\q\"\n").starts_with("error: unknown escape in double quotes\n"));
  CHECK(message("a: \"\\ud800\"\n").starts_with("error: an escape names no character\n"));
  CHECK(message("a: - b\n").starts_with("error: a list entry `-` is not allowed here\n"));
}

TEST_CASE("yaml: plain scalars follow the core schema of YAML 1.2, quoted ones are texts") {
  using Kind = Node::Kind;
  for (const char* text :
       {"no",    "on",       "off",    "yes",  "y",    "N",      "2026-11-23", "2026-11-23T08:00:00Z",
        "1.2.3", "1_000",    "0b1",    "0x",   "0xg",  "0o8",    "12:30:45",   "+",
        ".",     "e3",       "1e",     "nULL", "tRUE", "-0x1f",  "-.",         "abc",
        "'5'",   "\"true\"", "'null'", "\"\"", "''",   "|\n  5", ">-\n  true", "192.0.2.1",
        "::1",   "=",        "<<"}) {
    CAPTURE(text);
    CHECK(kind_of(text) == Kind::text);
  }
  for (const char* null : {"", "~", "null", "Null", "NULL", "# a comment"}) CHECK(kind_of(null) == Kind::null);
  for (const char* boolean : {"true", "True", "TRUE", "false", "False", "FALSE"})
    CHECK(kind_of(boolean) == Kind::boolean);
  for (const char* integer : {"0", "-7", "+7", "0755", "0x1F", "0o755", "99999999999999999999"})
    CHECK(kind_of(integer) == Kind::integer);
  for (const char* real : {"1.5", "-1.", ".5", "1e3", "1.5E-7", ".inf", "-.Inf", ".NaN"})
    CHECK(kind_of(real) == Kind::real);
}

TEST_CASE("yaml: every value knows its place, columns in bytes") {
  const auto document = parse("# comment\nä: [é, {ü: ö}]\r\nb:\n  - 'x'\n  - \n  - |\n    long\nc: \"a\\tb\"\n");
  const Node root = document->root();
  CHECK(at(root) == "2:1");
  CHECK(at(root.key_at(0)) == "2:1");
  CHECK(at(root[0]) == "2:5");
  CHECK(at(root[0][0]) == "2:6");
  CHECK(at(root[0][1]) == "2:10");
  CHECK(at(root[0][1][0]) == "2:15");
  CHECK(root[0][1][0].scalar() == "ö");
  CHECK(at(root[1]) == "4:3");
  CHECK(at(root[1][0]) == "4:5");
  CHECK(root[1][0].scalar() == "x");
  CHECK(root[1][1].is(Node::Kind::null));
  CHECK(at(root[1][2]) == "6:5");
  CHECK(root[1][2].scalar() == "long\n");
  CHECK(at(*root.find("c")) == "8:4");
  CHECK(root.find("c")->scalar() == "a\tb");
  CHECK(document->name() == "f.yaml");
}

TEST_CASE("yaml: a byte order mark in front and all line ends are read") {
  const auto document = parse(
      "\xEF\xBB\xBF"
      "a: 1\rb: 2\r\nc: 3\n");
  CHECK(at(*document->root().find("a")) == "1:4");
  CHECK(at(*document->root().find("b")) == "2:4");
  CHECK(at(*document->root().find("c")) == "3:4");
  CHECK(parse("a: 'x\n\n  y'\n")->root()[0].scalar() == "x\ny");
  CHECK(parse("\"a\\/\\u00e9\"")->root().scalar() == "a/é");
}
