// SPDX-License-Identifier: Apache-2.0
#include "cli/baseline.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "base/module_path.h"
#include "crypto/digest.h"
#include "format/document.h"

namespace ehdscan {
namespace {

constexpr std::size_t kMaxReportBytes = std::size_t{512} << 20;

std::string_view text_at(const Node& node, std::string_view key) {
  const std::optional<Node> found = node.find(key);
  return found && found->is(Node::Kind::text) ? found->scalar() : std::string_view{};
}

std::string resource_key(std::string_view check, std::string_view nature, std::string_view platform,
                         std::string_view type, std::string_view id) {
  return fmt::format("{}\n{}\n{}\n{}\n{}", check, nature, platform, type, without_modules_in(id));
}

std::string said_key(const std::string& resource, std::string_view verdict, std::string_view message,
                     std::string_view reason) {
  return resource + "\n" + sha256_hex(without_modules_in(fmt::format("{}\n{}\n{}", verdict, message, reason)));
}

}  // namespace

std::string_view without_modules(std::string_view address) { return address.substr(module_prefix_length(address)); }

Result<Baseline> Baseline::read(const std::filesystem::path& file) {
  const Result<std::string> text = read_file(file, kMaxReportBytes);
  if (!text) return std::unexpected(text.error());
  const auto document = Document::parse_json(*text, file.string(),
                                             {.max_bytes = kMaxReportBytes, .max_depth = 32, .max_nodes = 60'000'000});
  if (!document) return std::unexpected(document.error());
  const Node root = (*document)->root();
  const auto findings = root.find("findings");
  const auto checks = root.find("checks");
  if (text_at(root, "schema") != "ehdscan-readiness/1" || !findings || !checks) {
    return std::unexpected(root.error("this is no JSON report of ehdscan", "give the report.json of an earlier run"));
  }
  Baseline baseline;
  for (std::size_t i = 0; i < findings->size(); ++i) {
    const Node finding = (*findings)[i];
    const std::optional<Node> resource = finding.find("resource");
    const std::optional<Node> evidence = finding.find("evidence");
    if (!resource || !evidence) return std::unexpected(finding.error("a finding without resource or evidence"));
    const std::string key =
        resource_key(text_at(finding, "check"), text_at(*evidence, "nature"), text_at(*resource, "platform"),
                     text_at(*resource, "type"), text_at(*resource, "id"));
    const std::string_view verdict = text_at(finding, "verdict");
    if (verdict == to_string(Verdict::not_applicable)) continue;
    ++baseline.said_[said_key(key, verdict, text_at(finding, "message"), text_at(finding, "reason"))];
    baseline.resources_.insert(key);
    if (verdict == to_string(Verdict::not_assessed)) baseline.unassessed_.insert(key);
  }
  for (std::size_t i = 0; i < checks->size(); ++i) {
    const std::optional<Node> collected = (*checks)[i].find("collected");
    if (collected && collected->as_boolean().value_or(false)) baseline.collected_.emplace(text_at((*checks)[i], "id"));
  }
  return baseline;
}

Baseline::Difference Baseline::compare(const Assessment& assessment) const {
  Difference difference;
  std::map<std::string, int> left = said_;
  for (std::size_t i = 0; i < assessment.findings.size(); ++i) {
    const Finding& finding = assessment.findings[i];
    if (finding.verdict == Verdict::not_applicable || finding.verdict == Verdict::pass) continue;
    const std::string key = resource_key(finding.check, to_string(finding.nature), finding.resource.platform,
                                         finding.resource.type, finding.resource.id);
    const auto said = left.find(said_key(key, to_string(finding.verdict), finding.message, finding.reason));
    if (said != left.end() && said->second > 0) {
      --said->second;
    } else if (finding.verdict == Verdict::not_assessed) {
      if (!unassessed_.contains(key)) difference.not_assessable.push_back(i);
    } else if (resources_.contains(key)) {
      difference.worse.push_back(i);
    } else {
      difference.fresh.push_back(i);
    }
  }
  for (const std::string& check : collected_) {
    const auto now = std::ranges::find(assessment.outcomes, check, &CheckOutcome::check);
    if (now == assessment.outcomes.end() || !now->collected) difference.lost_checks.push_back(check);
  }
  return difference;
}

}  // namespace ehdscan
