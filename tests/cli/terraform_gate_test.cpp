// SPDX-License-Identifier: Apache-2.0
// The gate over Terraform plans: one situation in every form gives one verdict, and nothing secret comes out.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "support/program.h"

namespace {

using Json = nlohmann::json;

struct Gate {
  TemporaryFolder folder;

  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((folder.path / name).parent_path());
    std::ofstream(folder.path / name, std::ios::binary) << text;
  }
  [[nodiscard]] ProgramRun run(std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments{"gate", (folder.path / "site.yaml").string(), "--format",
                                       "json=" + (folder.path / "report.json").string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_program_with(arguments);
  }
  [[nodiscard]] Json report() const { return Json::parse(content_of(folder.path / "report.json")); }
  /// fail if any resource fails, else not_assessed if any is, else pass.
  [[nodiscard]] std::string verdict(const std::string& check) const {
    std::set<std::string> said;
    const Json whole = report();
    for (const Json& finding : whole["findings"]) {
      if (finding["check"] == check) said.insert(finding["verdict"].get<std::string>());
    }
    for (const char* word : {"fail", "not_assessed", "not_applicable"}) {
      if (said.contains(word)) return word;
    }
    return "pass";
  }
};

Json created(const std::string& type, const Json& after, const Json& unknown = {{"id", true}}) {
  return {{"address", type + ".x"},
          {"mode", "managed"},
          {"type", type},
          {"name", "x"},
          {"change", {{"actions", {"create"}}, {"before", nullptr}, {"after", after}, {"after_unknown", unknown}}}};
}

Json block(const std::string& type, const std::map<std::string, std::string>& references) {
  Json expressions = Json::object();
  for (const auto& [attribute, target] : references)
    expressions[attribute] = {{"references", {target + ".id", target}}};
  return {{"address", type + ".x"}, {"mode", "managed"}, {"type", type}, {"name", "x"}, {"expressions", expressions}};
}

Json plan_of(const std::vector<Json>& changes, const std::vector<Json>& blocks = {}) {
  return {{"format_version", "1.2"},
          {"terraform_version", "1.9.5"},
          {"resource_changes", changes},
          {"configuration", {{"root_module", {{"resources", blocks}}}}}};
}

constexpr const char* kSite = "site: n\ncountry: FI\ntargets:\n  - terraform: plan.json\n    name: t\n";

/// A rule for SSH from `prefix` (null: known only at apply) in the plan of each provider.
std::map<std::string, Json> ssh_from(const Json& prefix) {
  const bool known = !prefix.is_null();
  const auto list = [&](const Json& one) { return known ? Json::array({one}) : Json(nullptr); };
  std::map<std::string, Json> forms;
  {
    Json rule{{"direction", "ingress"},
              {"ethertype", "IPv4"},
              {"protocol", "tcp"},
              {"port_range_min", 22},
              {"port_range_max", 22},
              {"remote_group_id", nullptr},
              {"remote_address_group_id", nullptr}};
    Json unknown{{"id", true}, {"security_group_id", true}};
    if (known) rule["remote_ip_prefix"] = prefix;
    if (!known) unknown["remote_ip_prefix"] = true;
    forms["openstack"] =
        plan_of({created("openstack_networking_secgroup_v2",
                         {{"name", "g"}, {"delete_default_rules", true}, {"stateful", true}}),
                 created("openstack_networking_secgroup_rule_v2", rule, unknown)},
                {block("openstack_networking_secgroup_rule_v2",
                       {{"security_group_id", "openstack_networking_secgroup_v2.x"}, {"remote_ip_prefix", "local"}})});
  }
  {
    Json rule{{"cidr_ipv6", nullptr},  {"prefix_list_id", nullptr}, {"referenced_security_group_id", nullptr},
              {"ip_protocol", "tcp"},  {"from_port", 22},           {"to_port", 22},
              {"description", nullptr}};
    Json unknown{{"id", true}, {"security_group_id", true}};
    if (known) rule["cidr_ipv4"] = prefix;
    if (!known) unknown["cidr_ipv4"] = true;
    forms["aws, alone"] =
        plan_of({created("aws_security_group", {{"name", "g"}}, {{"id", true}, {"ingress", true}, {"egress", true}}),
                 created("aws_vpc_security_group_ingress_rule", rule, unknown)},
                {block("aws_vpc_security_group_ingress_rule",
                       {{"security_group_id", "aws_security_group.x"}, {"cidr_ipv4", "local"}})});
    Json inside{{"ipv6_cidr_blocks", Json::array()},
                {"prefix_list_ids", Json::array()},
                {"security_groups", Json::array()},
                {"self", false},
                {"protocol", "tcp"},
                {"from_port", 22},
                {"to_port", 22},
                {"description", ""}};
    Json hidden = Json::object();
    if (known) inside["cidr_blocks"] = list(prefix);
    if (!known) hidden["cidr_blocks"] = true;
    forms["aws, inside"] =
        plan_of({created("aws_security_group", {{"name", "g"}, {"ingress", {inside}}, {"egress", Json::array()}},
                         {{"id", true}, {"ingress", {hidden}}})});
  }
  {
    Json rule{{"name", "ssh"},
              {"direction", "Inbound"},
              {"access", "Allow"},
              {"priority", 100},
              {"protocol", "Tcp"},
              {"destination_port_range", "22"},
              {"destination_port_ranges", Json::array()},
              {"source_address_prefixes", Json::array()},
              {"source_application_security_group_ids", Json::array()}};
    Json hidden = Json::object();
    if (known) rule["source_address_prefix"] = prefix;
    if (!known) hidden["source_address_prefix"] = true;
    forms["azurerm"] = plan_of(
        {created("azurerm_network_security_group",
                 {{"name", "g"}, {"resource_group_name", "r"}, {"location", "northeurope"}, {"security_rule", {rule}}},
                 {{"id", true}, {"security_rule", {hidden}}})});
  }
  {
    Json rule{{"name", "ssh"},          {"network", "g"},
              {"direction", "INGRESS"}, {"disabled", false},
              {"priority", 1000},       {"allow", {{{"protocol", "tcp"}, {"ports", {"22"}}}}},
              {"deny", Json::array()},  {"target_tags", nullptr},
              {"source_tags", nullptr}, {"source_service_accounts", nullptr}};
    Json unknown{{"id", true}};
    if (known) rule["source_ranges"] = list(prefix);
    if (!known) unknown["source_ranges"] = true;
    forms["google"] =
        plan_of({created("google_compute_network", {{"name", "g"}}), created("google_compute_firewall", rule, unknown)},
                {block("google_compute_firewall", {{"source_ranges", "local"}})});
  }
  return forms;
}

std::string live_openstack(const std::string& prefix) {
  const Json rule{{"id", "r1"},
                  {"security_group_id", "g1"},
                  {"project_id", "p"},
                  {"direction", "ingress"},
                  {"ethertype", "IPv4"},
                  {"protocol", "tcp"},
                  {"port_range_min", 22},
                  {"port_range_max", 22},
                  {"remote_ip_prefix", prefix},
                  {"remote_group_id", nullptr}};
  return Json{
      {"security_groups",
       {{{"id", "g1"}, {"name", "g"}, {"project_id", "p"}, {"stateful", true}, {"security_group_rules", {rule}}}}}}
      .dump();
}

constexpr const char* kSshCheck = "group-rules-open-no-sensitive-port";

}  // namespace

TEST_CASE("terraform gate: SSH from somewhere has one verdict in every form") {
  for (const auto& [prefix, wanted] : {std::pair{Json("0.0.0.0/0"), "fail"},
                                       {Json("9.9.9.0/24"), "fail"},
                                       {Json("10.0.0.0/8"), "pass"},
                                       {Json(nullptr), "not_assessed"}}) {
    for (const auto& [form, plan] : ssh_from(prefix)) {
      const Gate gate;
      gate.write("site.yaml", kSite);
      gate.write("plan.json", plan.dump());
      const ProgramRun run = gate.run();
      CAPTURE(form);
      CAPTURE(prefix.dump());
      CAPTURE(run.error);
      CHECK(gate.verdict(kSshCheck) == wanted);
      CHECK(run.code == (std::string(wanted) == "fail" ? 1 : 0));
    }
    if (prefix.is_null()) continue;
    const Gate live;
    live.write(
        "site.yaml",
        "site: n\ncountry: FI\ntargets:\n  - openstack_export: {path: export, all_projects: true}\n    name: t\n");
    live.write("export/groups.json", live_openstack(prefix));
    live.write("export/address_groups.json", R"({"address_groups": []})");
    const ProgramRun run = live.run();
    CAPTURE(run.error);
    CAPTURE(prefix.dump());
    CHECK(live.verdict(kSshCheck) == wanted);
  }
}

TEST_CASE("terraform gate: deleting a value never turns a failure into a pass, and an unknown one never passes") {
  for (const auto& [form, plan] : ssh_from("0.0.0.0/0")) {
    if (form != "openstack" && form != "google") continue;  // each run of the program takes its time
    for (std::size_t i = 0; i < plan["resource_changes"].size(); ++i) {
      const Json after = plan["resource_changes"][i]["change"]["after"];
      for (const auto& [key, value] : after.items()) {
        if (key == "name" || key == "delete_default_rules" || key == "stateful" || key == "egress") continue;
        for (const bool unknown : {false, true}) {
          Json changed = plan;
          Json& change = changed["resource_changes"][i]["change"];
          change["after"].erase(key);
          if (unknown) change["after_unknown"][key] = true;
          // What the configuration sets can become unknown; what it leaves out cannot.
          for (Json& resource : changed["configuration"]["root_module"]["resources"])
            resource["expressions"][key] = Json::object();
          const Gate gate;
          gate.write("site.yaml", kSite);
          gate.write("plan.json", changed.dump());
          const ProgramRun run = gate.run();
          CAPTURE(form);
          CAPTURE(key);
          CAPTURE(unknown);
          CHECK(gate.verdict(kSshCheck) != "pass");
        }
      }
    }
  }
}

TEST_CASE("terraform gate: moving everything into a module, or renaming it, is no finding against the baseline") {
  Json plan = ssh_from("0.0.0.0/0").at("openstack");
  const Gate gate;
  gate.write("site.yaml", kSite);
  gate.write("plan.json", plan.dump());
  const std::string base = (gate.folder.path / "base.json").string();
  CHECK(run_program_with({"gate", (gate.folder.path / "site.yaml").string(), "--format", "json=" + base}).code == 1);
  CHECK(gate.run({"--baseline", base}).code == 0);
  const Json inner = plan["configuration"]["root_module"];
  for (const char* name : {"net", "renamed"}) {
    for (Json& change : plan["resource_changes"]) {
      const std::string address = change["address"];
      change["address"] = fmt::format("module.{}.{}", name, address.substr(address.find("openstack_")));
      change["module_address"] = fmt::format("module.{}", name);
    }
    plan["configuration"]["root_module"] = {{"module_calls", {{name, {{"source", "./net"}, {"module", inner}}}}}};
    gate.write("plan.json", plan.dump());
    const ProgramRun moved = gate.run({"--baseline", base});
    CAPTURE(moved.error);
    CHECK(moved.code == 0);
    CHECK(gate.verdict(kSshCheck) == "fail");
  }
  plan["resource_changes"][1]["change"]["after"]["port_range_max"] = 23;
  plan["resource_changes"][0]["change"]["after"]["name"] = "other";
  gate.write("plan.json", plan.dump());
  CHECK(gate.run({"--baseline", base}).code == 1);
}

TEST_CASE("terraform gate: findings name the block, in every form that a pipeline reads; secrets stand in none") {
  const std::string canary = "CANARY-4e1f";
  Json plan = ssh_from("0.0.0.0/0").at("openstack");
  plan["resource_changes"].push_back(created("openstack_compute_instance_v2", {{"name", "m"},
                                                                               {"user_data", canary},
                                                                               {"admin_pass", canary},
                                                                               {"network", Json::array()},
                                                                               {"metadata", {{"k", canary}}}}));
  plan["resource_changes"].back()["change"]["after_sensitive"] = {{"metadata", {{"k", true}}}};
  plan["resource_changes"].push_back(
      created("openstack_keymanager_secret_v1", {{"name", "s"}, {"payload", canary}, {"secret_type", "passphrase"}}));
  plan["resource_changes"].push_back(
      created("aws_db_instance", {{"identifier", "d"}, {"password", canary}, {"storage_encrypted", false}}));
  plan["resource_changes"].push_back(created("aws_secretsmanager_secret_version", {{"secret_string", canary}}));
  plan["resource_changes"].push_back(created("aws_instance", {{"ami", "a"}, {"user_data", canary}}));
  plan["resource_changes"].push_back(created("azurerm_key_vault_secret", {{"name", "s"}, {"value", canary}}));
  plan["resource_changes"].push_back(created("google_sql_user", {{"password", canary}}));
  plan["variables"] = {{"password", {{"value", canary}}}};
  plan["configuration"]["provider_config"] = {
      {"openstack", {{"expressions", {{"password", {{"constant_value", canary}}}}}}}};
  const Gate gate;
  gate.write("site.yaml", kSite);
  gate.write("plan.json", plan.dump());
  gate.write("main.tf",
             "# " + canary + "\n\nresource \"openstack_networking_secgroup_v2\" \"x\" {\n  name = \"g\"\n}\n");
  std::vector<std::string> options{"--out", (gate.folder.path / "out").string()};
  const std::vector<std::string> formats{"sarif", "junit", "gitlab", "github", "markdown", "csv", "html"};
  for (const std::string& format : formats) {
    options.emplace_back("--format");
    options.push_back(format + "=" + (gate.folder.path / ("report." + format)).string());
  }
  const auto look = [&](int wanted) {
    const ProgramRun run = gate.run(options);
    CAPTURE(run.error);
    CHECK(run.code == wanted);
    CHECK(run.out.find(canary) == std::string::npos);
    CHECK(run.error.find(canary) == std::string::npos);
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(gate.folder.path)) {
      const std::string name = entry.path().filename().string();
      if (!entry.is_regular_file() || name == "plan.json" || name == "main.tf") continue;
      ++files;
      CHECK_MESSAGE(content_of(entry.path()).find(canary) == std::string::npos, name);
    }
    CHECK(files >= formats.size() + 2);
  };
  look(1);
  const Json sarif = Json::parse(content_of(gate.folder.path / "report.sarif"));
  bool placed = false;
  for (const Json& result : sarif["runs"][0]["results"]) {
    const Json& location = result["locations"][0]["physicalLocation"];
    if (result["ruleId"] == kSshCheck)
      placed = location["artifactLocation"]["uri"].get<std::string>().ends_with("main.tf") &&
               location["region"]["startLine"] == 3;
  }
  CHECK(placed);
  // One resource that cannot be read, with the secret in the broken place.
  std::string text = plan.dump();
  text.insert(
      text.find("\"resource_changes\":[") + 20,
      R"({"address":"aws_s3_bucket.y","mode":"managed","type":"aws_s3_bucket","name":"y","change":{"actions":["create"],"after":{"bucket": )" +
          canary + "}}},");
  gate.write("plan.json", text);
  look(1);  // what is proven fails still
  for (const auto& [bad, good] : {std::pair<std::string, std::string>{"0.0.0.0/0", "10.0.0.0/8"},
                                  {"\"storage_encrypted\":false", "\"storage_encrypted\":true"}}) {
    text.replace(text.find(bad), bad.size(), good);
  }
  gate.write("plan.json", text);
  look(3);
}

TEST_CASE("terraform gate: a plan decides no control, and one that cannot be read never exits 0") {
  const Gate gate;
  gate.write("site.yaml", kSite);
  gate.write("plan.json", ssh_from("0.0.0.0/0").at("aws, inside").dump());
  CHECK(gate.run().code == 1);
  CHECK(gate.report()["score"]["coverage_ppm"] == 0);
  for (const char* text : {"", "{", "{\"format_version\": \"9.0\"}", "{\"format_version\": \"1.2\"}", "[]"}) {
    gate.write("plan.json", text);
    const ProgramRun run = gate.run();
    CAPTURE(text);
    CHECK(run.code == 3);
  }
}
