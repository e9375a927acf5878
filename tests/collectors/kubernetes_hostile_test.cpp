// SPDX-License-Identifier: Apache-2.0
// Files that are no good manifests: a clear error with a place, the other objects still read, and never a whole table.
#include <doctest/doctest.h>

#include <chrono>

#include "support/kube_scene.h"
#include "support/program.h"

using namespace ehdscan;
using test::judge_cluster;
using test::Judged;

namespace {

const std::string kGood = "apiVersion: v1\nkind: Namespace\nmetadata: {name: good}\n";

/// Reads the bad file beside a good one.
Judged beside_good(const std::string& bad) {
  return judge_cluster({{"a.yaml", kGood}, {"b.yaml", bad}}, "[a.yaml, b.yaml]");
}

std::string bomb() {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int j = 0; j < 8; ++j) text += ", " + before;
    text += "]\n";
  }
  return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bomb}\ndata:\n  " + text.replace(text.size() - 1, 1, "\n");
}

std::string utf16(std::string_view text) {
  std::string wide = "\xFF\xFE";
  for (const char c : text) {
    wide += c;
    wide += '\0';
  }
  return wide;
}

std::string pod_with(const std::string& spec) {
  return "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n" + spec;
}

}  // namespace

TEST_CASE("kubernetes: a bad file leaves the good one judged and no table complete") {
  std::string deep = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: ";
  for (int i = 0; i < 1000; ++i) deep += "{a: ";
  deep += "1" + std::string(1000, '}') + "\n";
  const std::map<std::string, std::string> bad{
      {"aliases that grow", bomb()},
      {"tabs", "apiVersion: v1\nkind: Pod\nmetadata:\n\tname: p\n"},
      {"UTF-16", utf16(kGood)},
      {"a key twice", pod_with("  hostNetwork: true\n  hostNetwork: false\n  containers: [{name: a, image: i}]\n")},
      {"a thousand levels", deep},
      {"a program", std::string("\x7f"
                                "ELF\x02\x01\x01\0\0\0\0",
                                11)},
      {"no Unicode", "apiVersion: v1\nkind: Pod\nmetadata: {name: \"\xC3\x28\"}\n"},
      {"a template", "apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Values.name }}}\n"},
      {"cut off", "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {"},
      {"a pod without containers", pod_with("  hostNetwork: true\n")},
      {"a list of texts", "- a\n- b\n"},
      {"a tag", "apiVersion: !!python/object:os.system v1\nkind: Pod\n"},
  };
  for (const auto& [what, text] : bad) {
    INFO(what);
    const Judged judged = beside_good(text);
    CHECK_FALSE(judged.refused);
    CHECK(judged.states.at("kube_namespace") == "partial");
    CHECK(judged.of("kube-namespaces-enforce-restricted", Verdict::fail).size() == 1);
    const Judged alone = judge_cluster({{"b.yaml", text}}, "[b.yaml]");
    if (alone.refused) {
      CHECK(alone.refused->message.find("b.yaml") != std::string::npos);
    } else {
      CHECK(alone.states.at("kube_workload") == "partial");
    }
  }
}

TEST_CASE("kubernetes: harmless peculiarities are read") {
  const std::string pod = pod_with("  hostNetwork: yes\n  containers:\n  - {name: a, image: i}\n");
  std::string windows;
  for (const char c : pod) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
  for (const std::string& text :
       {pod, windows, "\xEF\xBB\xBF" + pod, "---\n---\n# only a comment\n---\n" + pod + "...\n", "\n\n" + pod}) {
    const Judged judged = judge_cluster({{"m.yaml", text}}, "[m.yaml]");
    CHECK_FALSE(judged.refused);
    CHECK(judged.states.at("kube_workload") == "complete");
    // `yes` is what YAML 1.1 and with it the client take for true.
    CHECK(judged.fails("kube-workloads-apart-from-node"));
  }
}

TEST_CASE("kubernetes: a line of a hundred megabytes takes bounded time and memory") {
  std::string text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: long}\ndata:\n  a: \"";
  text.append(std::size_t{100} << 20, 'x');
  text += "\"\n";
  const auto begin = std::chrono::steady_clock::now();
  const Judged judged = judge_cluster({{"m.yaml", text}}, "[m.yaml]");
  CHECK_FALSE(judged.refused);
  CHECK(judged.states.at("pattern_scan") == "complete");
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(60));
}

TEST_CASE("kubernetes: nothing changes with the number of objects in a file") {
  // Around the places where others switch to a poorer reading.
  std::string text;
  for (int i = 0; i < 3000; ++i) text += "---\n" + kGood.substr(0, kGood.size() - 6) + "n" + std::to_string(i) + "}\n";
  text +=
      "---\napiVersion: v1\nkind: Pod\nmetadata: {name: last, namespace: n1}\nspec: {hostPID: true, containers: "
      "[{name: a, image: i}]}\n";
  const Judged judged = judge_cluster({{"m.yaml", text}}, "[m.yaml]");
  CHECK(judged.counts.at("kube-namespaces-enforce-restricted").of(Verdict::fail) == 3000);
  CHECK(judged.of("kube-workloads-apart-from-node", Verdict::fail) == std::set<std::string>{"k/n1/Pod/last"});
}

TEST_CASE("kubernetes: secrets in manifests are in no output, in any format") {
  const TemporaryFolder folder;
  const std::filesystem::path sample =
      std::filesystem::path(EHDSCAN_SOURCE_DIR) / "tests/collectors/kubernetes/weak.yaml";
  std::filesystem::copy_file(sample, folder.path / "m.yaml");
  // Broken files quote the line of the mistake: it must not be one that holds a value.
  std::ofstream(folder.path / "broken.yaml")
      << "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  password: CANARY-77aa01\n  other: [\n";
  std::ofstream(folder.path / "site.yaml") << "site: n\ncountry: FI\ntargets:\n  - kubernetes: [m.yaml, broken.yaml]\n";
  std::vector<std::string> arguments{"gate", (folder.path / "site.yaml").string(), "--out",
                                     (folder.path / "out").string()};
  const std::vector<std::string> formats{"json", "html", "sarif", "junit", "gitlab", "github", "markdown", "csv"};
  for (const std::string& format : formats) {
    arguments.emplace_back("--format");
    arguments.push_back(format + "=" + (folder.path / ("out." + format)).string());
  }
  const ProgramRun run = run_program_with(arguments);
  CHECK(run.code == 1);  // what was read has faults; without them the broken file alone is 3
  CHECK((run.out + run.error).find("CANARY") == std::string::npos);
  for (const std::string& format : formats) {
    INFO(format);
    const std::string text = content_of(folder.path / ("out." + format));
    CHECK(!text.empty());
    CHECK(text.find("CANARY") == std::string::npos);
    CHECK(text.find("hunter2") == std::string::npos);
  }
}
