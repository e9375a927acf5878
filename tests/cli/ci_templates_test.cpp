// SPDX-License-Identifier: Apache-2.0
// The templates of docs/ci, executed as far as that goes without their platforms: the very commands that stand in them.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include "format/document.h"
#include "support/program.h"

using namespace ehdscan;

namespace {

const std::filesystem::path kTemplates = std::filesystem::path(EHDSCAN_SOURCE_DIR) / "docs/ci";

/// A repository with one manifest, in which `ehdscan` is the program under test.
class Checkout {
 public:
  explicit Checkout(const std::string& sample) {
    std::filesystem::copy_file(std::filesystem::path(EHDSCAN_SOURCE_DIR) / "tests/collectors/kubernetes" / sample, folder_.path / "m.yaml");
    std::ofstream(folder_.path / "site.yaml") << "site: n\ncountry: FI\ntargets:\n  - kubernetes: m.yaml\n";
    std::filesystem::create_directory(folder_.path / "bin");
    std::filesystem::create_symlink(EHDSCAN_PROGRAM, folder_.path / "bin/ehdscan");
  }

  /// Exit code of a script as the platforms run it: bash, stopping at the first error.
  int run(const std::string& script) const {
    std::ofstream(folder_.path / "step.sh") << script;
    const std::string command = "cd '" + folder_.path.string() + "' && PATH=\"$PWD/bin:$PATH\" GITHUB_STEP_SUMMARY=\"$PWD/step-summary\" "
                                "bash -e step.sh >out 2>error";
    const int status = std::system(command.c_str());  // NOLINT(cert-env33-c)
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  [[nodiscard]] std::string read(const std::string& name) const { return content_of(folder_.path / name); }

 private:
  TemporaryFolder folder_;
};

std::shared_ptr<const Document> parsed(const std::string& name) {
  const auto document = Document::read(kTemplates / name);
  REQUIRE_MESSAGE(document, document.error().message);
  return *document;
}

}  // namespace

TEST_CASE("docs/ci: the step of GitHub Actions fails the job, annotates, and leaves summary and SARIF") {
  const auto document = parsed("github-actions.yaml");
  const Node steps = *document->root().find("jobs")->find("gate")->find("steps");
  std::string script;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (const auto run = steps[i].find("run")) script = run->scalar();
  }
  REQUIRE(!script.empty());
  const Checkout weak("weak.yaml");
  CHECK(weak.run(script) == 1);
  CHECK(weak.read("out").find("::error ") != std::string::npos);
  CHECK(weak.read("step-summary").find("kube-") != std::string::npos);
  const auto sarif = nlohmann::json::parse(weak.read("ehdscan.sarif"));
  CHECK(sarif["runs"][0]["results"].size() > 10);
  // Manifests never show everything, so a clean repository says `incomplete` and not that all is well.
  const Checkout hardened("hardened.yaml");
  CHECK(hardened.run(script) == 3);
  CHECK(hardened.read("out").find("::error ") == std::string::npos);
}

TEST_CASE("docs/ci: the job of GitLab leaves both of its reports where it says") {
  const auto document = parsed("gitlab-ci.yaml");
  const Node job = *document->root().find("ehdscan");
  const Node lines = *job.find("script");
  std::string script;
  for (std::size_t i = 0; i < lines.size(); ++i) script += std::string(lines[i].scalar()) + "\n";
  const Checkout weak("weak.yaml");
  CHECK(weak.run(script) == 1);
  const Node reports = *job.find("artifacts")->find("reports");
  CHECK(nlohmann::json::parse(weak.read(std::string(reports.find("codequality")->scalar()))).size() > 10);
  pugi::xml_document junit;
  CHECK(junit.load_string(weak.read(std::string(reports.find("junit")->scalar())).c_str()));
}

TEST_CASE("docs/ci: the hook of pre-commit runs the gate") {
  const auto document = parsed("pre-commit-hooks.yaml");
  const Checkout weak("weak.yaml");
  CHECK(weak.run(std::string(document->root()[0].find("entry")->scalar())) == 1);
}
