// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "base/text.h"
#include "reports/html/pack.h"
#include "reports/html/sections.h"

namespace ehdscan {
namespace {

/// Above this the data travel compressed: the page stays small enough for mail, and browsers unpack it themselves.
constexpr std::size_t kPlainBytes = std::size_t{2} << 20;

std::string json_text(std::string_view text) {
  return nlohmann::json(std::string(text)).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// One text column: the distinct values once, then their numbers. {"d":["a","b"],"i":[0,1,0]}
class TextColumn {
 public:
  void add(std::string_view value) {
    const auto [entry, is_new] = numbers_.try_emplace(std::string(value), numbers_.size());
    if (is_new) {
      dictionary_ += (dictionary_.empty() ? "" : ",") + json_text(value);
    }
    indexes_ += (indexes_.empty() ? "" : ",") + std::to_string(entry->second);
  }
  [[nodiscard]] std::string json() const { return "{\"d\":[" + dictionary_ + "],\"i\":[" + indexes_ + "]}"; }

 private:
  std::unordered_map<std::string, std::size_t> numbers_;
  std::string dictionary_;
  std::string indexes_;
};

struct Column {
  const char* name;
  std::function<std::string(const Finding&)> value;
};

const std::vector<Column>& text_columns() {
  static const std::vector<Column> kColumns{
      {"check", [](const Finding& f) { return f.check; }},
      {"verdict", [](const Finding& f) { return std::string(to_string(f.verdict)); }},
      {"platform", [](const Finding& f) { return f.resource.platform; }},
      {"type", [](const Finding& f) { return f.resource.type; }},
      {"resource", [](const Finding& f) { return f.resource.id; }},
      {"subject", [](const Finding& f) { return f.subject; }},
      {"message", [](const Finding& f) { return f.message; }},
      {"reason", [](const Finding& f) { return f.reason; }},
      {"target", [](const Finding& f) { return f.target; }},
      {"location", [](const Finding& f) { return f.location; }},
      {"line", [](const Finding& f) { return f.line == 0 ? std::string() : std::to_string(f.line); }},
      {"grade", [](const Finding& f) { return std::string(to_string(f.grade)); }},
      {"nature", [](const Finding& f) { return std::string(to_string(f.nature)); }},
      {"origin", [](const Finding& f) { return std::string(f.third_party ? "third party" : "own"); }},
  };
  return kColumns;
}

std::string checks_json(const ReportView& view) {
  nlohmann::ordered_json checks = nlohmann::ordered_json::object();
  for (const auto& [id, check] : view.checks()) {
    if (check.findings.empty()) continue;
    checks[to_valid_utf8(id)] = {
        {"title", std::string(check.check == nullptr ? id : std::string_view(check.check->title))},
        {"severity", std::string(to_string(check.severity))},
        {"controls", check.controls},
        {"domains", check.domains},
        {"about", anchor("about-", id)}};
  }
  return checks.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string data_json(const ReportView& view) {
  const std::vector<Finding>& findings = view.readiness().assessment.findings;
  const std::vector<std::size_t> order = view.findings_by_weight();
  std::string out = "{\"schema\":\"ehdscan-page/1\",\"rows\":" + std::to_string(order.size());
  out += ",\"site\":" + json_text(view.readiness().site) + ",\"checks\":" + checks_json(view) + ",\"columns\":{";
  for (const Column& column : text_columns()) {
    TextColumn values;
    for (const std::size_t i : order) values.add(column.value(findings[i]));
    out += json_text(column.name) + ":" + values.json() + ",";
  }
  // A permalink needs no more than 64 bits of the fingerprint; the JSON report has all of it.
  out += "\"fingerprint\":\"";
  for (const std::size_t i : order) out += finding_fingerprint(findings[i]).substr(0, 16);
  out += "\"}}";
  return out;
}

}  // namespace

Html data_block(const ReportView& view) {
  const std::string json = data_json(view);
  if (json.size() > kPlainBytes) {
    if (const Result<std::string> packed = gzip(json); packed) {
      return Html::trusted("<script type=\"application/json\" id=\"data\" data-encoding=\"gzip\">" + base64(*packed) +
                           "</script>\n");
    }
  }
  return Html::trusted("<script type=\"application/json\" id=\"data\">" + json_for_script(json) + "</script>\n");
}

}  // namespace ehdscan
