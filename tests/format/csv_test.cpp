// SPDX-License-Identifier: Apache-2.0
#include "format/csv.h"

#include <doctest/doctest.h>

#include <fstream>

#include "support/temporary_folder.h"

using namespace ehdscan;

namespace {

/// Records as "line: [a][\"b\"]", errors as "line: ! message".
std::vector<std::string> records_of(const std::string& content) {
  const TemporaryFolder folder;
  std::ofstream(folder.path / "f.csv", std::ios::binary) << content;
  Result<LineReader> lines = LineReader::open(folder.path / "f.csv");
  REQUIRE(lines);
  CsvReader reader(*lines);
  std::vector<std::string> shown;
  for (int i = 0; i < 100; ++i) {
    const auto record = reader.next();
    if (!record) {
      shown.push_back(std::to_string(record.error().place.line) + ": ! " + record.error().message);
    } else if (!*record) {
      return shown;
    } else {
      std::string text = std::to_string((*record)->line) + ": ";
      for (const CsvField& field : (*record)->fields)
        text += field.quoted ? "[\"" + field.text + "\"]" : "[" + field.text + "]";
      shown.push_back(text);
    }
  }
  FAIL("the reader does not end");
  return shown;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("csv: the examples of RFC 4180, section 2") {
  CHECK(records_of("aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n") == Texts{"1: [aaa][bbb][ccc]", "2: [zzz][yyy][xxx]"});
  CHECK(records_of("aaa,bbb,ccc\r\nzzz,yyy,xxx") == Texts{"1: [aaa][bbb][ccc]", "2: [zzz][yyy][xxx]"});
  CHECK(records_of("\"aaa\",\"b \r\nbb\",\"ccc\"\r\nzzz,yyy,xxx") ==
        Texts{"1: [\"aaa\"][\"b \nbb\"][\"ccc\"]", "3: [zzz][yyy][xxx]"});
  CHECK(records_of("\"aaa\",\"b\"\"bb\",\"ccc\"") == Texts{"1: [\"aaa\"][\"b\"bb\"][\"ccc\"]"});
}

TEST_CASE("csv: nothing, an empty text, spaces and lines without a character are told apart") {
  CHECK(records_of("a,,\"\", b ,\n\n\r\nc\n") == Texts{"1: [a][][\"\"][ b ][]", "4: [c]"});
  CHECK(records_of("").empty());
  CHECK(records_of(",\n") == Texts{"1: [][]"});
}

TEST_CASE("csv: what breaks the rules is refused at its line, and the next record is read") {
  CHECK(records_of("a,b\"c\"\nd\n") == Texts{"1: ! a quote inside a field that does not begin with one", "2: [d]"});
  CHECK(records_of("\"a\"b,c\nd\n") == Texts{"1: ! there is more after the closing quote", "2: [d]"});
  CHECK(records_of("a\n\"b\nc\n") == Texts{"1: [a]", "2: ! a quote of the record that begins here is never closed"});
}

TEST_CASE("csv: a record of many lines is read in one pass, and one beyond all bounds ends the file") {
  std::string many = "\"";
  for (int i = 0; i < 200'000; ++i) many += "x\n";
  CHECK(records_of(many + "\"\nend\n").size() == 2);
  std::string endless = "\"";
  endless.append(LineReader::kLongestLine / 2, 'x')
      .append("\n")
      .append(LineReader::kLongestLine / 2, 'x')
      .append("\nmore\n");
  const Texts refused = records_of(endless);
  REQUIRE(refused.size() == 1);
  CHECK(refused[0].starts_with("1: ! the record is longer than"));
}
