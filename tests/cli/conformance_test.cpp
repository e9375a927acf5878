// SPDX-License-Identifier: Apache-2.0
// One situation in every form in which the gate or the scan of a running cloud may meet it gives one verdict.
#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "support/program.h"

namespace {

using Json = nlohmann::json;

/// The verdict of a check on what one target holds: fail if any resource fails, else not_assessed, else pass.
std::string verdict(const std::string& check, const std::string& collector, const std::string& file,
                    const std::string& text) {
  const TemporaryFolder folder;
  std::filesystem::create_directories((folder.path / file).parent_path());
  std::ofstream(folder.path / file, std::ios::binary) << text;
  // An export is a folder, and only one that says so is whole.
  const std::string options = collector == "openstack_export" ? "{path: export, all_projects: true}" : "[" + file + "]";
  if (collector == "openstack_export")
    std::ofstream(folder.path / "export/address_groups.json") << R"({"address_groups": []})";
  std::ofstream(folder.path / "site.yaml")
      << "site: n\ncountry: FI\ntargets:\n  - " << collector << ": " << options << "\n    name: t\n";
  const std::string report = (folder.path / "report.json").string();
  const ProgramRun run = run_program_with({"gate", (folder.path / "site.yaml").string(), "--format", "json=" + report});
  CAPTURE(run.error);
  REQUIRE(std::filesystem::exists(report));
  std::set<std::string> said;
  const Json whole = Json::parse(content_of(report));
  for (const Json& finding : whole["findings"]) {
    if (finding["check"] == check) said.insert(finding["verdict"].get<std::string>());
  }
  for (const char* word : {"fail", "not_assessed", "not_applicable"}) {
    if (said.contains(word)) return word;
  }
  return "pass";
}

std::string filled(std::string text, const std::map<std::string, std::string>& values) {
  for (const auto& [name, value] : values) {
    const std::string mark = "<" + name + ">";
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + value.size()))
      text.replace(at, mark.size(), value);
  }
  return text;
}

struct Form {
  const char* name;
  const char* collector;
  const char* file;
  const char* text;  ///< with marks in angle brackets
};

/// What stands for a mark in each form: a value of the situation, or "computed" for one not known yet.
struct Situation {
  const char* verdict;
  std::map<std::string, std::string> values;
};

void same_in_every_form(const char* check, const std::vector<Form>& forms, const std::vector<Situation>& situations) {
  for (const Situation& situation : situations) {
    for (const Form& form : forms) {
      CAPTURE(std::string(form.name));
      CAPTURE(situation.values.begin()->second);
      CHECK(verdict(check, form.collector, form.file, filled(form.text, situation.values)) ==
            std::string(situation.verdict));
    }
  }
}

const std::vector<Form> kSshForms{
    {"cloudformation, inside", "cloudformation", "t.yaml", R"(Resources:
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: web
      SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/8}]
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 22, ToPort: "22", CidrIp: <prefix>}
)"},
    {"cloudformation, alone", "cloudformation", "t.yaml", R"(Resources:
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: web}
  Ssh:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: {GroupId: !GetAtt Web.GroupId, IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: <prefix>}
)"},
    {"cloudformation, JSON", "cloudformation", "t.json",
     R"({"Resources": {"Web": {"Type": "AWS::EC2::SecurityGroup", "Properties": {
  "GroupDescription": "web", "SecurityGroupIngress": {"IpProtocol": "6", "FromPort": 22, "ToPort": 22, "CidrIp": "<prefix>"}}}}})"},
    {"arm, inside", "arm_template", "t.json",
     R"({"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "resources": [{"type": "Microsoft.Network/networkSecurityGroups", "apiVersion": "2024-01-01", "name": "g", "location": "northeurope",
  "properties": {"securityRules": [{"name": "ssh", "properties": {"direction": "Inbound", "access": "Allow", "priority": 100, "protocol": "Tcp",
  "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "22", "sourceAddressPrefix": "<prefix>"}}]}}]})"},
    {"openstack plan", "terraform", "p.json", R"({"format_version": "1.2", "resource_changes": [
  {"address": "openstack_networking_secgroup_v2.g", "mode": "managed", "type": "openstack_networking_secgroup_v2", "name": "g",
   "change": {"actions": ["create"], "after": {"name": "g", "delete_default_rules": true, "stateful": true}, "after_unknown": {"id": true}}},
  {"address": "openstack_networking_secgroup_rule_v2.r", "mode": "managed", "type": "openstack_networking_secgroup_rule_v2", "name": "r",
   "change": {"actions": ["create"], "after": {"direction": "ingress", "ethertype": "IPv4", "protocol": "tcp", "port_range_min": 22, "port_range_max": 22,
   "remote_group_id": null, "remote_address_group_id": null, "remote_ip_prefix": "<prefix>"}, "after_unknown": {"id": true, "security_group_id": true}}}],
  "configuration": {"root_module": {"resources": [{"address": "openstack_networking_secgroup_rule_v2.r", "mode": "managed", "type": "openstack_networking_secgroup_rule_v2", "name": "r",
   "expressions": {"security_group_id": {"references": ["openstack_networking_secgroup_v2.g.id", "openstack_networking_secgroup_v2.g"]}}}]}}})"},
    {"openstack, running", "openstack_export", "export/groups.json",
     R"({"security_groups": [{"id": "g", "name": "g", "project_id": "p", "stateful": true,
  "security_group_rules": [{"id": "r", "security_group_id": "g", "project_id": "p", "direction": "ingress", "ethertype": "IPv4", "protocol": "tcp",
  "port_range_min": 22, "port_range_max": 22, "remote_ip_prefix": "<prefix>", "remote_group_id": null}]}]})"},
};

const std::vector<Form> kVolumeForms{
    {"cloudformation", "cloudformation", "t.yaml", R"(Resources:
  Data:
    Type: AWS::EC2::Volume
    Properties: {AvailabilityZone: eu-north-1a, Size: 10, Encrypted: <encrypted>, KmsKeyId: !Ref Key}
  Key: {Type: AWS::KMS::Key, Properties: {EnableKeyRotation: true, KeyPolicy: {}}}
)"},
    {"aws plan", "terraform", "p.json", R"({"format_version": "1.2", "resource_changes": [
  {"address": "aws_ebs_volume.v", "mode": "managed", "type": "aws_ebs_volume", "name": "v", "change": {"actions": ["create"],
   "after": {"availability_zone": "eu-north-1a", "size": 10, "encrypted": <encrypted>, "kms_key_id": "arn:aws:kms:eu-north-1:1:key/k"}, "after_unknown": {"id": true}}}]})"},
    {"openstack, running", "openstack_export", "export/volumes.json",
     R"({"volumes": [{"id": "v", "name": "v", "size": 10, "status": "available",
  "encrypted": <encrypted>, "os-vol-tenant-attr:tenant_id": "p", "attachments": [], "availability_zone": "a", "multiattach": false, "volume_type": "luks"}]})"},
};

}  // namespace

TEST_CASE("conformance: SSH from the internet, from inside, from two halves of the internet") {
  same_in_every_form("group-rules-open-no-sensitive-port", kSshForms,
                     {{"fail", {{"prefix", "0.0.0.0/0"}}},
                      {"fail", {{"prefix", "9.9.9.0/24"}}},
                      {"pass", {{"prefix", "10.0.0.0/8"}}}});
}

TEST_CASE("conformance: a volume in plain") {
  same_in_every_form("volumes-encrypted", kVolumeForms, {{"fail", {{"encrypted", "false"}}}});
}

TEST_CASE("conformance: what a template computes is not known, parameters with a default among it") {
  for (const char* prefix : {"!Ref Prefix", "!Sub '${Prefix}'", "!If [Open, 0.0.0.0/0, 10.0.0.0/8]", "!ImportValue net",
                             "{'Fn::FindInMap': [a, b, c]}"}) {
    CAPTURE(prefix);
    for (const std::size_t form : {std::size_t{0}, std::size_t{1}}) {
      const std::string text = filled(kSshForms[form].text, {{"prefix", prefix}}) +
                               "Parameters: {Prefix: {Type: String, Default: 10.0.0.0/8}}\n";
      CHECK(verdict("group-rules-open-no-sensitive-port", "cloudformation", "t.yaml", text) == "not_assessed");
    }
  }
  const std::string arm = filled(kSshForms[3].text, {{"prefix", "[parameters('prefix')]"}});
  CHECK(verdict("group-rules-open-no-sensitive-port", "arm_template", "t.json", arm) == "not_assessed");
  CHECK(verdict("volumes-encrypted", "cloudformation", "t.yaml",
                filled(kVolumeForms[0].text, {{"encrypted", "!Ref Encrypt"}})) == "not_assessed");
}
