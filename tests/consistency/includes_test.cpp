// SPDX-License-Identifier: Apache-2.0
// Data flows one way: a folder includes itself and those before it in the list, never up, never sideways between
// collectors; and foreign libraries stay where they belong.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace {

const std::filesystem::path kRoot = EHDSCAN_SOURCE_DIR;
const std::vector<std::string> kOrder{"base",     "model",   "format",   "crypto",     "net",
                                      "evidence", "content", "manifest", "collectors", "derive",
                                      "engine",   "scoring", "compare",  "reports",    "cli"};

struct Include {
  std::filesystem::path file;  ///< relative to the project
  std::string folder;          ///< "engine", "reports"
  std::string path;            ///< as written
  bool quoted = false;
};

std::vector<Include> all_includes() {
  std::vector<Include> includes;
  for (const char* top : {"scanner", "reports"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(kRoot / top)) {
      const std::string extension = entry.path().extension();
      if (extension != ".h" && extension != ".cpp") continue;
      const std::filesystem::path file = std::filesystem::relative(entry.path(), kRoot);
      const std::string folder = std::string(top) == "reports" ? "reports" : std::next(file.begin())->string();
      std::ifstream stream(entry.path());
      for (std::string line; std::getline(stream, line);) {
        if (!line.starts_with("#include ")) continue;
        const std::size_t end = line.find_last_of("\">");
        includes.push_back({file, folder, line.substr(10, end - 10), line[9] == '"'});
      }
    }
  }
  return includes;
}

std::string folder_of(const std::string& path) { return path.substr(0, path.find('/')); }

}  // namespace

TEST_CASE("includes: folders use only what stands below them") {
  const std::vector<Include> includes = all_includes();
  REQUIRE(includes.size() > 500);
  for (const Include& include : includes) {
    if (!include.quoted || include.folder == "main.cpp") continue;
    const auto from = std::ranges::find(kOrder, include.folder);
    const auto to = std::ranges::find(kOrder, folder_of(include.path));
    REQUIRE_MESSAGE(from != kOrder.end(), include.file.string(), ": folder is not in the list");
    REQUIRE_MESSAGE(to != kOrder.end(), include.file.string(), " includes ", include.path,
                    " from no folder of the list");
    CHECK_MESSAGE(to <= from, include.file.string(), " includes ", include.path, ": that is upwards");
  }
}

TEST_CASE("includes: no collector knows another") {
  for (const Include& include : all_includes()) {
    if (!include.quoted || include.folder != "collectors" || folder_of(include.path) != "collectors") continue;
    const auto owner = std::filesystem::path(include.file).lexically_relative("scanner/collectors");
    const std::string mine = std::distance(owner.begin(), owner.end()) > 1 ? owner.begin()->string() : std::string();
    const auto other = std::filesystem::path(include.path).lexically_relative("collectors");
    const std::string theirs = std::distance(other.begin(), other.end()) > 1 ? other.begin()->string() : std::string();
    if (mine.empty() || theirs.empty()) continue;  // the list of collectors, and what all share
    CHECK_MESSAGE(mine == theirs, include.file.string(), " includes ", include.path);
  }
}

TEST_CASE("includes: foreign libraries stay in their folders") {
  const std::map<std::string, std::set<std::string>> homes{
      {"yaml.h", {"format"}},   {"simdjson.h", {"format"}},         {"sqlite3.h", {"evidence", "engine"}},
      {"CLI/CLI.hpp", {"cli"}}, {"nlohmann/json.hpp", {"reports"}}, {"zlib.h", {"reports", "collectors"}},
      {"utf8proc.h", {"base"}}, {"lz4frame.h", {"collectors"}},     {"curl/curl.h", {"net"}}};
  for (const Include& include : all_includes()) {
    if (include.quoted) continue;
    if (include.path.starts_with("openssl/")) {
      CHECK_MESSAGE((include.folder == "crypto" || include.folder == "net"), include.file.string(), " includes ",
                    include.path);
    }
    if (include.path.starts_with("asio"))
      CHECK_MESSAGE(include.folder == "net", include.file.string(), " includes ", include.path);
    const auto home = homes.find(include.path);
    if (home == homes.end()) continue;
    CHECK_MESSAGE(home->second.contains(include.folder), include.file.string(), " includes ", include.path);
    CHECK_MESSAGE((include.file.extension() != ".h" || include.path == "sqlite3.h" || include.folder == "cli"),
                  "a header leaks ", include.path);
  }
}

TEST_CASE("sources: every file says under which licence it stands") {
  for (const char* top : {"scanner", "reports", "tests"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(kRoot / top)) {
      const std::string extension = entry.path().extension();
      if (extension != ".h" && extension != ".cpp" && extension != ".ts") continue;
      if (entry.path().string().find("node_modules") != std::string::npos) continue;
      std::ifstream stream(entry.path());
      std::string line;
      std::getline(stream, line);
      CHECK_MESSAGE(line == "// SPDX-License-Identifier: Apache-2.0", entry.path().string());
    }
  }
}
