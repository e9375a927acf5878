// SPDX-License-Identifier: Apache-2.0
// Another way to write the same plan never changes a verdict; saying less, or that something is not known yet, never
// makes a fault disappear.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "collectors/terraform/terraform.h"
#include "evidence/tables/all.h"
#include "support/kube_scene.h"
#include "support/program.h"

using namespace ehdscan;
using test::Judged;

namespace {

using Json = nlohmann::ordered_json;

Json weak_plan() {
  return Json::parse(
      content_of(std::filesystem::path(EHDSCAN_SOURCE_DIR) / "tests/collectors/terraform/weak_plan.json"));
}

/// Checks that a plan can decide without declarations.
const std::vector<Check>& plan_checks() {
  static const std::vector<Check> checks = [] {
    const CollectorSpec terraform = terraform_collector();
    std::vector<Check> all;
    for (Check& check : load_checks({}).checks) {
      const bool filled = std::ranges::all_of(check.needs, [&](const Need& need) {
        const TableSpec* table = find_table(need.table);
        return std::ranges::find(terraform.tables, table) != terraform.tables.end() || table->is_derived();
      });
      if (filled && !check.id.starts_with("kube-")) all.push_back(std::move(check));
    }
    return all;
  }();
  return checks;
}

Judged judge(const Json& plan) {
  return test::judge_files(terraform_collector(), plan_checks(), {{"plan.json", plan.dump()}}, "plan.json");
}

/// What is said of every resource, with the path of a module taken off.
std::string text_of(const Judged& judged, const std::string& module = "") {
  std::set<std::string> lines;
  for (const auto& [check, resources] : judged.findings) {
    for (const auto& [resource, verdict] : resources) {
      std::string id = resource;
      for (std::size_t at = 0; !module.empty() && (at = id.find(module, at)) != std::string::npos;)
        id.erase(at, module.size());
      lines.insert(check + " " + id + " " + std::string(to_string(verdict)) + "\n");
    }
  }
  std::string all;
  for (const std::string& line : lines) all += line;
  return all;
}

Json reversed(const Json& value) {
  if (value.is_array()) {
    Json list = Json::array();
    for (const Json& item : value) list.push_back(reversed(item));
    return list;
  }
  if (!value.is_object()) return value;
  std::vector<std::string> keys;
  for (const auto& [key, item] : value.items()) keys.insert(keys.begin(), key);
  Json object = Json::object();
  for (const std::string& key : keys) object[key] = reversed(value[key]);
  return object;
}

/// Fails that are judged no more and count as passes now.
std::set<std::string> turned_to_pass(const Judged& before, const Judged& after) {
  std::set<std::string> turned;
  for (const auto& [check, resources] : before.findings) {
    for (const auto& [resource, verdict] : resources) {
      if (verdict != Verdict::fail) continue;
      const auto found = after.findings.find(check);
      const bool still = found != after.findings.end() && found->second.contains(resource);
      if (!still && after.counts.at(check).of(Verdict::pass) > before.counts.at(check).of(Verdict::pass))
        turned.insert(check + " " + resource);
    }
  }
  return turned;
}

void set_unknown(Json& change, const std::string& key) {
  change["change"]["after"].erase(key);
  change["change"]["after_unknown"][key] = true;
}

/// What is set by a value that is not known yet stands in the configuration.
void configure(Json& plan, const std::string& address, const std::string& key) {
  for (Json& block : plan["configuration"]["root_module"]["resources"]) {
    if (block["address"] == address) block["expressions"][key]["references"] = Json::array({"var.x"});
  }
}

}  // namespace

TEST_CASE("terraform: the weak plan fails in every check that a plan alone decides") {
  const Judged weak = judge(weak_plan());
  for (const char* check :
       {"group-rules-open-no-sensitive-port", "volumes-encrypted", "databases-encrypted", "databases-not-public",
        "shares-and-databases-encrypted", "networks-shared-with-no-other-project", "no-grant-to-everyone",
        "instance-metadata-needs-token", "platform-keys-rotate", "public-access-guard-on"}) {
    CAPTURE(std::string(check));
    CHECK(weak.fails(check));
  }
  CHECK(weak.of("group-rules-open-no-sensitive-port", Verdict::fail).size() == 5);
}

TEST_CASE("terraform: keys and resources in another order, and everything in a module, say the same") {
  const Json plan = weak_plan();
  const std::string wanted = text_of(judge(plan));
  CHECK(text_of(judge(reversed(plan))) == wanted);
  Json turned = plan;
  std::reverse(turned["resource_changes"].begin(), turned["resource_changes"].end());
  CHECK(text_of(judge(turned)) == wanted);
  for (const std::string module : {"module.a.", "module.a[\"x.y\"]."}) {
    Json moved = plan;
    for (Json& change : moved["resource_changes"]) change["address"] = module + change["address"].get<std::string>();
    const Json inner = moved["configuration"]["root_module"];
    moved["configuration"]["root_module"] = Json::object();
    moved["configuration"]["root_module"]["module_calls"]["a"]["module"] = inner;
    CHECK(text_of(judge(moved), module) == wanted);
  }
}

TEST_CASE("terraform: deleting an attribute makes a fault disappear only where its absence is the platform's default") {
  // By the documentation of provider and platform nothing is shared, open or public where these are left out, or what
  // they name is taken away itself.
  const std::set<std::string> absence_is_good{
      "shared",        "policy", "ingress", "security_rule", "publicly_accessible",
      "source_ranges", "allow",  "network", "cidr_ipv4"};
  const Json plan = weak_plan();
  const Judged before = judge(plan);
  std::size_t deleted = 0;
  for (std::size_t i = 0; i < plan["resource_changes"].size(); ++i) {
    const Json after = plan["resource_changes"][i]["change"]["after"];
    for (const auto& [key, value] : after.items()) {
      Json changed = plan;
      changed["resource_changes"][i]["change"]["after"].erase(key);
      ++deleted;
      const auto turned = turned_to_pass(before, judge(changed));
      INFO(plan["resource_changes"][i]["address"].get<std::string>()
           << " " << key << ": " << (turned.empty() ? "" : *turned.begin()));
      CHECK((turned.empty() || absence_is_good.contains(key)));
    }
  }
  CHECK(deleted > 100);
}

TEST_CASE("terraform: what is not known before apply never passes") {
  const Json plan = weak_plan();
  const Judged before = judge(plan);
  std::size_t replaced = 0;
  for (std::size_t i = 0; i < plan["resource_changes"].size(); ++i) {
    const Json after = plan["resource_changes"][i]["change"]["after"];
    for (const auto& [key, value] : after.items()) {
      Json changed = plan;
      set_unknown(changed["resource_changes"][i], key);
      configure(changed, plan["resource_changes"][i]["address"], key);
      const Judged now = judge(changed);
      INFO(plan["resource_changes"][i]["address"].get<std::string>() << " " << key);
      CHECK(turned_to_pass(before, now).empty());
      for (const auto& [check, counts] : now.counts) {
        CAPTURE(check);
        CHECK(counts.of(Verdict::pass) <= before.counts.at(check).of(Verdict::pass));
      }
      ++replaced;
    }
  }
  CHECK(replaced > 100);
}
