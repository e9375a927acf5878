// SPDX-License-Identifier: Apache-2.0
#include "format/json_cut.h"

#include <doctest/doctest.h>

#include <string>

using namespace ehdscan;

namespace {

/// `key=value` of every member, or the message and line of the error.
std::string members(const std::string& text) {
  const JsonCut cut(text, "f");
  const auto fields = cut.fields(cut.root());
  if (!fields) return fields.error().message + " @" + std::to_string(fields.error().place.line);
  std::string all;
  for (const JsonField& field : *fields) all += std::string(field.key) + "=" + std::string(field.value) + ";";
  return all;
}

std::string end_of(const std::string& text) {
  const JsonCut cut(text, "f");
  const auto ended = cut.check_end();
  return ended ? "" : ended.error().message + " @" + std::to_string(ended.error().place.line);
}

}  // namespace

TEST_CASE("json cut: members as they are written") {
  CHECK(members("{}").empty());
  CHECK(members(" \n{ \"a\" : 1 , \"b\":[1,{\"c\":2}],\"d\":{} }") == "a=1;b=[1,{\"c\":2}];d={};");
  CHECK(members("\xEF\xBB\xBF{\"a\":\"x\"}") == "a=\"x\";");
  // Brackets and quotes inside texts are none.
  CHECK(members(R"({"a":"}]\"[","b":"\\","c":["\\\"]",{}]})") == R"(a="}]\"[";b="\\";c=["\\\"]",{}];)");
  CHECK(members("[1]").empty());
}

TEST_CASE("json cut: parts of parts, and their lines") {
  const std::string text = "{\n\"a\": {\n\"b\": [\n{\"c\": 1},\n{\"c\": 2}]}}";
  const std::string name = "f";
  const JsonCut cut(text, name);
  const auto root = cut.fields(cut.root());
  REQUIRE(root);
  const auto inner = cut.fields(find_field(*root, "a"));
  REQUIRE(inner);
  const auto elements = cut.elements(find_field(*inner, "b"));
  REQUIRE(elements);
  REQUIRE(elements->size() == 2);
  CHECK((*elements)[1] == "{\"c\": 2}");
  CHECK(cut.line_of((*elements)[1]) == 5);
  CHECK(cut.line_of((*elements)[0]) == 4);  // backwards too
}

TEST_CASE("json cut: what is broken is said with its line, and nothing runs past the end") {
  CHECK(members("{\"a\":[1,\n2") == "the JSON text stops halfway @2");
  CHECK(members("{\"a\":\"x") == "the JSON text stops halfway @1");
  CHECK(members("{\"a\":\"x\\\"}") == "the JSON text stops halfway @1");
  CHECK(members("{\"a\":[}\n]}") == "a bracket closes nothing @1");
  CHECK(members("{\"a\":{\n\"b\":[1}}") == "a bracket closes nothing @2");
  CHECK(members("{\"a\"\n1}") == "a colon is missing @2");
  CHECK(members("{\"a\":1\n\"b\":2}") == "a comma or a closing bracket is missing @2");
  CHECK(members("{\"a\":}") == "a value is missing @1");
  CHECK(members("{1:2}") == "a key in double quotes is missing @1");
  CHECK(members("{\"a\":1,\n\"b\":[],\"a\":2}") == "the key `a` stands twice @2");
  CHECK(members("{\"a\":" + std::string(1000, '[') + std::string(1000, ']') + "}") ==
        "nested deeper than 256 levels @1");
  CHECK(members("{\"a\":" + std::string(250, '[') + std::string(250, ']') + "}").starts_with("a=[["));
  CHECK(members("").empty());
  CHECK(members("{") == "the JSON text stops halfway @1");
  // A mapping that is whole, in a text that is not.
  CHECK(members("{\"a\":{\"b\":1}} ]").starts_with("a={"));
  CHECK(end_of("{\"a\":1}\n").empty());
  CHECK(end_of("{\"a\":1}\n]") == "there is more after the end of the JSON text @2");
  CHECK(end_of("{\"a\":1} {") == "there is more after the end of the JSON text @1");
}

TEST_CASE("json cut: many keys, and one of them twice") {
  std::string text = "{";
  for (int i = 0; i < 500; ++i) text += "\"k" + std::to_string(i) + "\":" + std::to_string(i) + ",\n";
  CHECK(members(text + "\"z\":0}").ends_with("z=0;"));
  CHECK(members(text + "\"k7\":0}") == "the key `k7` stands twice @501");
}
