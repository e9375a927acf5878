// SPDX-License-Identifier: Apache-2.0
#include "manifest/site.h"

#include <doctest/doctest.h>

#include <array>
#include <fstream>

#include "base/diagnostic.h"
#include "support/temporary_folder.h"

using namespace ehdscan;

namespace {

constexpr std::array<std::string_view, 6> kCollectors{"kubernetes",      "linux_host", "openstack",
                                                      "permit_register", "terraform",  "tls"};
constexpr std::string_view kHead = "site: fi-node-1\ncountry: FI\n";

Result<Site> parse(std::string_view text) {
  auto document = Document::parse_yaml(text, "site.yaml");
  if (!document) return std::unexpected(document.error());
  return parse_site(*document, "/etc/node", kCollectors);
}

std::string message(std::string_view targets) {
  const Result<Site> site = parse(std::string(kHead) + "targets:\n" + std::string(targets));
  return site ? "loaded" : render(site.error());
}

}  // namespace

TEST_CASE("site: an unknown collector is refused with its place and a guess") {
  CHECK(message("  - linux_hots: local\n") ==
        "error: unknown collector `linux_hots`\n"
        "  --> site.yaml:4:5\n"
        "   |\n"
        " 4 |   - linux_hots: local\n"
        "   |     ^\n"
        "  hint: did you mean `linux_host`?\n");
  CHECK(message("  - zfs: local\n")
            .ends_with("hint: collectors: kubernetes, linux_host, openstack, permit_register, terraform, tls\n"));
}

TEST_CASE("site: a site without targets is refused") {
  CHECK(message("  []\n").starts_with("error: a site needs a list of at least one target\n  --> site.yaml:4:3\n"));
  CHECK(message("").starts_with("error: a site needs a list of at least one target\n"));
  CHECK(message("  {linux_host: local}\n").starts_with("error: a site needs a list of at least one target\n"));
  CHECK(render(parse(kHead).error()).starts_with("error: missing key `targets`\n"));
}

TEST_CASE("site: malformed targets are refused") {
  CHECK(message("  - linux_host\n") ==
        "error: a target is a collector and what it reads\n"
        "  --> site.yaml:4:5\n"
        "   |\n"
        " 4 |   - linux_host\n"
        "   |     ^\n"
        "  hint: write `- linux_host: …`\n");
  CHECK(message("  - {linux_host: local, tls: a:1}\n")
            .starts_with("error: a second collector in one target, after `linux_host`\n  --> site.yaml:4:25\n"));
  CHECK(message("  - {name: x}\n").starts_with("error: this target names no collector\n"));
  CHECK(message("  - {}\n").starts_with("error: this target names no collector\n"));
  CHECK(message("  - [linux_host]\n").starts_with("error: a target is a collector and what it reads\n"));
  CHECK(message("  - {linux_host: local, name: 5}\n").starts_with("error: expected a text, found the number `5`\n"));
  CHECK(message("  - {linux_host: local, name: ''}\n").starts_with("error: this is not a name for a target\n"));
  CHECK(message("  - {linux_host: local, name: \"a\\eb\"}\n").starts_with("error: this is not a name for a target\n"));
  CHECK(message("  - {declarations: d.yaml}\n").starts_with("error: declarations are not a target\n"));
}

TEST_CASE("site: a name used twice is refused at its second place") {
  CHECK(message("  - linux_host: local\n  - linux_host: local\n") ==
        "error: two targets are called `linux_host:local`\n"
        "  --> site.yaml:5:5\n"
        "   |\n"
        " 5 |   - linux_host: local\n"
        "   |     ^\n"
        "  hint: the first stands at line 4; give this one another `name:`\n");
  CHECK(message("  - {linux_host: local, name: a}\n  - {tls: x:1, name: a}\n")
            .starts_with("error: two targets are called `a`\n  --> site.yaml:5:22\n"));
  CHECK(message("  - linux_host: local\n  - {linux_host: local, name: again}\n") == "loaded");
}

TEST_CASE("site: wrong keys and values at the top are refused") {
  const auto refused = [](std::string_view text) { return parse(text).error().message; };
  CHECK(refused("site: a\ncountry: FI\ntarget: []\n") == "unknown key `target`");
  CHECK(refused("country: FI\ntargets: []\n") == "missing key `site`");
  CHECK(refused("site: a\ntargets: []\n") == "missing key `country`");
  CHECK(refused("site: a b\ncountry: FI\n") == "`a b` is not a site id");
  CHECK(refused("site: 1\ncountry: FI\n") == "expected a text, found the number `1`");
  CHECK(refused("site: a\ncountry: Finland\n") == "`Finland` is not a country code");
  CHECK(refused("site: a\ncountry: fi\n") == "`fi` is not a country code");
  CHECK(refused("- a\n") == "expected a mapping, found a list");
  CHECK(refused("site: a\ncountry: FI\ndeclarations: [x]\n") == "expected a text, found a list");
}

TEST_CASE("site: Norway is a country") {
  const auto site = parse("site: no-node\ncountry: NO\ntargets: [linux_host: local]\n");
  REQUIRE(site);
  CHECK(site->country == "NO");
}

TEST_CASE("site: targets keep their order, names come from collector and option") {
  const auto site = parse(std::string(kHead) +
                          "declarations: declarations.yaml\n"
                          "targets:\n"
                          "  - linux_host: local\n"
                          "  - linux_host: {root: /mnt/image}\n"
                          "  - openstack: {cloud: node}\n"
                          "    name: cloud\n"
                          "  - terraform: plan.json\n"
                          "  - kubernetes: [manifests/, rendered.yaml]\n"
                          "  - tls: [{host: sftp.node.example, port: 22}, 'api:443', x]\n"
                          "  - permit_register:\n");
  if (!site) FAIL(render(site.error()));
  std::vector<std::string> names;
  for (const Target& target : site->targets) names.push_back(target.name);
  CHECK(names == std::vector<std::string>{"declarations", "linux_host:local", "linux_host:/mnt/image", "cloud",
                                          "terraform:plan.json", "kubernetes:manifests/+1", "tls:sftp.node.example+2",
                                          "permit_register"});
  CHECK(site->targets[0].collector == "declarations");
  CHECK(site->targets[0].resolve(site->targets[0].options->scalar()) == "/etc/node/declarations.yaml");
  CHECK(site->targets[0].resolve("/abs/x") == "/abs/x");
  CHECK(site->targets[2].options->find("root")->scalar() == "/mnt/image");
  CHECK(site->targets[3].place == Place{"site.yaml", 7, 5});
  CHECK(site->targets[7].options->is(Node::Kind::null));
}

TEST_CASE("site: long options make short names of whole characters") {
  std::string path;
  for (int i = 0; i < 200; ++i) path += "ü";
  const auto site = parse(std::string(kHead) + "targets:\n  - terraform: " + path + "\n");
  REQUIRE(site);
  CHECK(site->targets[0].name.size() <= 128);
  CHECK(site->targets[0].name.ends_with("ü"));
}

TEST_CASE("site: a file is loaded with paths against its own folder") {
  const TemporaryFolder folder;
  const auto file = folder.path / "site.yaml";
  CHECK(load_site(file, kCollectors).error().kind == ErrorKind::not_found);
  std::ofstream(file) << kHead << "targets:\n  - terraform: plan.json\n";
  const auto site = load_site(file, kCollectors);
  REQUIRE(site);
  CHECK(site->file == file);
  CHECK(site->targets[0].resolve("plan.json") == folder.path / "plan.json");
  CHECK(site->targets[0].resolve("../x") == folder.path.parent_path() / "x");
}
