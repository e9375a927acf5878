// SPDX-License-Identifier: Apache-2.0
#include "collectors/terraform/terraform.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>

#include "base/module_path.h"
#include "collectors/recording_sink.h"
#include "collectors/terraform/sources.h"
#include "evidence/tables/network.h"
#include "evidence/tables/network_filter.h"
#include "evidence/tables/storage.h"
#include "support/temporary_folder.h"

using namespace ehdscan;

namespace {

struct Run {
  TemporaryFolder folder;
  RecordingSink sink;
  Result<void> result;

  explicit Run(const std::string& content, const std::string& source = "", const std::string& file = "plan.json") {
    std::ofstream(folder.path / file, std::ios::binary) << content;
    if (!source.empty()) std::ofstream(folder.path / "main.tf", std::ios::binary) << source;
    const auto document = Document::parse_yaml(file, "site.yaml");
    REQUIRE(document);
    const Target target{.name = "t",
                        .collector = "terraform",
                        .document = *document,
                        .options = (*document)->root(),
                        .folder = folder.path,
                        .place = {}};
    const CollectorSpec spec = terraform_collector();
    result = spec.validate(target);
    if (result) result = spec.collect(target, sink, {.started_at = *parse_instant("2026-11-23T08:00:00Z")});
    CHECK(sink.mistakes.empty());
  }
};

/// One created resource; `type.name` from the address without modules.
std::string change(const std::string& address, const std::string& after, const std::string& unknown = "{\"id\": true}",
                   const std::string& actions = "\"create\"") {
  std::string local = address.substr(module_prefix_length(address));
  const std::string type = local.substr(0, local.find('.'));
  std::string name = local.substr(local.find('.') + 1);
  std::string index;
  if (const std::size_t bracket = name.find('['); bracket != std::string::npos) {
    index = fmt::format("\"index\": {}, ", name.substr(bracket + 1, name.size() - bracket - 2));
    name.resize(bracket);
  }
  std::string escaped;
  for (const char c : address) escaped += c == '"' ? std::string("\\\"") : std::string(1, c);
  return fmt::format(
      R"({{"address": "{}", "mode": "managed", "type": "{}", "name": "{}", {}"change": {{"actions": [{}], "before": null, "after": {}, "after_unknown": {}}}}})",
      escaped, type, name, index, actions, after, unknown);
}

std::string plan(const std::vector<std::string>& changes, const std::string& configuration = "") {
  return fmt::format(R"({{"format_version": "1.2", "terraform_version": "1.9.0", "resource_changes": [{}]{}}})",
                     fmt::join(changes, ",\n"), configuration.empty() ? "" : ", \"configuration\": " + configuration);
}

std::string rule_with(const std::string& remote,
                      const std::string& unknown = R"({"id": true, "security_group_id": true})") {
  return change(
      "openstack_networking_secgroup_rule_v2.ssh",
      R"({"direction": "ingress", "ethertype": "IPv4", "protocol": "tcp", "port_range_min": 22, "port_range_max": 22, "remote_group_id": null, "remote_address_group_id": null, "description": null)" +
          remote + "}",
      unknown);
}

const std::string kGroup = change("openstack_networking_secgroup_v2.web",
                                  R"({"name": "web", "delete_default_rules": true, "stateful": true})");

constexpr const char* kRuleConfiguration =
    R"({"root_module": {"resources": [{"address": "openstack_networking_secgroup_rule_v2.ssh", "mode": "managed", "type": "openstack_networking_secgroup_rule_v2", "name": "ssh",
     "expressions": {"security_group_id": {"references": ["openstack_networking_secgroup_v2.web.id", "openstack_networking_secgroup_v2.web"]}}}]}})";

}  // namespace

TEST_CASE("terraform: a rule without a prefix is open to every address, in the group that the configuration names") {
  const Run run(plan({kGroup, rule_with(", \"remote_ip_prefix\": null")}, kRuleConfiguration));
  REQUIRE(run.result);
  const auto* rule = run.sink.find(tables::network_rule, "rule_id", "openstack_networking_secgroup_rule_v2.ssh");
  REQUIRE(rule != nullptr);
  CHECK((*rule)["group_id"] == "openstack_networking_secgroup_v2.web");
  CHECK((*rule)["group_name"] == "web");
  CHECK((*rule)["remote_prefix"] == "0.0.0.0/0");
  CHECK((*rule)["port_from"] == "22");
  CHECK(rule->platform == "openstack:t");
  CHECK(rule->line == 2);
  CHECK(run.sink.state_of(tables::network_rule) == "complete");
  for (const Source& source : run.sink.sources) CHECK(source.nature == Nature::intended);
}

TEST_CASE("terraform: what is not known until apply, sensitive, or not mentioned is NULL") {
  const Run unknown(plan(
      {kGroup, rule_with("", R"({"id": true, "security_group_id": true, "remote_ip_prefix": true})")},
      R"({"root_module": {"resources": [{"mode": "managed", "type": "openstack_networking_secgroup_rule_v2", "name": "ssh",
      "expressions": {"remote_ip_prefix": {"references": ["local.x"]}, "security_group_id": {"references": ["openstack_networking_secgroup_v2.web"]}}}]}})"));
  REQUIRE(unknown.result);
  CHECK((*unknown.sink.find(tables::network_rule, "protocol", "tcp"))["remote_prefix"] == "NULL");
  const Run absent(plan({kGroup, rule_with("")}, kRuleConfiguration));
  CHECK((*absent.sink.find(tables::network_rule, "protocol", "tcp"))["remote_prefix"] == "NULL");
  // Left to the platform in a resource that is made anew: the platform's default.
  const Run left_out(
      plan({kGroup, rule_with("", R"({"id": true, "security_group_id": true, "remote_ip_prefix": true})")},
           kRuleConfiguration));
  CHECK((*left_out.sink.find(tables::network_rule, "protocol", "tcp"))["remote_prefix"] == "0.0.0.0/0");
  std::string sensitive = rule_with(", \"remote_ip_prefix\": \"198.51.100.0/24\"");
  sensitive.insert(sensitive.rfind("}}"), R"(, "after_sensitive": {"remote_ip_prefix": true})");
  const Run hidden(plan({kGroup, sensitive}, kRuleConfiguration));
  CHECK((*hidden.sink.find(tables::network_rule, "protocol", "tcp"))["remote_prefix"] == "NULL");
  CHECK(hidden.sink.dump().find("198.51.100") == std::string::npos);
}

TEST_CASE("terraform: a rule of an unknown group makes the rules partial") {
  const Run run(plan({kGroup, rule_with(", \"remote_ip_prefix\": null")}));
  REQUIRE(run.result);
  CHECK(run.sink.state_of(tables::network_rule).starts_with("partial: which group"));
}

TEST_CASE("terraform: references lead through module inputs, outputs, count and for_each") {
  const std::string configuration = R"({"root_module": {
    "module_calls": {
      "net": {"source": "./net", "module": {"outputs": {"group": {"expression": {"references": ["openstack_networking_secgroup_v2.g.id", "openstack_networking_secgroup_v2.g"]}}},
        "resources": [{"mode": "managed", "type": "openstack_networking_secgroup_v2", "name": "g", "expressions": {}}]}},
      "app": {"source": "./app", "expressions": {"group": {"references": ["module.net.group", "module.net"]}}, "module": {
        "resources": [{"mode": "managed", "type": "openstack_networking_secgroup_rule_v2", "name": "r", "expressions": {"security_group_id": {"references": ["var.group"]}}},
                      {"mode": "managed", "type": "openstack_networking_port_v2", "name": "p", "expressions": {"network_id": {"references": ["openstack_networking_network_v2.n", "each.key"]}, "security_group_ids": {"references": ["var.group"]}}},
                      {"mode": "managed", "type": "openstack_networking_network_v2", "name": "n", "expressions": {}}]}}}}})";
  const std::string network =
      R"({"name": "n", "external": null, "shared": false, "port_security_enabled": true, "admin_state_up": true})";
  const std::string port =
      R"({"name": "p", "port_security_enabled": true, "no_security_groups": false, "fixed_ip": [], "allowed_address_pairs": [], "binding": []})";
  const std::string unknown = R"({"id": true, "network_id": true, "security_group_ids": true})";
  const Run run(plan({change("module.net.openstack_networking_secgroup_v2.g", R"({"name": "g"})"),
                      change("module.app.openstack_networking_secgroup_rule_v2.r",
                             R"({"direction": "ingress", "protocol": "tcp"})", R"({"security_group_id": true})"),
                      change("module.app.openstack_networking_network_v2.n[\"a\"]", network),
                      change("module.app.openstack_networking_network_v2.n[\"b\"]", network),
                      change("module.app.openstack_networking_port_v2.p[\"b\"]", port, unknown)},
                     configuration));
  REQUIRE(run.result);
  CHECK(run.sink.find(tables::network_rule, "rule_id", "module.app.openstack_networking_secgroup_rule_v2.r")
            ->operator[]("group_id") == "module.net.openstack_networking_secgroup_v2.g");
  const auto* found = run.sink.find(tables::port, "port_id", "module.app.openstack_networking_port_v2.p[\"b\"]");
  REQUIRE(found != nullptr);
  CHECK((*found)["network_id"] == "module.app.openstack_networking_network_v2.n[\"b\"]");
  CHECK(
      (*run.sink.find(tables::port_group, "port_id", "module.app.openstack_networking_port_v2.p[\"b\"]"))["group_id"] ==
      "module.net.openstack_networking_secgroup_v2.g");
}

TEST_CASE("terraform: deleted and forgotten resources are gone, kept and replaced ones are not") {
  const std::string bucket = R"({"bucket": "b", "acl": null})";
  const auto count = [&](const std::string& actions) {
    const Run run(plan({change("aws_s3_bucket.b", bucket, "{}", actions), change("aws_vpc.v", "{}", "{}")}));
    REQUIRE(run.result);
    return run.sink.rows_of(tables::bucket).size();
  };
  CHECK(count("\"delete\"") == 0);
  CHECK(count("\"forget\"") == 0);
  CHECK(count("\"no-op\"") == 1);
  CHECK(count("\"update\"") == 1);
  CHECK(count("\"delete\", \"create\"") == 1);
  CHECK(count("\"create\", \"delete\"") == 1);
  const Run strange(plan({change("aws_s3_bucket.b", bucket, "{}", "\"conjure\"")}));
  CHECK(strange.sink.state_of(tables::bucket).find("not known") != std::string::npos);
}

TEST_CASE("terraform: what stands beside a bucket belongs to it, known by name or by reference") {
  const std::string guard =
      R"({"bucket": "b", "block_public_acls": true, "block_public_policy": true, "ignore_public_acls": true, "restrict_public_buckets": false})";
  const Run by_name(
      plan({change("aws_s3_bucket.b", R"({"bucket": "b"})"), change("aws_s3_bucket_public_access_block.b", guard)}));
  CHECK((*by_name.sink.find(tables::bucket, "name", "b"))["public_access_blocked"] == "0");
  const Run stray(
      plan({change("aws_s3_bucket.b", R"({"bucket": "b"})"),
            change("aws_s3_bucket_public_access_block.b", R"({"block_public_acls": true})", R"({"bucket": true})")}));
  CHECK((*stray.sink.find(tables::bucket, "name", "b"))["public_access_blocked"] == "NULL");
}

TEST_CASE("terraform: rules inside a group of AWS, beside it, and not known") {
  const std::string inside =
      R"({"name": "g", "ingress": [{"cidr_blocks": ["0.0.0.0/0", "10.0.0.0/8"], "ipv6_cidr_blocks": [], "prefix_list_ids": [], "security_groups": [], "self": false, "protocol": "tcp", "from_port": 22, "to_port": 22, "description": ""}], "egress": []})";
  const Run run(plan({change("aws_security_group.g", inside)}));
  CHECK(run.sink.rows_of(tables::network_rule).size() == 2);
  CHECK((*run.sink.find(tables::network_rule, "part", "1"))["remote_prefix"] == "0.0.0.0/0");
  const std::string unknown = R"({"id": true, "ingress": true, "egress": true})";
  const Run vague(plan({change("aws_security_group.g", R"({"name": "g"})", unknown)}));
  REQUIRE(vague.sink.rows_of(tables::network_rule).size() == 2);
  CHECK((*vague.sink.rows_of(tables::network_rule)[0])["protocol"] == "NULL");
  // Its source proves that there are none.
  const Run proven(plan({change("aws_security_group.g", R"({"name": "g"})", unknown)}),
                   "# ingress\nresource \"aws_security_group\" \"g\" {\n  name = \"egress\"\n}\n");
  CHECK(proven.sink.rows_of(tables::network_rule).empty());
  const auto* group = proven.sink.find(tables::security_group, "name", "g");
  CHECK(group->location.ends_with("main.tf"));
  CHECK(group->line == 2);
}

TEST_CASE("terraform: blocks are found where they begin, not in texts, comments and heredocs") {
  const auto blocks = find_terraform_blocks(
      "/* resource \"a\" \"no\" {} */\nlocals {\n  t = <<-END\n  resource \"a\" \"no\" {\n  END\n  u = \"${f(\"}\")} "
      "{\"\n}\n\nresource \"a\" \"b\" {\n  x = \"}\"\n  dynamic \"ingress\" {}\n}\ndata a c {}\n",
      "f.tf");
  REQUIRE(blocks.size() == 2);
  CHECK(blocks.at("a.b").line == 9);
  CHECK(blocks.at("a.b").may_have_ingress);
  CHECK(blocks.at("data.a.c").line == 13);
}

TEST_CASE("terraform: hostile and foreign files are errors with a place and a hint") {
  const auto message = [](const std::string& text) {
    const Run run(text);
    return run.result ? std::string("fine") : run.result.error().message;
  };
  CHECK(message("").find("no JSON mapping") != std::string::npos);
  CHECK(message("<html>").find("a page") != std::string::npos);
  CHECK(message("{\"format_version\": \"1.0\", \"resource_changes\": [{").find("stops halfway") != std::string::npos);
  CHECK(message("{\"format_version\": \"2.0\", \"resource_changes\": []}").find("format version") != std::string::npos);
  CHECK(message("{\"version\": 4, \"serial\": 1, \"lineage\": \"x\"}").find("raw state") != std::string::npos);
  CHECK(message("{\"format_version\": \"1.0\", \"format_version\": \"1.0\"}").find("twice") != std::string::npos);
  CHECK(message("{\"format_version\": \"1.0\"} x").find("more after the end") != std::string::npos);
  CHECK(message(std::string("\x7F"
                            "ELF\0\0",
                            6))
            .find("no JSON mapping") != std::string::npos);
  CHECK(message(std::string(2000, '[')).find("no JSON mapping") != std::string::npos);
  CHECK(message("{\"format_version\": \"1.0\", \"resource_changes\": " + std::string(1000, '[')).find("deeper") !=
        std::string::npos);
  const Run bent(
      plan({change("aws_s3_bucket.a", "{\"bucket\": tru}"), change("aws_s3_bucket.b", "{\"bucket\": \"b\"}")}));
  REQUIRE(bent.result);
  CHECK(bent.sink.rows_of(tables::bucket).size() == 1);
  CHECK(bent.sink.state_of(tables::bucket).starts_with("partial"));
}

TEST_CASE("terraform: UTF-16 with a mark, UTF-8 with a mark and CRLF read as the plain plan") {
  const std::string text = plan({kGroup, rule_with(", \"remote_ip_prefix\": null")}, kRuleConfiguration);
  const std::string wanted = Run(text).sink.dump();
  const auto rows = [](const Run& run) { return run.sink.rows.size(); };
  std::string wide = "\xFF\xFE";
  for (const char c : text) (wide += c) += '\0';
  CHECK(rows(Run(wide)) == rows(Run(text)));
  CHECK(rows(Run("\xEF\xBB\xBF" + text)) == rows(Run(text)));
  std::string crlf;
  for (const char c : text) crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
  CHECK(rows(Run(crlf)) == rows(Run(text)));
}

TEST_CASE("terraform: a state and a configuration in JSON read like the plan") {
  const std::string bucket =
      R"("type": "aws_s3_bucket", "name": "b", "address": "aws_s3_bucket.b", "mode": "managed", "values": {"bucket": "b", "acl": "public-read"})";
  const Run state(
      R"({"format_version": "1.0", "values": {"root_module": {"child_modules": [{"address": "module.m", "resources": [{)" +
      bucket + "}]}]}}}");
  CHECK(state.sink.find(tables::resource_grant, "grantee_kind", "everyone") != nullptr);
  const Run written(
      R"({"resource": {"aws_s3_bucket": {"b": {"bucket": "b", "acl": "public-read"}}, "aws_s3_bucket_policy": {"p": {"bucket": "${aws_s3_bucket.b.id}", "policy": "${file(\"x\")}"}}}})",
      "", "main.tf.json");
  CHECK(written.sink.find(tables::resource_grant, "grantee_kind", "everyone") != nullptr);
  const auto* policy = written.sink.find(tables::resource_grant, "grant_id", "aws_s3_bucket_policy.p");
  REQUIRE(policy != nullptr);
  CHECK((*policy)["asset_id"] == "aws_s3_bucket.b");
  CHECK((*policy)["grantee_kind"] == "NULL");
}

TEST_CASE("module path: modules leave every address in a text") {
  CHECK(without_modules_in("rule module.a[\"x.y\"].module.b.aws_x.y of module.c.aws_z.w") == "rule aws_x.y of aws_z.w");
  CHECK(without_modules_in("the module. Ends here") == "the module. Ends here");
  CHECK(without_modules_in("xmodule.a.b") == "xmodule.a.b");
}

TEST_CASE("terraform: plans written by others are read, and every one that cannot be says why") {
  const std::filesystem::path folder = std::filesystem::path(EHDSCAN_SOURCE_DIR) / "../shared/corpora/terraform-plans";
  if (!std::filesystem::exists(folder)) {
    MESSAGE("SKIPPED: no corpus of plans beside the clone");
    return;
  }
  std::size_t read = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream in(entry.path(), std::ios::binary);
    const Run run({std::istreambuf_iterator<char>(in), {}});
    CHECK_MESSAGE(run.result, entry.path().string());
    if (run.result) ++read;
  }
  CHECK(read == 11);
}
