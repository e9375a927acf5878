// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>

#include "support/temporary_folder.h"

using namespace ehdscan;
namespace fs = std::filesystem;

TEST_CASE("file: what is not a readable regular file is refused by kind") {
  const TemporaryFolder folder;
  CHECK(read_file(folder.path / "missing").error().kind == ErrorKind::not_found);
  CHECK(read_file(folder.path).error().message.find("is a folder") != std::string::npos);
  REQUIRE(::mkfifo((folder.path / "fifo").c_str(), 0600) == 0);
  CHECK(read_file(folder.path / "fifo").error().kind == ErrorKind::invalid_input);
  REQUIRE(write_file_atomically(folder.path / "big", std::string(100, 'x')));
  CHECK(read_file(folder.path / "big", 99).error().kind == ErrorKind::limit);
  CHECK(read_file(folder.path / "big", 100)->size() == 100);
  CHECK(read_file("/dev/zero").error().kind == ErrorKind::invalid_input);
}

TEST_CASE("file: a /proc file without size is read to its end") { CHECK(read_file("/proc/self/status")->size() > 100); }

TEST_CASE("file: a failed write leaves nothing behind") {
  const TemporaryFolder folder;
  CHECK(write_file_atomically(folder.path / "no" / "where", "x").error().kind == ErrorKind::not_found);
  fs::create_directory(folder.path / "taken");
  CHECK_FALSE(write_file_atomically(folder.path / "taken", "x"));
  CHECK(std::distance(fs::directory_iterator(folder.path), {}) == 1);
  // A device that is always full.
  CHECK_FALSE(write_file_atomically("/dev/full/x", "x"));
}
