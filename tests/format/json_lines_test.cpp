// SPDX-License-Identifier: Apache-2.0
#include "format/json_lines.h"

#include <doctest/doctest.h>

#include <string>

#include "base/line_reader.h"

using namespace ehdscan;

namespace {

struct Line {
  std::string buffer;
  std::size_t size;
  explicit Line(std::string_view text) : buffer(text), size(text.size()) { buffer.append(LineReader::kPadding, '}'); }
  [[nodiscard]] std::string_view view() const { return std::string_view(buffer).substr(0, size); }
};

std::string refusal(std::string_view text) {
  JsonLineParser parser;
  const Line line(text);
  const auto members = parser.parse(line.view());
  return members ? "parsed" : std::to_string(members.error().place.column) + " " + members.error().message;
}

}  // namespace

TEST_CASE("json lines: what is not an object of flat values is refused, with its column where there is one") {
  CHECK(refusal("") == "1 the document is empty");
  CHECK(refusal("[1]") == "1 expected an object `{…}`");
  CHECK(refusal("5") == "1 expected an object `{…}`");
  CHECK(refusal(R"({"a":1,})") == "7 `,` before `}`");
  CHECK(refusal(R"({"a":)") == "6 expected a value, found end of the document");
  CHECK(refusal(R"({"a":nul})") == "6 expected a value, found `nul`");
  CHECK(refusal(R"({"a":1}{})") == "8 unexpected `{` after the end of the document");
  CHECK(refusal("{\"a\":\"\xFF\"}") == "7 byte `\\xff` is not valid UTF-8 here");
  CHECK(refusal(R"({"a":"\ud800"})") == "7 escape `\\ud800` is half a character");
  CHECK(refusal(R"({"a":01})") == "6 a number cannot start with a zero");
  CHECK(refusal(R"({"a":9223372036854775808})") == "1 a number does not fit into 64 bits");
  CHECK(refusal(R"({"a":{"b":[[1]]}})") == "1 nested too deep");
  CHECK(refusal(R"({"a":{"b":{"c":{}}}})") == "1 nested too deep");
  CHECK(refusal(R"({"a":99999999999999999999999})").starts_with("1 "));
}

TEST_CASE("json lines: members in their order, memory reused") {
  JsonLineParser parser;
  for (int round = 0; round < 3; ++round) {
    const Line line(R"({"t":"é\n","row":{"i":-7,"b":true,"n":null,"l":["x","y"],"e":[]},"r":1.5,"t":2})");
    const auto members = parser.parse(line.view());
    REQUIRE(members);
    REQUIRE(members->size() == 4);
    CHECK((*members)[0].text == "é\n");
    const auto row = (*members)[1].children;
    REQUIRE(row.size() == 5);
    CHECK(row[0].key == "i");
    CHECK(row[0].integer == -7);
    CHECK(row[1].kind == JsonMember::Kind::boolean);
    CHECK(row[1].integer == 1);
    CHECK(row[2].kind == JsonMember::Kind::null);
    REQUIRE(row[3].children.size() == 2);
    CHECK(row[3].children[1].text == "y");
    CHECK(row[4].kind == JsonMember::Kind::list);
    CHECK(row[4].children.empty());
    CHECK((*members)[2].kind == JsonMember::Kind::real);
    CHECK((*members)[3].integer == 2);
    CHECK(refusal("{") != "parsed");
  }
}
