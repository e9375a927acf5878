// SPDX-License-Identifier: Apache-2.0
#include "base/line_reader.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>
#include <string>

#include "support/temporary_folder.h"

using namespace ehdscan;

namespace {

std::vector<std::string> lines_of(const std::string& content, std::size_t longest = LineReader::kLongestLine) {
  const TemporaryFolder folder;
  std::ofstream(folder.path / "f", std::ios::binary) << content;
  auto reader = LineReader::open(folder.path / "f", longest);
  REQUIRE(reader);
  std::vector<std::string> lines;
  while (true) {
    const auto line = reader->next();
    REQUIRE(line);
    if (!*line) return lines;
    CHECK((*line)->number == lines.size() + 1);
    lines.push_back(((*line)->too_long ? "(too long)" : "") + std::string((*line)->too_long ? "" : (*line)->text));
  }
}

}  // namespace

TEST_CASE("line reader: what is not a regular readable file is refused by kind") {
  const TemporaryFolder folder;
  CHECK(LineReader::open(folder.path / "none").error().kind == ErrorKind::not_found);
  CHECK(LineReader::open(folder.path).error().kind == ErrorKind::invalid_input);
  CHECK(LineReader::open("/dev/zero").error().kind == ErrorKind::invalid_input);
  REQUIRE(::mkfifo((folder.path / "fifo").c_str(), 0600) == 0);
  CHECK(LineReader::open(folder.path / "fifo").error().kind == ErrorKind::invalid_input);
}

TEST_CASE("line reader: lines with and without their end") {
  CHECK(lines_of("").empty());
  CHECK(lines_of("\n") == std::vector<std::string>{""});
  CHECK(lines_of("a") == std::vector<std::string>{"a"});
  CHECK(lines_of("a\r\n\nb") == std::vector<std::string>{"a", "", "b"});
  CHECK(lines_of("a\rb\n") == std::vector<std::string>{"a\rb"});
}

TEST_CASE("line reader: a long line is named, skipped and does not stop the rest") {
  CHECK(lines_of("12345\n123456\n1\n", 5) == std::vector<std::string>{"12345", "(too long)", "1"});
  const std::string huge(5'000'000, 'x');
  CHECK(lines_of("a\n" + huge + "\nb\n", 1000) == std::vector<std::string>{"a", "(too long)", "b"});
  CHECK(lines_of("a\n" + huge, 1000) == std::vector<std::string>{"a", "(too long)"});
  CHECK(lines_of(huge + "\nb")[0] == huge);
}

TEST_CASE("line reader: lines across chunks stay whole") {
  std::string content;
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < 3000; ++i) {
    expected.emplace_back(i % 1777, static_cast<char>('a' + i % 26));
    content += expected.back() + "\n";
  }
  CHECK(lines_of(content) == expected);
}

TEST_CASE("line reader: hashing first and a change in between") {
  const TemporaryFolder folder;
  const auto file = folder.path / "f";
  std::ofstream(file) << "a\nb\n";
  auto reader = LineReader::open(file);
  REQUIRE(reader);
  std::string all;
  REQUIRE(reader->for_each_chunk([&](std::string_view chunk) { all += chunk; }));
  CHECK(all == "a\nb\n");
  CHECK((*reader->next())->text == "a");
  CHECK_FALSE(reader->changed());
  std::ofstream(file, std::ios::app) << "c\n";
  CHECK(reader->changed());
}
