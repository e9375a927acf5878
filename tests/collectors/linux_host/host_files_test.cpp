// SPDX-License-Identifier: Apache-2.0
#include "collectors/linux_host/host_files.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "support/temporary_folder.h"

using namespace ehdscan;

namespace {

void put(const std::filesystem::path& path, std::string_view text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

/// A folder with a secret outside and a machine inside.
struct Machine {
  TemporaryFolder folder;
  std::filesystem::path root = folder.path / "root";

  Machine() {
    put(folder.path / "secret", "outside");
    put(root / "etc/passwd", "inside");
    std::filesystem::create_directories(root / "empty");
  }
};

template <typename T>
ErrorKind kind(const Result<T>& result) {
  REQUIRE(!result.has_value());
  return result.error().kind;
}

void both_ways(const std::filesystem::path& root, auto test) {
  SUBCASE("with openat2") { test(HostFiles::open(root).value()); }
  SUBCASE("component by component") { test(HostFiles::open_without_openat2(root).value()); }
}

}  // namespace

TEST_CASE("host files: symlinks and .. never lead out of the root") {
  const Machine machine;
  const auto& root = machine.root;
  std::filesystem::create_symlink("../../../../../../../../secret", root / "etc/up");
  std::filesystem::create_symlink(machine.folder.path / "secret", root / "etc/absolute");
  std::filesystem::create_symlink("/etc/passwd", root / "etc/own");
  std::filesystem::create_directory_symlink("/", root / "etc/top");
  std::filesystem::create_directory_symlink("../..", root / "etc/parent");
  both_ways(root, [&](const HostFiles& files) {
    CHECK(kind(files.read("/etc/up")) == ErrorKind::not_found);
    CHECK(kind(files.read("/etc/absolute")) == ErrorKind::not_found);
    CHECK(kind(files.read("/../secret")) == ErrorKind::not_found);
    CHECK(kind(files.read("/etc/top/secret")) == ErrorKind::not_found);
    CHECK(kind(files.read("/etc/parent/secret")) == ErrorKind::not_found);
    CHECK(files.read("/etc/own").value() == "inside");
    CHECK(files.read("/etc/top/etc/passwd").value() == "inside");
    CHECK(files.read("/../etc/./passwd").value() == "inside");
    CHECK(files.list("/etc/top").value().size() == 2);
    CHECK(files.read_link("/etc/own").value() == "/etc/passwd");
    CHECK(files.facts("/etc/own").value().kind == FileKind::symlink);
    CHECK(files.facts_of_target("/etc/own").value().kind == FileKind::regular);
  });
}

TEST_CASE("host files: symlink loops end") {
  const Machine machine;
  std::filesystem::create_symlink("b", machine.root / "a");
  std::filesystem::create_symlink("a", machine.root / "b");
  both_ways(machine.root, [](const HostFiles& files) { CHECK(kind(files.read("/a")) == ErrorKind::invalid_input); });
}

TEST_CASE("host files: fifos, folders and what lies below a file are refused at once") {
  const Machine machine;
  REQUIRE(::mkfifo((machine.root / "pipe").c_str(), 0600) == 0);
  both_ways(machine.root, [](const HostFiles& files) {
    CHECK(kind(files.read("/pipe")) == ErrorKind::invalid_input);
    CHECK(kind(files.read_at("/pipe", 0, 10)) == ErrorKind::invalid_input);
    CHECK(kind(files.read("/etc")) == ErrorKind::invalid_input);
    CHECK(kind(files.read("/etc/passwd/x")) == ErrorKind::not_found);
    CHECK(kind(files.list("/etc/passwd")) == ErrorKind::not_found);
    CHECK(kind(files.read_link("/etc/passwd")) == ErrorKind::invalid_input);
    CHECK(kind(files.read(std::string_view("/etc/passwd\0x", 13))) == ErrorKind::not_found);
    CHECK(kind(files.read("/" + std::string(5000, 'x'))) == ErrorKind::invalid_input);
  });
}

TEST_CASE("host files: what is larger than allowed is refused, its end can be read") {
  const Machine machine;
  put(machine.root / "log", std::string(5000, 'a') + "the end");
  both_ways(machine.root, [](const HostFiles& files) {
    CHECK(kind(files.read("/log", 5006)) == ErrorKind::limit);
    CHECK(files.read("/log", 5007).value().size() == 5007);
    CHECK(files.read_end("/log", 7).value() == "the end");
    CHECK(files.read_end("/log", 100'000).value().size() == 5007);
    CHECK(files.read_at("/log", 5004, 100).value() == "end");
    CHECK(files.read_at("/log", 0, 2).value() == "aa");
    CHECK(files.read_at("/log", 999'999, 2).value().empty());
    CHECK(kind(files.list("/", 2)) == ErrorKind::limit);
  });
}

TEST_CASE("host files: folders are listed in order with the facts of each entry") {
  const Machine machine;
  put(machine.root / "d/b", "12");
  put(machine.root / "d/a", "");
  REQUIRE(::chmod((machine.root / "d/b").c_str(), 04711) == 0);
  both_ways(machine.root, [](const HostFiles& files) {
    const auto entries = files.list("/d").value();
    REQUIRE(entries.size() == 2);
    CHECK(entries[0].name == "a");
    CHECK(entries[1].name == "b");
    CHECK(entries[1].facts.mode == 04711);
    CHECK(entries[1].facts.size == 2);
    CHECK(entries[1].facts == files.facts("/d/b").value());
    CHECK(files.list("/empty").value().empty());
    CHECK(kind(files.list("/missing")) == ErrorKind::not_found);
  });
}

TEST_CASE("host files: denied is not the same as not there") {
  if (::geteuid() == 0) {
    MESSAGE("skipped: root may read everything");
    return;
  }
  const Machine machine;
  put(machine.root / "shadow", "x");
  REQUIRE(::chmod((machine.root / "shadow").c_str(), 0) == 0);
  both_ways(machine.root, [](const HostFiles& files) { CHECK(kind(files.read("/shadow")) == ErrorKind::denied); });
}

TEST_CASE("host files: only the root of the running machine is live") {
  const Machine machine;
  CHECK(!HostFiles::open(machine.root).value().live());
  const HostFiles files = HostFiles::open().value();
  CHECK(files.live());
  CHECK(files.read("/proc/self/status").value().find("Pid:") != std::string::npos);
  CHECK(HostFiles::open_without_openat2("/").value().read("/proc/self/status").has_value());
  CHECK(kind(HostFiles::open(machine.root / "missing")) == ErrorKind::not_found);
  CHECK(kind(HostFiles::open(machine.root / "etc/passwd")) == ErrorKind::invalid_input);
}
